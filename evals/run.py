"""A measure in, one row an item out, asked and logged by inspect_ai; a killed run goes on where it stood.

    runs/NAME/run.json       what was run, on what: a resumed run must match it
    runs/NAME/log/*.eval     inspect_ai's log, written after each item; `inspect view --log-dir runs/NAME/log` shows it
    runs/NAME/answers.jsonl  the rows in the items' order, when the last one is there

A kill loses at most the item at hand. Resuming asks each of the rest once, and once more those that ended in an error.
"""

from __future__ import annotations

import io
import json
import math
import os
import re
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import Any

from tqdm import tqdm

from evals.measure import Item, Measure, Row, Scores
from rag.errors import SaysoError, UsageError

ANSWERS, CONFIG, LOG = "answers.jsonl", "run.json", "log"
# The first items of a process load models and fill caches; their latency says nothing of the rest.
WARM_UP = 5
_KEY = re.compile(r"\b(sk|pk)-[\w-]{6,}")


def run(measure: Measure, out: Path, *, config: Mapping[str, Any], resume: bool = False) -> list[Row]:
    """Every item's row. Without `resume` the earlier log moves to log.previous."""
    out.mkdir(parents=True, exist_ok=True)
    _resumed(out, config) if resume else _started(out, config)
    with _at_home(out / LOG), tqdm(total=len(measure.items), unit="item", desc=measure.name, disable=None) as bar:
        samples = _evaluated(measure, out / LOG, bar)
    rows = [_row(item, samples[item.id]) for item in measure.items]
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    (out / ANSWERS).write_text(lines, encoding="utf-8")
    return rows


def read_rows(path: Path) -> list[Row]:
    """The rows of a finished run: of its folder, or of the file itself."""
    file = path / ANSWERS if path.is_dir() else path
    try:
        return [json.loads(line) for line in file.read_text(encoding="utf-8").split("\n") if line]
    except (OSError, ValueError) as error:
        raise UsageError(f"{file}: no finished run is there ({error}); run it, or finish it with --resume") from error


def asked(item: Item, measure: Measure, *, warm_up: bool = False) -> Row:
    """What came for one item, timed; and of each baseline, scored at once."""
    started = time.perf_counter()
    came = measure.ask(item)
    latency = round((time.perf_counter() - started) * 1000, 3)
    beside = {name: _compared(measure, measure.score(item, ask(item))) for name, ask in measure.beside.items()}
    return {**came, "latency_ms": latency, "warm_up": warm_up, **({"beside": beside} if beside else {})}


def _compared(measure: Measure, scores: Scores) -> Scores:
    return {name: value for name, value in scores.items() if name in (measure.compared or measure.scorers)}


def _evaluated(measure: Measure, log: Path, bar: Any) -> dict[str, Any]:
    """inspect_ai's samples by id."""
    import anyio
    from inspect_ai import Task, eval_set, task
    from inspect_ai.dataset import MemoryDataset, Sample
    from inspect_ai.log import read_eval_log
    from inspect_ai.scorer import Score, mean, scorer, stderr
    from inspect_ai.solver import solver

    items = {item.id: item for item in measure.items}
    done = 0

    @solver
    def ask() -> Any:
        async def solve(state: Any, generate: Any) -> Any:
            nonlocal done
            warm_up, done = done < WARM_UP, done + 1
            try:  # a thread: what is asked may run an event loop of its own
                row = await anyio.to_thread.run_sync(
                    lambda: asked(items[str(state.sample_id)], measure, warm_up=warm_up)
                )
            except Exception as error:  # told on one line, without the key that a server may echo
                raise RuntimeError(_describe(error)) from None
            finally:
                bar.update()
            state.metadata["row"] = row
            state.output.completion = str(row.get("answer", ""))
            return state

        return solve

    @scorer(metrics={"*": [mean(), stderr()]})
    def score() -> Any:
        async def judge(state: Any, target: Any) -> Any:
            scores = measure.score(items[str(state.sample_id)], state.metadata["row"])
            # inspect_ai's own mark for "could not be scored" is NaN: no mean counts it
            return Score(value={name: math.nan if value is None else value for name, value in scores.items()})

        return judge

    @task(name=measure.name)
    def measured() -> Any:
        samples = [
            Sample(id=item.id, input=item.asked, metadata={"groups": dict(item.groups)}) for item in items.values()
        ]
        return Task(dataset=MemoryDataset(samples), solver=ask(), scorer=score())

    _, logs = _quietly(
        eval_set,
        [measured()],
        log_dir=str(log),
        model=None,
        max_samples=1,
        # every item is asked; one that ends in an error leaves the log unfinished, so that resuming asks it again
        fail_on_error=True,
        continue_on_fail=True,
        retry_attempts=0,
        retry_immediate=False,
        log_buffer=1,
        log_realtime=False,
        score_display=False,
        display="none",
        log_level="error",
        ctl_server=False,
        acp_server=False,
    )
    bar.update(len(items) - bar.n)
    samples = {str(sample.id): sample for sample in read_eval_log(logs[0].location).samples or ()}
    if missing := items.keys() - samples.keys():
        raise SaysoError(f"{log}: the run was broken off with {len(missing)} items to go; go on with --resume")
    return samples


def _quietly(evaluate: Any, *arguments: Any, **options: Any) -> Any:
    """Standard output is for results; what inspect_ai says there in passing is not."""
    with redirect_stdout(io.StringIO()):
        return evaluate(*arguments, **options)


def _row(item: Item, sample: Any) -> Row:
    told = {"id": item.id, "asked": item.asked, "groups": dict(item.groups), "gold": item.gold}
    if sample.error:
        return {**told, "error": re.sub(r"^RuntimeError\(['\"](.*)['\"]\)$", r"\1", sample.error.message)}
    (score,) = sample.scores.values()
    scores: Scores = {name: None if math.isnan(value) else value for name, value in score.value.items()}
    return {**sample.metadata["row"], **told, "scores": scores}


def _started(out: Path, config: Mapping[str, Any]) -> None:
    if (out / LOG).exists():
        shutil.rmtree(out / "log.previous", ignore_errors=True)
        os.replace(out / LOG, out / "log.previous")
    (out / ANSWERS).unlink(missing_ok=True)
    (out / CONFIG).write_text(json.dumps(config, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _resumed(out: Path, config: Mapping[str, Any]) -> None:
    if not (out / CONFIG).is_file():
        return _started(out, config)
    earlier = json.loads((out / CONFIG).read_text(encoding="utf-8"))
    changed = sorted(key for key in {*earlier, *config} if earlier.get(key) != json.loads(json.dumps(config.get(key))))
    if changed:
        raise UsageError(
            f"{out / CONFIG}: {', '.join(changed)} differ from this run; run without --resume, or give another --out"
        )
    return None


@contextmanager
def _at_home(log: Path) -> Iterator[None]:
    """inspect_ai keeps traces in the user's data directory; during a run that is a folder beside its log."""
    name, home = "XDG_DATA_HOME", log.parent / ".inspect"
    before = os.environ.get(name)
    os.environ[name] = str(home)
    os.environ["INSPECT_TRACE_FILE"] = str(home / "trace.log")
    try:
        home.mkdir(exist_ok=True)
        yield
    finally:
        os.environ.pop("INSPECT_TRACE_FILE")
        os.environ.pop(name) if before is None else os.environ.update({name: before})
        shutil.rmtree(home, ignore_errors=True)


def _describe(error: Exception) -> str:
    return _KEY.sub(r"\1-…", f"{type(error).__name__}: {error}".replace("\n", " "))
