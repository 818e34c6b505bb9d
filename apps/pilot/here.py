"""What a pilot of the installation here works with: its store, its intents, the policies that were in force, and
conversations from before it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from apps.installed import container_here
from apps.pilot.policy_text import pilot_text
from apps.pilot.scope import Pilot
from apps.policy.diff import stored_policies
from apps.policy.here import in_force_here
from apps.policy_file import check_policy, parse_policy
from apps.run.conversations import BadLine, cases_from
from core.errors import ConfigurationError
from core.measure.pilot.figures import Figures, figures
from core.measure.pilot.observe import Observed, observe, observe_since, replay_turn
from core.measure.pilot.verdict import Phase, Verdict, verdict
from core.model.ids import EventId, derive_id
from core.policy import Policy

if TYPE_CHECKING:
    from apps.bootstrap import Knowledge
    from core.decide.evaluation import TurnEvaluator
    from core.measure.replay import PolicyOf


def turns_before(file: Path, evaluator: "TurnEvaluator", policy: Policy) -> Iterator[Observed]:
    """Each conversation as far as the file tells it, in the form that `handrail run` reads.

    Raises:
        ConfigurationError: naming the first line that cannot be read.
    """
    for item in cases_from(file):
        if isinstance(item, BadLine):
            raise ConfigurationError(f"{file.name}: line {item.number}: {item.reason}")
        number, case = item
        decision = evaluator.decide(EventId(derive_id("ev", str(file), str(number))), case)
        turn = replay_turn(decision, case, policy.confidence_intent)
        if turn is not None:
            yield turn


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a pilot stands, by what came since its phase began."""

    pilot: Pilot
    in_force: str
    figures: Figures
    verdict: Verdict


class Here:
    """The installation that the settings name."""

    def __init__(self) -> None:
        self.container: Knowledge = container_here()
        self.in_force = in_force_here(self.container)
        self.policy_of: PolicyOf = stored_policies(self.container)

    @property
    def intents(self) -> dict[str, str]:
        """Every intent of the company with its label."""
        return dict(self.container.intents.labels)

    @property
    def policy(self) -> Policy:
        """The one in force, as this Handrail reads it."""
        return check_policy(parse_policy(self.text(self.in_force), f"policy {self.in_force}"))

    def text(self, version: str) -> str:
        with self.container.store.read() as unit:
            stored = unit.policies.text(version)
        if stored is None:
            raise ConfigurationError(f"policy {version} is not stored")
        return stored.text

    def last_turns(self, conversations: int, sure_from: float) -> list[Observed]:
        with self.container.store.read() as unit:
            return list(observe(unit, unit.decisions.last_decided(conversations), sure_from))

    def turns_of(self, file: Path) -> list[Observed]:
        """What this installation would have decided about conversations from before it."""
        from core.decide.evaluation import TurnEvaluator

        policy = self.policy
        evaluator = TurnEvaluator(sense=self.container.sense, answer=self.container.answer, policy=policy)
        return list(turns_before(file, evaluator, policy))

    def live(self, pilot: Pilot) -> Policy:
        """What the policy is once the pilot answers by itself."""
        text = pilot_text(self.text(pilot.base), Phase.LIVE, pilot.channel, pilot.intents, self.intents)
        return check_policy(parse_policy(text, "the pilot's policy"))

    def standing(self, pilot: Pilot) -> Standing:
        from apps.bootstrap import now

        live = self.live(pilot)
        with self.container.store.read() as unit:
            turns = observe_since(unit, pilot.serial, live.confidence_intent)
            broken = unit.ledger.verify() is not None
        mine = [turn for turn in turns if pilot.covers(turn.channel, turn.intent)]
        found = figures(mine, live, self.policy_of)
        said = verdict(found, pilot.phase, now() - pilot.began_at, chain_broken=broken)
        return Standing(pilot=pilot, in_force=self.in_force, figures=found, verdict=said)
