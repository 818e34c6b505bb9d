"""What is proposed, once a week to the Slack channel of the weekly digest: ten at most, the best first."""

from dataclasses import dataclass
from datetime import datetime

from core.measure.weekly import post_weekly
from core.model.effect_payloads import SlackPayload
from core.model.lesson import ProposalState, best
from core.model.outbound import Effect
from core.policy import Policy
from core.ports import Store, Unit

RULE = "weekly_proposals"
SENT = "proposals_digest"  # the cursor that names the Monday of the last one


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalDigest:
    """Posts what is open, where the policy names a channel (`alerts.digest`) and there is something to decide on."""

    store: Store
    policy: Policy

    def run(self, now: datetime) -> list[Effect]:
        """The effect that is new, if any."""
        return post_weekly(self.store, self.policy, RULE, SENT, _cards, now)


def _cards(unit: Unit, _: datetime) -> SlackPayload | None:
    found = best(unit.proposals.listed(ProposalState.OPEN))
    return unit.cards.proposals(found).payload if found else None
