"""Which lines of the matched passages go into the reply: enough to hold the answer, little enough to be read."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache

from core.answer.safety_lines import is_safety_line
from core.knowledge.match import Match, Told
from core.knowledge.passages import Line, Shape, shape_of
from core.knowledge.tables import has_head, named_rows
from core.model.knowledge import Citation
from core.read.injection import find_injection

WHOLE = 600  # characters: a passage no longer than this is quoted as it stands
MOST = 1000  # characters quoted for one question
BRIEF = 700  # … in a whole text message; a carrier takes 1,600 with sources and disclosure
BESIDE = 0.5  # how far below the best passage the second one of the same article may score
ASIDE = 0.4  # … and the third
RIVAL = 0.3  # … and the best one of another article
CLOSE = 0.8  # a list item or row is quoted with the best one when it scores at least this share of it
# A paragraph whose lines all score below this share of the passage's best line is left out. Of 150 poisoned articles
# .15 let 15 planted requests into a draft, .3 let 2, this none; no answer to 352 labelled conversations changed.
ASTRAY = 0.45
MOST_ROWS = 8
_ANNOUNCES = re.compile(r"following|below|these (?:steps|points|reasons)|folgende|siguiente|suivant|:$", re.IGNORECASE)


def choose_citations(matches: Sequence[Match], most: int = MOST, asked: str = "", known: str = "") -> list[Citation]:
    """Citations in reading order, of `most` characters together: the best article first, each in the order of its own
    text. Of a table only the rows that the question names, where it names some, else those that what is `known` of
    the customer names. Warnings come with what they are about,
    over the measure where they must."""
    budget = most
    taken: list[Citation] = []
    matches = [replace(match, told=_spoken_to_readers(match)) for match in matches]
    for match in _worth(matches):
        # What answers best is never left out for being long: its steps are not torn apart either.
        picked = _fitting(match, budget) or (() if taken else _picked(match))
        taken += _cited(match, picked, asked, known)
        budget -= sum(line.end - line.start for line in picked)
    return _in_order([*_warnings(matches, taken), *taken])


def _warnings(matches: Sequence[Match], taken: Sequence[Citation]) -> list[Citation]:
    """What keeps from harm in the passages that are quoted and, where steps are, in what stands before them in their
    article. It is never left out for want of room."""
    found: list[Citation] = []
    for match in matches:
        same = [citation for citation in taken if citation.passage.article_id == match.passage.article_id]
        steps = [citation.start for citation in same if shape_of(citation.quote) is Shape.STEP]
        quoted = any(citation.passage.id == match.passage.id for citation in same)
        if quoted or match.passage.start < max(steps, default=0):
            lines = (told.line for told in match.told if is_safety_line(told.line.text))
            found += [_citation(match, line.start, line.end) for line in lines if line.shape is not Shape.ROW]
    return found


def _worth(matches: Sequence[Match]) -> list[Match]:
    """The best passage, its neighbours in the same article that come near, then one close rival."""
    if not matches:
        return []
    best = matches[0]
    same = [m for m in matches[1:] if m.passage.article_id == best.passage.article_id]
    beside = [m for m in same[:1] if m.score >= best.score - BESIDE]
    aside = [m for m in same[1:2] if m.score >= best.score - ASIDE or _announced(best, m)]
    rivals = [m for m in matches if m.passage.article_id != best.passage.article_id and m.score >= best.score - RIVAL]
    return [best, *beside, *rivals[:1], *aside]


def _announced(best: Match, other: Match) -> bool:
    """The best passage ends by pointing at what comes next, and this is it."""
    return bool(_ANNOUNCES.search(best.passage.text[-60:])) and other.passage.start >= best.passage.end


# Marks that the plain form of an article has none of: who wrote them wrote for a program.
_LINES = 4096  # of articles whose reading is remembered: the same ones are looked at for many questions
_MARKUP = re.compile(r"\]\(|\[//\]:|<!--|<(?:a|img|script|iframe)\b", re.IGNORECASE)


def _spoken_to_readers(match: Match) -> tuple[Told, ...]:
    """The lines of a passage that may be quoted: none that gives orders to a model, in whatever list or table."""
    return tuple(told for told in match.told if _is_for_readers(told.line.text))


@lru_cache(maxsize=_LINES)
def _is_for_readers(line: str) -> bool:
    return not _MARKUP.search(line) and not find_injection(line)


def _fitting(match: Match, budget: int) -> Sequence[Line]:
    """The passage as it stands when it is short enough, else the lines around what answers, else nothing."""
    whole = _to_the_point(match)
    picked = _picked(match)
    for size, lines in ((WHOLE, whole), (budget, picked)):
        if sum(line.end - line.start for line in lines) <= min(size, budget):
            return lines
    return ()


def _to_the_point(match: Match) -> list[Line]:
    """The passage without the paragraphs that have nothing to do with the question: a footer, or what somebody put
    into the article to be carried on. Steps, items and rows stay."""
    least = ASTRAY * max((told.score for told in match.told), default=0.0)
    speaking = {told.line.block for told in match.told if told.score >= least or told.line.shape is not Shape.PROSE}
    return [told.line for told in match.told if told.line.block in speaking]


def _picked(match: Match) -> list[Line]:
    """The best line with its surroundings: whole numbered lists, near items and rows, neighbouring sentences."""
    if not match.told:
        return []
    best = max(match.told, key=lambda told: told.score)
    block = [told for told in match.told if told.line.block == best.line.block]
    kept = {
        Shape.STEP: lambda: block,
        Shape.ITEM: lambda: _near(block, best),
        Shape.ROW: lambda: _rows(block, best),
        Shape.PROSE: lambda: _around(block, best),
    }[best.line.shape]()
    return [told.line for told in [*_intro(match.told, kept), *kept]]


def _near(block: Sequence[Told], best: Told) -> list[Told]:
    return [told for told in block if told is best or told.score >= CLOSE * best.score]


def _rows(block: Sequence[Told], best: Told) -> list[Told]:
    """A short table entirely; else its head and the rows that fit."""
    if len(block) <= MOST_ROWS:
        return list(block)
    return [told for place, told in enumerate(block) if place == 0 or told is best or told.score >= CLOSE * best.score]


def _around(block: Sequence[Told], best: Told) -> list[Told]:
    place = block.index(best)
    return list(block[max(0, place - 1) : place + 3])


def _intro(told: Iterable[Told], kept: Sequence[Told]) -> list[Told]:
    """The sentence before a list that ends in a colon."""
    before = [t for t in told if t.line.end <= kept[0].line.start]
    return before[-1:] if before and before[-1].line.text.endswith(":") else []


def _cited(match: Match, picked: Sequence[Line], asked: str, known: str) -> list[Citation]:
    """Each line as it stands; a row of a table with the head of the table, and no head alone."""
    tables: dict[int, list[Told]] = defaultdict(list)
    for told in match.told:
        if told.line.shape is Shape.ROW:
            tables[told.line.block].append(told)
    rows = {line.start: head for table in tables.values() for line, head in _rows_asked(match, table, asked, known)}
    return [
        _citation(match, rows.get(line.start, line.start), line.end)
        for line in picked
        if line.shape is not Shape.ROW or line.start in rows
    ]


def _rows_asked(match: Match, table: Sequence[Told], asked: str, known: str) -> list[tuple[Line, int]]:
    """The rows of a table that may be quoted, each with where its quote begins."""
    lines = [told.line for told in table]
    head = has_head([line.text for line in lines], whole=lines[0].start > 0)
    body = table[1:] if head else table
    named = [body[place] for place in named_rows([told.line.text for told in body], asked, known)]
    best = max(body, key=lambda told: told.score)
    return [(told.line, (lines[0] if head else told.line).start) for told in (named if best in named else body)]


def _citation(match: Match, start: int, end: int) -> Citation:
    offset = match.passage.start
    return Citation(passage=match.passage, start=offset + start, end=offset + end)


def _in_order(citations: Sequence[Citation]) -> list[Citation]:
    rank = {article: place for place, article in enumerate(dict.fromkeys(c.passage.article_id for c in citations))}
    unique = {(c.passage.article_id, c.start, c.end): c for c in citations}
    return sorted(unique.values(), key=lambda c: (rank[c.passage.article_id], c.start, c.end))
