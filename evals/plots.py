"""Figures in, plots as HTML and SVG out: no script, no font, no address; colours come from the page's style."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from evals.measure import is_count
from evals.report import cell
from evals.summary import Figure

_BINS = 28


def bars(rows: Sequence[tuple[str, str, Figure | None, str]]) -> str:
    """(label, scorer, figure, class) a row: a bar from nought to the share, with its interval as a whisker."""
    return f'<div class="bars">{"".join(_bar(*row) for row in rows)}</div>'


def dots(groups: Sequence[tuple[str, int, Sequence[tuple[str, Figure | None]]]]) -> str:
    """(label, n, figures by scorer) a row: one dot with its interval for each scorer, on one scale from 0 to 1."""
    names = list(dict.fromkeys(name for _, _, figures in groups for name, _ in figures))
    legend = "".join(f'<span class="key s{n}">{escape(name.replace("_", " "))}</span>' for n, name in enumerate(names))
    lines = []
    for label, size, figures in groups:
        marks = "".join(_dot(figure, names.index(name)) for name, figure in figures if figure)
        lines.append(
            f'<div class="bar"><span class="label">{escape(label)}</span><span class="track tall">{marks}</span>'
            f'<span class="value">n={size}</span></div>'
        )
    return f'<p class="legend">{legend}</p><div class="bars">{"".join(lines)}{_scale()}</div>'


def histogram(values: Sequence[float], *, unit: str, p50: float, p95: float) -> str:
    """Columns of equal width on a logarithmic scale."""
    low, high = max(min(values), 0.01), max(max(values), 0.02)
    step = (math.log(high) - math.log(low)) / _BINS or 1.0
    counts = [0] * _BINS
    for value in values:
        counts[min(_BINS - 1, int((math.log(max(value, low)) - math.log(low)) / step))] += 1
    columns = []
    for n, count in enumerate(counts):
        start, end = math.exp(math.log(low) + n * step), math.exp(math.log(low) + (n + 1) * step)
        kind = " late" if start >= p95 else ""
        told = f"{start:.1f} to {end:.1f} {unit}: {count}"
        columns.append(f'<i class="column{kind}" style="height:{100 * count / max(counts):.1f}%" title="{told}"></i>')
    ends = f"<span>{low:.1f} {unit}</span><span>median {p50:.1f}, 95 % below {p95:.1f} {unit}</span><span>{high:.1f} {unit}</span>"
    return f'<div class="columns">{"".join(columns)}</div><p class="ends">{ends}</p>'


def scatter(points: Sequence[tuple[str, float, float]], *, across: str, up: str) -> str:
    """(label, x, y) a point, both from nought; y is a share."""
    width, height, left, bottom = 560, 260, 46, 40
    most = _round_up(max((x for _, x, _ in points), default=0.0))

    def at(x: float, y: float) -> tuple[float, float]:
        return left + x / most * (width - left - 150), height - bottom - y * (height - bottom - 14)

    parts = [
        f'<svg class="scatter" viewBox="0 0 {width} {height}" role="img" aria-label="{escape(up)} against {escape(across)}">'
    ]
    for y in (0, 0.25, 0.5, 0.75, 1):
        _, py = at(0, y)
        parts.append(
            f'<line x1="{left}" x2="{width - 8}" y1="{py:.1f}" y2="{py:.1f}"/><text x="{left - 6}" y="{py + 4:.1f}" class="end">{y:g}</text>'
        )
    parts += [
        f'<text x="{at(x, 0)[0]:.1f}" y="{height - bottom + 16}" class="middle">{x:,.4g}</text>'
        for x in (0.0, most / 2, most)
    ]
    parts.append(
        f'<text x="{left}" y="{height - 6}">{escape(across)}</text><text x="{left}" y="10">{escape(up)}</text>'
    )
    lowest = -math.inf
    for n, (label, x, y) in enumerate(sorted(points, key=lambda point: -point[2])):
        px, py = at(x, y)
        lowest = max(py + 4, lowest + 14)  # labels step aside for the one above
        parts.append(
            f'<circle cx="{px:.1f}" cy="{py:.1f}" r="5" class="c{min(n, 5)}"/><text x="{px + 9:.1f}" y="{lowest:.1f}">{escape(label)}</text>'
        )
    return "".join(parts) + "</svg>"


def _round_up(value: float) -> float:
    """To 1, 2, 4, 6 or 8 times a power of ten; 1 for nought.

    >>> _round_up(1785.0), _round_up(0.0)
    (2000.0, 1.0)
    """
    if value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 2, 4, 6, 8, 10) if value <= step * power * 1.0001)


def _bar(label: str, scorer: str, figure: Figure | None, kind: str) -> str:
    if figure is None:
        track, value = "", "not scored"
    elif is_count(scorer):
        track, value = "", f"{figure.value:.0f} in {figure.scored}"
        kind += " good" if figure.value == 0 else " bad"
    else:
        low, high = 100 * figure.low, 100 * figure.high
        track = f'<b style="width:{100 * figure.value:.1f}%"></b><i style="left:{low:.1f}%;width:{max(high - low, 0.3):.1f}%"></i>'
        value = f"{cell(scorer, figure)} <small>±{(figure.high - figure.low) / 2:.2f}, n={figure.scored}</small>"
    return (
        f'<div class="bar {kind}"><span class="label">{escape(label)}</span><span class="track">{track}</span>'
        f'<span class="value">{value}</span></div>'
    )


def _dot(figure: Figure, number: int) -> str:
    low, high = 100 * figure.low, 100 * figure.high
    told = f"{figure.value:.2f} [{figure.low:.2f}, {figure.high:.2f}], n={figure.scored}"
    top = 18 + 26 * number
    return (
        f'<i class="s{number}" style="left:{low:.1f}%;width:{high - low:.1f}%;top:{top}%"></i>'
        f'<em class="s{number}" style="left:{100 * figure.value:.1f}%;top:{top}%" title="{told}"></em>'
    )


def _scale() -> str:
    marks = "".join(f'<span style="left:{100 * at:.0f}%">{at:g}</span>' for at in (0, 0.25, 0.5, 0.75, 1))
    return f'<div class="bar"><span class="label"></span><span class="scale">{marks}</span><span class="value"></span></div>'


def title(name: str) -> str:
    """A scorer's name as words."""
    return name.replace("_", " ")
