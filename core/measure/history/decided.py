"""Past turns decided again, each held against what the agent did. Nothing here can send: there is no outbox to hand."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from core.answer.style import COMPOSER as EXTRACTIVE
from core.decide.evaluation import TurnEvaluator
from core.measure.history.held import Did, Held, Verdict, hold, what_was_done
from core.measure.history.past import Turn
from core.measure.pilot.candidates import RISKY, open_policy
from core.measure.replay import Remembered, again
from core.model.decision import Action, Decision, Disposition
from core.model.ids import EventId, derive_id
from core.policy import Policy, Way


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """`yours` is what the policy says with every channel opened, `freest` what would be left to a person if no owner
    and no threshold kept a draft back: among those the threshold is looked for. `held` is None where there is no draft
    from the articles to hold against anything."""

    turn: Turn
    decision: Decision
    intent: str
    yours: Disposition
    freest: Disposition
    did: Did
    held: Held | None = None

    @property
    def ticket(self) -> str:
        return self.turn.past.name

    @property
    def asks(self) -> bool:
        """Whether anything was asked; thanks and machines' mails are not."""
        return self.yours.action is not Action.SILENT

    @property
    def automatic(self) -> bool:
        """Whether an answer from the articles would have left by itself."""
        return self.yours.action is Action.AUTO_REPLY and self.held is not None

    @property
    def candidate(self) -> bool:
        """Whether it could have, had the policy trusted every draft."""
        return self.freest.action is Action.AUTO_REPLY and self.held is not None

    @property
    def begun(self) -> bool:
        """Whether the assistant would have begun by asking something: what that comes to, nobody knows now."""
        return self.yours.action is Action.AUTO_REPLY and self.held is None

    @property
    def escalates(self) -> bool:
        """Whether a person comes first for a reason that no draft changes."""
        return self.yours.action is Action.HANDOFF and self.yours.rule.startswith(RISKY)

    @property
    def right(self) -> bool:
        return self.held is not None and self.held.verdict is Verdict.SAME

    @property
    def wrong(self) -> bool:
        return self.held is not None and self.held.verdict is Verdict.OTHER

    @property
    def confidence(self) -> float:
        return self.decision.draft.confidence if self.decision.draft else 0.0


def freest_policy(policy: Policy) -> Policy:
    """Every channel opened, every matter the assistant's, every draft sure enough. Triggers and findings stay."""
    opened = open_policy(policy)
    return replace(
        opened,
        confidence_automatic=0.0,
        intent_confidence={},
        at_most_wrong=1.0,
        default_owner=replace(opened.default_owner, way=Way.FALLBACK),
        owners={name: replace(row, way=Way.FALLBACK) for name, row in opened.owners.items()},
    )


def replay(turns: Iterable[Turn], evaluator: TurnEvaluator) -> Iterator[Replayed]:
    """In the order of the turns. Each is decided as if nobody had the ticket yet: of a procedure, its first step."""
    policy = evaluator.policy
    opened, freest = open_policy(policy), freest_policy(policy)
    for turn in turns:
        latest = turn.case.latest
        assert latest is not None  # noqa: S101 - a turn ends with the customer's words
        decision = evaluator.decide(EventId(derive_id("ev", "past", latest.id)), turn.case)
        remembered = Remembered(decision=decision, case=turn.case, led=decision.procedure)
        draft = decision.draft
        quotes = draft is not None and draft.composer == EXTRACTIVE and bool(draft.cited)
        intent = decision.signals.intent
        yield Replayed(
            turn=turn,
            decision=decision,
            intent=intent.value if intent.confidence >= policy.confidence_intent else "",
            yours=again(remembered, opened),
            freest=again(remembered, freest),
            did=what_was_done(turn.reply),
            held=hold(draft, turn.reply) if draft is not None and quotes else None,
        )
