"""A draft as it is being written, for somebody who watches: each sentence appears once it has passed the contract.

for event in live(answer, case, signals):
    match event:
        case Shown(): ...    # a sentence that may stand, in order
        case Refused(): ...  # a sentence that was written and struck, with the reason
        case Replaced(): ... # forget everything shown so far: the sources answer themselves
        case Done(): ...     # the last one: the whole draft under its courtesies, or why there is none
"""

from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace

from core.answer.answer import Answer, Answered, Ready
from core.answer.compose.compose import Composer
from core.answer.compose.job import Fallback, Worded
from core.model.conversation import CaseContext
from core.model.draft import Sentence, Struck
from core.model.signals import Signals


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """`place` counts the sentences shown so far, from nought; the greeting and closing are not among them."""

    place: int
    sentence: Sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    struck: Struck


@dataclass(frozen=True, slots=True, kw_only=True)
class Replaced:
    """The model's sentences do not stand, whatever was shown; `reason` says why, for the agent."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    answered: Answered


Event = Shown | Refused | Replaced | Done


def live(answer: Answer, case: CaseContext, signals: Signals, known: str = "") -> Iterator[Event]:
    """The draft of `Answer.draft`, event by event; `Done` comes last and always. Without a model it is all there is.

    Closing the iterator ends the model's work. Raises what the store raises."""
    ready = answer.prepare(case, signals, known=known)
    if isinstance(ready, Answered):
        yield Done(answered=ready)
        return
    composer = answer.composer(case, signals)
    written = (yield from _written(composer, answer, ready)) if composer else None
    costs = composer.costs if composer else ()
    yield Done(answered=replace(answer.finish(ready, written), costs=costs))


def _written(composer: Composer, answer: Answer, ready: Ready) -> Generator[Event, None, Worded | Fallback | None]:
    place = 0
    outcome: Worded | Fallback | None = None
    for event in composer.stream(answer.wish(ready)):
        match event:
            case Sentence():
                yield Shown(place=place, sentence=event)
                place += 1
            case Struck():
                yield Refused(struck=event)
            case Fallback():
                outcome = event
                yield Replaced(reason=event.reason)
            case Worded():
                outcome = event
    return outcome
