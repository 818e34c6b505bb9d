"""The manifests of campaigns: one line for each recipient, in their order."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row, Select, Text, and_, bindparam, cast, delete, func, insert, or_, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.exc import IntegrityError

from connectors.sql.merges import profiles, same_person
from connectors.sql.outbox import FAILED, TRIED
from connectors.sql.private import hashed, sealed_all, told
from connectors.sql.statements import Repository, Texts, copy_rows, slices
from connectors.sql.tables import campaign_recipients, campaigns, outbox
from core.model.arm import Arm
from core.model.campaign import ASKED, SENDING, CampaignState, Recipient, RecipientState
from core.model.customer import Channel
from core.model.ids import ApprovalId, CustomerId, EffectId
from core.model.outbound import EffectState

_OPEN = (CampaignState.PREPARING, *sorted(ASKED | SENDING))
_lines = campaign_recipients.c
_LEFT, _WAITS, _TO_COME = 0, 1, 2


def end_doubled(connection: Connection, customer_id: CustomerId, reason: str, now: datetime) -> int:
    """`core.ports.CampaignTable.join_lines`: of a campaign's lines that have become one person's, one is left."""
    ended = 0
    for _, lines in groupby(connection.execute(_theirs(customer_id)), key=lambda row: row.campaign_id):
        for row in _all_but_one(list(lines)):
            _end(connection, row, reason, now)
            ended += 1
    return ended


def _theirs(customer_id: CustomerId) -> Select[Any]:
    named = (_lines.campaign_id, _lines.ordinal, _lines.state, _lines.effect_id)
    return (
        select(*named, outbox.c.state.label("went"), outbox.c.delivery)
        .join(campaigns, campaigns.c.id == _lines.campaign_id)
        .outerjoin(outbox, outbox.c.id == _lines.effect_id)
        .where(
            campaigns.c.state.in_(_OPEN),
            _lines.customer_id.in_(same_person(customer_id)),
            _lines.arm == Arm.TREATED,
            _lines.state != RecipientState.STOPPED,
        )
        .order_by(_lines.campaign_id, _lines.ordinal)
    )


def _all_but_one(lines: Sequence[Row[Any]]) -> list[Row[Any]]:
    """Those of them that have not left. What failed or was refused stands in nobody's way."""
    hopeful = [row for row in lines if row.went != EffectState.REFUSED and row.delivery not in FAILED]
    others = sorted(hopeful, key=lambda row: (_got_to(row), row.ordinal))[1:]
    return [row for row in others if _got_to(row) != _LEFT]


def _got_to(row: Row[Any]) -> int:
    if row.state == RecipientState.PLANNED:
        return _TO_COME
    return _WAITS if row.went in TRIED else _LEFT


def _end(connection: Connection, row: Row[Any], reason: str, now: datetime) -> None:
    if row.state == RecipientState.PLANNED:
        line = (_lines.campaign_id == row.campaign_id, _lines.ordinal == row.ordinal)
        planned = update(campaign_recipients).where(*line, _lines.state == RecipientState.PLANNED)
        connection.execute(planned.values(state=RecipientState.STOPPED))
        return
    waits = update(outbox).where(outbox.c.id == row.effect_id, outbox.c.state.in_(TRIED))
    connection.execute(waits.values(state=EffectState.REFUSED, error=reason, changed_at=now))


_PUT_AT = select(outbox.c.created_at).where(outbox.c.id == bindparam("effect")).scalar_subquery()
# Built once: the pump does it for each message.
_PLANNED_LINE = update(campaign_recipients).where(
    _lines.campaign_id == bindparam("campaign"),
    _lines.ordinal == bindparam("place"),
    _lines.state == RecipientState.PLANNED,
)
PUT_OFF = _PLANNED_LINE.values(opens_at=bindparam("until"))
QUEUE = _PLANNED_LINE.values(
    state=RecipientState.QUEUED, effect_id=bindparam("effect"), queued_at=func.coalesce(_PUT_AT, _lines.opens_at)
)
# As the gate asks for each message.
LINES = select(campaign_recipients).where(
    _lines.campaign_id == bindparam("campaign"), _lines.address.in_(bindparam("addresses", expanding=True))
)
SENT_TO = (
    select(campaign_recipients)
    .where(
        _lines.customer_id.in_(select(profiles(bindparam("people", type_=Texts())).c.profile)),
        _lines.queued_at >= bindparam("since"),
        _lines.arm == Arm.TREATED,
        _lines.state == RecipientState.QUEUED,
    )
    .order_by(_lines.queued_at.desc(), _lines.campaign_id)
    .limit(bindparam("limit"))
)


class SqlManifests(Repository):
    """The part of `core.ports.CampaignTable` that is about recipients."""

    def put(self, recipients: Sequence[Recipient]) -> None:
        """The transaction is lost with the ValueError."""
        if not recipients:
            return
        rows = sealed_all(self._connection, campaign_recipients, [line_row(each) for each in recipients])
        try:
            if self._connection.dialect.name == "postgresql":
                copy_rows(self._connection, campaign_recipients, rows)
            else:
                self._connection.execute(insert(campaign_recipients), rows)
        except IntegrityError as error:
            raise ValueError("a recipient of these is in the manifest already") from error

    def addresses(self, campaign_id: ApprovalId, among: Sequence[str]) -> frozenset[str]:
        known = _known_there if self._connection.dialect.name == "postgresql" else _known_here
        hashes = {str(hashed(self._connection, address)): address for address in among}
        found = (self._connection.execute(known(campaign_id, some)).scalars() for some in slices(list(hashes)))
        return frozenset(hashes[each] for some in found for each in some if each is not None)

    def people(self, campaign_id: ApprovalId, among: Sequence[CustomerId]) -> frozenset[CustomerId]:
        found = (
            self._connection.execute(_persons(), {"campaign": campaign_id, "people": some}) for some in slices(among)
        )
        return frozenset(CustomerId(person) for some in found for person, place in some if place is not None)

    def clear(self, campaign_id: ApprovalId, limit: int) -> int:
        first = select(_lines.ordinal).where(_lines.campaign_id == campaign_id).order_by(_lines.ordinal).limit(limit)
        gone = delete(campaign_recipients).where(
            _lines.campaign_id == campaign_id, _lines.ordinal.in_(first.scalar_subquery())
        )
        return self._connection.execute(gone).rowcount

    def lines(self, campaign_id: ApprovalId, after: int, limit: int) -> list[Recipient]:
        further = _of(campaign_id).where(_lines.ordinal > after).order_by(_lines.ordinal).limit(limit)
        return self._read(further)

    def line(self, campaign_id: ApprovalId, address: str) -> Recipient | None:
        return next(iter(self.lines_to(campaign_id, [address])), None)

    def lines_to(self, campaign_id: ApprovalId, addresses: Sequence[str]) -> list[Recipient]:
        wanted = [{"campaign": campaign_id, "addresses": some} for some in slices(addresses)]
        return [line_of(row) for one in wanted for row in self._connection.execute(LINES, one)]

    def due(self, campaign_id: ApprovalId, now: datetime, limit: int) -> list[Recipient]:
        ready = _only_planned(_of(campaign_id)).where(_lines.opens_at <= now)
        # As they stand in the index: to put those of one hour in order would be to read all of them each time.
        return self._read(ready.order_by(_lines.opens_at).limit(limit))

    def mark_queued(self, campaign_id: ApprovalId, effects: Mapping[int, EffectId]) -> None:
        """As of when they were put into the outbox."""
        rows = [{"campaign": campaign_id, "place": place, "effect": effect} for place, effect in effects.items()]
        if rows:
            self._connection.execute(QUEUE, rows)

    def put_off(self, campaign_id: ApprovalId, until: Mapping[int, datetime]) -> None:
        rows = [{"campaign": campaign_id, "place": place, "until": at} for place, at in until.items()]
        if rows:
            self._connection.execute(PUT_OFF, rows)

    def stop(self, campaign_id: ApprovalId, reason: str, now: datetime) -> int:
        waits = update(outbox).where(outbox.c.approval_id == campaign_id, outbox.c.state.in_(TRIED))
        refused = waits.values(state=EffectState.REFUSED, error=reason, changed_at=now)
        return self._connection.execute(refused).rowcount

    def join_lines(self, customer_id: CustomerId, reason: str, now: datetime) -> int:
        return end_doubled(self._connection, customer_id, reason, now)

    def sent_to(self, customer_id: CustomerId, limit: int, since: datetime) -> list[Recipient]:
        """Also what went to a profile that has become one with this person's since."""
        wanted = {"people": [customer_id], "since": since, "limit": limit}
        return [line_of(row) for row in self._connection.execute(SENT_TO, wanted)]

    def written_to(self, channel: Channel, since: datetime) -> int:
        lately = or_(campaigns.c.ended_at.is_(None), campaigns.c.ended_at >= since)
        left = and_(_lines.state == RecipientState.QUEUED, _lines.queued_at >= since)
        to_come = and_(_lines.state == RecipientState.PLANNED, campaigns.c.ended_at.is_(None))
        theirs = (
            select(func.count(_lines.address.distinct()))
            .join(campaigns, campaigns.c.id == _lines.campaign_id)
            .where(
                campaigns.c.began_at.is_not(None),
                lately,
                _lines.arm == Arm.TREATED,
                or_(left, to_come),
                # A variant's name has its channel in the middle: `core.model.campaign.variant_name`.
                _lines.variant.like(f"%/{channel.value}/%"),
            )
        )
        return int(self._connection.execute(theirs).scalar_one())

    def _read(self, statement: Select[Any]) -> list[Recipient]:
        return [line_of(row) for row in self._connection.execute(statement)]


def _known_here(campaign_id: ApprovalId, among: Sequence[str]) -> Select[Any]:
    return select(_lines.address).where(_lines.campaign_id == campaign_id, _lines.address.in_(among))


def _known_there(campaign_id: ApprovalId, among: Sequence[str]) -> Select[Any]:
    """Looked up one by one: of a table that grows as fast as a manifest the planner knows too little, and would read
    the whole of it for each page."""
    given = func.unnest(cast(list(among), ARRAY(Text))).table_valued("given").render_derived()
    same = select(_lines.address).where(_lines.campaign_id == campaign_id, _lines.address == given.c.given)
    return select(same.correlate(given).scalar_subquery()).select_from(given)


@cache
def _persons() -> Select[Any]:
    """One by one, as there."""
    theirs = profiles(bindparam("people", type_=Texts()))
    same = select(_lines.ordinal).where(
        _lines.campaign_id == bindparam("campaign"), _lines.customer_id == theirs.c.profile
    )
    return select(theirs.c.person, same.correlate(theirs).scalar_subquery()).select_from(theirs)


def _of(campaign_id: ApprovalId) -> Select[Any]:
    return select(campaign_recipients).where(_lines.campaign_id == campaign_id)


def _only_planned(lines: Select[Any]) -> Select[Any]:
    return lines.where(_lines.arm == Arm.TREATED, _lines.state == RecipientState.PLANNED)


def line_row(line: Recipient) -> dict[str, Any]:
    return {
        "campaign_id": line.campaign_id,
        "ordinal": line.ordinal,
        "customer_id": line.customer_id,
        "address": line.address,
        "variant": line.variant,
        "segment": line.segment,
        "arm": line.arm.value,
        "digest": line.digest,
        "opens_at": line.opens_at,
        "time_zone": line.time_zone,
        "fields": dict(line.fields),
        "parts": line.parts,
        "state": line.state.value,
        "effect_id": line.effect_id,
    }


def line_of(row: Row[Any]) -> Recipient:
    return Recipient(
        campaign_id=ApprovalId(row.campaign_id),
        ordinal=row.ordinal,
        customer_id=CustomerId(row.customer_id),
        address=told(row, "address"),
        variant=row.variant,
        arm=Arm(row.arm),
        digest=row.digest,
        opens_at=row.opens_at,
        segment=row.segment,
        time_zone=row.time_zone,
        fields=row.fields,
        state=RecipientState(row.state),
        effect_id=None if row.effect_id is None else EffectId(row.effect_id),
        parts=row.parts,
    )
