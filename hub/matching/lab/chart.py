"""A chart to choose a threshold by, as SVG: for people who answer for the hub's decisions, not for statisticians.

Two panels over one axis of thresholds: how many questions the hub answers alone, and how many of these answers name
the wrong child; with guards as they are, and as it would be if the score alone decided. The line at today's threshold
is drawn in both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape

from hub.matching.lab.significance import upper_bound
from hub.matching.lab.thresholds import Point

_WIDTH, _HEIGHT = 960, 720
_LEFT, _RIGHT = 90, 930
_SHARE = (130, 350)
"""Top and bottom of the panel of automatic answers."""
_WRONG = (440, 620)
"""Top and bottom of the panel of wrong ones."""
_BLUE, _RED, _GREY, _INK = "#1d4f91", "#b3261e", "#767676", "#222222"
_SCALES = (5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000)


def draw(points: Sequence[Point], today: float, unguarded_from: float) -> str:
    """The picture. `today` is the threshold in force; below `unguarded_from` bits the score alone is not known."""
    alone = [point for point in points if point.threshold >= unguarded_from]
    most = _rounded_up(max((point.wrong_unguarded for point in alone), default=0))
    now = next((point for point in points if point.threshold >= today), points[-1])
    frame = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        f'font-family="sans-serif" font-size="14" fill="{_INK}" role="img" aria-label="{escape(_summary(now))}">'
    )
    return "\n".join(
        [
            frame,
            f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="white"/>',
            _text(_LEFT, 36, "How sure must the hub be before it decides alone?", size=22, bold=True),
            _text(_LEFT, 62, _summary(now)),
            *_panel(_SHARE, "Answered without a person, of children on the register", ("0%", "50%", "100%")),
            *_panel(_WRONG, "Answers that name the wrong child", ("0", f"{most // 2:,}", f"{most:,}")),
            *_axis(points),
            *_today(points, today),
            _line(points, ((point.threshold, point.share) for point in points), _SHARE, _BLUE),
            _line(points, ((p.threshold, p.wrong_unguarded / most) for p in alone), _WRONG, _GREY, dashed=True),
            _line(points, ((point.threshold, min(1, point.wrong / most)) for point in points), _WRONG, _RED),
            *_legend(),
            "</svg>\n",
        ]
    )


def _summary(now: Point) -> str:
    bound = upper_bound(now.wrong, now.automatic)
    at_most = f" (at most {bound * 100_000:.0f} in 100,000, with 95% confidence)" if bound is not None else ""
    return (
        f"Today: at {now.threshold:g} bits {now.share:.0%} without a person; "
        f"{now.wrong:,} of {now.automatic:,} answers wrong{at_most}."
    )


def _panel(span: tuple[int, int], title: str, marks: tuple[str, str, str]) -> Iterator[str]:
    top, bottom = span
    yield _text(_LEFT, top - 14, title, size=16, bold=True)
    for mark, y in zip(marks, (bottom, (top + bottom) / 2, top), strict=True):
        yield f'<line x1="{_LEFT}" y1="{y}" x2="{_RIGHT}" y2="{y}" stroke="#dddddd"/>'
        yield _text(_LEFT - 10, y + 5, mark, anchor="end")


def _axis(points: Sequence[Point]) -> Iterator[str]:
    first, last = points[0].threshold, points[-1].threshold
    for bits in range(int(first), int(last) + 1, 10):
        yield _text(_x(points, bits), _WRONG[1] + 22, str(bits), anchor="middle")
    middle = (_LEFT + _RIGHT) / 2
    yield _text(middle, _WRONG[1] + 46, "Threshold in bits: each bit halves the odds of chance.", anchor="middle")
    yield _text(_LEFT, _WRONG[1] + 68, "← more answers without a person", size=13)
    yield _text(_RIGHT, _WRONG[1] + 68, "more for people to review →", size=13, anchor="end")


def _today(points: Sequence[Point], today: float) -> Iterator[str]:
    x = _x(points, today)
    for top, bottom in (_SHARE, _WRONG):
        yield f'<line x1="{x:.1f}" y1="{top}" x2="{x:.1f}" y2="{bottom}" stroke="{_INK}" stroke-dasharray="2 4"/>'
    yield _text(x + 6, _SHARE[1] - 8, f"today: {today:g}")


def _legend() -> Iterator[str]:
    for x, colour, dash, words in (
        (_LEFT, _RED, "", "as the hub decides, with its guards"),
        (_LEFT + 330, _GREY, ' stroke-dasharray="6 4"', "if the score alone decided (shown from 20 bits)"),
    ):
        y = _WRONG[1] + 90
        yield f'<line x1="{x}" y1="{y - 5}" x2="{x + 30}" y2="{y - 5}" stroke="{colour}" stroke-width="3"{dash}/>'
        yield _text(x + 38, y, words, size=13)


def _line(
    points: Sequence[Point],
    values: Iterable[tuple[float, float]],
    span: tuple[int, int],
    colour: str,
    *,
    dashed: bool = False,
) -> str:
    """`values` are (threshold, share of the panel's height)."""
    top, bottom = span
    path = " ".join(f"{_x(points, bits):.1f},{bottom - share * (bottom - top):.1f}" for bits, share in values)
    dash = ' stroke-dasharray="6 4"' if dashed else ""
    return f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="3"{dash}/>'


def _x(points: Sequence[Point], bits: float) -> float:
    first, last = points[0].threshold, points[-1].threshold
    return _LEFT + (bits - first) / (last - first) * (_RIGHT - _LEFT)


def _text(x: float, y: float, words: str, *, size: int = 14, anchor: str = "start", bold: bool = False) -> str:
    weight = ' font-weight="bold"' if bold else ""
    return f'<text x="{x:.0f}" y="{y:.0f}" font-size="{size}" text-anchor="{anchor}"{weight}>{escape(words)}</text>'


def _rounded_up(count: int) -> int:
    return next((scale for scale in _SCALES if scale >= count), count)
