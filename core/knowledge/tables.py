"""Tables in articles: which row is their head, which rows a question names, and a row said as a sentence.

In the plain form of an article (`core.knowledge.passages`) a row is a line with its cells joined by ` | `.
"""

import re
from collections.abc import Sequence

from core.knowledge.synonyms import concepts

_CELLS = re.compile(r"(?:^| )\|(?= |$)")  # an empty cell at the edge of a row leaves its bar there alone
_PARTS = re.compile(r"[,;()/]|\s[-–—]\s")
TOGETHER = 2  # words that name a row together, where each alone names several
_DIGIT = re.compile(r"\d")
_CURRENCY = re.compile(r"[£$€¥]|\b(?:GBP|EUR|USD|CHF|PLN|JPY)\b")
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
    # Figures in some of the first cells may be names ("Plan 2"), in all of them they are what the column counts.
    counted = len(others) > 1 and all(_DIGIT.search(row[0]) for row in others)
    return whole or counted or any(_DIGIT.search(cell) for row in others for cell in row[1:])


def named_rows(rows: Sequence[str], asked: str, known: str = "") -> list[int]:
    """Places of the rows whose first cell, or a part of it between commas or dashes, has words that no other row's has,
    all of them in the question: "Calder Wharf, Leeds" is named by "When does Calder Wharf close?". Else of those whose
    whole first cell is in the question: "Leeds – York" among "Leeds – Hull" and "York – Hull". Where the question has
    not even one word of any of them, those that what is `known` of the customer names."""
    return _named_or_known([_cells(row)[0] for row in rows], asked, known)


def last_row(quote: str) -> str | None:
    """The row that a quote of a table is about, whose first line may be the table's head; None of anything else."""
    row = quote.rpartition("\n")[2]
    return row if " | " in row else None


def say_row(quote: str, asked: str = "", known: str = "") -> str:
    """The last row of a quote as a sentence, each cell with what the first row calls it: "Everyday | 3 | €600" under
    "Plan | Free each month | Daily limit" is "Everyday – Free each month: 3; Daily limit: €600."

    A quote of one row has no names: "Monday | 9 to 17" is "Monday: 9 to 17.". Of columns that are alternatives, such as
    a price in two countries, only those are said that the question names, where it names one, else those that what is
    `known` of the customer names."""
    label, told = _read(quote)
    passed_over = _passed_over(told, asked, known)
    return _sentence(label, [pair for place, pair in enumerate(told) if place not in passed_over])


def is_row_said(text: str, quote: str) -> bool:
    """Whether a text is the last row of a quote as `say_row` says it, with all of its cells or some."""
    label, told = _read(quote)
    some = [pair for pair in told if _told(pair) in text]
    return bool(some) and text == _sentence(label, some)


Pair = tuple[str, str]  # what the head calls a cell, empty without a head, and the cell


def _read(quote: str) -> tuple[str, list[Pair]]:
    """The last row's first cell, and its other cells that are not empty."""
    first, *others = quote.split("\n")
    label, *cells = _cells(others[-1] if others else first)
    names = _cells(first)[1:] if others else []
    if len(names) != len(cells):
        names = [""] * len(cells)  # nobody knows which is whose
    return label, [pair for pair in zip(names, cells, strict=True) if pair[1]]


def _sentence(label: str, told: Sequence[Pair]) -> str:
    mark = " – " if any(name for name, _ in told) else ": "
    said = mark.join(filter(None, (label, "; ".join(map(_told, told)))))
    return said if _ENDS.search(said) else f"{said}."


def _told(pair: Pair) -> str:
    return ": ".join(filter(None, pair))


def _passed_over(told: Sequence[Pair], asked: str, known: str) -> frozenset[int]:
    """Places of the cells that are alternatives to one whose column is named."""
    named = _named_or_known([name for name, _ in told], asked, known) if asked else []
    others = [place for place in range(len(told)) if place not in named]
    return frozenset(place for place in others if any(_alternatives(told[place], told[one]) for one in named))


def _alternatives(one: Pair, other: Pair) -> bool:
    """Columns of about one name, such as "Price in the UK" and "Price abroad", or sums in two currencies."""
    names = concepts(one[0]), concepts(other[0])
    if 2 * len(names[0] & names[1]) >= max(map(len, names)) > 0:
        return True
    first, second = (set(_CURRENCY.findall(cell)) for _, cell in (one, other))
    return bool(first and second) and not first & second


def _named_or_known(labels: Sequence[str], asked: str, known: str) -> list[int]:
    """Places of the labels that have words which no other has, all of them in the question; where it has none of them,
    all of them in what is known."""
    words = [concepts(label) for label in labels]

    def own(place: int) -> list[frozenset[str]]:
        others = frozenset[str]().union(*words[:place], *words[place + 1 :])
        parts = (concepts(part) - others for part in _PARTS.split(labels[place]))
        return [part for part in parts if not all(word.isdigit() for word in part)]

    def named(wanted: frozenset[str]) -> list[int]:
        by_part = [place for place in range(len(labels)) if any(part <= wanted for part in own(place))]
        return by_part or [place for place, label in enumerate(words) if len(label) >= TOGETHER and label <= wanted]

    wanted = concepts(asked)
    touched = any(part & wanted for place in range(len(labels)) for part in own(place))
    return named(wanted) or ([] if touched else named(concepts(known)))


def _cells(row: str) -> list[str]:
    return [cell.strip() for cell in _CELLS.split(row)]
