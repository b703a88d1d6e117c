"""Distilling: what a model claims of a source is kept only if the loader takes it; a stopped run goes on."""

from __future__ import annotations

import json

import pytest
from builders import INTERVIEW
from double import Handler, evidence_of, saying, serving

from rag.distillation import batches, distil, estimate, total, unfinished
from rag.factory import model_server_for
from rag.faults import Fault
from rag.models import model_row
from rag.settings import Settings

TRUE = {
    "zh": "王小明说,他们的机房三年来把电费降低了40%。",
    "en": "Wang Xiaoming says their machine rooms cut the electricity bill by 40% in three years.",
}
PEOPLE = {
    "documents": [],
    "people": [{"name": "王小明", "english": "Wang Xiaoming"}, {"name": "李四光", "english": "Li Siguang"}],
}


@pytest.fixture
def library(folder, take, shelf):
    take(folder({"x.txt": INTERVIEW, "manifest.json": json.dumps(PEOPLE)}))
    return shelf.library()


def claiming(*changes: dict) -> object:
    """A model that claims this of the sentence about electricity, with other words, a label of nothing, or no JSON."""

    def script(handler: Handler, asked: dict) -> None:
        label = next(label for label, text in evidence_of(asked) if "40%" in text)
        lines = [
            json.dumps({**TRUE, "kind": "number", "labels": [label], **change}, ensure_ascii=False)
            for change in changes
        ]
        handler.stream(["\n".join(lines)])

    return script


@pytest.fixture
def run(library, tmp_path):
    target = tmp_path / "propositions" / "x.jsonl"

    def distilled(script):
        with serving(script) as server:
            settings = Settings(tmp_path, model="gpt-4o-mini", api_key="k", base_url=server.address)
            (batch,) = batches(library.sentences_of("x"))
            return distil(batch, "x", target, model_server_for(settings), model_row("gpt-4o-mini"), library), target

    return distilled


def test_a_proved_claim_is_written_as_the_loader_reads_it(run, folder, take, shelf):
    made, target = run(claiming({}))
    assert (made.kept, made.refused) == (1, ())
    take(folder({"propositions/x.jsonl": target.read_bytes(), "x.txt": INTERVIEW}))
    assert shelf.library().store.count("propositions") == 1


@pytest.mark.parametrize(
    "change",
    [
        {"zh": "王小明说,电费降低了90%。"},
        {"en": "Li Siguang says the electricity bill fell by 40%."},
        {"zh": "王小明说,电费上升了40%。"},
        {"labels": ["S99"]},
        {"labels": []},
        {"zh": 3},
    ],
    ids=repr,
)
def test_what_is_not_proved_is_refused_with_its_reason(run, change):
    made, target = run(claiming(change, {}))
    assert (made.kept, len(made.refused)) == (1, 1)
    assert len(target.read_text(encoding="utf-8").splitlines()) == 1


def test_words_around_the_lines_are_refused_and_harm_nothing(run):
    assert run(saying("Here you are:\n```json\n```"))[0].kept == 0


def test_a_batch_that_is_done_is_not_asked_again(run, library):
    _, target = run(claiming({}))
    assert unfinished(batches(library.sentences_of("x")), target) == []


def test_a_failure_writes_nothing_and_leaves_the_batch_to_do(run, library, tmp_path):
    with pytest.raises(Fault):
        run(lambda handler, _: handler.send(401, "{}"))
    target = tmp_path / "propositions" / "x.jsonl"
    assert not target.exists()
    assert len(unfinished(batches(library.sentences_of("x")), target)) == 1


def test_the_cost_is_told_before_and_summed_after(run, library):
    todo = batches(library.sentences_of("x"))
    before = estimate(todo, model_row("gpt-4o-mini"), library)
    made, _ = run(claiming({}))
    assert before.prompt_tokens == pytest.approx(made.usage.prompt_tokens, abs=10)
    assert total([made.usage, made.usage]).cost_usd == pytest.approx(2 * made.usage.cost_usd)
    assert estimate(todo, model_row("own"), library).cost_usd is None
