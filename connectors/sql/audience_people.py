"""What decides whether each of some people is written to, in a few statements for all of them."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, bindparam, case, false, or_, select, true

from connectors.sql.profiles_merged import profiles
from connectors.sql.statements import slices
from connectors.sql.tables import (
    campaign_recipients,
    campaigns,
    consents,
    conversations,
    cursors,
    customers,
    identities,
    outbox,
    profile_facts,
)
from core.consent.reachable import BAD_NUMBER
from core.model.campaign import Arm, RecipientState
from core.model.conversation import HUMAN
from core.model.customer import TEXTED, Channel, Customer, IdentityKind, Preferences
from core.model.ids import CustomerId
from core.model.outbound import EffectState
from core.model.profile import FactSource
from core.outreach.audience.rule import Person
from core.ports import AudienceQuery
from core.profile.facts import CHANNEL, LANGUAGE, QUIET, preferred

_NOT_GOT = (EffectState.REFUSED, EffectState.PARKED)
_FAILED = ("failed", "undelivered")
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
        wishes = preferred(wished) if wished else _NONE
        words = {channel: said[channel] for channel in self._channels if said[channel] is not None}
        return Person(
            id=CustomerId(row.id),
            name=row.name,
            tier=row.tier,
            language=_language(row.locale, wishes.language),
            time_zone=row.time_zone,
            phone=row.phone,
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
            _phone().label("phone"),
            *(_word(channel).label(channel.value) for channel in channels),
            *(_wish(name).label(f"wish_{name}") for name in _WISHES),
            _with_person().label("with_person"),
        )
        .where(customers.c.id.in_(bindparam("ids", expanding=True)))
        .subquery()
    )
    bad = select(cursors.c.name).where(cursors.c.name == BAD_NUMBER + facts.c.phone).correlate(facts)
    return select(facts, bad.exists().label("bad"))


def _phone() -> Any:
    """`Customer.current`: the newest, a verified one if there is any; what came with a merge is older."""
    mine = (identities.c.customer_id == customers.c.id, identities.c.kind == IdentityKind.PHONE)
    newest = (identities.c.verified.desc(), identities.c.merged, identities.c.serial.desc())
    return select(identities.c.value).where(*mine).order_by(*newest).limit(1).correlate(customers).scalar_subquery()


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
    theirs, lines = profiles(bindparam("ids", expanding=True)), campaign_recipients.c
    again = outbox.alias("again")
    return (
        select(theirs.c.person, lines.queued_at)
        .join(campaign_recipients, lines.customer_id == theirs.c.profile)
        .join(campaigns, campaigns.c.id == lines.campaign_id)
        .join(outbox, outbox.c.id == lines.effect_id)
        .outerjoin(again, again.c.key == outbox.c.key + ":again")
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
    arrives = or_(row.delivery.is_(None), row.delivery.not_in(_FAILED))
    return and_(row.state.not_in(_NOT_GOT), arrives)
