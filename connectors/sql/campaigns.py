"""Campaigns: what they say, how they stand, and who voted on them; their manifests are in `manifests`."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, or_, select, update

from connectors.sql.campaign_progress import OPTED_OUT, progress
from connectors.sql.campaign_rows import changed, row_of, standing_of, vote_of, vote_row
from connectors.sql.manifests import SqlManifests
from connectors.sql.ready import ASKED, TRIED, ready_to_ask, ready_to_send
from connectors.sql.statements import insert_once
from connectors.sql.tables import campaign_votes, campaigns, outbox
from core.model.campaign import CampaignState, Standing, Vote
from core.model.customer import Channel
from core.model.ids import ApprovalId, EffectId
from core.ports import Progress
from core.ports.outreach import QueuedMessage

MESSAGE = (outbox.c.serial, outbox.c.id, outbox.c.approval_id, outbox.c.target, outbox.c.payload)


class SqlCampaignTable(SqlManifests):
    """`core.ports.CampaignTable`. `lease` is how long a worker's claim on a message is believed.

    `save` leaves alone what `posted`, `shown` and `claim` set."""

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
        values = {**changed(standing), "version": standing.version + 1}
        saved = update(campaigns).where(*mine).values(**values).returning(campaigns)
        row = self._connection.execute(saved).one_or_none()
        return None if row is None else standing_of(row)

    def claim(self, campaign_id: ApprovalId, now: datetime, lease: timedelta) -> bool:
        free = or_(campaigns.c.claimed_until.is_(None), campaigns.c.claimed_until <= now)
        claimed = update(campaigns).where(campaigns.c.id == campaign_id, free).values(claimed_until=now + lease)
        return self._connection.execute(claimed).rowcount == 1

    def released(self, campaign_id: ApprovalId) -> None:
        self._set(campaign_id, claimed_until=None)

    def posted(self, campaign_id: ApprovalId, channel: str, ts: str) -> None:
        self._set(campaign_id, slack_channel=channel, slack_ts=ts)

    def shown(self, campaign_id: ApprovalId, now: datetime) -> None:
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
                ready_to_send(now),
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
        return insert_once(self._connection, campaign_votes, vote_row(vote))

    def votes(self, campaign_id: ApprovalId) -> list[Vote]:
        """In the order in which they were given."""
        cast = select(campaign_votes).where(campaign_votes.c.campaign_id == campaign_id)
        return [vote_of(row) for row in self._connection.execute(cast.order_by(campaign_votes.c.serial))]


def _queued(row: Row[Any, Any, Any, Any, Any]) -> QueuedMessage:
    return QueuedMessage(
        effect_id=EffectId(row.id),
        campaign_id=ApprovalId(row.approval_id),
        channel=Channel(row.payload["channel"]),
        address=row.target,
    )
