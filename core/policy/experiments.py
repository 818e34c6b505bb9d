"""What is tried on a part of the customers before all get it: the section `experiments`.

    experiments:
      answers_by_itself:
        varies: automatic
        share: 0.5
        intents: [order_status]

Who is in which arm goes by a keyed hash of the customer (`core.measure.experiments`)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Self

from core.model.enacted import version_of
from core.policy.kinds import AT_LEAST_ONE, DAYS, MOOD, SHARE, Kind, between, members_of
from core.policy.reader import At, Table


class Varies(StrEnum):
    """What the treated have and the others have not. AUTOMATIC: answers that leave by themselves; a person answers the
    others. DRAFTS: drafts for agents. POLICY: the values under `change`. STYLE: the style card `card`."""

    AUTOMATIC = "automatic"
    DRAFTS = "drafts"
    POLICY = "policy"
    STYLE = "style"


class Measure(StrEnum):
    """What the customer did within `days`, each of them better when rarer. CONTACT_AGAIN: wrote about the same intent,
    a day after or later. ASKED_FOR_PERSON, DISTRESS, COMPLAINT: set off that trigger. HANDED_OVER: a person took over
    in the same conversation."""

    CONTACT_AGAIN = "contact_again"
    HANDED_OVER = "handed_over"
    ASKED_FOR_PERSON = "asked_for_person"
    DISTRESS = "distress"
    COMPLAINT = "complaint"


GUARDED = frozenset({Measure.CONTACT_AGAIN, Measure.ASKED_FOR_PERSON, Measure.DISTRESS, Measure.COMPLAINT})
PART = Kind(expected="a share over 0 and under 1", read=between(0.01, 0.99))


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """The policy's own keys of the same meaning, with the value that the treated have; None: as everybody."""

    confidence_automatic: Annotated[float | None, SHARE, At("confidence.automatic")] = None
    at_most_wrong: Annotated[float | None, SHARE, At("confidence.at_most_wrong")] = None
    most_sentences: Annotated[int | None, AT_LEAST_ONE, At("answers.most_sentences")] = None
    mood_floor: Annotated[float | None, MOOD, At("mood.floor")] = None
    max_turns: Annotated[int | None, AT_LEAST_ONE, At("assistant.max_turns")] = None

    @property
    def values(self) -> Mapping[str, float | int]:
        named = {name: getattr(self, name) for name in self.__slots__}
        return {name: value for name, value in named.items() if value is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Experiment:
    """`share` of the customers are treated. `measure` is what it is tried for, `guardrails` what must not become more
    frequent: an experiment that does harm by one of them, or by its measure, is stopped. Empty `intents`: any."""

    varies: Varies
    share: Annotated[float, PART] = 0.5
    intents: frozenset[str] = frozenset()
    days: Annotated[timedelta, DAYS] = timedelta(days=7)
    measure: Measure = Measure.CONTACT_AGAIN
    guardrails: Annotated[frozenset[Measure], members_of(Measure, set(Measure))] = GUARDED
    change: Change = field(default_factory=Change)
    card: str = ""

    def complete(self, table: Table) -> Self:
        if self.varies is Varies.POLICY and table.sound and not self.change.values:
            table.problem(("change",), "found nothing, expected what the treated have otherwise than the rest")
        if self.varies is not Varies.POLICY and table.sound and self.change.values:
            table.problem(("change",), f"found values, expected none: this one varies {self.varies}")
        if (self.varies is Varies.STYLE) != bool(self.card):
            table.problem(("card",), "expected the name of a style card (`brands` of style.yaml) where style varies")
        return self

    @property
    def watched(self) -> tuple[Measure, ...]:
        """What is looked at, the measure that it is tried for first."""
        return (self.measure, *(each for each in Measure if each in self.guardrails - {self.measure}))

    def covers(self, intent: str) -> bool:
        return not self.intents or intent in self.intents

    def key(self, name: str) -> str:
        """What its records are kept under: an experiment that was changed in what it does begins anew."""
        does = {
            "varies": self.varies.value,
            "share": self.share,
            "intents": sorted(self.intents),
            "days": self.days.total_seconds(),
            "change": dict(self.change.values),
            "card": self.card,
        }
        return f"{name}@{version_of(does)[:8]}"
