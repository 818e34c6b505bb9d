"""Whom a campaign may go to, read a page at a time: as many rows as are asked for, and no whole profiles."""

from collections.abc import Sequence
from functools import lru_cache

from sqlalchemy import Connection, select

from connectors.sql.audience_people import People
from connectors.sql.audience_scans import by_attribute, by_profile_field, of_told
from connectors.sql.profiles_merged import kept
from connectors.sql.statements import slices
from connectors.sql.tables import identities
from core.model.customer import Identity
from core.outreach.audience.rule import candidate, identity_of
from core.ports import AudienceQuery, Candidate

_PROFILE = ("tier", "locale", "time_zone", "organization")


class SqlAudienceTable:
    """`core.ports.AudienceTable`: by the customers' ids, but for `names` in their own order."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def page(self, query: AudienceQuery, after: str, limit: int) -> list[Candidate]:
        if query.names:
            return self._named(query, after, limit)
        read = self._told if query.told else self._alike
        while found := read(query, after, limit):
            people = People(self._connection, query).of([person for person, _ in found])
            known = [candidate(people[person], query, cursor=at) for person, at in found if person in people]
            if known:
                return known
            after = found[-1][1]  # all of them were erased since: this is not the end
        return []

    def unknown(self, query: AudienceQuery) -> int:
        return sum(len(set(some) - self._owners(some).keys()) for some in slices(query.names))

    def _alike(self, query: AudienceQuery, after: str, limit: int) -> list[tuple[str, str]]:
        scan = by_profile_field(query.attribute) if query.attribute in _PROFILE else by_attribute()
        wanted = {"name": query.attribute, "value": query.value, "after": after, "limit": limit}
        return [(name, name) for name in self._connection.execute(scan, wanted).scalars()]

    def _told(self, query: AudienceQuery, after: str, limit: int) -> list[tuple[str, str]]:
        """Who each of them is now, and by which id they were told."""
        scan = of_told(len(query.told))
        campaigns = {f"campaign_{number}": name for number, name in enumerate(query.told)}
        names = list(self._connection.execute(scan, {**campaigns, "after": after, "limit": limit}).scalars())
        now = kept(self._connection, names)
        return [(now.get(name, name), name) for name in names]

    def _named(self, query: AudienceQuery, after: str, limit: int) -> list[Candidate]:
        start, found = int(after or 0), list[Candidate]()
        while not found and start < len(query.names):
            end = min(start + limit, len(query.names))
            found = self._named_between(query, start, end)
            start = end
        return found

    def _named_between(self, query: AudienceQuery, start: int, end: int) -> list[Candidate]:
        """Somebody who is named twice stands where they are named first."""
        owners = self._owners(query.names[start:end])
        people = People(self._connection, query).of(list(dict.fromkeys(owners.values())))
        first = self._first_places(query.names, list(people))
        found = []
        for place in range(start, end):
            person = owners.get(query.names[place])
            if person in people and first[person] == place:
                found.append(candidate(people[person], query, cursor=str(place + 1), named=query.names[place]))
        # What comes after the last known one is nobody's, and need not be looked at again.
        return found

    def _first_places(self, names: tuple[str, ...], people: Sequence[str]) -> dict[str, int]:
        places, first = _places(names), dict[str, int]()
        known = select(identities).where(identities.c.customer_id.in_(people))
        for row in self._connection.execute(known) if people else ():
            place = places.get((row.kind, row.value))
            if place is not None:
                first[row.customer_id] = min(place, first.get(row.customer_id, place))
        return first

    def _owners(self, names: Sequence[str]) -> dict[str, str]:
        """Whose each name is; nobody's are left out."""
        wanted = {name: _key(identity_of(name)) for name in names}
        owners: dict[tuple[str, str], str] = {}
        for kind in {kind for kind, _ in wanted.values()}:
            values = [value for its, value in wanted.values() if its == kind]
            same = (identities.c.kind == kind, identities.c.value.in_(values))
            for row in self._connection.execute(select(identities).where(*same)):
                owners[row.kind, row.value] = row.customer_id
        return {name: owners[key] for name, key in wanted.items() if key in owners}


def _key(identity: Identity) -> tuple[str, str]:
    return identity.kind.value, identity.value


@lru_cache(maxsize=2)
def _places(names: tuple[str, ...]) -> dict[tuple[str, str], int]:
    """Where each identity is named first. Kept from page to page: there may be many."""
    places: dict[tuple[str, str], int] = {}
    for place, name in enumerate(names):
        places.setdefault(_key(identity_of(name)), place)
    return places
