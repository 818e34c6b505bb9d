"""Visitors' steps and the offers made to them, as a table of a transaction."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, insert, select, update

from connectors.sql import codec
from connectors.sql.statements import Repository, insert_once
from connectors.sql.tables import journey_steps, offers
from core.model.helpdesk import Receipt
from core.model.journey import JourneyStep, Offer, OfferCount, OfferState
from core.ports import Now, Store

MOST_STEPS = 100
WRITES_WITHIN = timedelta(days=1)
FORGOTTEN = ""  # the visitor of an offer of whom nothing else is kept


class SqlJourneyTable(Repository):
    """`core.ports.JourneyTable`."""

    def add_step(self, step: JourneyStep) -> None:
        self._connection.execute(insert(journey_steps).values(codec.to_row(step)))

    def steps(self, visitor: str, since: datetime) -> Sequence[JourneyStep]:
        theirs = (
            select(journey_steps)
            .where(journey_steps.c.visitor == visitor, journey_steps.c.at >= since)
            .order_by(journey_steps.c.at.desc(), journey_steps.c.serial.desc())
            .limit(MOST_STEPS)
        )
        return [codec.of_row(JourneyStep, row) for row in reversed(self._connection.execute(theirs).all())]

    def add_offer(self, offer: Offer) -> None:
        insert_once(self._connection, offers, {**codec.to_row(offer), "id": offer.id})

    def offers(self, visitor: str, since: datetime) -> Sequence[Offer]:
        theirs = select(offers).where(offers.c.visitor == visitor, offers.c.at >= since)
        return [codec.of_row(Offer, row) for row in self._connection.execute(theirs.order_by(offers.c.at.desc()))]

    def offered_since(self, since: datetime) -> int:
        made = offers.c.state != OfferState.HELD_OUT.value
        return self._connection.scalar(select(func.count()).where(offers.c.at >= since, made)) or 0

    def place(self, offer_id: str) -> None:
        planned = (offers.c.id == offer_id, offers.c.state == OfferState.PLANNED.value)
        self._connection.execute(update(offers).where(*planned).values(state=OfferState.PLACED.value))

    def show(self, visitor: str, now: datetime) -> Offer | None:
        row = self._connection.execute(select(offers).where(*_visible(visitor, now)).limit(1)).one_or_none()
        if row is None:
            return None
        shown = update(offers).where(offers.c.id == row.id, offers.c.state == OfferState.PLACED.value)
        self._connection.execute(shown.values(state=OfferState.SHOWN.value, shown_at=now))
        return codec.of_row(Offer, row)

    def waiting(self, visitor: str, now: datetime) -> bool:
        found = select(offers.c.id).where(*_visible(visitor, now)).limit(1)
        return self._connection.execute(found).one_or_none() is not None

    def answer(self, offer_id: str, visitor: str, state: OfferState, now: datetime) -> bool:
        open_ = (offers.c.id == offer_id, offers.c.visitor == visitor, offers.c.state == OfferState.SHOWN.value)
        change = update(offers).where(*open_).values(state=state.value, answered_at=now)
        return self._connection.execute(change).rowcount == 1

    def wrote(self, visitor: str, now: datetime) -> None:
        theirs = (offers.c.visitor == visitor, offers.c.at >= now - WRITES_WITHIN)
        self._connection.execute(update(offers).where(*theirs).values(wrote=True))

    def counts(self, since: datetime) -> Sequence[OfferCount]:
        began = func.sum(offers.c.wrote.cast(journey_steps.c.serial.type))
        counted = (
            select(offers.c.rule, offers.c.state, func.count().label("offers"), began.label("wrote"))
            .where(offers.c.at >= since)
            .group_by(offers.c.rule, offers.c.state)
            .order_by(offers.c.rule, offers.c.state)
        )
        rows = self._connection.execute(counted)
        return [
            OfferCount(rule=row.rule, state=OfferState(row.state), offers=row.offers, wrote=int(row.wrote or 0))
            for row in rows
        ]

    def forget(self, before: datetime) -> None:
        self._connection.execute(delete(journey_steps).where(journey_steps.c.at < before))
        old = (offers.c.at < before, offers.c.visitor != FORGOTTEN)
        self._connection.execute(update(offers).where(*old).values(visitor=FORGOTTEN, evidence="", page=""))


class SqlOfferBoard:
    """`core.ports.OfferBoard`: the pages ask our own web, which looks into the store."""

    def __init__(self, store: Store, now: Now) -> None:
        self._store, self._now = store, now

    def place(self, offer_id: str) -> Receipt:
        with self._store.begin() as unit:
            unit.journey.place(offer_id)
        return Receipt(ref=offer_id, at=self._now())


def _visible(visitor: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    states = (OfferState.PLACED.value, OfferState.SHOWN.value)
    return offers.c.visitor == visitor, offers.c.state.in_(states), offers.c.expires_at > now
