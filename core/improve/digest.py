"""What is proposed, once a week to the Slack channel of the weekly digest: ten at most, the best first."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from core.model.lesson import ProposalState, best
from core.model.outbound import Authority, Effect, EffectKind
from core.policy import Policy
from core.ports import Store

RULE = "weekly_proposals"
SENT = "proposals_digest"  # the cursor that names the Monday of the last one
HOUR = timedelta(hours=6)  # of Monday, UTC, as that of the measures


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalDigest:
    """Posts what is open, where the policy names a channel (`alerts.digest`) and there is something to decide on."""

    store: Store
    policy: Policy

    def run(self, now: datetime) -> list[Effect]:
        """The effect that is new, if any."""
        if not self.policy.alerts.digest:
            return []
        today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        monday = today - timedelta(days=today.weekday())
        with self.store.read() as unit:
            if now < monday + HOUR or unit.cursors.get(SENT) == monday.isoformat():
                return []
            found = best(unit.proposals.listed(ProposalState.OPEN))
            shown = unit.cards.proposals(found)
        effect = Effect(
            kind=EffectKind.SLACK_POST,
            key=f"{RULE}:{monday:%Y-%m-%d}",
            target=self.policy.alerts.digest,
            payload=shown.payload,
            authority=Authority(rule=RULE, policy_version=self.policy.version),
            created_at=now,
        )
        with self.store.begin() as unit:
            unit.cursors.set(SENT, monday.isoformat())
            return [effect] if found and unit.outbox.add(effect) else []
