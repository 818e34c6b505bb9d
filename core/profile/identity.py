"""Who a person is: recognised by address, number or helpdesk id, taken over from there, shown with what holds."""

from dataclasses import dataclass, replace
from datetime import datetime

import phonenumbers

from core.errors import RejectedError
from core.model.customer import Channel, Consent, Customer, Identity, IdentityKind, Purpose
from core.model.helpdesk import Person
from core.model.ids import CustomerId, derive_id
from core.model.profile import Asked, Claim, Merge, ProfileFact
from core.ports import CustomerTable, Helpdesk, Store, Unit
from core.profile.facts import Known, of_helpdesk, weigh_facts

PROFILE_FIELDS = frozenset({"tier", "consents", "time_zone"})


def normalise_phone(text: str) -> str:
    """E.164, also of `whatsapp:+44…` and of numbers with blanks.

    Raises:
        RejectedError: when it is no possible phone number.
    """
    digits = text.removeprefix("whatsapp:").strip()
    try:
        number = phonenumbers.parse(digits, None)
    except phonenumbers.NumberParseException as error:
        raise RejectedError(f"{text!r} is not a phone number with its country code") from error
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def same_or_new(customers: CustomerTable, person: Person) -> Customer:
    """The customer behind a helpdesk user: the one with the user's id, or one known so far by address or number
    alone, else a new one; the profile is brought up to date.

    Two users of the helpdesk are two people, even with one number between them: they are never merged silently, and
    an identity stays with whoever had it first.
    """
    identities = identities_of(person)
    holders = _holders(customers, identities)
    known = next((c for c in holders.values() if c and _may_be(c, person)), None)
    fresh = customer_of(person, known.id if known else CustomerId(derive_id("cu", person.id)))
    if known is not None and known.current(IdentityKind.HELPDESK) not in (person.id, None):
        # Merged with another user of the helpdesk, whose profile it is.
        fresh = replace(known, identities=fresh.identities)
    own = tuple(i for i in identities if (holder := holders[i]) is None or holder.id == fresh.id)
    keys = {(i.kind, i.value) for i in own}
    kept = tuple(i for i in known.identities if (i.kind, i.value) not in keys) if known else ()
    fresh = replace(fresh, identities=own + kept)
    consents = consents_of(person.fields.get("consents", ""))
    if known is not None and _nothing_new(known, fresh, consents):
        return known
    customers.save(fresh)
    for consent in consents:
        customers.add_consent(fresh.id, consent)
    stored = customers.get(fresh.id)
    return stored if stored is not None else fresh


def _may_be(customer: Customer, person: Person) -> bool:
    """The one with the user's own id, or one whom the helpdesk has not told of yet."""
    ids = {i.value for i in customer.identities if i.kind is IdentityKind.HELPDESK}
    return not ids or person.id in ids


def claims_of(customer: Customer, person: Person, now: datetime) -> list[Claim]:
    """What the helpdesk says of the user and what is another customer's already."""
    named = (i for i in identities_of(person) if not customer.is_known_as(i.kind, i.value))
    return [Claim(kind=i.kind, value=i.value, source="helpdesk", at=now) for i in named]


def _holders(customers: CustomerTable, identities: tuple[Identity, ...]) -> dict[Identity, Customer | None]:
    """Who has each of the identities. They are usually one person's, so one look mostly finds them all."""
    found: list[Customer] = []
    held: dict[Identity, Customer | None] = {}
    for identity in identities:
        key = (identity.kind, identity.value)
        seen = next((c for c in found if key in {(i.kind, i.value) for i in c.identities}), None)
        holder = held[identity] = seen or customers.find(identity)
        if holder is not None:
            found.append(holder)
    return held


def _nothing_new(known: Customer, fresh: Customer, consents: list[Consent]) -> bool:
    """Nearly every message comes from somebody whose profile is as it was: then nothing is written."""
    profile = replace(fresh, identities=known.identities, consents=known.consents, preferences=known.preferences)
    return profile == known and set(fresh.identities) <= set(known.identities) and set(consents) <= set(known.consents)


def identities_of(person: Person) -> tuple[Identity, ...]:
    found = [Identity(kind=IdentityKind.HELPDESK, value=person.id, verified=True)]
    if person.email:
        found.append(Identity(kind=IdentityKind.EMAIL, value=person.email.strip().lower(), verified=person.verified))
    if person.phone:
        try:
            phone = normalise_phone(person.phone)
        except RejectedError:
            return tuple(found)  # a number without its country cannot be matched with anybody; the name still can
        found.append(Identity(kind=IdentityKind.PHONE, value=phone, verified=person.verified))
    return tuple(found)


def customer_of(person: Person, customer_id: CustomerId) -> Customer:
    return Customer(
        id=customer_id,
        name=person.name,
        tier=person.fields.get("tier") or "standard",
        locale=person.locale,
        time_zone=person.fields.get("time_zone") or person.time_zone,
        organization=person.organization,
        identities=identities_of(person),
        attributes={name: value for name, value in person.fields.items() if name not in PROFILE_FIELDS},
    )


def consents_of(text: str) -> list[Consent]:
    """Consents as the helpdesk keeps them in one user field that a person can read, a line each:
    `channel | purpose | granted at | source | wording`. A line that cannot be read grants nothing."""
    return [consent for line in text.splitlines() if (consent := _consent(line)) is not None]


def _consent(line: str) -> Consent | None:
    parts = [part.strip() for part in line.split("|", 4)]
    if len(parts) != 5:
        return None
    channel, purpose, granted_at, source, wording = parts
    try:
        at = datetime.fromisoformat(granted_at)
        kinds = Channel(channel), Purpose(purpose)
    except ValueError:
        return None
    if at.tzinfo is None:
        return None
    return Consent(channel=kinds[0], purpose=kinds[1], granted=True, at=at, source=source, wording=wording)


# ------------------------------------------------------------------
# Taking over the helpdesk's customers, so that a phone number is recognised when it first writes.

CURSOR = "people"


def recognise(unit: Unit, person: Person, now: datetime) -> Customer:
    """The customer behind a helpdesk user. An address of theirs that somebody else has is noted as a claim: the two
    may be one, which an agent decides."""
    customer = same_or_new(unit.customers, person)
    for claim in claims_of(customer, person, now):
        unit.profiles.claim(customer.id, claim)
    return customer


def sync_people(store: Store, helpdesk: Helpdesk, now: datetime) -> int:
    """Store the profiles that changed since the last time; how many. Breaking off loses nothing: the cursor is last."""
    with store.read() as unit:
        cursor = unit.cursors.get(CURSOR)
    people, following = helpdesk.people(cursor)
    customers = [person for person in people if person.role == "end-user"]
    with store.begin() as unit:
        taken = [person for person in customers if not stays_away(unit, person)]
        for person in taken:
            recognise(unit, person, now)
        unit.cursors.set(CURSOR, following)
    return len(taken)


def stays_away(unit: Unit, person: Person) -> bool:
    """Whether they were erased and have not written since: no sync brings them back. Who wrote again is known anew."""
    identities = identities_of(person)
    return bool(unit.privacy.suppressed(identities)) and not unit.customers.having(identities)


# ------------------------------------------------------------------
# The profile of one customer as people are shown it: what holds, who says so, and who says otherwise.


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """`asked` are the other systems with the time and the outcome of the last question; `merges` those that hold."""

    customer: Customer
    known: tuple[Known, ...]
    asked: tuple[Asked, ...]
    merges: tuple[tuple[Merge, Customer], ...]

    def value(self, name: str) -> str | None:
        return next((known.fact.value for known in self.known if known.fact.name == name), None)


def profile_of(unit: Unit, customer: Customer, now: datetime) -> Profile:
    """From the store alone, in its order of trust: nothing is asked and nothing waits."""
    merges = _merged_in(unit, customer)
    asked = tuple(unit.profiles.last_answers(customer.id))
    facts: list[ProfileFact] = [
        *(fact for _, other in merges for fact in of_helpdesk(other, now)),
        *of_helpdesk(customer, now),
        *unit.profiles.facts(customer.id),
        *(fact for answer in asked for fact in answer.facts),
    ]
    return Profile(
        customer=customer, known=tuple(weigh_facts(facts, unit.profiles.trusted)), asked=asked, merges=merges
    )


def add_known_facts(unit: Unit, customer: Customer, now: datetime) -> Customer:
    """The customer with what holds of them among the attributes, so that whoever decides goes by what
    agents see. Tier and language stay the helpdesk's."""
    if not (unit.profiles.facts(customer.id) or unit.profiles.last_answers(customer.id)):
        return customer
    facts = {known.fact.name: known.fact.value for known in profile_of(unit, customer, now).known}
    held = {name: value for name, value in facts.items() if name not in ("tier", "language")}
    return replace(customer, attributes={name: value for name, value in held.items() if value})


def _merged_in(unit: Unit, customer: Customer) -> tuple[tuple[Merge, Customer], ...]:
    """Who went into this person and was not taken out again, newest first."""
    held = [m for m in unit.merges.of_customer(customer.id) if m.kept == customer.id and m.undone_at is None]
    people = {each.id: each for each in unit.customers.many([merge.merged for merge in held])}
    return tuple((merge, people[merge.merged]) for merge in held if merge.merged in people)
