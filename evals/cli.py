"""`sayso eval`: a set's name and options in; runs/NAME with answers and report, and a printed table, out."""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from evals.datasets import LANGUAGES, TYPES, Question, load
from evals.report import failures, table
from evals.run import Row, asking, run
from evals.scorers import all_scorers
from evals.sources import read_sources
from evals.summary import Summary, summarise
from rag.corpus import Corpus
from rag.errors import UsageError
from rag.settings import Settings

_HERE = Path(__file__).resolve().parent
_SEEDS = _HERE.parent / "seeds"
SETS = {
    "founders": _HERE / "founders" / "tuning.jsonl",
    "founders-reporting": _HERE / "founders" / "reporting.jsonl",
}
# What is measured apart from the scores of a set.
MEASURED = ("verifier", "first-token", "tokens", "matrix", "bench")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "name",
        nargs="?",
        default="founders",
        help=f"{', '.join(SETS)}, a path to a question set, or {', '.join(MEASURED)}",
    )
    parser.add_argument("--set", type=Path, metavar="PATH", help="the question set, when NAME only names the run")
    quoted = "the raw files that the set quotes: a folder of .txt, or a .jsonl of documents (default: the seeds)"
    parser.add_argument("--files", type=Path, default=_SEEDS, metavar="PATH", help=quoted)
    parser.add_argument("--out", type=Path, metavar="DIR", help="where answers and report go (default: runs/NAME)")
    parser.add_argument("--resume", action="store_true", help="go on with an unfinished run in --out")
    parser.add_argument("--failures", action="store_true", help="print each failed question with its answer and gold")
    parser.add_argument("--type", choices=TYPES, help="only questions of this type")
    parser.add_argument("--lang", choices=LANGUAGES, help="only questions in this language")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.add_argument("--models", default="offline", metavar="A,B", help="for matrix: the models; `offline` is one")
    parser.add_argument("--retrieval", default="both,words,vectors", metavar="A,B", help="for matrix: the settings")
    parser.add_argument(
        "--public", type=Path, default=Path("../shared/bench"), metavar="DIR", help="for bench: the public sets"
    )
    sizes = "for bench: numbers of passages to measure speed and memory at; 0 for none"
    parser.add_argument("--sizes", default="1000,10000,100000", metavar="N,N", help=sizes)
    parser.add_argument("--seed", type=int, default=6, metavar="N", help="for verifier: which mutants are made")
    parser.add_argument(
        "--limit", type=int, metavar="N", help="for matrix, tokens and bench: only every so many questions, N in all"
    )


def main(args: argparse.Namespace, settings: Settings) -> int:
    """0 when every question was answered or refused, 1 when one ended in an error, or a measurement missed its target."""
    if args.name in MEASURED:
        return _measured(args, settings)
    path = _set(args.name, args.set)
    sources = read_sources(args.files)
    questions = _selected(load(path, sources), kind=args.type, language=args.lang)
    if not questions:
        raise UsageError(f"{path}: no question is of type {args.type or 'any'} in language {args.lang or 'any'}")
    out = args.out or Path("runs") / Path(args.name).stem
    scorers = all_scorers(sources)
    ask = asking(_engine(settings))
    rows = run(questions, ask, scorers, out, config=_config(path, args, settings), resume=args.resume)
    summary = summarise(questions, rows, list(scorers))
    text = table(summary, title=Path(args.name).stem)
    _write(out, summary, text)
    _print(questions, rows, summary, text, args)
    return 1 if summary.errors else 0


def _measured(args: argparse.Namespace, settings: Settings) -> int:
    """What measures something else than a run's scores; each prints a table."""
    if args.name == "verifier":
        from evals import verifier

        judged = verifier.judge(Corpus.seeds(), seed=args.seed)
        if args.failures:
            print("\n".join(verifier.missed(judged)))
        print(verifier.table(judged), end="")
        return 0 if verifier.good(judged) else 1
    if args.name == "first-token":
        from evals import first_token

        text, good = first_token.report(settings)
        print(text, end="")
        return 0 if good else 1
    if args.name == "bench":
        return _benchmark(args)
    sources = read_sources(args.files)
    questions = _selected(load(_set("founders", args.set), sources), kind=args.type, language=args.lang)
    questions = questions[:: max(1, len(questions) // args.limit)][: args.limit] if args.limit else questions
    if args.name == "tokens":
        from evals import tokens

        text, good = tokens.report(settings, questions, args.files)
        print(text, end="")
        return 0 if good else 1
    from evals import matrix

    rows = matrix.rows_of(settings, args.models.split(","))
    cells = matrix.matrix(rows, questions, all_scorers(sources), args.retrieval.split(","))
    print(matrix.table(cells), end="")
    return 1 if any(cell.errors for cell in cells) else 0


def _benchmark(args: argparse.Namespace) -> int:
    from evals.bench import quality, report, speed

    figures = quality.measure(args.public, limit=args.limit) if args.public.is_dir() else []
    if not figures:
        print(f"{args.public}: no public sets there, so quality is not measured; name their folder with --public")
    costs = speed.measure([int(size) for size in args.sizes.split(",") if int(size)])
    out = args.out or Path("runs") / "bench"
    report.write(out, figures, costs)
    print(report.table(figures, costs), end="")
    return 0


def _engine(settings: Settings) -> Any:
    from rag.factory import open_chat_engine

    return open_chat_engine(settings)


def _set(name: str, path: Path | None) -> Path:
    chosen = path or SETS.get(name) or Path(name)
    if not chosen.is_file():
        raise UsageError(f"{chosen}: no such question set; give a path or one of {', '.join(SETS)}")
    return chosen


def _selected(questions: Sequence[Question], *, kind: str | None, language: str | None) -> list[Question]:
    return [q for q in questions if kind in (None, q.type) and language in (None, q.lang)]


def _config(path: Path, args: argparse.Namespace, settings: Settings) -> dict[str, str]:
    """What must be the same for a run to be resumed; no key is in it."""
    return {
        "set": str(path),
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "type": args.type or "",
        "lang": args.lang or "",
        "index": str(settings.index),
        "model": settings.model,
        "embedding": settings.embedding,
    }


def _write(out: Path, summary: Summary, text: str) -> None:
    (out / "report.txt").write_text(text, encoding="utf-8")
    report = json.dumps(summary.to_dict(), ensure_ascii=False, indent=1)
    (out / "report.json").write_text(report + "\n", encoding="utf-8")


def _print(
    questions: Sequence[Question], rows: Sequence[Row], summary: Summary, text: str, args: argparse.Namespace
) -> None:
    if args.json:
        print(json.dumps(summary.to_dict(), ensure_ascii=False, indent=1))
        return
    if args.failures:
        for block in failures(questions, rows):
            print(block)
    print(text, end="")
