"""What is measured while campaigns run and after they have ended: harm, and the effect on the card."""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from core.measure.outreach.results import SETTLED, Result, harm, has_ended, measure_campaign, people_in
from core.measure.outreach.said import UNKNOWN_PLAY, sentences
from core.model.arm import Arm
from core.model.campaign import RESULT, RESULT_IS_FINAL, CampaignState, Standing
from core.model.ids import ApprovalId
from core.policy import Policy
from core.ports import Unit

PolicyOf = Callable[[Unit, str], Policy | None]
HARM_EVERY = timedelta(seconds=10)
LOOK_EVERY = timedelta(seconds=30)  # at which results have to be told
TOLD_EVERY = timedelta(hours=1)  # of a campaign with a holdout, until its days are over
LOOKS_BACK = timedelta(days=120)
HEADING = "What came of it"
HARMFUL = (
    "people who got the message contact us about it more often than those who were left alone; {contacts} contacts so "
    "far are {against:,.0f} times likelier if it does harm than if it does not"
)


@dataclass(slots=True, kw_only=True)
class Measuring:
    """`policy_of` reads a version of the policy: a campaign is measured by what its own said beforehand that it is
    about, whatever is written there now. What is remembered between calls only spares work."""

    policy_of: PolicyOf
    _harm: dict[ApprovalId, tuple[datetime, str]] = field(default_factory=dict)
    _next: dict[ApprovalId, datetime] = field(default_factory=dict)
    _due: deque[ApprovalId] = field(default_factory=deque)
    _looked_at: datetime | None = None

    def find_harm(self, unit: Unit, standing: Standing, now: datetime) -> str:
        """Why a campaign does harm, or nothing."""
        name = standing.campaign.id
        at, said = self._harm.get(name, (None, ""))
        if at is None or not timedelta(0) <= now - at < HARM_EVERY:
            said = self._harmed(unit, standing)
            self._harm[name] = (now, said)
        return said

    def results(self, unit: Unit, now: datetime) -> tuple[ApprovalId, Mapping[str, Any]] | None:
        """One ended campaign whose result is to be told anew, with what its facts then say."""
        self._look(unit, now)
        while self._due:
            name = self._due.popleft()
            standing = unit.campaigns.get(name)
            if standing is not None and has_ended(standing):
                return name, self._result(unit, standing, now)
        return None

    def _look(self, unit: Unit, now: datetime) -> None:
        if self._looked_at is not None and timedelta(0) <= now - self._looked_at < LOOK_EVERY:
            return
        untold = unit.outcomes.untold(now - LOOKS_BACK)
        self._looked_at = now
        self._next = {name: self._next.get(name, now) for name in untold}
        self._due = deque(name for name, at in self._next.items() if at <= now)
        self._harm = {name: kept for name, kept in self._harm.items() if now - kept[0] < LOOK_EVERY}

    def _result(self, unit: Unit, standing: Standing, now: datetime) -> dict[str, Any]:
        policy = self.policy_of(unit, standing.campaign.policy_version)
        found = None if policy is None else result_of(unit, standing, policy, now)
        if policy is None or found is None:
            return {RESULT: [UNKNOWN_PLAY], RESULT_IS_FINAL: True}
        final = found.until + SETTLED
        alone = people_in(standing.campaign, Arm.HOLDOUT)
        self._next[standing.campaign.id] = min(final, now + TOLD_EVERY) if alone else final
        lines = unit.cards.result_lines(HEADING, sentences(found, policy.outreach, unit.cards.moment))
        return {RESULT: lines, **({RESULT_IS_FINAL: True} if found.over else {})}

    def _harmed(self, unit: Unit, standing: Standing) -> str:
        if standing.state is not CampaignState.RUNNING or not people_in(standing.campaign, Arm.HOLDOUT):
            return ""
        policy = self.policy_of(unit, standing.campaign.policy_version)
        play = None if policy is None else policy.outreach.plays.get(standing.campaign.play)
        found = None if play is None else harm(unit, standing, play.matter)
        return HARMFUL.format(contacts=found.contacts, against=found.against) if found and found.harmful else ""


def result_of(unit: Unit, standing: Standing, policy: Policy, now: datetime) -> Result | None:
    """What came of it so far, by its play in the policy that it was sent under. None where that has no such play, or it
    never began."""
    play = policy.outreach.plays.get(standing.campaign.play)
    return None if play is None else measure_campaign(unit, standing, play.matter, policy.outreach.costs, now)
