"""Whom a campaign may go to, read a page at a time: as many rows as are asked for, and no whole profiles."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Row,
    Select,
    Text,
    and_,
    bindparam,
    case,
    false,
    func,
    or_,
    select,
    true,
    type_coerce,
    union,
)

from connectors.sql.merges import find_kept, profiles
from connectors.sql.outbox import FAILED, IS_AGAIN, again
from connectors.sql.private import told
from connectors.sql.statements import Repository, Texts, among, slices
from connectors.sql.tables import (
    campaign_recipients,
    campaigns,
    consents,
    conversations,
    cursors,
    customer_attributes,
    customers,
    identities,
    merges,
    outbox,
    profile_facts,
)
from core.consent.reachable import BAD_NUMBER
from core.model.arm import Arm
from core.model.campaign import RecipientState
from core.model.conversation import HUMAN
from core.model.customer import TEXTED, Channel, Customer, Identity, IdentityKind, Preferences
from core.model.ids import CustomerId
from core.model.outbound import EffectState
from core.model.profile import FactSource
from core.outreach.audience.rule import Person, candidate, identity_of
from core.ports import AudienceQuery, Candidate
from core.profile.facts import CHANNEL, LANGUAGE, QUIET, read_preferences

_AFTER, _LIMIT = bindparam("after", type_=Text), bindparam("limit", type_=Integer)
# Whether it arrived or not: what left, the person may have heard.
_LEFT = (EffectState.SENT, EffectState.SENDING, EffectState.UNKNOWN)


# Each scan walks an index in its order, so that a page costs as much at the end of a million as at the beginning.


@cache
def by_attribute() -> Select[Any]:
    return _page(_with_attribute())


@cache
def by_profile_field(name: str) -> Select[Any]:
    """A field of the profile, or an attribute of this name."""
    # Not by an index on the field: its rows would have to be sorted anew for each page.
    same = func.coalesce(customers.c[name], "") == bindparam("value")
    fields = _first(select(customers.c.id.label("id")).where(same, customers.c.id > _AFTER, _present(customers.c.id)))
    both = union(select(fields), select(_first(_with_attribute()))).subquery()
    return _page(select(both.c.id))


@cache
def of_told(campaigns: int) -> Select[Any]:
    """To whom a message of any of so many campaigns left: their ids of then."""
    each = [select(_first(_told(number))) for number in range(campaigns)]
    found = union(*each).subquery()
    return _page(select(found.c.id))


def _with_attribute() -> Select[Any]:
    return select(customer_attributes.c.customer_id.label("id")).where(
        customer_attributes.c.name == bindparam("name"),
        customer_attributes.c.value == bindparam("said", type_=customer_attributes.c.value.type),
        customer_attributes.c.customer_id > _AFTER,
        _present(customer_attributes.c.customer_id),
    )


def _told(number: int) -> Select[Any]:
    lines = campaign_recipients.c
    return (
        select(lines.customer_id.label("id"))
        .join(outbox, outbox.c.id == lines.effect_id)
        .outerjoin(again, IS_AGAIN)
        .where(
            lines.campaign_id == bindparam(f"campaign_{number}"),
            lines.customer_id > _AFTER,
            lines.arm == Arm.TREATED,
            lines.state == RecipientState.QUEUED,
            or_(outbox.c.state.in_(_LEFT), again.c.state.in_(_LEFT)),
        )
    )


def _present(customer_id: ColumnElement[str]) -> ColumnElement[bool]:
    """Whose profile did not go into another one."""
    gone = select(merges.c.serial).where(merges.c.merged_id == customer_id, merges.c.undone_at.is_(None))
    return ~gone.exists()


def _first(ids: Select[Any]) -> Any:
    return _page(ids).subquery()


def _page(ids: Select[Any]) -> Select[Any]:
    return ids.order_by(ids.selected_columns[0]).limit(_LIMIT)


# What decides whether each of some people is written to, in a few statements for all of them.

_NOT_GOT = (EffectState.REFUSED, EffectState.PARKED)
_WISHES = (CHANNEL, LANGUAGE, QUIET)
_NONE = Preferences()
_NO, _UNPROVED, _PROVED = 0, 1, 2


class People:
    """By their ids; who is not known any more is left out."""

    def __init__(self, connection: Connection, query: AudienceQuery) -> None:
        self._connection, self._query = connection, query
        self._channels = tuple(sorted(TEXTED | {query.usual}))

    def of(self, ids: Sequence[str]) -> dict[str, Person]:
        found: dict[str, Person] = {}
        for some in slices(ids):
            wanted = {"ids": list(some), "purpose": self._query.purpose}
            rows = self._connection.execute(_facts(self._channels), wanted).all()
            recent = self._recent(some)
            found.update((row.id, self._person(row, recent[row.id])) for row in rows)
        return found

    def _person(self, row: Row[Any], recent: Sequence[datetime]) -> Person:
        said = row._mapping
        wished = {name: word for name in _WISHES if (word := said[f"wish_{name}"])}
        wishes = read_preferences(wished) if wished else _NONE
        words = {channel: said[channel] for channel in self._channels if said[channel] is not None}
        return Person(
            id=CustomerId(row.id),
            name=row.name,
            tier=row.tier,
            language=_language(row.locale, wishes.language),
            time_zone=row.time_zone,
            # As `private.told`: a row that was not encrypted yet has the number itself in the column.
            phone=row.phone if row.number is None else row.number,
            words={channel: word != _NO for channel, word in words.items()},
            unproved=frozenset(channel for channel, word in words.items() if word == _UNPROVED),
            wish=wishes.channel,
            quiet=wishes.quiet,
            recent=recent,
            open_with_person=bool(row.with_person),
            bad_number=bool(row.bad),
        )

    def _recent(self, ids: Sequence[str]) -> defaultdict[str, list[datetime]]:
        """When proactive messages of the purpose went to each, as far back as a cap looks."""
        found: defaultdict[str, list[datetime]] = defaultdict(list)
        if not self._query.caps:
            return found
        since = min(since for since, _ in self._query.caps)
        own = self._query.campaign_id or ""
        wanted = {"ids": list(ids), "purpose": self._query.purpose, "own": own, "since": since}
        for person, at in self._connection.execute(_got(), wanted):
            found[person].append(at)
        return found


@lru_cache(maxsize=1024)
def _language(locale: str, wish: str | None) -> str:
    return Customer(id=CustomerId(""), name="", locale=locale, preferences=Preferences(language=wish)).language


@cache
def _facts(channels: tuple[Channel, ...]) -> Select[Any]:
    """One row for each of `ids`. Built once for the channels: each page asks for it."""
    facts = (
        select(
            customers.c.id,
            customers.c.name,
            customers.c.tier,
            customers.c.locale,
            customers.c.time_zone,
            _phone(identities.c.value).label("phone"),
            _phone(identities.c.value_sealed).label("number"),
            *(_word(channel).label(channel.value) for channel in channels),
            *(_wish(name).label(f"wish_{name}") for name in _WISHES),
            _with_person().label("with_person"),
        )
        .where(among(customers.c.id, bindparam("ids", type_=Texts())))
        .subquery()
    )
    bad = select(cursors.c.name).where(cursors.c.name == BAD_NUMBER + type_coerce(facts.c.phone, Text)).correlate(facts)
    return select(facts, bad.exists().label("bad"))


def _phone(column: ColumnElement[str]) -> Any:
    """`Customer.current`: the newest, a verified one if there is any; what came with a merge is older."""
    mine = (identities.c.customer_id == customers.c.id, identities.c.kind == IdentityKind.PHONE)
    newest = (identities.c.verified.desc(), identities.c.merged, identities.c.serial.desc())
    return select(column).where(*mine).order_by(*newest).limit(1).correlate(customers).scalar_subquery()


def _word(channel: Channel) -> Any:
    """`Customer.word`, and whether anybody noted how it came about; null where there is none."""
    word = case(
        (consents.c.granted.is_(false()), _NO),
        (or_(consents.c.source == "", consents.c.wording == ""), _UNPROVED),
        else_=_PROVED,
    )
    said = select(word).where(
        consents.c.customer_id == customers.c.id,
        consents.c.channel == channel,
        consents.c.purpose == bindparam("purpose"),
    )
    latest = said.order_by(consents.c.at.desc(), consents.c.granted, consents.c.serial).limit(1)
    return latest.correlate(customers).scalar_subquery()


def _wish(name: str) -> Any:
    """`core.profile.facts.preferences`: the newest word of the customer or of an agent."""
    said = select(profile_facts.c.value).where(
        profile_facts.c.customer_id == customers.c.id,
        profile_facts.c.name == name,
        profile_facts.c.source.in_((FactSource.SAID, FactSource.AGENT)),
    )
    newest = said.order_by(profile_facts.c.at.desc(), profile_facts.c.serial.desc())
    return newest.limit(1).correlate(customers).scalar_subquery()


def _with_person() -> ColumnElement[bool]:
    theirs = select(conversations.c.id).where(
        conversations.c.customer_id == customers.c.id,
        conversations.c.open.is_(true()),
        conversations.c.owner_kind.in_(HUMAN),
    )
    return theirs.correlate(customers).exists()


@cache
def _got() -> Select[Any]:
    """To whom messages of `purpose` went, and when, but for those of the campaign `own`."""
    theirs, lines = profiles(bindparam("ids", type_=Texts())), campaign_recipients.c
    return (
        select(theirs.c.person, lines.queued_at)
        .join(campaign_recipients, lines.customer_id == theirs.c.profile)
        .join(campaigns, campaigns.c.id == lines.campaign_id)
        .join(outbox, outbox.c.id == lines.effect_id)
        .outerjoin(again, IS_AGAIN)
        .where(
            lines.queued_at >= bindparam("since", type_=lines.queued_at.type),
            lines.campaign_id != bindparam("own"),
            lines.arm == Arm.TREATED,
            lines.state == RecipientState.QUEUED,
            campaigns.c.purpose == bindparam("purpose"),
            or_(_is_got(outbox.c), _is_got(again.c)),
        )
    )


def _is_got(row: Any) -> ColumnElement[bool]:
    """False where there is no such row, for then it has no state."""
    arrives = or_(row.delivery.is_(None), row.delivery.not_in(FAILED))
    return and_(row.state.not_in(_NOT_GOT), arrives)


_PROFILE = ("tier", "locale", "time_zone", "organization")


class SqlAudienceTable(Repository):
    """`core.ports.AudienceTable`: by the customers' ids, but for `names` in their own order."""

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
        wanted = {"name": query.attribute, "value": query.value, "said": query.value, "after": after, "limit": limit}
        return [(name, name) for name in self._connection.execute(scan, wanted).scalars()]

    def _told(self, query: AudienceQuery, after: str, limit: int) -> list[tuple[str, str]]:
        """Who each of them is now, and by which id they were told."""
        scan = of_told(len(query.told))
        campaigns = {f"campaign_{number}": name for number, name in enumerate(query.told)}
        names = list(self._connection.execute(scan, {**campaigns, "after": after, "limit": limit}).scalars())
        now = find_kept(self._connection, names)
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
            place = places.get((row.kind, told(row, "value")))
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
                owners[row.kind, told(row, "value")] = row.customer_id
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
