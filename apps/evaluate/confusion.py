"""Which labels are taken for which, as a picture."""

from collections import Counter
from collections.abc import Sequence
from html import escape

CELL = 14  # pixels
LETTER = 6  # width of a letter at the size used
MOST = 60  # labels drawn: the most confused ones


def confusion_svg(pairs: Sequence[tuple[str, str]], title: str = "Meant (rows) and read (columns)") -> str:
    """An SVG of (meant, read) pairs: a row a label, dark where many of its cases went. Beyond sixty labels only those
    that are confused most are drawn."""
    counts = Counter(pairs)
    names = _drawn(counts)
    totals = Counter(meant for meant, _ in pairs)
    left = 10 + LETTER * max((len(name) for name in names), default=0)
    top = left + 20
    size = CELL * len(names)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + size + 20}" height="{top + size + 20}" '
        'font-family="sans-serif" font-size="10">',
        '<rect width="100%" height="100%" fill="#fff"/>',
        f'<text x="10" y="14" font-size="12">{escape(title)}</text>',
    ]
    for row, name in enumerate(names):
        y = top + row * CELL
        x = left + row * CELL + CELL / 2
        parts.append(f'<text x="{left - 4}" y="{y + 11}" text-anchor="end">{escape(name)}</text>')
        parts.append(f'<text transform="translate({x + 3},{top - 4}) rotate(-90)">{escape(name)}</text>')
        parts += [
            _cell(left + column * CELL, y, name, other, counts[name, other], totals[name])
            for column, other in enumerate(names)
            if counts[name, other]
        ]
    parts.append(f'<rect x="{left}" y="{top}" width="{size}" height="{size}" fill="none" stroke="#999"/>')
    return "\n".join([*parts, "</svg>", ""])


def _cell(x: int, y: int, meant: str, read: str, count: int, total: int) -> str:
    colour = "#1a6b4a" if meant == read else "#b3261e"
    told = escape(f"{meant} read as {read}: {count} of {total}")
    return (
        f'<rect x="{x}" y="{y}" width="{CELL}" height="{CELL}" fill="{colour}" '
        f'fill-opacity="{0.15 + 0.85 * count / total:.2f}"><title>{told}</title></rect>'
    )


def _drawn(counts: Counter[tuple[str, str]]) -> list[str]:
    wrong: Counter[str] = Counter()
    for (meant, read), count in counts.items():
        wrong[meant] += count if meant != read else 0
        wrong[read] += count if meant != read else 0
    worst = sorted(wrong, key=lambda name: (-wrong[name], name))[:MOST]
    return sorted(worst)
