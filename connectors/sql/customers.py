"""Customers with their identities, attributes and consents; facts about them and who says so; codes that prove
who asks."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    bindparam,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)

from connectors.sql import codec
from connectors.sql.columns import clean, utc
from connectors.sql.private import (
    LONGEST_BEGINNING,
    add_once,
    hashed,
    name_token,
    name_tokens_of,
    put,
    sealed,
    sealed_all,
    told,
)
from connectors.sql.statements import Repository, insert_once, slices
from connectors.sql.tables import (
    asked_sources,
    claims,
    consents,
    customer_attributes,
    customers,
    different_people,
    identities,
    merges,
    name_tokens,
    profile_facts,
    verifications,
)
from core.errors import RejectedError
from core.model.customer import Channel, Consent, Customer, Identity, IdentityKind, Preferences, Purpose
from core.model.ids import ConversationId, CustomerId, VerificationId, derive_id
from core.model.profile import TRUSTED, Asked, Claim, CodeState, FactSource, Link, ProfileFact, Verification
from core.profile.facts import PREFERENCES, preferences

# Facts about customers with their sources, and what they say they go by.

# Built once: every turn asks for them.
FACTS = (
    select(profile_facts)
    .where(profile_facts.c.customer_id == bindparam("customer"))
    .order_by(profile_facts.c.at, profile_facts.c.serial)
)
ASKED = (
    select(asked_sources).where(asked_sources.c.customer_id == bindparam("customer")).order_by(asked_sources.c.source)
)


class SqlProfileTable:
    """`core.ports.ProfileTable`."""

    def __init__(self, connection: Connection, trusted: Sequence[FactSource] = TRUSTED) -> None:
        self._connection = connection
        self.trusted = trusted

    def add(self, customer_id: CustomerId, fact: ProfileFact) -> bool:
        newest = (
            select(profile_facts.c.value)
            .where(
                profile_facts.c.customer_id == customer_id,
                profile_facts.c.name == clean(fact.name),
                profile_facts.c.source == fact.source.value,
            )
            .order_by(profile_facts.c.at.desc(), profile_facts.c.serial.desc())
            .limit(1)
        )
        if self._connection.execute(newest).scalar_one_or_none() == clean(fact.value):
            return False
        row = sealed(self._connection, profile_facts, {"customer_id": customer_id, **codec.to_row(fact)})
        self._connection.execute(profile_facts.insert().values(row))
        return True

    def facts(self, customer_id: CustomerId) -> list[ProfileFact]:
        return [codec.of_row(ProfileFact, row) for row in self._connection.execute(FACTS, {"customer": customer_id})]

    def last_answers(self, customer_id: CustomerId) -> list[Asked]:
        return [codec.of_row(Asked, row) for row in self._connection.execute(ASKED, {"customer": customer_id})]

    def keep(self, customer_id: CustomerId, answer: Asked) -> None:
        row = {"customer_id": customer_id, **codec.to_row(answer)}
        put(self._connection, asked_sources, row, key=["customer_id", "source"])

    def claim(self, customer_id: CustomerId, claim: Claim) -> None:
        row = {"customer_id": customer_id, "kind": claim.kind, "value": claim.value, "source": claim.source}
        add_once(self._connection, claims, {**row, "ref": claim.ref, "at": claim.at})

    def claims(self, customer_id: CustomerId) -> list[Claim]:
        mine = claims.c.customer_id == customer_id
        rows = self._connection.execute(select(claims).where(mine))
        found = [Claim(kind=r.kind, value=told(r, "value"), source=r.source, at=r.at, ref=r.ref) for r in rows]
        return sorted(found, key=lambda claim: (claim.at, claim.kind, claim.value))

    def find_linked(self, customer: Customer, limit: int) -> list[tuple[CustomerId, Link]]:
        mine = self.claims(customer.id)
        found = [*self._owners_of(mine), *self._who_claim(customer, mine), *self._namesakes(customer)]
        gone = self._not_to_ask(customer.id, {name for name, _ in found})
        kept = [(name, link) for name, link in dict.fromkeys(found) if name not in gone and name != customer.id]
        return kept[:limit]

    def _owners_of(self, mine: Sequence[Claim]) -> list[tuple[CustomerId, Link]]:
        """Whose address this person says is theirs."""
        found = []
        for claim in mine:
            same = and_(identities.c.kind == claim.kind, identities.c.value == claim.value)
            for owner in self._connection.execute(select(identities.c.customer_id).where(same)).scalars():
                link = Link(kind=f"{claim.source}_{claim.kind}", value=claim.value, ref=claim.ref)
                found.append((CustomerId(owner), link))
        return found

    def _who_claim(self, customer: Customer, mine: Sequence[Claim]) -> list[tuple[CustomerId, Link]]:
        """Who says the same of themselves, or says that this person's address is theirs."""
        own = [(i.kind.value, i.value, "their") for i in customer.identities]
        wanted = [*own, *((claim.kind, claim.value, "both") for claim in mine)]
        found = []
        for kind, value, who in wanted:
            theirs = select(claims).where(claims.c.kind == kind, claims.c.value == value)
            for row in self._connection.execute(theirs.where(claims.c.customer_id != customer.id)):
                name = f"{row.source}_{kind}" if who == "their" else f"both_{kind}"
                found.append((CustomerId(row.customer_id), Link(kind=name, value=value, ref=row.ref)))
        return found

    def _namesakes(self, customer: Customer) -> list[tuple[CustomerId, Link]]:
        if len(customer.name.split()) < 2:
            return []  # a first name alone is nobody's
        whole = name_token(self._connection, customer.name)
        named = (name_tokens.c.token == whole, name_tokens.c.customer_id != customer.id)
        same = select(name_tokens.c.customer_id).where(*named).limit(20)
        return [(CustomerId(each), Link(kind="name", value=customer.name)) for each in self._rows(same)]

    def _not_to_ask(self, customer_id: CustomerId, others: set[CustomerId]) -> set[str]:
        """Who went into somebody else, and who was looked at."""
        away = select(merges.c.merged_id).where(merges.c.merged_id.in_(others), merges.c.undone_at.is_(None))
        pair = or_(
            and_(different_people.c.first_id == customer_id, different_people.c.second_id == customers.c.id),
            and_(different_people.c.second_id == customer_id, different_people.c.first_id == customers.c.id),
        )
        other = select(customers.c.id).where(customers.c.id.in_(others), exists().where(pair))
        return {*self._rows(away), *self._rows(other)}

    def _rows(self, statement: Any) -> list[str]:
        return list(self._connection.execute(statement).scalars())


# The codes that were sent: what each proves and whether it came back, never the code itself.


class SqlVerificationTable(Repository):
    """`core.ports.VerificationTable`."""

    def add(self, verification: Verification) -> bool:
        return add_once(self._connection, verifications, codec.to_row(verification))

    def latest(self, conversation_id: ConversationId) -> Verification | None:
        mine = select(verifications).where(verifications.c.conversation_id == conversation_id)
        row = self._connection.execute(mine.order_by(verifications.c.serial.desc()).limit(1)).one_or_none()
        return None if row is None else codec.of_row(Verification, row)

    def get(self, verification_id: VerificationId) -> Verification | None:
        mine = select(verifications).where(verifications.c.id == verification_id)
        row = self._connection.execute(mine).one_or_none()
        return None if row is None else codec.of_row(Verification, row)

    def save(self, verification: Verification) -> None:
        change = update(verifications).where(verifications.c.id == verification.id)
        row = sealed(self._connection, verifications, codec.to_row(verification))
        self._connection.execute(change.values(row))

    def count_try(self, verification_id: VerificationId, most: int) -> int | None:
        mine = (
            verifications.c.id == verification_id,
            verifications.c.state == CodeState.SENT.value,
            verifications.c.tries < most,
        )
        counted = update(verifications).where(*mine).values(tries=verifications.c.tries + 1)
        if not self._connection.execute(counted).rowcount:
            return None
        now = select(verifications.c.tries).where(verifications.c.id == verification_id)
        return int(self._connection.execute(now).scalar_one())

    def open_of(self, customer_id: CustomerId, now: datetime) -> list[Verification]:
        mine = (
            verifications.c.customer_id == customer_id,
            verifications.c.expires_at > now,
            verifications.c.state == CodeState.SENT.value,
        )
        rows = self._connection.execute(select(verifications).where(*mine).order_by(verifications.c.serial))
        return [codec.of_row(Verification, row) for row in rows]

    def sent_since(
        self, customer_id: CustomerId, conversation_id: ConversationId, since: datetime, *, own: bool
    ) -> int:
        theirs = or_(
            verifications.c.customer_id == customer_id,
            verifications.c.conversation_id == conversation_id,
        )
        mine = (theirs, verifications.c.sent_at >= since, verifications.c.own == own)
        return int(self._connection.execute(select(func.count()).where(*mine)).scalar_one())


MOST_NAMES = 500  # that are looked at for a few letters
_PROFILE = ("tier", "locale", "time_zone", "organization")


class SqlCustomerTable(Repository):
    """`core.ports.CustomerTable`."""

    def get(self, customer_id: CustomerId) -> Customer | None:
        """In statements that are built once: an open ticket asks for its customer again and again."""
        row = self._connection.execute(ONE, {"id": customer_id}).one_or_none()
        return None if row is None else _customer(row, *(self._of_one(table, customer_id) for table in OF_ONE))

    def _of_one(self, statement: Select[Any], customer_id: CustomerId) -> Sequence[Row[Any]]:
        return self._connection.execute(statement, {"id": customer_id}).all()

    def find(self, identity: Identity) -> Customer | None:
        owner = self._owner(identity)
        return None if owner is None else self.get(owner)

    def having(self, identities: Sequence[Identity]) -> Mapping[Identity, Customer]:
        kinds = sorted({each.kind.value for each in identities})
        owners: dict[tuple[str, str], str] = {}
        for some in slices(sorted({each.value for each in identities})):
            rows = self._connection.execute(OWNERS, {"kinds": kinds, "values": some})
            owners.update(((row.kind, row.value), row.customer_id) for row in rows)
        theirs = {each: owners.get((each.kind.value, str(hashed(self._connection, each.value)))) for each in identities}
        found = {customer.id: customer for customer in self.many([CustomerId(name) for name in owners.values()])}
        return {each: found[CustomerId(owner)] for each, owner in theirs.items() if owner in found}

    def save(self, customer: Customer) -> None:
        """Consents of the value are added as by `add_consent`. An identity once verified stays so."""
        profile = {name: getattr(customer, name) for name in ("id", "name", *_PROFILE)}
        put(self._connection, customers, profile, key=["id"])
        self._set_name(customer)
        self._set_attributes(customer)
        for identity in customer.identities:
            self._add_identity(customer.id, identity)
        for consent in customer.consents:
            self.add_consent(customer.id, consent)

    def name_for(self, identity: Identity) -> CustomerId:
        return CustomerId(derive_id("cu", identity.kind, hashed(self._connection, identity.value) or ""))

    def add_consent(self, customer_id: CustomerId, consent: Consent) -> None:
        row = {
            "customer_id": customer_id,
            "channel": consent.channel.value,
            "purpose": consent.purpose.value,
            "granted": consent.granted,
            "at": consent.at,
            "source": consent.source,
            "wording": consent.wording,
        }
        words = (*(str(value) for name, value in row.items() if name != "at"), utc(consent.at).isoformat())
        insert_once(self._connection, consents, {**row, "id": derive_id("cs", *map(clean, words))})

    def where(self, attribute: str, value: str) -> list[Customer]:
        """Customers whose attribute, or field of the profile (tier, locale, time zone, organisation), is the value.

        Ordered by id."""
        mine: ColumnElement[bool] = customers.c.id.in_(
            select(customer_attributes.c.customer_id).where(
                customer_attributes.c.name == attribute, customer_attributes.c.value == value
            )
        )
        if attribute in _PROFILE:
            mine = or_(mine, customers.c[attribute] == value)
        return self._read(select(customers).where(mine).order_by(customers.c.id))

    def find_by_name(self, text: str, limit: int) -> list[Customer]:
        """By keyed hashes of how the words begin; what else is asked is looked at in the names that this finds."""
        begins = clean(text).lower()
        found = select(customers)
        for number, word in enumerate(begins.split()):
            known = name_tokens.alias(f"word_{number}")
            token = name_token(self._connection, word[:LONGEST_BEGINNING], beginning=True)
            found = found.join(known, and_(known.c.customer_id == customers.c.id, known.c.token == token))
        rows = self._connection.execute(found.limit(MOST_NAMES)).all() if begins.strip() else []
        named = [row for row in rows if f" {begins}" in f" {row.name.lower()}"]
        return self._with_details(sorted(named, key=lambda row: (row.name, row.id))[:limit])

    def many(self, ids: Sequence[CustomerId]) -> list[Customer]:
        """In the order asked for; unknown ids are left out."""
        found: dict[str, Customer] = {}
        for some in slices(list(dict.fromkeys(ids))):
            rows = self._connection.execute(MANY, {"ids": some}).all()
            found.update((customer.id, customer) for customer in self._with_details(rows))
        return [found[name] for name in ids if name in found]

    def _owner(self, identity: Identity) -> CustomerId | None:
        wanted = {"kind": identity.kind.value, "value": identity.value}
        found = self._connection.execute(OWNER, wanted).scalar_one_or_none()
        return None if found is None else CustomerId(found)

    def _add_identity(self, customer_id: CustomerId, identity: Identity) -> None:
        row = {
            "kind": identity.kind.value,
            "value": identity.value,
            "customer_id": customer_id,
            "verified": identity.verified,
        }
        if add_once(self._connection, identities, row):
            return
        if self._owner(identity) != customer_id:
            raise RejectedError(f"this {identity.kind} belongs to another customer", code="identity_taken")
        if identity.verified:
            same = (identities.c.kind == identity.kind, identities.c.value == identity.value)
            self._connection.execute(update(identities).where(*same).values(verified=True))

    def _set_attributes(self, customer: Customer) -> None:
        mine = customer_attributes.c.customer_id == customer.id
        self._connection.execute(delete(customer_attributes).where(mine))
        rows = [
            {"customer_id": customer.id, "name": name, "value": value} for name, value in customer.attributes.items()
        ]
        if rows:
            self._connection.execute(
                insert(customer_attributes), sealed_all(self._connection, customer_attributes, rows)
            )

    def _set_name(self, customer: Customer) -> None:
        mine = name_tokens.c.customer_id == customer.id
        wanted = name_tokens_of(self._connection, customer.name)
        known = set(self._connection.execute(select(name_tokens.c.token).where(mine)).scalars())
        if known != wanted:
            self._connection.execute(delete(name_tokens).where(mine))
            rows = [{"customer_id": customer.id, "token": token} for token in sorted(wanted)]
            self._connection.execute(insert(name_tokens), rows)

    def _read(self, statement: Select[Any]) -> list[Customer]:
        rows = self._connection.execute(statement).all()
        customers_found: list[Customer] = []
        for some in slices(rows):
            customers_found += self._with_details(some)
        return customers_found

    def _with_details(self, rows: Sequence[Row[Any]]) -> list[Customer]:
        ids = [row.id for row in rows]
        groups = [_grouped(self._connection.execute(statement, {"ids": ids})) for statement in OF_MANY]
        return [_customer(row, *(group[row.id] for group in groups)) for row in rows]


def _ordered(table: Any) -> Select[Any]:
    if table is identities:
        # What came with a merge is older than the person's own, whenever it became known.
        return select(table).order_by(table.c.merged.desc(), table.c.serial)
    return select(table).order_by(table.c.name if table is customer_attributes else table.c.serial)


def _details(whose: Callable[[Any], ColumnElement[bool]]) -> tuple[Select[Any], ...]:
    """What `_customer` takes, in its order."""
    wishes = profile_facts.c.name.in_(sorted(PREFERENCES))
    said = (_ordered(table).where(whose(table.c.customer_id)) for table in (identities, consents, customer_attributes))
    return (*said, _ordered(profile_facts).where(whose(profile_facts.c.customer_id), wishes))


OWNER = select(identities.c.customer_id).where(
    identities.c.kind == bindparam("kind"), identities.c.value == bindparam("value")
)
OWNERS = select(identities.c.kind, identities.c.value, identities.c.customer_id).where(
    identities.c.kind.in_(bindparam("kinds", expanding=True)),
    identities.c.value.in_(bindparam("values", expanding=True)),
)
ONE = select(customers).where(customers.c.id == bindparam("id"))
MANY = select(customers).where(customers.c.id.in_(bindparam("ids", expanding=True)))
OF_ONE = _details(lambda customer_id: customer_id == bindparam("id"))
OF_MANY = _details(lambda customer_id: customer_id.in_(bindparam("ids", expanding=True)))


def _customer(
    row: Row[Any],
    known_as: Sequence[Row[Any]],
    words: Sequence[Row[Any]],
    attributes: Sequence[Row[Any]],
    wishes: Sequence[Row[Any]],
) -> Customer:
    return Customer(
        id=CustomerId(row.id),
        name=row.name,
        **{name: getattr(row, name) for name in _PROFILE},
        identities=tuple(_identity(found) for found in known_as),
        consents=tuple(_consent(found) for found in words),
        attributes={found.name: told(found, "value") for found in attributes},
        preferences=preferences(codec.of_row(ProfileFact, found) for found in wishes) if wishes else Preferences(),
    )


def _grouped(rows: Iterable[Row[Any]]) -> defaultdict[str, list[Row[Any]]]:
    groups: defaultdict[str, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        groups[row.customer_id].append(row)
    return groups


def _identity(row: Row[Any]) -> Identity:
    return Identity(kind=IdentityKind(row.kind), value=told(row, "value"), verified=row.verified)


def _consent(row: Row[Any]) -> Consent:
    return Consent(
        channel=Channel(row.channel),
        purpose=Purpose(row.purpose),
        granted=row.granted,
        at=row.at,
        source=row.source,
        wording=row.wording,
    )
