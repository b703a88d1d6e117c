"""The checks tried on true statements and their mutants: a true one must be kept, and each false one caught."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from evals.measure import Item, Measure, Row, Scores
from evals.mutants import KINDS
from evals.tasks.context import Context
from evals.verifier import CAUGHT, CAUGHT_EACH, KEPT, Trial, trials
from rag.corpus import Corpus

SCORERS = ("kept", "caught", *(f"caught {kind}" for kind in KINDS))


def build(context: Context) -> Measure:
    """An item a true statement of the built-in articles, with all its mutants."""
    return Measure(
        "verifier",
        "Verifier",
        "False statements are made of true ones by changing one thing. `kept` is of the true ones, `caught` of the "
        "mutants. The checks' words were chosen on these articles.",
        [
            _item(trial)
            for trial in trials(Corpus.seeds(), seed=context.seed)
            if context.lang in (None, trial.case.language)
        ],
        _ask,
        _score,
        SCORERS,
        ("kept", "caught"),
        failing=SCORERS,
        verdict=missed_targets,
    )


def missed_targets(rows: Sequence[Row]) -> list[str]:
    """What issue 6 asks for and this run misses; counted over all mutants, not over statements."""
    tried, hit = Counter[str](), Counter[str]()
    for row in rows:
        for name, value in row.get("scores", {}).items():
            if value is not None and name != "caught":
                tried[name] += 1
                hit[name] += value == 1.0
    mutants = [name for name in tried if name != "kept"]
    shares = {name: hit[name] / tried[name] for name in tried}
    shares["caught"] = sum(hit[name] for name in mutants) / max(1, sum(tried[name] for name in mutants))
    targets = {"kept": KEPT, "caught": CAUGHT, **dict.fromkeys(mutants, CAUGHT_EACH)}
    return [
        f"{name} {shares[name]:.3f}, wanted {want}" for name, want in targets.items() if shares.get(name, 0.0) < want
    ]


def _item(trial: Trial) -> Item:
    case = trial.case
    groups = {"language": (case.language,), "kind": ("proposition" if trial.claim else "quote",)}
    cited = " ".join(sentence.text for sentence in case.cited)
    return Item(f"{case.id}/{case.language}", case.text, trial, groups, (("cited", cited),))


def _ask(item: Item) -> Row:
    told = [(case.kind, case.text, reason) for case, reason in item.subject.judged()]
    wrong = [
        (kind or "true, refused", f"{text}  ({reason or 'passed'})")
        for kind, text, reason in told
        if bool(kind) == (reason is None)
    ]
    return {"judged": [[kind, reason] for kind, _, reason in told], "shown": wrong}


def _score(item: Item, row: Row) -> Scores:
    scores: Scores = dict.fromkeys(SCORERS)
    caught = {kind: float(reason is not None) for kind, reason in row["judged"] if kind}
    scores["kept"] = next(float(reason is None) for kind, reason in row["judged"] if not kind)
    scores["caught"] = sum(caught.values()) / len(caught) if caught else None
    return {**scores, **{f"caught {kind}": value for kind, value in caught.items()}}
