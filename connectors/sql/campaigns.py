"""Campaigns: what they say, how they stand and how far they have got, who voted on them, and the
seals under which they leave. Their manifests are in `manifests`."""

from collections import Counter
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Text, and_, bindparam, func, or_, select, update

from connectors.measures import APPROVAL_WAIT
from connectors.sql import codec
from connectors.sql.columns import utc
from connectors.sql.manifests import SqlManifests
from connectors.sql.outbox import ASKED, FAILED, IS_AGAIN, TRIED, again, ready_to_ask, ready_to_send
from connectors.sql.private import told
from connectors.sql.statements import Repository, insert_once
from connectors.sql.tables import campaign_recipients, campaign_seals, campaign_votes, campaigns, consents, outbox
from core.model.arm import Arm
from core.model.campaign import ENDED, Campaign, CampaignState, RecipientState, Standing, Vote
from core.model.customer import Channel
from core.model.ids import ApprovalId, EffectId
from core.model.outbound import EffectState
from core.model.seal import Seal, Sealer
from core.ports import Progress
from core.ports.outreach import QueuedMessage

_VERDICTS = {CampaignState.RUNNING: "approved", CampaignState.REJECTED: "rejected"}

# Campaigns, the lines of their manifests and the votes as rows, and back.

# What its card is and when it was shown has ways of its own: whoever saves an older reading must not take it back.
_APART = ("slack_channel", "slack_ts", "shown_at")


def row_of(standing: Standing) -> dict[str, Any]:
    """All columns of a new campaign but `claimed_until`."""
    return {
        **changed_columns(standing),
        "id": standing.campaign.id,
        "version": standing.version,
        **{name: getattr(standing, name) for name in _APART},
    }


def changed_columns(standing: Standing) -> dict[str, Any]:
    """The columns that saving it sets, but for the version."""
    campaign = standing.campaign
    return {
        "play": campaign.play,
        "matter": campaign.matter,
        "purpose": campaign.purpose.value,
        "state": standing.state.value,
        "digest": campaign.digest,
        "campaign": codec.encode(campaign),
        "created_at": campaign.created_at,
        "expires_at": campaign.expires_at,
        "changed_at": standing.changed_at,
        "reason": standing.reason,
        "frozen_to": standing.frozen_to,
        "began_at": standing.began_at,
        "ended_at": standing.ended_at,
        "facts": dict(standing.facts),
    }


def standing_of(row: Row[Any]) -> Standing:
    return codec.of_row(Standing, row, campaign=codec.decode(Campaign, row.campaign))


# How far a campaign has got, counted from its manifest and the outbox.

_CAMPAIGN = bindparam("campaign", type_=Text)
_HAS_AGAIN = select(again.c.serial).where(IS_AGAIN).correlate(outbox).exists().label("again")
# Of the index alone; the failed ones, which are few, are looked at more closely.
ROWS = (
    select(outbox.c.state, outbox.c.delivery, func.count())
    .where(outbox.c.approval_id == _CAMPAIGN)
    .group_by(outbox.c.state, outbox.c.delivery)
)
_each_failed = (
    select(outbox.c.state, outbox.c.delivery, outbox.c.error, outbox.c.facts, _HAS_AGAIN)
    .where(
        outbox.c.approval_id == _CAMPAIGN,
        and_(outbox.c.state == EffectState.SENT, outbox.c.delivery.in_(FAILED)),
    )
    .union_all(
        select(outbox.c.state, outbox.c.delivery, outbox.c.error, outbox.c.facts, _HAS_AGAIN).where(
            outbox.c.approval_id == _CAMPAIGN,
            outbox.c.state.in_((EffectState.REFUSED, EffectState.PARKED)),
        )
    )
    .subquery()
)
_same = (
    _each_failed.c.state,
    _each_failed.c.delivery,
    _each_failed.c.error,
    _each_failed.c.facts,
    _each_failed.c.again,
)
FAILED_ALIKE = select(*_same, func.count()).group_by(*_same)
OPENS = select(func.min(campaign_recipients.c.opens_at)).where(
    campaign_recipients.c.campaign_id == _CAMPAIGN,
    campaign_recipients.c.arm == Arm.TREATED,
    campaign_recipients.c.state == RecipientState.PLANNED,
)
HELD_TO = select(func.min(func.coalesce(outbox.c.retry_at, outbox.c.not_before, outbox.c.created_at))).where(
    outbox.c.approval_id == _CAMPAIGN, outbox.c.state.in_(TRIED)
)
LINES = (
    select(campaign_recipients.c.state, func.count())
    .where(
        campaign_recipients.c.campaign_id == _CAMPAIGN,
        campaign_recipients.c.arm == Arm.TREATED,
        campaign_recipients.c.state.in_((RecipientState.PLANNED, RecipientState.STOPPED)),
    )
    .group_by(campaign_recipients.c.state)
)
STATE = select(campaigns.c.state).where(campaigns.c.id == _CAMPAIGN)

OPTED_OUT = (
    select(func.count(func.distinct(campaign_recipients.c.customer_id)))
    .join(consents, consents.c.customer_id == campaign_recipients.c.customer_id)
    .where(
        campaign_recipients.c.campaign_id == _CAMPAIGN,
        campaign_recipients.c.state == RecipientState.QUEUED,
        consents.c.granted.is_(False),
        consents.c.at >= campaign_recipients.c.queued_at,
    )
)


def progress(connection: Connection, campaign_id: ApprovalId) -> Progress:
    """A recipient whose message failed and was sent once more counts once, as what became of the second. Under a
    campaign that is over nothing more leaves, whatever its lines and rows were when it ended."""
    wanted = {"campaign": campaign_id}
    recipients: Counter[str] = Counter(dict(_pairs(connection.execute(LINES, wanted))))
    deliveries: Counter[str] = Counter()
    errors: Counter[str] = Counter()
    for state, delivery, count in connection.execute(ROWS, wanted):
        recipients[state] += count
        if state == EffectState.SENT:
            deliveries[delivery or "sent"] += count
    for state, delivery, error, facts, sent_again, count in connection.execute(FAILED_ALIKE, wanted):
        if sent_again:
            recipients[state] -= count
            if state == EffectState.SENT:
                deliveries[delivery] -= count
        else:
            # Of what was refused at once the code lies beside the words.
            errors[(facts or {}).get("code") or error or ""] += count
    if connection.execute(STATE, wanted).scalar_one_or_none() in ENDED:
        recipients[RecipientState.STOPPED] += recipients.pop(RecipientState.PLANNED, 0)
        recipients[EffectState.REFUSED] += sum(recipients.pop(each, 0) for each in TRIED)
        return Progress(recipients=dict(+recipients), deliveries=dict(+deliveries), errors=dict(+errors))
    firsts = [connection.execute(statement, wanted).scalar_one_or_none() for statement in (OPENS, HELD_TO)]
    return Progress(
        recipients=dict(+recipients),
        deliveries=dict(+deliveries),
        errors=dict(+errors),
        next_at=min((at for at in firsts if at is not None), default=None),
    )


def _pairs(rows: Any) -> list[tuple[str, int]]:
    return [(str(state), int(count)) for state, count in rows]


MESSAGE = (
    outbox.c.serial,
    outbox.c.id,
    outbox.c.approval_id,
    outbox.c.target,
    outbox.c.target_sealed,
    outbox.c.payload,
)


class SqlCampaignTable(SqlManifests):
    """`core.ports.CampaignTable`. `lease` is how long a worker's claim on a message is believed.

    `save` leaves alone what `note_post`, `note_shown` and `claim` set."""

    def __init__(self, connection: Connection, *, lease: timedelta) -> None:
        super().__init__(connection)
        self._lease = lease

    def add(self, standing: Standing) -> bool:
        return insert_once(self._connection, campaigns, row_of(standing))

    def get(self, campaign_id: ApprovalId) -> Standing | None:
        row = self._connection.execute(select(campaigns).where(campaigns.c.id == campaign_id)).one_or_none()
        return None if row is None else standing_of(row)

    def save(self, standing: Standing) -> Standing | None:
        mine = (campaigns.c.id == standing.campaign.id, campaigns.c.version == standing.version)
        values = {**changed_columns(standing), "version": standing.version + 1}
        before = self._connection.execute(select(campaigns.c.state, campaigns.c.changed_at).where(*mine)).one_or_none()
        saved = update(campaigns).where(*mine).values(**values).returning(campaigns)
        row = self._connection.execute(saved).one_or_none()
        verdict = _VERDICTS.get(standing.state)
        if row is not None and before is not None and before.state == CampaignState.PENDING and verdict:
            waited = max(0.0, (standing.changed_at - before.changed_at).total_seconds())
            APPROVAL_WAIT.labels("campaign", verdict).observe(waited)
        return None if row is None else standing_of(row)

    def claim(self, campaign_id: ApprovalId, now: datetime, lease: timedelta) -> bool:
        free = or_(campaigns.c.claimed_until.is_(None), campaigns.c.claimed_until <= now)
        claimed = update(campaigns).where(campaigns.c.id == campaign_id, free).values(claimed_until=now + lease)
        return self._connection.execute(claimed).rowcount == 1

    def release(self, campaign_id: ApprovalId) -> None:
        self._set(campaign_id, claimed_until=None)

    def note_post(self, campaign_id: ApprovalId, channel: str, ts: str) -> None:
        self._set(campaign_id, slack_channel=channel, slack_ts=ts)

    def note_shown(self, campaign_id: ApprovalId, now: datetime) -> None:
        self._set(campaign_id, shown_at=now)

    def _set(self, campaign_id: ApprovalId, **values: object) -> None:
        self._connection.execute(update(campaigns).where(campaigns.c.id == campaign_id).values(**values))

    def in_state(self, *states: CampaignState) -> list[Standing]:
        found = select(campaigns).where(campaigns.c.state.in_(states)).order_by(campaigns.c.created_at, campaigns.c.id)
        return [standing_of(row) for row in self._connection.execute(found)]

    def recent(self, limit: int, matter: str = "", play: str = "") -> list[Standing]:
        found = select(campaigns).order_by(campaigns.c.created_at.desc(), campaigns.c.id).limit(limit)
        if matter:
            found = found.where(campaigns.c.matter == matter)
        if play:
            found = found.where(campaigns.c.play == play)
        return [standing_of(row) for row in self._connection.execute(found)]

    def progress(self, campaign_id: ApprovalId) -> Progress:
        return progress(self._connection, campaign_id)

    def opted_out(self, campaign_id: ApprovalId) -> int:
        return int(self._connection.execute(OPTED_OUT, {"campaign": campaign_id}).scalar_one())

    def waiting(self, now: datetime, limit: int) -> list[QueuedMessage]:
        """What is not known to have arrived is asked about whatever became of its campaign."""
        tried = (
            select(*MESSAGE)
            .join(campaigns, campaigns.c.id == outbox.c.approval_id)
            .where(
                campaigns.c.state == CampaignState.RUNNING,
                outbox.c.approval_id.is_not(None),
                outbox.c.state.in_(TRIED),
                ready_to_send(now, now + self._lease),
            )
        )
        asked = select(*MESSAGE).where(
            outbox.c.approval_id.is_not(None), outbox.c.state.in_(ASKED), ready_to_ask(now, self._lease)
        )
        found = [
            row
            for some in (tried, asked)
            for row in self._connection.execute(some.order_by(outbox.c.serial).limit(limit))
        ]
        return [_queued(row) for row in sorted(found, key=lambda row: int(row.serial))[:limit]]

    def vote(self, vote: Vote) -> bool:
        return insert_once(self._connection, campaign_votes, codec.to_row(vote))

    def votes(self, campaign_id: ApprovalId) -> list[Vote]:
        """In the order in which they were given."""
        cast = select(campaign_votes).where(campaign_votes.c.campaign_id == campaign_id)
        return [codec.of_row(Vote, row) for row in self._connection.execute(cast.order_by(campaign_votes.c.serial))]


def _queued(row: Row[*tuple[Any, ...]]) -> QueuedMessage:
    return QueuedMessage(
        effect_id=EffectId(row.id),
        campaign_id=ApprovalId(row.approval_id),
        channel=_channel_of(row.payload),
        address=told(row, "target"),
    )


def _channel_of(payload: Any) -> Channel:
    """A row that says none is damaged. It is listed like any other: whoever claims it finds that out, and parks it."""
    try:
        return Channel(payload["channel"])
    except (KeyError, TypeError, ValueError):
        return Channel.SMS


# The seals under which campaigns leave.


class SqlSealTable(Repository):
    """`core.ports.SealTable`."""

    def add(self, seal: Seal) -> bool:
        sealers = [{**asdict(each), "at": utc(each.at).isoformat()} for each in seal.sealers]
        return insert_once(self._connection, campaign_seals, asdict(seal) | {"sealers": sealers})

    def get(self, campaign_id: ApprovalId) -> Seal | None:
        found = select(campaign_seals).where(campaign_seals.c.campaign_id == campaign_id)
        row = self._connection.execute(found).one_or_none()
        return None if row is None else _seal(row)


def _seal(row: Row[Any]) -> Seal:
    fields: dict[str, Any] = dict(row._mapping)
    sealers = (Sealer(**{**each, "at": datetime.fromisoformat(each["at"])}) for each in fields.pop("sealers"))
    return Seal(**fields, sealers=tuple(sealers))
