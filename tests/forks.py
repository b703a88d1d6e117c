"""A module and its arguments in, a process of its own that runs it out, without the seconds that its imports cost.

`python -m tests.forks SOCKET` has loaded what most of them need and forks for whoever asks on SOCKET. All workers of a test
run share it; it ends with the last of them. What a start itself does must be tested with `subprocess`.
"""

from __future__ import annotations

import json
import os
import runpy
import selectors
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, NoReturn

LOADED = (
    "ui.app",
    "ui.server",
    "rag.commands.ask",
    "rag.commands.doctor",
    "rag.commands.batch",
    "evals.tasks",
    "inspect_ai",
)


class Fork:
    """One process; the part of `subprocess.Popen` that the tests use."""

    def __init__(self, address: Path, module: str, *arguments: str, env: dict[str, str]) -> None:
        self.returncode: int | None = None
        reading, writing = os.pipe()
        self.stdout, self._err = os.fdopen(reading, encoding="utf-8"), TemporaryFile()  # noqa: SIM115 - closed in communicate
        self._told = _connected(address)
        asked = json.dumps({"module": module, "arguments": arguments, "env": env}).encode()
        socket.send_fds(self._told, [len(asked).to_bytes(4, "big")], [writing, self._err.fileno()])
        self._told.sendall(asked)
        os.close(writing)
        self._lines = self._told.makefile()
        self.pid = int(self._lines.readline())

    def send_signal(self, number: int) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def communicate(self, timeout: float = 120) -> tuple[str, str]:
        """What it printed, once it has ended; it is killed when the time is over."""
        late = threading.Timer(timeout, self.kill)
        late.start()
        out = self.stdout.read()
        self.returncode = int(self._lines.readline())
        late.cancel()
        self._err.seek(0)
        err = self._err.read().decode()
        for opened in (self.stdout, self._err, self._lines, self._told):
            opened.close()
        return out, err


def _connected(address: Path) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(str(address))
    return connection


def hold(address: Path, env: dict[str, str]) -> socket.socket:
    """Starts the server that forks unless there is one. It stays while the connection is open."""
    with suppress(OSError):
        return _connected(address)
    server = subprocess.Popen([sys.executable, "-m", "tests.forks", str(address)], env=env)
    while not address.exists():
        assert server.poll() is None, "tests.forks did not start"
        time.sleep(0.05)
    return _connected(address)


def serve(address: Path) -> None:
    """Every connection is a hold until it asks for a process. Ends when none is left."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(f"{address}.new")
    listening.listen(64)
    os.rename(f"{address}.new", address)
    with selectors.DefaultSelector() as ready:
        ready.register(listening, selectors.EVENT_READ)
        while True:
            for key, _ in ready.select():
                connection: Any = key.fileobj
                if connection is listening:
                    ready.register(listening.accept()[0], selectors.EVENT_READ)
                    continue
                if connection.recv(1, socket.MSG_PEEK) and os.fork() == 0:
                    ready.close()
                    listening.close()
                    _keep(connection)
                ready.unregister(connection)
                connection.close()
            if len(ready.get_map()) == 1:
                address.unlink()
                return


def _keep(connection: socket.socket) -> NoReturn:
    """Forks what is asked for, tells its number and its status, and kills it when nobody waits for it any more."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    size, (out, err), *_ = socket.recv_fds(connection, 4, 2)
    asked = b""
    while len(asked) < int.from_bytes(size, "big"):
        asked += connection.recv(65536)
    child = os.fork()
    if child == 0:
        connection.close()
        os.dup2(out, 1)
        os.dup2(err, 2)
        os.close(out)
        os.close(err)
        os._exit(_run(**json.loads(asked)))
    os.close(out)
    os.close(err)
    connection.sendall(f"{child}\n".encode())

    def watch() -> None:
        connection.recv(1)
        os.kill(child, signal.SIGKILL)

    threading.Thread(target=watch, daemon=True).start()
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    with suppress(OSError):
        connection.sendall(f"{status}\n".encode())
    os._exit(0)


def _run(module: str, arguments: list[str], env: dict[str, str]) -> int:
    """The module as `python -m` runs it; its exit status."""
    os.environ.clear()
    os.environ.update(env)
    sys.argv = [module, *arguments]
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
        status = 0
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:
        import traceback

        traceback.print_exc()
        status = 1
    sys.stdout.flush()
    sys.stderr.flush()
    return status


if __name__ == "__main__":
    for name in LOADED:
        __import__(name)
    serve(Path(sys.argv[1]))
