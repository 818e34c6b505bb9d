"""Recall against false alarms at every threshold, a small picture for each trigger, as SVG."""

from collections.abc import Sequence
from html import escape

from apps.evaluate.trigger_readings import Judged

SIDE = 120  # of one picture, in pixels
GAP = 36
ACROSS = 5
_STYLE = "font-family='sans-serif' font-size='11' fill='#333'"


def as_svg(judged: Sequence[Judged]) -> str:
    """The cross marks the policy's threshold."""
    names = sorted({one.case.trigger for one in judged})
    rows = -(-len(names) // ACROSS)
    wide, high = ACROSS * (SIDE + GAP) + GAP, rows * (SIDE + GAP + 14) + GAP
    parts = [
        _picture(name, [one for one in judged if one.case.trigger == name], place) for place, name in enumerate(names)
    ]
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {wide} {high}' width='{wide}' height='{high}'>"
        f"<rect width='{wide}' height='{high}' fill='white'/>{''.join(parts)}</svg>\n"
    )


def curve(judged: Sequence[Judged]) -> list[tuple[float, float]]:
    """(false alarms, recall) from the strictest threshold to the mildest."""
    positive = sum(one.case.positive for one in judged) or 1
    negative = sum(not one.case.positive for one in judged) or 1
    points = [(0.0, 0.0)]
    for cut in sorted({one.sure for one in judged if one.sure > 0}, reverse=True):
        over = [one for one in judged if one.sure >= cut]
        hits = sum(one.case.positive for one in over)
        points.append(((len(over) - hits) / negative, hits / positive))
    return points


def _picture(name: str, judged: Sequence[Judged], place: int) -> str:
    left, top = GAP + place % ACROSS * (SIDE + GAP), GAP + place // ACROSS * (SIDE + GAP + 14)
    line = " ".join(f"{left + x * SIDE:.1f},{top + (1 - y) * SIDE:.1f}" for x, y in curve(judged))
    positive = [one.fires for one in judged if one.case.positive]
    negative = [one.fires for one in judged if not one.case.positive]
    x = left + SIDE * sum(negative) / max(len(negative), 1)
    y = top + SIDE * (1 - sum(positive) / max(len(positive), 1))
    return (
        f"<text x='{left}' y='{top - 6}' {_STYLE}>{escape(name)}</text>"
        f"<rect x='{left}' y='{top}' width='{SIDE}' height='{SIDE}' fill='none' stroke='#bbb'/>"
        f"<polyline points='{line}' fill='none' stroke='#1f6f8b' stroke-width='1.5'/>"
        f"<path d='M{x - 4:.1f},{y:.1f}h8M{x:.1f},{y - 4:.1f}v8' stroke='#c0392b' stroke-width='1.5'/>"
    )
