"""Which of the intents that agents corrected count: the newest of each intent, until they are old, as the policy says.

They are laid over the trained model at once (`connectors.local.intents.Memory`). Where the policy only wants them
proposed, `proposals` has what a person may take over into the file of intents."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from core.model.learning import ExampleProposal
from core.model.signals import OUT_OF_SCOPE, Correction
from core.policy import Policy
from core.policy.learning import Corrected, Learning
from core.ports import IntentCorrections, Now

_DAYS = 100_000  # more than there are days: a serial and a day are one number


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptCorrections:
    """`core.ports.IntentCorrections`, by the policy in force."""

    every: IntentCorrections
    policy: Callable[[], Policy]
    now: Now

    def newest(self) -> int:
        """Another number each day too: what got old by then counts no more."""
        if self.policy().learning.corrections is not Corrected.EXAMPLES:
            return 0
        serial = self.every.newest()
        return serial * _DAYS + self.now().toordinal() % _DAYS if serial else 0

    def all(self) -> list[Correction]:
        rules = self.policy().learning
        return keep(self.every.all(), rules, self.now()) if rules.corrections is Corrected.EXAMPLES else []


def keep(every: Iterable[Correction], rules: Learning, at: datetime) -> list[Correction]:
    """The newest of each intent that are not too old, oldest first."""
    of: defaultdict[str, list[Correction]] = defaultdict(list)
    for one in every:
        if one.at > at - rules.corrections_kept:
            of[one.intent].append(one)
    kept = [one for some in of.values() for one in some[-rules.most_corrections :]]
    return sorted(kept, key=lambda one: one.serial)


def proposals(every: Iterable[Correction], rules: Learning, at: datetime) -> list[ExampleProposal]:
    """What may become an example of its intent, each text once, whatever the policy does with corrections meanwhile."""
    found = {one.text: one for one in keep(every, rules, at) if one.intent != OUT_OF_SCOPE and one.text.strip()}
    return [
        ExampleProposal(intent=one.intent, text=one.text, message_id=one.message_id, by=one.by, at=one.at)
        for one in found.values()
    ]
