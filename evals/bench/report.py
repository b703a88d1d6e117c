"""Measured figures in; a table, a JSON file and a page with plots out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from evals.bench.quality import Quality
from evals.bench.speed import Speed

_COSTS = (
    ("ingest_seconds", "ingest, s"),
    ("open_seconds", "open, s"),
    ("p50_ms", "search p50, ms"),
    ("p95_ms", "search p95, ms"),
    ("add_seconds", "add one document, s"),
    ("ingest_mb", "memory of ingest, MB"),
    ("search_mb", "memory of search, MB"),
    ("disk_mb", "disk, MB"),
)


def table(quality: Sequence[Quality], speed: Sequence[Speed]) -> str:
    """For people. A ratio is to the last way of the same size: what a newcomer builds."""
    lines = [f"{'set':18}{'way':38}{'what':10}{'n':>6}{'first':>8}{'few':>8}"] if quality else []
    lines += [f"{q.set:18}{q.way:38}{q.what:10}{q.questions:6}{q.first:8.3f}{q.few:8.3f}" for q in quality]
    lines += ["few: five passages, three sentences", ""] if quality else []
    for size in dict.fromkeys(s.wanted for s in speed):
        same = [s for s in speed if s.wanted == size]
        lines += [f"about {size:,} passages", *(f"  {n}: {s.way}" for n, s in enumerate(same, 1))]
        lines.append(f"  {'passages':24}" + "".join(f"{s.passages:>18,}" for s in same))
        lines.append(f"  {'passages a second':24}" + "".join(f"{s.passages_a_second:>18,.0f}" for s in same))
        for field, title in _COSTS:
            base = getattr(same[-1], field)
            cells = [
                f"{getattr(s, field):>10,.2f}{f' (×{getattr(s, field) / base:.2f})' if base else '':>8}" for s in same
            ]
            lines.append(f"  {title:24}" + "".join(cells))
    return "\n".join(lines) + "\n"


def write(folder: Path, quality: Sequence[Quality], speed: Sequence[Speed]) -> None:
    """bench.txt, bench.json and bench.html."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "bench.txt").write_text(table(quality, speed), encoding="utf-8")
    told = {"quality": [asdict(q) for q in quality], "speed": [asdict(s) for s in speed]}
    (folder / "bench.json").write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    (folder / "bench.html").write_text(_page(quality, speed), encoding="utf-8")


def _page(quality: Sequence[Quality], speed: Sequence[Speed]) -> str:
    """One file that needs no network: top five by set, and each cost over the number of passages."""
    import plotly.graph_objects as go
    from plotly.subplots import make_subplots

    figure = make_subplots(rows=3, cols=3, subplot_titles=["right passage among five", *(t for _, t in _COSTS)])
    passages = [q for q in quality if q.what == "passage"]
    for way in dict.fromkeys(q.way for q in passages):
        bars = [q for q in passages if q.way == way]
        figure.add_trace(go.Bar(name=way, x=[q.set for q in bars], y=[q.few for q in bars]), row=1, col=1)
    for way in dict.fromkeys(s.way for s in speed):
        points = [s for s in speed if s.way == way]
        for n, (field, _) in enumerate(_COSTS, 1):
            x, y = [s.passages for s in points], [getattr(s, field) for s in points]
            line = go.Scatter(name=way, x=x, y=y, mode="lines+markers", showlegend=n == 1)
            figure.add_trace(line, row=n // 3 + 1, col=n % 3 + 1)
    figure.update_layout(height=1000, title_text="Retrieval: quality and cost")
    return str(figure.to_html(include_plotlyjs=True))
