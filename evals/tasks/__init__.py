"""The tasks by name. Each module's `build` takes a `Context` and gives the `Measure` that is run."""

from __future__ import annotations

from collections.abc import Callable

from evals.measure import Measure
from evals.tasks import followup, injection, matrix, questions, retrieval, speed, verifier
from evals.tasks.context import Context

TASKS: dict[str, Callable[[Context], Measure]] = {
    "founders": questions.founders,
    "founders-reporting": questions.founders_reporting,
    "retrieval": retrieval.build,
    "verifier": verifier.build,
    "injection": injection.build,
    "followup": followup.build,
    "speed": speed.build,
    "matrix": matrix.build,
}
