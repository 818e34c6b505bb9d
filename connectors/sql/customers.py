"""Customers with their identities, attributes and consents."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, bindparam, delete, insert, or_, select, update

from connectors.sql.columns import clean, utc
from connectors.sql.profiles import fact_of
from connectors.sql.statements import insert_once, slices, upsert
from connectors.sql.tables import consents, customer_attributes, customers, identities, profile_facts
from core.errors import RejectedError
from core.model.customer import Channel, Consent, Customer, Identity, IdentityKind, Preferences, Purpose
from core.model.ids import CustomerId, derived
from core.profile.facts import PREFERENCES, preferences

_PROFILE = ("tier", "locale", "time_zone", "organization")


class SqlCustomerTable:
    """`core.ports.CustomerTable`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

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
        theirs = {each: owners.get((each.kind.value, clean(each.value))) for each in identities}
        found = {customer.id: customer for customer in self.many([CustomerId(name) for name in owners.values()])}
        return {each: found[CustomerId(owner)] for each, owner in theirs.items() if owner in found}

    def save(self, customer: Customer) -> None:
        """Consents of the value are added as by `add_consent`. An identity once verified stays so."""
        profile = {name: getattr(customer, name) for name in ("id", "name", *_PROFILE)}
        upsert(self._connection, customers, profile, key=["id"])
        self._set_attributes(customer)
        for identity in customer.identities:
            self._add_identity(customer.id, identity)
        for consent in customer.consents:
            self.add_consent(customer.id, consent)

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
        insert_once(self._connection, consents, {**row, "id": derived("cs", *map(clean, words))})

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

    def named(self, text: str, limit: int) -> list[Customer]:
        begins = clean(text).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        fits = or_(*(customers.c.name.ilike(f"{before}{begins}%", escape="\\") for before in ("", "% ")))
        return self._read(select(customers).where(fits).order_by(customers.c.name, customers.c.id).limit(limit))

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
        if insert_once(self._connection, identities, row):
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
            self._connection.execute(insert(customer_attributes), rows)

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
        attributes={found.name: found.value for found in attributes},
        preferences=preferences(fact_of(found) for found in wishes) if wishes else Preferences(),
    )


def _grouped(rows: Iterable[Row[Any]]) -> defaultdict[str, list[Row[Any]]]:
    groups: defaultdict[str, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        groups[row.customer_id].append(row)
    return groups


def _identity(row: Row[Any]) -> Identity:
    return Identity(kind=IdentityKind(row.kind), value=row.value, verified=row.verified)


def _consent(row: Row[Any]) -> Consent:
    return Consent(
        channel=Channel(row.channel),
        purpose=Purpose(row.purpose),
        granted=row.granted,
        at=row.at,
        source=row.source,
        wording=row.wording,
    )
