"""`sayso eval`: a task's name and options in; runs/NAME with answers and reports, and a printed table, out."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.errors import UsageError
from rag.settings import Settings
from rag.terminal import say

if TYPE_CHECKING:
    from evals.finished import Finished
    from evals.tasks.context import Context

NAMES = ("founders", "founders-reporting", "retrieval", "verifier", "injection", "followup", "speed", "matrix")
# What is measured apart from the tasks, as a printed table only; and what is done with finished runs.
MEASURED, FINISHED = ("first-token", "tokens", "bench"), ("diff", "gate", "baseline")
_SEEDS = Path(__file__).resolve().parent.parent / "seeds"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    what = (
        f"{', '.join(NAMES)}; all of them: all; a path to a question set; {', '.join(MEASURED)}; {', '.join(FINISHED)}"
    )
    parser.add_argument("name", nargs="?", default="founders", help=what)
    parser.add_argument(
        "runs", nargs="*", type=Path, metavar="RUN", help="for diff: A and B; for gate and baseline: runs"
    )
    parser.add_argument(
        "--set", type=Path, metavar="PATH", help="the question set; for retrieval also a public NAME.questions.jsonl"
    )
    quoted = "the raw files that the set quotes: a folder of .txt, or a .jsonl of documents (default: the seeds)"
    parser.add_argument("--files", type=Path, default=_SEEDS, metavar="PATH", help=quoted)
    parser.add_argument("--out", type=Path, metavar="DIR", help="where answers and report go (default: runs/NAME)")
    parser.add_argument("--resume", action="store_true", help="go on with an unfinished run in --out")
    parser.add_argument("--failures", action="store_true", help="print each failed item with its answer and gold")
    parser.add_argument("--type", metavar="TYPE", help="only questions of this type")
    parser.add_argument("--lang", choices=("zh", "en"), help="only questions in this language")
    parser.add_argument("--limit", type=int, metavar="N", help="only N questions, evenly over the set")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.add_argument("--no-baselines", action="store_true", help="leave out the systems that are asked beside")
    parser.add_argument("--models", default="offline", metavar="A,B", help="for matrix: the models; `offline` is one")
    parser.add_argument("--retrieval", default="both,words,vectors", metavar="A,B", help="for matrix: the settings")
    parser.add_argument(
        "--public", type=Path, default=Path("../shared/bench"), metavar="DIR", help="for bench: the public sets"
    )
    sizes = "for bench: numbers of passages to measure speed and memory at; 0 for none"
    parser.add_argument("--sizes", default="1000,10000,100000", metavar="N,N", help=sizes)
    parser.add_argument("--seed", type=int, default=6, metavar="N", help="for verifier: which mutants are made")


def main(args: argparse.Namespace, settings: Settings) -> int:
    """0 when all is well; 1 when an item ended in an error, a target was missed, or `all` and `gate` find a figure fallen."""
    if not find_spec("inspect_ai") or not find_spec("ir_measures"):
        raise UsageError("the evals need packages that the chat does not; install them: pip install 'sayso[evals]'")
    if args.name in FINISHED:
        return _finished(args)
    if args.runs:
        raise UsageError(f"{args.name} takes no RUN; those are for {', '.join(FINISHED)}")
    if args.type:
        from evals.datasets import TYPES

        if args.type not in TYPES:
            raise UsageError(f"--type is {args.type!r}; give one of {' '.join(TYPES)}")
    if args.limit is not None and args.limit < 1:
        raise UsageError(f"--limit is {args.limit}; give 1 or more")
    if args.name in MEASURED:
        return _measured(args, settings)
    names = NAMES if args.name == "all" else (args.name,)
    out = args.out or Path("runs") / Path(args.name).stem
    runs = []
    for name in names:
        runs.append(_run(name, out / name if args.name == "all" else out, args, settings))
        if args.name == "all":
            _print(runs[-1], args)
    _write(out, runs)
    if args.name == "all":
        say(f"\nreport: {out / 'report.html'}")
    else:
        _print(runs[0], args)
    return 1 if any(run.summary.errors or run.missed or (run.fell and args.name == "all") for run in runs) else 0


def _run(name: str, out: Path, args: argparse.Namespace, settings: Settings) -> Finished:
    from evals.finished import Finished
    from evals.metadata import metadata
    from evals.run import run
    from evals.tasks import TASKS, questions

    context = _context(args, settings, out)
    chosen = TASKS.get(name)
    if chosen is None or (args.set and name.startswith("founders")):
        measure = questions.build(context, Path(name).stem, Path(name))
    else:
        measure = chosen(context)
    meta = metadata(measure, settings, context.sources, context.engine.library())
    options = {"type": args.type, "lang": args.lang, "limit": args.limit, "seed": args.seed}
    meta |= {key: value for key, value in options.items() if value is not None}
    # Held against the baseline is only what was asked of the same set in the same way.
    meta["gated"] = args.set is None and args.files == _SEEDS and settings.offline and args.seed == 6
    rows = run(measure, out, config=meta, resume=args.resume)
    return Finished(measure, rows, meta)


def _context(args: argparse.Namespace, settings: Settings, out: Path) -> Context:
    from evals.tasks.context import Context

    return Context(
        settings,
        out / "work",
        set=args.set,
        files=args.files,
        type=args.type,
        lang=args.lang,
        limit=args.limit,
        models=tuple(args.models.split(",")),
        retrieval=tuple(args.retrieval.split(",")),
        seed=args.seed,
        baselines=not args.no_baselines,
    )


def _finished(args: argparse.Namespace) -> int:
    """diff, gate and baseline: over the folders of finished runs."""
    if args.name == "diff":
        from evals import diff

        if len(args.runs) != 2:
            raise UsageError(f"diff takes two runs, A and B; found {len(args.runs)}")
        found = diff.compare(*args.runs)
        print(json.dumps(found.to_dict(), ensure_ascii=False, indent=1) if args.json else diff.table(found, *args.runs))
        return 0
    from evals import gate
    from evals.run import read_rows

    fell: list[str] = []
    for path in _folders(args.runs):
        name, rows = _task(path), read_rows(path)
        if args.name == "baseline":
            say(f"{gate.write_baseline(name, rows)}: {len(rows)} items")
        else:
            fell += gate.regressions(name, rows)
    if args.name == "gate":
        say("\n".join(fell) or "no headline figure is below the baseline")
    return 1 if fell else 0


def _folders(runs: Sequence[Path]) -> list[Path]:
    """Each run; of a folder of runs, those that have a baseline."""
    from evals.gate import HEADLINES

    if not runs:
        raise UsageError("name the folder of a finished run, as runs/founders")
    found: list[Path] = []
    for path in runs:
        found += (
            [path]
            if (path / "run.json").is_file()
            else [path / n for n in HEADLINES if (path / n / "run.json").is_file()]
        )
    if not found:
        raise UsageError(f"{', '.join(map(str, runs))}: no finished run is there")
    return found


def _task(run: Path) -> str:
    return str(json.loads((run / "run.json").read_text(encoding="utf-8"))["task"])


def _measured(args: argparse.Namespace, settings: Settings) -> int:
    """What has no items; each prints a table, and two need a server of their own."""
    if args.name == "bench":
        return _benchmark(args)
    if args.name == "first-token":
        from evals import first_token

        text, good = first_token.report(settings)
    else:
        from evals import tokens
        from evals.tasks.context import TUNING

        context = _context(args, settings, Path("runs") / args.name)
        text, good = tokens.report(settings, context.questions(TUNING), args.files)
    print(text, end="")
    return 0 if good else 1


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


def _write(out: Path, runs: Sequence[Finished]) -> None:
    """The same report four times: for a terminal, for Markdown, for a browser, for programs."""
    from evals.page import page
    from evals.report import markdown, table

    reports: list[dict[str, Any]] = [run.to_dict() for run in runs]
    told = "\n".join(table(run.summary, title=run.measure.title, headline=run.measure.headline) for run in runs)
    notes = [
        markdown(run.summary, title=run.measure.title, note=run.measure.note, headline=run.measure.headline)
        for run in runs
    ]
    (out / "report.txt").write_text(told, encoding="utf-8")
    (out / "report.md").write_text("# Sayso evals\n\n" + "\n".join(notes), encoding="utf-8")
    (out / "report.html").write_text(page(runs), encoding="utf-8")
    shown = reports[0] if len(reports) == 1 else reports
    (out / "report.json").write_text(json.dumps(shown, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _print(run: Finished, args: argparse.Namespace) -> None:
    from evals.report import failures, table

    if args.json:
        print(json.dumps(run.to_dict(), ensure_ascii=False, indent=1))
        return
    if args.failures:
        for block in failures(run.rows, run.measure.failing):
            print(block)
    print(table(run.summary, title=run.measure.title, headline=run.measure.headline), end="")
    for line in (*run.missed, *(run.fell or ())):
        say(f"FELL: {line}")
