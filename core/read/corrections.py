"""Which of the intents that agents corrected count: the newest of each intent, until they are old, as the policy says.

They are laid over the trained model at once (`connectors.local.intents.Memory`); where the policy wants them proposed
(`core.improve.taught`), once a person has accepted them."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.model.ids import MessageId
from core.model.lesson import Proposal
from core.model.outbound import digest
from core.model.signals import Correction
from core.policy import Policy
from core.policy.learning import Corrected, Learning
from core.ports import IntentCorrections, Now

_DAYS = 100_000  # more than there are days: a serial and a day are one number


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptCorrections:
    """`core.ports.IntentCorrections`, by the policy in force. `accepted` are the messages of accepted proposals."""

    every: IntentCorrections
    accepted: Callable[[], Collection[MessageId]]
    policy: Callable[[], Policy]
    now: Now

    def newest(self) -> int:
        """Another number each day too: what got old by then counts no more."""
        match self.policy().learning.corrections:
            case Corrected.EXAMPLES:
                state = self.every.newest()
            case Corrected.PROPOSE:
                accepted = sorted(self.accepted())
                state = int(digest({"accepted": accepted})[:12], 16) if accepted else 0
            case _:
                state = 0
        return state * _DAYS + self.now().toordinal() % _DAYS if state else 0

    def all(self) -> list[Correction]:
        rules = self.policy().learning
        match rules.corrections:
            case Corrected.EXAMPLES:
                return keep(self.every.all(), rules, self.now())
            case Corrected.PROPOSE:
                accepted = self.accepted()
                return keep((one for one in self.every.all() if one.message_id in accepted), rules, self.now())
            case _:
                return []


def keep(every: Iterable[Correction], rules: Learning, at: datetime) -> list[Correction]:
    """The newest of each intent that are not too old, oldest first."""
    of: defaultdict[str, list[Correction]] = defaultdict(list)
    for one in every:
        if one.at > at - rules.corrections_kept:
            of[one.intent].append(one)
    kept = [one for some in of.values() for one in some[-rules.most_corrections :]]
    return sorted(kept, key=lambda one: one.serial)


def messages_of(proposal: Proposal) -> Sequence[MessageId]:
    """Which messages it would make examples of an intent; none of a proposal of another kind."""
    found: Sequence[MessageId] = proposal.change.get("examples", {}).get("messages", ())
    return found
