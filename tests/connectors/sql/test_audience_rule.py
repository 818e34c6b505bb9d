"""The store selects exactly whom the pure rule does, over generated stores."""

from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.sql.store import SqlStore, SqlUnit
from core.consent.reachable import is_bad, mark_bad
from core.model.campaign import message_to
from core.model.conversation import Owner, OwnerKind
from core.model.customer import Channel, Consent, Customer, Identity, IdentityKind, Purpose
from core.model.ids import ApprovalId, CustomerId
from core.model.outbound import EffectState
from core.model.profile import FactSource, ProfileFact
from core.outreach.audience.rule import judge
from core.ports import AudienceQuery, Candidate
from core.profile.merge import merge
from tests.connectors.sql.audience_samples import DAY, pages, query
from tests.connectors.sql.campaign_samples import campaign, line, standing
from tests.connectors.sql.samples import NOW, conversation

MOMENTS = st.sampled_from([NOW - 9 * DAY, NOW - 2 * DAY, NOW - DAY, NOW])
WEEK = (NOW - 7 * DAY, 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """One generated person: the profile, the words about it, and the past."""

    tier: str
    region: str
    locale: str
    phones: tuple[bool, ...]
    consents: tuple[Consent, ...]
    wishes: tuple[ProfileFact, ...]
    owners: tuple[tuple[OwnerKind, bool], ...] = ()
    got: tuple[tuple[datetime, Purpose, EffectState, bool], ...] = ()
    bad: bool = False
    into: int | None = None


CONSENTS = st.builds(
    Consent,
    channel=st.sampled_from([Channel.SMS, Channel.SMS, Channel.WHATSAPP, Channel.EMAIL]),
    purpose=st.sampled_from([Purpose.SERVICE, Purpose.SERVICE, Purpose.MARKETING]),
    granted=st.sampled_from([True, True, False]),
    at=MOMENTS,
    source=st.sampled_from(["a", "b", ""]),
    wording=st.sampled_from(["Yes", "Yes, text me", ""]),
)
WISHES = st.builds(
    ProfileFact,
    name=st.sampled_from(["preferred_channel", "preferred_channel", "language", "quiet_hours"]),
    value=st.sampled_from(["", "sms", "whatsapp", "email", "German", "fr", "21:00-09:00", "nonsense"]),
    source=st.sampled_from([FactSource.SAID, FactSource.AGENT, FactSource.CRM]),
    at=MOMENTS,
)
GOT = st.tuples(
    MOMENTS,
    st.sampled_from(list(Purpose)),
    st.sampled_from([EffectState.SENT, EffectState.PENDING, EffectState.REFUSED]),
    st.booleans(),
)
PEOPLE = st.builds(
    Made,
    tier=st.sampled_from(["standard", "plus", "business"]),
    region=st.sampled_from(["north", "north", "south"]),
    locale=st.sampled_from(["en-GB", "de", "PT_br"]),
    phones=st.lists(st.booleans(), max_size=2).map(tuple),
    consents=st.lists(CONSENTS, max_size=4).map(tuple),
    wishes=st.lists(WISHES, max_size=3).map(tuple),
    owners=st.lists(st.tuples(st.sampled_from(list(OwnerKind)), st.booleans()), max_size=2).map(tuple),
    got=st.lists(GOT, max_size=3).map(tuple),
    bad=st.sampled_from([False, False, True]),
    into=st.sampled_from([None, None, None, 0, 1]),
)
QUERIES = st.builds(
    query,
    purpose=st.sampled_from(list(Purpose)),
    usual=st.sampled_from([Channel.SMS, Channel.WHATSAPP]),
    wishes=st.sampled_from([frozenset({Channel.SMS}), frozenset({Channel.SMS, Channel.WHATSAPP})]),
    caps=st.sampled_from([(), (WEEK,), (WEEK, (NOW - DAY, 1))]),
    vip_tiers=st.sampled_from([frozenset(), frozenset({"business"})]),
    open_tickets=st.booleans(),
    attribute=st.just("region"),
    campaign_id=st.sampled_from([None, ApprovalId("ap_own")]),
)


def stored(unit: SqlUnit, number: int, made: Made) -> Customer:
    phones = (
        Identity(kind=IdentityKind.PHONE, value=f"+44770090{number}{place:03d}", verified=verified)
        for place, verified in enumerate(made.phones)
    )
    person = Customer(
        id=CustomerId(f"cu_{number}"),
        name=f"Person {number}",
        tier=made.tier,
        locale=made.locale,
        identities=tuple(phones),
        consents=made.consents,
        attributes={"region": made.region},
    )
    unit.customers.save(person)
    for fact in made.wishes:
        unit.profiles.add(person.id, fact)
    for place, (kind, is_open) in enumerate(made.owners):
        theirs = conversation(f"{number}_{place}", customer_id=person.id, owner=Owner(kind=kind), open=is_open)
        unit.conversations.add(theirs)
    return person


def got(unit: SqlUnit, number: int, made: Made, asked: AudienceQuery) -> list[datetime]:
    """Put what this person got into the store; the times of what counts for the caps."""
    counted = []
    for place, (at, purpose, state, own) in enumerate(made.got):
        name = "ap_own" if own and place == 0 else f"ap_{number}_{place}"
        begun = standing(campaign=campaign(name, purpose=purpose))
        unit.campaigns.add(begun)
        theirs = line(number + 1, name, customer_id=CustomerId(f"cu_{number}"))
        unit.campaigns.put([theirs])
        sent = message_to(begun.campaign, theirs, at)
        unit.outbox.add(sent)
        unit.campaigns.mark_queued(begun.campaign.id, {theirs.ordinal: sent.id})
        unit.outbox.mark(sent.id, state, at)
        stands = unit.campaigns.get(begun.campaign.id)
        same_purpose = stands is not None and stands.campaign.purpose is asked.purpose
        if state is not EffectState.REFUSED and same_purpose and name != asked.campaign_id:
            counted.append(at)
    return counted


def by_the_rule(unit: SqlUnit, people: Sequence[Made], asked: AudienceQuery) -> list[Candidate]:
    recent: defaultdict[str, list[datetime]] = defaultdict(list)
    for number, made in enumerate(people):
        stored(unit, number, made)
        recent[f"cu_{number}"] += got(unit, number, made, asked)
    for number, made in enumerate(people):
        person = unit.customers.get(CustomerId(f"cu_{number}"))
        if made.bad and person is not None and person.phone:
            mark_bad(unit, person.phone, "21614", NOW)
    for number, made in enumerate(people):
        if made.into is not None and made.into < number and people[made.into].into is None:
            merge(unit, CustomerId(f"cu_{made.into}"), CustomerId(f"cu_{number}"), "Priya", "same", NOW)
            recent[f"cu_{made.into}"] += recent.pop(f"cu_{number}")
    found = []
    for number in range(len(people)):
        person = unit.customers.get(CustomerId(f"cu_{number}"))
        assert person is not None
        if unit.merges.into(person.id) is None and person.attributes["region"] == asked.value:
            found.append(_judged(unit, person, asked, recent[person.id]))
    return found


def _judged(unit: SqlUnit, person: Customer, asked: AudienceQuery, recent: list[datetime]) -> Candidate:
    threads = unit.conversations.recent(person.id, NOW - 99 * DAY)
    return judge(
        person,
        asked,
        recent=recent,
        open_with_person=any(each.open and each.owner.is_human for each in threads),
        bad_number=bool(person.phone) and is_bad(unit, str(person.phone), None),
    )


class UndoneError(Exception):
    """So that each example finds an empty store."""


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(made=st.lists(PEOPLE, max_size=5), asked=QUERIES)
def test_the_store_selects_exactly_whom_the_rule_does(store: SqlStore, made: list[Made], asked: AudienceQuery) -> None:
    with suppress(UndoneError), store.begin() as unit:
        expected = by_the_rule(unit, made, asked)
        assert [replace(each, cursor="") for each in pages(unit, asked)] == expected
        raise UndoneError
