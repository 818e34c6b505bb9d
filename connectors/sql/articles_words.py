"""Search by words: FTS5 on SQLite, full text on PostgreSQL.

On SQLite what anybody may read and the rest have an index each: how rare a word is there tells nothing of the other.

Ranking a passage takes about a microsecond, and in a large store a question's words are in hundreds of thousands of
them. There only passages with the question's rarest words are ranked, by all of its words; where they are few, or the
store is small, every passage with any of the words is.
"""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from sqlalchemy import Connection, column, select, table, text

from connectors.sql.articles_counts import frequencies
from connectors.sql.articles_scope import scopes, size, within
from connectors.sql.tables import passages
from core.knowledge.synonyms import concepts
from core.model.ids import PassageId
from core.model.knowledge import EVERYWHERE, PUBLIC_ONLY, Audience, Scope

_MOST_WORDS = 64
SMALL = 10_000  # passages: with fewer nothing is left out
RANKED = 4_000  # passages looked at by their rarest words
COUNTED = 250_000  # passages that all other words may be in together: each is read once, to know how rare the word is
COMMON = 0.3  # a word in more of the passages than this tells nothing
NARROW = 20_000  # passages in a scope that is looked up like a word
_SCOPES_NAMED = 200
_WIDER = 10
_TITLES = 8  # words too common to find passages by their text that still do by title or headings
_MOST_READ = 2_000_000
_SPARE = 4  # times as many as are wanted, of which the scope may leave out the rest


class _FullText:
    """One full text index of SQLite."""

    def __init__(self, name: str) -> None:
        index = table(name, column("rowid"))
        score = text(f"bm25({name}, 2.0, 1.0, 1.0, 0.0) AS score")
        match = text(f"{name} MATCH :words")
        # The index beside the table has all that a search asks of a row; the row itself is many times as long.
        self.within = (
            select(passages.c.id, score)
            .join_from(index, passages, passages.c.serial == index.c.rowid)
            .with_hint(passages, "INDEXED BY ix_passages_serial_scope_id_expires_at_id", "sqlite")
            .where(match)
            .order_by(text("score"), passages.c.serial)
        )
        # Without a look at the rows: nearly twice as fast where nearly all of them are in the scope.
        self.anywhere = select(index.c.rowid, score).where(match).order_by(text("score"), index.c.rowid)


_PUBLIC, _INSIDE = _FullText("passages_fts"), _FullText("passages_fts_inside")
_SQLITE_ROWS = select(passages.c.serial, passages.c.id).with_hint(
    passages, "INDEXED BY ix_passages_serial_scope_id_expires_at_id", "sqlite"
)
# Weights D, C, B, A: the text is C, the headings B, the title A. 1 divides by the length's logarithm.
_POSTGRESQL = (
    select(
        passages.c.id,
        text("-ts_rank('{0, 0.5, 0.5, 1}', passages.search, to_tsquery('english', :words), 1) AS score"),
    )
    .where(text("passages.search @@ to_tsquery('english', :found_by)"))
    .order_by(text("score"), passages.c.serial)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """`rare` words find passages, `titled` ones where they stand in title or headings; `known` ones rank them too.
    What is in none of them is too common to tell anything."""

    rare: tuple[str, ...]
    titled: tuple[str, ...] = ()
    known: tuple[str, ...] = ()


def keyword(connection: Connection, words: str, limit: int, scope: Scope) -> list[PassageId]:
    """`core.ports.ArticleTable.keyword`."""
    terms = list(dict.fromkeys(re.findall(r"\w+", words.lower())))[:_MOST_WORDS]
    if not terms or limit < 1:
        return []
    public = scope.audiences == PUBLIC_ONLY
    stored = size(connection, Scope(audiences=PUBLIC_ONLY) if public else EVERYWHERE)
    if stored <= SMALL:
        return _ranked(connection, Terms(rare=tuple(terms)), limit, scope)
    inside = stored if scope == EVERYWHERE else size(connection, scope)
    counts = _counts(connection, terms, stored, public=public)
    if inside <= NARROW:
        return _ranked(connection, chosen(counts, stored, most=_MOST_READ), limit, scope, narrow=True)
    # Of what is looked at only a share lies in the scope.
    most = RANKED * stored // inside
    tries = (
        chosen(counts, stored, most=most),
        chosen(counts, stored, most=most * _WIDER, titles=_TITLES),
        Terms(rare=tuple(terms)),
    )
    found: list[PassageId] = []
    for tried in tries:
        found = _ranked(connection, tried, limit, scope)
        if len(found) >= limit or len(tried.rare) == len(terms):
            break
    return found


def chosen(counts: Sequence[tuple[str, int]], stored: int, *, most: int, titles: int = 0) -> Terms:
    """The words by how many passages they are in, rarest first: some that find, and some that rank only."""
    found_in = list(accumulate(count for _, count in counts))
    rare = max(1, sum(seen <= most for seen in found_in))
    words = [word for word, _ in counts]
    known = sum(
        seen - found_in[rare - 1] <= COUNTED and count <= COMMON * stored
        for seen, (_, count) in zip(found_in[rare:], counts[rare:], strict=True)
    )
    found_by, others = tuple(words[:rare]), tuple(words[rare:])
    return Terms(rare=found_by, titled=others[:titles], known=others[titles : max(titles, known)])


def _counts(connection: Connection, terms: Sequence[str], stored: int, *, public: bool) -> list[tuple[str, int]]:
    """Each word with the passages that it is about in, rarest first; nobody counts words like "the"."""
    meant = {term: concepts(term) for term in terms}
    known = frequencies(connection, (concept for some in meant.values() for concept in some), public=public)
    counts = [(term, min((known.get(concept, 0) for concept in some), default=stored)) for term, some in meant.items()]
    return sorted(counts, key=lambda counted: counted[1])


def _ranked(connection: Connection, terms: Terms, limit: int, scope: Scope, *, narrow: bool = False) -> list[PassageId]:
    """Best first, among passages with any of the rare words."""
    if connection.dialect.name == "postgresql":
        search = _POSTGRESQL.where(*within(scope)).limit(limit)
        ranked_by = " | ".join(f"'{word}'" for word in terms.rare + terms.titled + terms.known)
        found_by = [f"'{word}'" for word in terms.rare] + [f"'{word}':AB" for word in terms.titled]
        rows = connection.execute(search, {"words": ranked_by, "found_by": " | ".join(found_by)})
        return [PassageId(row.id) for row in rows]
    mark = ""
    if narrow:
        numbers = scopes(connection, scope)
        if not numbers:
            return []
        if len(numbers) <= _SCOPES_NAMED:
            mark = f" AND mark : ({_any(f'inscope{number}x' for number in numbers)})"
    return _scored(connection, scope, terms, mark, limit, spare=not narrow)


def _scored(
    connection: Connection, scope: Scope, terms: Terms, mark: str, limit: int, *, spare: bool
) -> list[PassageId]:
    """FTS5 has no optional words: those with a known one too are asked for again, and keep their better score."""
    found_by = _any(terms.rare)
    if terms.titled:
        found_by = f"{found_by} OR {{title headings}} : ({_any(terms.titled)})"
    asked = [f"({found_by}){mark}"]
    if terms.known:
        asked.append(f"({found_by}) AND ({_any(terms.known)}){mark}")
    scores: dict[str, float] = {}
    for index, words in ((index, words) for index in _indexes(scope) for words in asked):
        for name, score in _best(connection, index, words, scope, limit, spare=spare):
            scores[name] = min(score, scores.get(name, math.inf))
    return [PassageId(name) for name in sorted(scores, key=lambda name: scores[name])[:limit]]


def _indexes(scope: Scope) -> list[_FullText]:
    if not scope.audiences:
        return [_PUBLIC, _INSIDE]
    public = [_PUBLIC] if Audience.PUBLIC in scope.audiences else []
    return public + ([_INSIDE] if scope.audiences - PUBLIC_ONLY else [])


def _best(
    connection: Connection, index: _FullText, words: str, scope: Scope, limit: int, *, spare: bool
) -> list[tuple[str, float]]:
    """The first `limit` in the scope with their scores. With `spare` they are looked for among the first few anywhere
    before every passage is asked whether it is in the scope."""
    if spare:
        anywhere = connection.execute(index.anywhere.limit(_SPARE * limit), {"words": words}).all()
        inside = _SQLITE_ROWS.where(passages.c.serial.in_([row[0] for row in anywhere]), *within(scope))
        names = {row.serial: row.id for row in connection.execute(inside)}
        if len(names) >= limit or len(anywhere) < _SPARE * limit:
            return [(names[serial], score) for serial, score in anywhere if serial in names][:limit]
    search = index.within.where(*within(scope)).limit(limit)
    return [(row.id, row.score) for row in connection.execute(search, {"words": words})]


def _any(words: Iterable[str]) -> str:
    return " OR ".join(f'"{word}"' for word in words)
