"""A language model's second opinion on each pair of a draft and an agent's reply, held against the verdict of words.

It replaces nothing: what could be automatic is told by the judge without a model, and how far a model agrees stands
beside it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from core.errors import HandrailError
from core.measure.history.decided import Replayed
from core.measure.history.held import Did, Verdict
from core.measure.statistics import Interval, Share, kappa
from core.ports import LanguageModel
from core.prompting.ask import Asking, ask_model
from core.prompting.fence import NOTE, fence
from core.prompting.json_answer import MalformedError, the_object
from core.prompting.prompts import prompt
from core.prompting.time_budget import TimeBudget

AT_ONCE = 4  # pairs that a model is asked about side by side
LONGEST = 120  # characters of what is lacking
SCHEMA: Mapping[str, Any] = {
    "title": "comparison",
    "type": "object",
    "additionalProperties": False,
    "required": ["lacking", "open", "answered"],
    "properties": {"lacking": {"type": "string"}, "open": {"type": "boolean"}, "answered": {"type": "boolean"}},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What the model says of the draft of one turn, beside what its words said; `verdict` None: it could not be asked,
    or its answer could not be read."""

    ticket: str
    words: Verdict
    verdict: Verdict | None
    lacking: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondOpinion:
    """All that a model said. `counts` are pairs by (verdict of the words, verdict of the model); `agreed` is of those
    that both of them called right or wrong, and `kappa` of those that the model read at all, with three verdicts;
    None where it is not defined. `differing` are the tickets on which one says right and the other wrong."""

    model: str
    counts: Mapping[tuple[Verdict, Verdict], int]
    unread: int
    agreed: Share
    kappa: Interval | None
    differing: tuple[str, ...]


def second_opinion(found: Iterable[Opinion], model: str) -> SecondOpinion:
    every = list(found)
    read = [(each.words, each.verdict, each.ticket) for each in every if each.verdict is not None]
    told = [pair for pair in read if Verdict.OPEN not in pair[:2]]
    return SecondOpinion(
        model=model,
        counts=Counter((words, verdict) for words, verdict, _ in read),
        unread=len(every) - len(read),
        agreed=Share(hits=sum(words is verdict for words, verdict, _ in told), cases=len(told)),
        kappa=kappa((words, verdict) for words, verdict, _ in read),
        differing=tuple(dict.fromkeys(ticket for words, verdict, ticket in told if words is not verdict)),
    )


def opinions(model: LanguageModel, turns: Sequence[Replayed], patience: TimeBudget) -> Iterator[Opinion]:
    """One for each turn with a draft and a reply, in the order of the turns."""
    pairs = [each for each in turns if each.held is not None and each.did is not Did.NOTHING]
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="second-opinion") as pool:
        yield from pool.map(lambda each: _opinion(model, each, patience), pairs)


def _opinion(model: LanguageModel, turn: Replayed, patience: TimeBudget) -> Opinion:
    held, draft = turn.held, turn.decision.draft
    assert held is not None and draft is not None  # noqa: S101, PT018 - it is held against a draft
    asked = "\n\n".join(message.text for message in turn.turn.case.unanswered)
    parts = (("customer", asked), ("reply", turn.turn.reply), ("draft", draft.body))
    asking = Asking(
        system=prompt("compare").fill(fence=NOTE),
        user="\n\n".join(fence(kind, text) for kind, text in parts),
        schema=SCHEMA,
        max_tokens=200,
    )
    try:
        verdict, lacking = ask_model(model, asking, _read, patience.begin())
    except (HandrailError, MalformedError):
        return Opinion(ticket=turn.ticket, words=held.verdict, verdict=None)
    return Opinion(ticket=turn.ticket, words=held.verdict, verdict=verdict, lacking=lacking)


def _read(reply: str) -> tuple[Verdict, str]:
    fields = the_object(reply)
    left_open, answered = fields.get("open"), fields.get("answered")
    if not isinstance(left_open, bool) or not isinstance(answered, bool):
        raise MalformedError("open and answered are not both true or false")
    lacking = " ".join(str(fields.get("lacking") or "").split())[:LONGEST]
    if left_open:
        return Verdict.OPEN, lacking
    return (Verdict.SAME if answered else Verdict.OTHER), lacking
