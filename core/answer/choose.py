"""Which lines of the matched passages go into the reply: enough to hold the answer, little enough to be"
" read."""

from collections.abc import Iterable, Sequence

from core.answer.match import Match, Told
from core.answer.sentences import Line, Shape
from core.model.knowledge import Citation

WHOLE = 600  # characters: a passage no longer than this is quoted as it stands
MOST = 1000  # characters of quotations in one reply
ASIDE = 0.6  # how far below the best passage another one of the same article may score
RIVAL = 0.2  # … and one of another article
CLOSE = 0.8  # a list item or row is quoted with the best one when it scores at least this share of it
MOST_ROWS = 6


def chosen(matches: Sequence[Match]) -> list[Citation]:
    """Citations in reading order: the best article first, each in the order of its own text."""
    if not matches:
        return []
    best = matches[0]
    budget = MOST
    taken: list[Citation] = []
    for match in _worth(best, matches):
        picked = whole(match) if match is best else _picked(match)
        size = sum(line.end - line.start for line in picked)
        if size <= budget:
            taken += [_citation(match, line) for line in picked]
            budget -= size
    return _in_order(taken)


def _worth(best: Match, matches: Sequence[Match]) -> list[Match]:
    """The best passage, its neighbours in the same article that come near, then one close rival."""
    same = [m for m in matches if m.passage.article_id == best.passage.article_id and m.score >= best.score - ASIDE]
    rivals = [m for m in matches if m.passage.article_id != best.passage.article_id and m.score >= best.score - RIVAL]
    return [*same[:3], *rivals[:1]]


def whole(match: Match) -> list[Line]:
    """A short passage entirely; of a longer one the lines around what answers."""
    return [told.line for told in match.told] if len(match.passage.text) <= WHOLE else _picked(match)


def _picked(match: Match) -> list[Line]:
    """The best line with its surroundings: whole numbered lists, near items and rows, neighbouring"
    " sentences."""
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
    return [told for told in block if told.score >= CLOSE * best.score]


def _rows(block: Sequence[Told], best: Told) -> list[Told]:
    """A short table entirely; else its head and the rows that fit."""
    if len(block) <= MOST_ROWS:
        return list(block)
    return [told for place, told in enumerate(block) if place == 0 or told.score >= CLOSE * best.score]


def _around(block: Sequence[Told], best: Told) -> list[Told]:
    place = block.index(best)
    return list(block[max(0, place - 1) : place + 3])


def _intro(told: Iterable[Told], kept: Sequence[Told]) -> list[Told]:
    """The sentence before a list that ends in a colon."""
    before = [t for t in told if t.line.end <= kept[0].line.start]
    return before[-1:] if before and before[-1].line.text.endswith(":") else []


def _citation(match: Match, line: Line) -> Citation:
    offset = match.passage.start
    return Citation(passage=match.passage, start=offset + line.start, end=offset + line.end)


def _in_order(citations: Sequence[Citation]) -> list[Citation]:
    rank = {article: place for place, article in enumerate(dict.fromkeys(c.passage.article_id for c in citations))}
    unique = {(c.passage.article_id, c.start, c.end): c for c in citations}
    return sorted(unique.values(), key=lambda c: (rank[c.passage.article_id], c.start))
