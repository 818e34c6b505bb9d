"""The figures of a pilot, each a share of cases that can be counted again: draft quality, handoff clarity, audit."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import TypeVar

from core.measure.pilot.observe import Observed
from core.measure.replay import PolicyOf, again, unfaithfulness
from core.measure.statistics import Share
from core.model.decision import Action, Handoff
from core.policy import Policy

T = TypeVar("T")

NEARLY = 0.9  # so alike that only a word or two differ
# What a customer's next words bring about when an automatic answer did not help.
DID_NOT_HELP = frozenset(
    f"trigger:{name}"
    for name in ("human_request", "repeated_question", "failed_cycles", "formal_complaint", "exception", "mood_drop")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Counted over the turns of a pilot. `words` is the median of words that agents changed in a draft they edited,
    None where they edited none; `unrecorded` says why records are not complete, and how often.

    `earlier` and `later` are `adopted` in the older and the newer half, to see whether it is steady."""

    turns: int
    conversations: int
    drafted: Share
    adopted: Share
    used: Share
    edited: Share
    ignored: Share
    words: float | None
    alone: Share
    nearly: Share
    blocked: Share
    warned: Share
    clear: Share
    escalated: Share
    reopened: Share
    answered: int
    helped: Share
    recorded: Share
    unrecorded: Mapping[str, int]
    earlier: Share
    later: Share


def figures(turns: Sequence[Observed], live: Policy, policy_of: PolicyOf) -> Figures:
    """`live` is the policy that the pilot would have, or has, once it answers by itself."""
    spoken = [turn for turn in turns if turn.decision.disposition.action is not Action.SILENT]
    drafts = [turn for turn in spoken if turn.decision.draft is not None]
    compared = [turn for turn in drafts if turn.adopted is not None]
    doubts = [unfaithfulness(turn.turn, policy_of) for turn in turns]
    ready = [turn for turn in compared if _leaves(turn, live, policy_of)]
    answered = [turn for turn in turns if turn.decision.disposition.action is Action.AUTO_REPLY]
    handed = [turn for turn in turns if turn.decision.handoff is not None]
    talks = _by_conversation(turns)
    half = len(compared) // 2
    in_time = sorted(compared, key=lambda turn: turn.decision.at)
    changed = [turn.adopted.words for turn in compared if turn.adopted and turn.adopted.state == "edited"]
    return Figures(
        turns=len(turns),
        conversations=len(talks),
        drafted=Share(hits=len(drafts), cases=len(spoken)),
        adopted=_share(compared, _was("used", "edited")),
        used=_share(compared, _was("used")),
        edited=_share(compared, _was("edited")),
        ignored=_share(compared, _was("ignored")),
        words=median(changed) if changed else None,
        alone=Share(hits=sum(_leaves(turn, live, policy_of) for turn in spoken), cases=len(spoken)),
        nearly=_share(ready, _nearly),
        blocked=_share(drafts, lambda turn: bool(turn.decision.draft and turn.decision.draft.blocked)),
        warned=_share(drafts, lambda turn: bool(turn.decision.draft and turn.decision.draft.findings)),
        clear=_share(handed, _clear),
        escalated=_share(list(talks.values()), lambda talk: any(turn.passed_on for turn in talk)),
        reopened=_share(list(talks.values()), lambda talk: any(turn.reopened for turn in talk)),
        answered=len(answered),
        helped=_share(answered, _helped),
        recorded=Share(hits=doubts.count(""), cases=len(doubts)),
        unrecorded={doubt: doubts.count(doubt) for doubt in dict.fromkeys(doubts) if doubt},
        earlier=_share(in_time[:half], _was("used", "edited")),
        later=_share(in_time[half:], _was("used", "edited")),
    )


def _share(cases: Sequence[T], hit: Callable[[T], bool]) -> Share:
    return Share(hits=sum(map(hit, cases)), cases=len(cases))


def _was(*states: str) -> Callable[[Observed], bool]:
    return lambda turn: turn.adopted is not None and turn.adopted.state in states


def _nearly(turn: Observed) -> bool:
    return turn.adopted is not None and turn.adopted.state != "ignored" and turn.adopted.similarity >= NEARLY


def _leaves(turn: Observed, live: Policy, policy_of: PolicyOf) -> bool:
    """Whether the draft would have been sent by itself. What cannot be taken again as it was would not."""
    if unfaithfulness(turn.turn, policy_of):
        return False
    return again(turn.turn, live).action is Action.AUTO_REPLY


def _clear(turn: Observed) -> bool:
    """The card says all that it should, and whoever got it did not have to pass it on."""
    return turn.decision.handoff is not None and not turn.passed_on and not missing(turn.decision.handoff)


def missing(card: Handoff) -> list[str]:
    """What a card should say and does not."""
    said = {"group": card.group, "reason": card.reason, "wants": card.wants, "summary": card.summary}
    return [name for name, text in said.items() if not text.strip()]


def _helped(turn: Observed) -> bool:
    return turn.next is None or turn.next.disposition.rule not in DID_NOT_HELP


def _by_conversation(turns: Iterable[Observed]) -> dict[str, list[Observed]]:
    talks: dict[str, list[Observed]] = {}
    for turn in turns:
        talks.setdefault(turn.decision.conversation_id, []).append(turn)
    return talks
