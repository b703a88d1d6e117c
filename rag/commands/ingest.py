"""`sayso ingest`: documents into the index, and the built-in ones before a first question."""

from __future__ import annotations

import argparse
import sys

from rag.factory import build_index, has_index
from rag.index.library import outdated_seeds
from rag.settings import Settings
from rag.terminal import Progress, say, term_safe


def run(args: argparse.Namespace, settings: Settings) -> int:
    """2 when every document was refused."""
    rebuild = args.rebuild or (not args.paths and _outdated(settings))
    with Progress("ingest", "document") as progress:
        report = build_index(settings, args.paths, rebuild=rebuild, progress=progress.step, started=progress.of)
    for refusal in report.refused:
        print(f"sayso: refused {term_safe(str(refusal))}", file=sys.stderr)
    added, changed, unchanged = len(report.added), len(report.changed), len(report.unchanged)
    say(f"{added} added, {changed} changed, {unchanged} unchanged, {len(report.refused)} refused")
    return 2 if report.refused and not added + changed + unchanged else 0


def build_if_missing(settings: Settings) -> None:
    """A missing or outdated default index is built from the built-in articles first."""
    if not settings.default_index:
        return
    missing = not has_index(settings)
    if missing:
        print("sayso: no index yet; reading the built-in articles", file=sys.stderr)
    if missing or _outdated(settings):
        with Progress("ingest", "document") as progress:
            build_index(settings, rebuild=not missing, progress=progress.step, started=progress.of)


def _outdated(settings: Settings) -> bool:
    """Whether the built-in articles, and nothing else, stand in an index of another version; if so, that is told."""
    outdated = outdated_seeds(settings.index)
    if outdated:
        print("sayso: the index is of another version of Sayso; reading the built-in articles anew", file=sys.stderr)
    return outdated
