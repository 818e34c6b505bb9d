"""Every trigger of docs/triggers.md: how it is read from a turn, and what is said of it in plain words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from core.decide.turn import Turn
from core.decide.wordings import excused
from core.model.signals import Evidence, Scored
from core.policy import Trigger
from core.read.turn_input import newest_words

RECORDS_SHOWN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """Evidence for a trigger: whether it is enough for the policy, and what it is, in plain words: the customer's own
    (`heard`, and how `sure` they are of it) or a sentence of ours."""

    fires: bool
    words: str
    heard: bool = False
    sure: float = 0.0

    def reason(self, why: str) -> str:
        """With the policy's own word on it."""
        if self.heard:
            return f"{why} ({self.words})" if self.words else why
        return f"{why}. {self.words}." if why else f"{self.words}."


Reading = Callable[[Turn, str, Trigger], Sign | None]


def sign_of(turn: Turn, name: str, trigger: Trigger) -> Sign | None:
    """What the turn shows of a trigger. None: nothing at all."""
    return READINGS.get(name, from_words)(turn, name, trigger)


# ---------------------------------------------------------------- from the words


def from_words(turn: Turn, name: str, trigger: Trigger) -> Sign | None:
    """A risk that the detectors heard, sure enough for the policy."""
    found = turn.signals.risk(name) or turn.signals.fact(name)
    if found is None:
        taken = excused(turn.signals, name)
        words = f"{shown_evidence(taken)} is a wording that the policy does not count" if taken else ""
        return Sign(fires=False, words=words) if taken else None
    if found.confidence >= trigger.threshold:
        return Sign(fires=True, words=shown_evidence(found), heard=True, sure=found.confidence)
    words = f"{shown_evidence(found)} is {found.confidence:.2f} sure; the policy asks for {trigger.threshold:.2f}"
    return Sign(fires=False, words=words)


def shown_evidence(found: Scored) -> str:
    """The words or the records that show it."""
    if found.evidence:
        return _quoted(found.evidence[0])
    return ", ".join(found.records[:RECORDS_SHOWN]) or found.label


def _quoted(evidence: Evidence) -> str:
    return f"“{evidence.words}”"


def said_just_now(turn: Turn, name: str) -> bool:
    """Whether the words that show it are in the newest message; where no words do, it counts as said."""
    found = turn.signals.risk(name) or turn.signals.fact(name)
    begins = newest_words(turn.case)[1]
    return found is not None and (not found.evidence or any(each.end > begins for each in found.evidence))


# ---------------------------------------------------------------- from the course and from records


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A trigger that is a figure of a fact held against the threshold. `over`: the threshold itself is still allowed.
    `least` is the figure below which the definition sees nothing, whatever the policy says."""

    fact: str
    says: Callable[[float, float], str]
    over: bool = False
    least: float = 0.0

    def read(self, turn: Turn, _: str, trigger: Trigger) -> Sign | None:
        found = turn.signals.fact(self.fact)
        if found is None or not found.amount:
            return None
        most = max(trigger.threshold, self.least)
        fires = found.amount > most if self.over else found.amount >= most
        words = self.says(found.amount, most)
        because = shown_evidence(found)
        return Sign(fires=fires, words=f"{words} ({because})" if because else words)


def _counted(count: float, noun: str) -> str:
    return f"{count:g} {noun}{'' if count == 1 else 's'}"


def _in_a_row(count: float) -> str:
    return "this once" if count == 1 else f"{count:g} times in a row"


MEASURES: Mapping[str, Measure] = {
    "not_understood": Measure(
        fact="unrecognised_turns",
        least=2,
        says=lambda found, most: (
            f"What the customer wants was not recognised {_in_a_row(found)}; the policy allows {most - 1:g}"
        ),
    ),
    "mood_drop": Measure(
        fact="mood_drop",
        says=lambda found, most: f"The customer's mood fell by {found:.2f}; the policy's limit is {most:.2f}",
    ),
    "complexity": Measure(
        fact="complexity",
        over=True,
        says=lambda found, most: f"The matter's complexity is {found:.2f}; the policy allows {most:.2f}",
    ),
    "repeat_contact": Measure(
        fact="repeat_contact",
        least=1,
        says=lambda found, _: f"The customer wrote about this before, in {_counted(found, 'earlier conversation')}",
    ),
    "assistant_time": Measure(
        fact="assistant_minutes",
        over=True,
        says=lambda found, most: (
            f"The assistant has been at it for {_counted(found, 'minute')}; the policy allows {most:g}"
        ),
    ),
    "time_to_resolve": Measure(
        fact="open_minutes",
        over=True,
        says=lambda found, most: (
            f"The matter has been open for {_counted(found, 'minute')}; the policy allows {most:g}"
        ),
    ),
    "failed_cycles": Measure(
        fact="failed_cycles",
        least=1,
        says=lambda found, most: (
            f"{_counted(found, 'attempt')} of the assistant did not help; the policy hands over after {most:g}"
        ),
    ),
}


def high_value(turn: Turn, _: str, __: Trigger) -> Sign | None:
    """By the policy's own list of tiers, worth and flags; never by what customers say of themselves."""
    return Sign(fires=True, words=f"This is {turn.important}") if turn.important else None


def low_confidence(turn: Turn, _: str, __: Trigger) -> Sign | None:
    """Under the threshold of its intent, or no draft though something was asked."""
    least = turn.least_confidence
    if turn.draft is None:
        return Sign(fires=True, words="There is no draft that answers this") if turn.asks else None
    if turn.draft.confidence < least:
        words = f"The draft's confidence is {turn.draft.confidence:.2f}; the policy asks for {least:.2f}"
        return Sign(fires=True, words=words)
    return None


def upsell(turn: Turn, name: str, trigger: Trigger) -> Sign | None:
    """Heard in the words, or forecast from the profile with an amount of its own."""
    heard = from_words(turn, name, trigger) if turn.signals.risk(name) else None
    forecast = turn.signals.fact(name)
    if heard is not None or forecast is None:
        return heard
    amount = forecast.amount or 0.0
    words = f"The customer may be open to more ({amount:.2f} of 1; the policy asks for {trigger.threshold:.2f})"
    return Sign(fires=amount >= trigger.threshold, words=words)


READINGS: Mapping[str, Reading] = {
    **{name: measure.read for name, measure in MEASURES.items()},
    "high_value": high_value,
    "low_confidence": low_confidence,
    "upsell": upsell,
}

# What the assistant's own course shows: nothing of it matters once a person has the conversation …
OF_THE_ASSISTANT = frozenset(
    {"not_understood", "assistant_time", "low_confidence", "failed_cycles", "repeated_question", "mood_drop"}
)
# … nor once the customer says thanks and waits for nothing.
OF_WHO_WAITS = OF_THE_ASSISTANT | {"time_to_resolve", "complexity", "repeat_contact", "high_value"}
# Known from the first word on: whoever has the conversation knows it too.
KNOWN_ALREADY = frozenset({"complexity", "high_value", "repeat_contact", "upsell"})
