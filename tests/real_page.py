"""The whole page over a real index. `python -m tests.real_page INDEX STATE` serves it on a free port and prints the address."""

from __future__ import annotations

import sys
from pathlib import Path

from rag.factory import open_chat_engine
from rag.settings import Settings
from ui.engines import Engines
from ui.server import serve

if __name__ == "__main__":
    index, state = map(Path, sys.argv[1:])
    engines = Engines(open_chat_engine(Settings(index=index, state=state)))
    serve(engines, host="127.0.0.1", port=0, ready=lambda address: print(address, flush=True))
