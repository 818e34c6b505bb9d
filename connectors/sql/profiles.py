"""Facts about customers with their sources, and what they say they go by."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, exists, or_, select

from connectors.sql.columns import clean, utc
from connectors.sql.statements import insert_once, upsert
from connectors.sql.tables import (
    asked_sources,
    claims,
    customers,
    different_people,
    identities,
    merges,
    profile_facts,
)
from core.model.customer import Customer
from core.model.ids import CustomerId
from core.model.profile import TRUSTED, Asked, Claim, FactSource, Link, ProfileFact

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
        self._connection.execute(profile_facts.insert().values(customer_id=customer_id, **_fact_row(fact)))
        return True

    def facts(self, customer_id: CustomerId) -> list[ProfileFact]:
        return [fact_of(row) for row in self._connection.execute(FACTS, {"customer": customer_id})]

    def asked(self, customer_id: CustomerId) -> list[Asked]:
        return [_asked(row) for row in self._connection.execute(ASKED, {"customer": customer_id})]

    def keep(self, customer_id: CustomerId, answer: Asked) -> None:
        facts = [{**_fact_row(fact), "at": utc(fact.at).isoformat()} for fact in answer.facts]
        row = {"customer_id": customer_id, "source": answer.source, "at": answer.at, "problem": answer.problem}
        upsert(self._connection, asked_sources, {**row, "facts": facts}, key=["customer_id", "source"])

    def claim(self, customer_id: CustomerId, claim: Claim) -> None:
        row = {"customer_id": customer_id, "kind": claim.kind, "value": claim.value, "source": claim.source}
        insert_once(self._connection, claims, {**row, "ref": claim.ref, "at": claim.at})

    def claims(self, customer_id: CustomerId) -> list[Claim]:
        mine = claims.c.customer_id == customer_id
        rows = self._connection.execute(select(claims).where(mine).order_by(claims.c.at, claims.c.kind, claims.c.value))
        return [Claim(kind=r.kind, value=r.value, source=r.source, at=r.at, ref=r.ref) for r in rows]

    def linked(self, customer: Customer, limit: int) -> list[tuple[CustomerId, Link]]:
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
            theirs = select(claims).where(claims.c.kind == kind, claims.c.value == clean(value))
            for row in self._connection.execute(theirs.where(claims.c.customer_id != customer.id)):
                name = f"{row.source}_{kind}" if who == "their" else f"both_{kind}"
                found.append((CustomerId(row.customer_id), Link(kind=name, value=value, ref=row.ref)))
        return found

    def _namesakes(self, customer: Customer) -> list[tuple[CustomerId, Link]]:
        spelled = {customer.name, customer.name.lower(), customer.name.title(), customer.name.upper()}
        if len(customer.name.split()) < 2:
            return []  # a first name alone is nobody's
        same = select(customers.c.id).where(customers.c.name.in_(spelled), customers.c.id != customer.id).limit(20)
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


def _fact_row(fact: ProfileFact) -> dict[str, Any]:
    return {
        "name": fact.name,
        "value": fact.value,
        "source": fact.source.value,
        "at": fact.at,
        "by": fact.by,
        "evidence": fact.evidence,
    }


def fact_of(row: Row[Any]) -> ProfileFact:
    return ProfileFact(
        name=row.name,
        value=row.value,
        source=FactSource(row.source),
        at=row.at,
        by=row.by,
        evidence=row.evidence,
    )


def _asked(row: Row[Any]) -> Asked:
    facts = tuple(_told(each) for each in row.facts)
    return Asked(source=row.source, at=row.at, facts=facts, problem=row.problem)


def _told(row: dict[str, Any]) -> ProfileFact:
    return ProfileFact(**{**row, "source": FactSource(row["source"]), "at": datetime.fromisoformat(row["at"])})
