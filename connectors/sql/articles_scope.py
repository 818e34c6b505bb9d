"""What narrows a search: each combination of language, brand, audience and names has a number."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import ColumnElement, Connection, bindparam, func, insert, or_, select, update

from connectors.sql.columns import dump
from connectors.sql.tables import passage_scopes, passages, scope_names
from core.model.ids import PassageId
from core.model.knowledge import Passage, Scope


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


def counted(connection: Connection, *, added: Iterable[int] = (), gone: Iterable[int] = ()) -> None:
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


def within(scope: Scope) -> list[ColumnElement[bool]]:
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
