"""`python -m evals NAME …` is `sayso eval NAME …`."""

from __future__ import annotations

import argparse
import sys

from evals.cli import add_arguments, main
from rag.errors import SaysoError
from rag.settings import Settings


def _run() -> int:
    parser = argparse.ArgumentParser(prog="python -m evals", description="Run a question set over Sayso and score it.")
    parser.add_argument("--index", metavar="DIR", help="the index to ask")
    add_arguments(parser)
    args = parser.parse_args()
    try:
        return main(args, Settings.from_env(index=args.index))
    except SaysoError as error:
        print(f"sayso: {error}", file=sys.stderr)
        return error.exit_status


if __name__ == "__main__":
    sys.exit(_run())
