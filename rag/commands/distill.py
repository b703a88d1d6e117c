"""`sayso distill SOURCE...`: the configured model writes propositions of a source; what is proved goes beside the document."""

from __future__ import annotations

import argparse
from pathlib import Path

from rag.distillation import Batch, batches, distil, estimate, total, unfinished
from rag.errors import ModelError, UsageError
from rag.factory import model_server_for, shelf_for
from rag.index.library import Library
from rag.models import model_row
from rag.preparing import claims_file
from rag.settings import Settings
from rag.terminal import Progress, say, term_safe
from rag.types import Usage


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Tells the cost before it asks anything, and after. 1 when the model failed on the way; a second run goes on there."""
    if settings.offline:
        raise UsageError("distilling needs a model: name one with --model, or set OPENAI_API_KEY or OPENAI_BASE_URL")
    library = shelf_for(settings).library()
    todo = {source: _todo(source, args.out, library) for source in args.sources}
    row = model_row(settings.model)
    waiting = [batch for some in todo.values() for batch in some]
    say(f"{len(waiting)} requests, {_priced(estimate(waiting, row, library))} (estimate)")
    if args.estimate or not waiting:
        return 0
    return _distil(todo, args.out, settings, library, len(waiting))


def _todo(source: str, out: Path | None, library: Library) -> list[Batch]:
    if library.store.source(source) is None:
        raise UsageError(f"no source {source} in the index; `sayso sources` lists them")
    return unfinished(batches(library.sentences_of(source)), _target(source, out))


def _target(source: str, out: Path | None) -> Path:
    """Where the next ingest looks when OUT is the document's folder."""
    return claims_file(out or Path.cwd(), source)


def _distil(todo: dict[str, list[Batch]], out: Path | None, settings: Settings, library: Library, count: int) -> int:
    server, row = model_server_for(settings), model_row(settings.model)
    spent: list[Usage] = []
    kept = 0
    refused: list[str] = []
    try:
        with Progress("distill", "request") as progress:
            progress.of(count)
            for source, some in todo.items():
                for batch in some:
                    made = distil(batch, source, _target(source, out), server, row, library)
                    kept, refused = kept + made.kept, [*refused, *made.refused]
                    spent.append(made.usage)
                    progress.step(source)
    except ModelError as error:
        say(f"stopped: {term_safe(str(error))}; run it again to go on")
        return 1
    finally:
        for reason in refused:
            say(f"refused {term_safe(reason)}")
        say(f"{kept} kept, {len(refused)} refused; {_priced(total(spent))}")
    say(f"written below {_target('', out).parent}; ingest the documents beside it again to use them")
    return 0


def _priced(spent: Usage) -> str:
    cost = "price unknown" if spent.cost_usd is None else f"${spent.cost_usd:.4f}"
    return f"{spent.prompt_tokens:,} + {spent.completion_tokens:,} tokens, {cost}"
