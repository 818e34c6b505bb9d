"""What was learned from use, as it counts for one answer: which articles are lifted, and how sure such answers were."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.knowledge.feedback import Fading, lifts
from core.model.ids import ArticleId
from core.model.learning import Curve, Lift
from core.model.signals import Scored
from core.policy import Policy
from core.policy.learning import Feedback
from core.ports import Now, Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """By the policy that is in force when it is asked."""

    policy: Callable[[], Policy]
    now: Now

    def of(self, unit: Unit, intents: Sequence[Scored], at: datetime) -> tuple[Sequence[Lift], Curve | None]:
        """For the likeliest intent, where it is sure enough to be served as one."""
        sure = intents and intents[0].confidence >= self.policy().confidence_intent
        intent = intents[0].value if sure else ""
        return self.lifts(unit, intent, at), self.curve(unit, intent)

    def lifts(self, unit: Unit, intent: str, at: datetime) -> Sequence[Lift]:
        """Of an intent's articles, as they stood at that moment: later votes change nothing that was decided."""
        rules = self.policy().learning
        if rules.feedback is Feedback.OFF or not intent or not rules.most:
            return ()
        fading = Fading(most=rules.most, half_life=rules.half_life)
        votes = unit.learning.votes(at - fading.reach, intent)
        return lifts(votes, unit.learning.resets(), fading, at) if votes else ()

    def curve(self, unit: Unit, intent: str) -> Curve | None:
        """The intent's own, else that of all of them; None where too few drafts were judged, or it is switched off."""
        if not self.policy().learning.calibrate:
            return None
        newest = next(iter(unit.learning.calibrations()), None)
        return None if newest is None else newest.curves.get(intent) or newest.curves.get("")


def shares(found: Sequence[Lift]) -> Mapping[ArticleId, float]:
    return {lift.article_id: lift.share for lift in found}
