"""The command line: arguments in, results on standard output, trouble as one line on standard error and an exit status."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from rag import __version__
from rag.errors import SaysoError, UsageError
from rag.terminal import say, term_safe


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status: 0 done, 1 failed, 2 bad usage or input, 3 index trouble, 4 another process is ingesting."""
    try:
        given = _joined(sys.argv[1:] if arguments is None else arguments)
        args = _parser(given).parse_args(given)
        from rag.settings import Settings

        status = int(args.run(args, Settings.from_env(index=args.index, model=getattr(args, "model", None))) or 0)
        sys.stdout.flush()
        return status
    except SaysoError as error:
        print(f"sayso: {term_safe(str(error))}", file=sys.stderr)
        return error.exit_status
    except BrokenPipeError:  # the reader of our output went away, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print("sayso: stopped", file=sys.stderr)
        return 130
    except Exception as error:
        if os.environ.get("SAYSO_DEBUG"):
            raise
        what = term_safe(f"{type(error).__name__}: {error}".splitlines()[0][:300])
        print(f"sayso: failed unexpectedly ({what}); run again with SAYSO_DEBUG=1 for the details", file=sys.stderr)
        return 1


def _joined(arguments: Sequence[str]) -> list[str]:
    """`--capex -5亿元` as `--capex=-5亿元`: what begins with a dash is an option to argparse, unless it is a bare number."""
    joined: list[str] = []
    for argument in arguments:
        if joined and re.fullmatch(r"--[a-z-]+", joined[-1]) and re.match(r"-[\d.$¥]", argument):
            joined[-1] += f"={argument}"
        else:
            joined.append(argument)
    return joined


def _parser(arguments: Sequence[str]) -> argparse.ArgumentParser:
    parser = _Parser(prog="sayso", description="Answers from interviews, with who said so.")
    parser.add_argument("--version", action="version", version=f"sayso {__version__}")
    parser.add_argument(
        "--index", metavar="DIR", help="index directory (default: SAYSO_INDEX, else your data directory)"
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND", parser_class=_Parser)

    command = _command(
        commands, "ingest", _ingest, "read documents into the index; without PATH the five built-in articles"
    )
    command.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="file, folder or .jsonl")
    command.add_argument("--rebuild", action="store_true", help="start from an empty index")

    command = _command(commands, "sources", _sources, "what is in the index")
    command.add_argument("source", nargs="?", metavar="SOURCE")
    command.add_argument("--sentences", action="store_true", help="the indexed sentences of SOURCE, in order")
    command.add_argument("--report", action="store_true", help="what cleaning removed or repaired in SOURCE")
    command.add_argument("--json", action="store_true")

    command = _command(commands, "remove", _remove, "take sources out of the index")
    command.add_argument("sources", nargs="+", metavar="SOURCE")

    command = _command(
        commands, "distill", _distill, "let the model write propositions of sources, kept only if proved"
    )
    command.add_argument("sources", nargs="+", metavar="SOURCE")
    command.add_argument("--out", type=Path, metavar="DIR", help="the documents' folder (default: here)")
    command.add_argument("--estimate", action="store_true", help="tell the cost and send nothing")
    _model(command)

    command = _command(commands, "ask", _ask, "answer a question, or a batch of them")
    command.add_argument("question", nargs="?", metavar="QUESTION")
    command.add_argument(
        "--speaker", action="append", default=[], metavar="NAME", help="only this person's words may answer"
    )
    command.add_argument("--json", action="store_true", help="print the answer object")
    _batch(command)
    command.add_argument("--resume", action="store_true", help="keep the lines that OUT already has")
    _model(command)

    command = _command(commands, "search", _search, "find passages only")
    command.add_argument("question", nargs="?", metavar="QUESTION")
    command.add_argument("--top-k", type=int, default=10, metavar="N")
    command.add_argument("--json", action="store_true")
    _batch(command)

    command = _command(commands, "serve", _serve, "open the web chat")
    command.add_argument("--host", default="127.0.0.1", metavar="H")
    command.add_argument("--port", type=int, default=7860, metavar="P", help="0 takes any free one")
    _model(command)

    command = _command(commands, "mcp", _mcp, "serve ask, search and sources as MCP tools on standard input and output")
    _model(command)

    command = _command(commands, "eval", _eval, "run a question set and report how good the answers are")
    if "eval" in arguments:  # its options stand with it, and importing them would slow every other command
        from evals.cli import add_arguments

        add_arguments(command)

    command = _command(commands, "aidc", _aidc, "reckon the account of an AI data centre as Zhang Yalin lays it out")
    if "aidc" in arguments:
        from rag.commands.aidc import add_arguments as add_aidc

        add_aidc(command)

    command = _command(commands, "ladder", _ladder, "the cost of compute in powers of ten, as Dai Guohao tells it")
    if "ladder" in arguments:
        from rag.commands.ladder import add_arguments as add_ladder

        add_ladder(command)

    command = _command(commands, "mxn", _mxn, "M models on N chips: adapted one by one, or through a middle layer")
    if "mxn" in arguments:
        from rag.commands.mxn import add_arguments as add_mxn

        add_mxn(command)

    _command(commands, "doctor", _doctor, "check configuration, model server and index; exit 1 if anything is wrong")
    return parser


class _Parser(argparse.ArgumentParser):
    """argparse with our error style and exit status."""

    def error(self, message: str) -> Any:
        raise UsageError(f"{message}; see `{self.prog} --help`")


def _command(commands: Any, name: str, run: Callable[..., Any], help_: str) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(name, help=help_, description=help_)
    command.set_defaults(run=run)
    return command


def _model(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--model", metavar="NAME", help="a model of rag/models.toml, or SERVER/NAME; beats SAYSO_MODEL"
    )


def _batch(command: argparse.ArgumentParser) -> None:
    command.add_argument("--batch", type=Path, metavar="IN.jsonl", help='one {"id", "question", …} a line')
    command.add_argument("--out", type=Path, metavar="OUT.jsonl", help="one result a line, in order")


def _ingest(args: argparse.Namespace, settings: Any) -> int:
    from rag.commands import ingest

    return ingest.run(args, settings)


def _sources(args: argparse.Namespace, settings: Any) -> int:
    from rag.commands import sources

    return sources.run(args, settings)


def _remove(args: argparse.Namespace, settings: Any) -> int:
    from rag.factory import remove_sources

    remove_sources(settings, args.sources)
    say(f"{len(args.sources)} removed")
    return 0


def _distill(args: argparse.Namespace, settings: Any) -> int:
    from rag.commands import distill

    return distill.run(args, settings)


def _ask(args: argparse.Namespace, settings: Any) -> int:
    from rag.commands import ask

    return ask.run(args, settings)


def _search(args: argparse.Namespace, settings: Any) -> int:
    from rag.commands import search

    return search.run(args, settings)


def _serve(args: argparse.Namespace, settings: Any) -> int:
    from rag.commands import ingest
    from rag.factory import open_chat_engine, shelf_for
    from rag.settings import choices
    from ui.engines import Engines
    from ui.server import serve

    ingest.build_if_missing(settings)
    shelf = shelf_for(settings)
    engine = open_chat_engine(settings, shelf)
    others = {name: partial(open_chat_engine, chosen, shelf) for name, chosen in choices(settings).items()}
    mode = "offline: quotes only" if settings.offline else f"model {settings.model} at {settings.base_url}"
    serve(
        Engines(engine, others),
        host=args.host,
        port=args.port,
        ready=lambda address: say(f"Sayso is at {address} ({mode}); stop with Ctrl-C"),
    )
    return 0


def _mcp(args: argparse.Namespace, settings: Any) -> int:
    from rag.commands import ask
    from rag.mcp_server import mcp_server

    mcp_server(ask.open_engine(settings)).run("stdio")
    return 0


def _eval(args: argparse.Namespace, settings: Any) -> int:
    from evals.cli import main as run

    return run(args, settings)


def _aidc(args: argparse.Namespace, settings: Any) -> int:
    from rag.commands import aidc

    return aidc.run(args, settings)


def _ladder(args: argparse.Namespace, settings: Any) -> int:
    from rag.commands import ladder

    return ladder.run(args, settings)


def _mxn(args: argparse.Namespace, settings: Any) -> int:
    from rag.commands import mxn

    return mxn.run(args, settings)


def _doctor(args: argparse.Namespace, settings: Any) -> int:
    from rag.commands import doctor

    return doctor.run(settings)
