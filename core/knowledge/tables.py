"""Tables in articles: which row is their head, which rows a question names, and a row said as a sentence.

In the plain form of an article (`core.knowledge.passages`) a row is a line with its cells joined by ` | `.
"""

import re
from collections.abc import Sequence

from core.knowledge.synonyms import concepts

_CELLS = re.compile(r"(?:^| )\|(?= |$)")  # an empty cell at the edge of a row leaves its bar there alone
_PARTS = re.compile(r"[,;()/]")
_DIGIT = re.compile(r"\d")
_ENDS = re.compile(r"[.!?…。！？]$")


def has_head(rows: Sequence[str], *, whole: bool) -> bool:
    """Whether the first of these rows, of one table, names its columns: it has as many cells as the others, and nothing
    above what names them, or no figures where they have some. Without figures only where the table is known to be
    `whole`: the first row of a part may be any."""
    first, *others = map(_cells, rows)
    if not others or any(len(row) != len(first) for row in others):
        return False
    if not first[0]:
        return all(row[0] for row in others)
    if any(map(_DIGIT.search, first)):
        return False
    return whole or any(_DIGIT.search(cell) for row in others for cell in row[1:])


def named_rows(rows: Sequence[str], asked: str) -> list[int]:
    """Places of the rows whose first cell, or a part of it between commas, has words that no other row's has, all of
    them in the question: "Calder Wharf, Leeds" is named by "When does Calder Wharf close?"."""
    labels = [_cells(row)[0] for row in rows]
    words = [concepts(label) for label in labels]
    wanted = concepts(asked)

    def is_named(place: int) -> bool:
        others = frozenset[str]().union(*words[:place], *words[place + 1 :])
        own = [concepts(part) - others for part in _PARTS.split(labels[place])]
        return any(part <= wanted and not all(word.isdigit() for word in part) for part in own)

    return [place for place in range(len(rows)) if is_named(place)]


def say_row(quote: str) -> str:
    """The last row of a quote as a sentence, each cell with what the first row calls it: "Everyday | 3 | €600" under
    "Plan | Free each month | Daily limit" is "Everyday – Free each month: 3; Daily limit: €600."

    A quote of one row has no names: "Monday | 9 to 17" is "Monday: 9 to 17."."""
    first, *others = quote.split("\n")
    label, *cells = _cells(others[-1] if others else first)
    names = _cells(first)[1:] if others else [""] * len(cells)
    if len(names) != len(cells):
        names = [""] * len(cells)  # nobody knows which is whose
    told = "; ".join(": ".join(filter(None, pair)) for pair in zip(names, cells, strict=True) if pair[1])
    said = (" – " if any(names) else ": ").join(filter(None, (label, told)))
    return said if _ENDS.search(said) else f"{said}."


def _cells(row: str) -> list[str]:
    return [cell.strip() for cell in _CELLS.split(row)]
