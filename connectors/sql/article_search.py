"""Searching the articles: which passages a scope lets through, how rare each word is, and the full text."""

import hashlib
import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from sqlalchemy import (
    ColumnElement,
    Connection,
    bindparam,
    column,
    delete,
    func,
    insert,
    or_,
    select,
    table,
    text,
    update,
)

from connectors.sql.columns import dump
from connectors.sql.statements import slices
from connectors.sql.tables import concept_counts, passage_scopes, passages, scope_names
from core.knowledge.synonyms import concepts
from core.model.ids import PassageId
from core.model.knowledge import EVERYWHERE, PUBLIC_ONLY, Audience, Passage, Scope

# What narrows a search: each combination of language, brand, audience and names has a number.


def language_of(locale: str) -> str:
    """`pt` for `pt-BR` and `PT_br`."""
    return locale.replace("_", "-").split("-")[0].casefold()


def digest(language: str, brand: str, audience: str, names: Sequence[str]) -> str:
    """What tells one scope from another; the names in order."""
    return hashlib.sha256(dump([language, brand, audience, *names]).encode()).hexdigest()


def scopes_of(connection: Connection, pieces: Sequence[Passage]) -> Mapping[PassageId, int]:
    """The number of each passage's scope; new scopes are stored."""
    numbers: dict[tuple[str, str, str, tuple[str, ...]], int] = {}
    found: dict[PassageId, int] = {}
    for passage in pieces:
        names = tuple(sorted(set(passage.about)))
        key = (language_of(passage.locale), passage.brand, passage.audience.value, names)
        if key not in numbers:
            numbers[key] = _number(connection, *key)
        found[passage.id] = numbers[key]
    return found


def _number(connection: Connection, language: str, brand: str, audience: str, names: tuple[str, ...]) -> int:
    key = digest(language, brand, audience, names)
    wanted = select(passage_scopes.c.id).where(passage_scopes.c.digest == key)
    known = connection.execute(wanted).scalar_one_or_none()
    if known is not None:
        return int(known)
    row = {"digest": key, "language": language, "brand": brand, "audience": audience, "about": list(names)}
    connection.execute(insert(passage_scopes).values(**row, passages=0))
    number = connection.execute(wanted).scalar_one()
    if names:
        connection.execute(insert(scope_names), [{"name": name, "scope_id": number} for name in names])
    return int(number)


def count_scopes(connection: Connection, *, added: Iterable[int] = (), gone: Iterable[int] = ()) -> None:
    """Keep up how many passages each scope has; the scope of each passage that came or went."""
    change = Counter(added)
    change.subtract(gone)
    rows = [{"number": number, "by": by} for number, by in sorted(change.items()) if by]
    if rows:
        raised = update(passage_scopes).where(passage_scopes.c.id == bindparam("number"))
        connection.execute(raised.values(passages=passage_scopes.c.passages + bindparam("by")), rows)


def size(connection: Connection, scope: Scope) -> int:
    """How many passages lie within a scope, its time aside."""
    total = select(func.coalesce(func.sum(passage_scopes.c.passages), 0)).where(*_narrowing(scope))
    return int(connection.execute(total).scalar_one())


def scopes(connection: Connection, scope: Scope) -> list[int]:
    """The numbers of those within a scope, its time aside, that have passages."""
    wanted = select(passage_scopes.c.id).where(passage_scopes.c.passages > 0, *_narrowing(scope))
    return list(connection.execute(wanted).scalars())


def names(connection: Connection) -> frozenset[str]:
    """What any passage is about."""
    wanted = select(scope_names.c.name).distinct().join(passage_scopes).where(passage_scopes.c.passages > 0)
    return frozenset(connection.execute(wanted).scalars())


def in_scope(scope: Scope) -> list[ColumnElement[bool]]:
    """Conditions on `passages`; none for everywhere."""
    conditions: list[ColumnElement[bool]] = []
    narrowing = _narrowing(scope)
    if narrowing:
        conditions.append(passages.c.scope_id.in_(select(passage_scopes.c.id).where(*narrowing)))
    if scope.at is not None:
        conditions.append(or_(passages.c.expires_at.is_(None), passages.c.expires_at > scope.at))
    return conditions


def _narrowing(scope: Scope) -> list[ColumnElement[bool]]:
    """Conditions on `passage_scopes`: everything about a scope but the time."""
    columns = passage_scopes.c
    conditions: list[ColumnElement[bool]] = []
    if scope.languages:
        conditions.append(columns.language.in_(sorted({language_of(code) for code in scope.languages})))
    if scope.brand is not None:
        conditions.append(columns.brand.in_(["", scope.brand]))
    if scope.audiences:
        conditions.append(columns.audience.in_(sorted(audience.value for audience in scope.audiences)))
    if scope.about:
        named = select(scope_names.c.scope_id).where(scope_names.c.name.in_(sorted(scope.about)))
        conditions.append(columns.id.in_(named))
    return conditions


# In how many passages each concept occurs, kept up with every change.

# In order, so that two writers wait for each other and never in a ring.
_EACH = {
    "sqlite": (
        "SELECT key, json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(:changed)"
        " WHERE true ORDER BY key"
    ),
    "postgresql": "SELECT key, (value->>0)::int, (value->>1)::int FROM json_each(CAST(:changed AS json)) ORDER BY key",
}


def count_concepts(
    connection: Connection, *, added: Iterable[tuple[str, str]] = (), gone: Iterable[tuple[str, str]] = ()
) -> None:
    """Each pair is of one passage: its concepts, one word each, and its audience."""
    change: Counter[str] = Counter()
    inside: Counter[str] = Counter()
    for words, audience in added:
        change.update(words.split())
        inside.update(words.split() if audience != Audience.PUBLIC else ())
    for words, audience in gone:
        change.subtract(words.split())
        inside.subtract(words.split() if audience != Audience.PUBLIC else ())
    changed = {concept: (by, inside[concept]) for concept, by in change.items() if by or inside[concept]}
    if changed:
        each = _EACH[connection.dialect.name]
        # In one statement: a passage has a hundred concepts. `true`, because SQLite would read ON as a join's.
        raised = f"""
            INSERT INTO concept_counts (concept, passages, inside) {each}
            ON CONFLICT (concept) DO UPDATE SET passages = concept_counts.passages + excluded.passages,
            inside = concept_counts.inside + excluded.inside
            """
        connection.execute(text(raised), {"changed": json.dumps(changed, ensure_ascii=False)})
    if any(by < 0 for by, _ in changed.values()):
        connection.execute(delete(concept_counts).where(concept_counts.c.passages <= 0))


def frequencies(connection: Connection, concepts: Iterable[str], *, public: bool = False) -> Mapping[str, int]:
    seen = concept_counts.c.passages - concept_counts.c.inside if public else concept_counts.c.passages
    found: dict[str, int] = {}
    for some in slices(sorted(set(concepts))):
        wanted = select(concept_counts.c.concept, seen.label("seen")).where(concept_counts.c.concept.in_(some))
        found.update((row.concept, row.seen) for row in connection.execute(wanted) if row.seen)
    return found


# Search by words: FTS5 on SQLite, full text on PostgreSQL. On SQLite what anybody may read and the rest have an index
# each: how rare a word is there tells nothing of the other. Ranking a passage takes about a microsecond, and in a
# large store a question's words are in hundreds of thousands of them. There only passages with the question's rarest
# words are ranked, by all of its words; where they are few, or the store is small, every passage with any of the words
# is.

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
        return _rank(connection, Terms(rare=tuple(terms)), limit, scope)
    inside = stored if scope == EVERYWHERE else size(connection, scope)
    counts = _counts(connection, terms, stored, public=public)
    if inside <= NARROW:
        return _rank(connection, choose_terms(counts, stored, most=_MOST_READ), limit, scope, narrow=True)
    # Of what is looked at only a share lies in the scope.
    most = RANKED * stored // inside
    tries = (
        choose_terms(counts, stored, most=most),
        choose_terms(counts, stored, most=most * _WIDER, titles=_TITLES),
        Terms(rare=tuple(terms)),
    )
    found: list[PassageId] = []
    for tried in tries:
        found = _rank(connection, tried, limit, scope)
        if len(found) >= limit or len(tried.rare) == len(terms):
            break
    return found


def choose_terms(counts: Sequence[tuple[str, int]], stored: int, *, most: int, titles: int = 0) -> Terms:
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


def _rank(connection: Connection, terms: Terms, limit: int, scope: Scope, *, narrow: bool = False) -> list[PassageId]:
    """Best first, among passages with any of the rare words."""
    if connection.dialect.name == "postgresql":
        search = _POSTGRESQL.where(*in_scope(scope)).limit(limit)
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
    return _score(connection, scope, terms, mark, limit, spare=not narrow)


def _score(
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
        inside = _SQLITE_ROWS.where(passages.c.serial.in_([row[0] for row in anywhere]), *in_scope(scope))
        names = {row.serial: row.id for row in connection.execute(inside)}
        if len(names) >= limit or len(anywhere) < _SPARE * limit:
            return [(names[serial], score) for serial, score in anywhere if serial in names][:limit]
    search = index.within.where(*in_scope(scope)).limit(limit)
    return [(row.id, row.score) for row in connection.execute(search, {"words": words})]


def _any(words: Iterable[str]) -> str:
    return " OR ".join(f'"{word}"' for word in words)
