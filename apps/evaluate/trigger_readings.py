"""A labelled case through the product's own sense and the policy's own thresholds."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from apps.evaluate.trigger_cases import Case, case_of
from apps.intents_file import read_intents
from apps.policy_file import read_policy
from core.coordinate.policy import Policy, Trigger
from core.coordinate.triggers import sign_of
from core.coordinate.turn import Turn
from core.model.draft import Draft
from core.model.ids import DraftId
from core.model.signals import Scored, Signals
from core.sense.read import Sense

UNNAMED = Trigger(group="", tier=1, why="")  # the thresholds of a trigger that the policy leaves out


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """`fires`: whether the policy would hand over for this trigger; `sure` how much there is of it, `words` why."""

    case: Case
    fires: bool
    sure: float
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watcher:
    sense: Sense
    policy: Policy

    @classmethod
    def of(cls, *, policy: Path, intents: Path, cache: Path) -> "Watcher":
        """With the product's readers. Raises ConfigurationError when a file cannot be read."""
        from apps.bootstrap.classifiers import product_sense

        return cls(sense=product_sense(read_intents(str(intents)), cache), policy=read_policy(policy))

    def judged(self, case: Case) -> Judged:
        context = case_of(case)
        signals = self.sense.read(context)
        draft, asks = None, True
        if not isinstance(case.written, str):
            signals = _with_intent(signals, str(case.written.get("intent") or ""))
            draft = _draft(case.written.get("draft_confidence"))
            asks = bool(case.written.get("asks", True))
        turn = Turn(case=context, signals=signals, draft=draft, policy=self.policy, asks=asks)
        sign = sign_of(turn, case.trigger, self.policy.triggers.get(case.trigger, UNNAMED))
        risk = signals.risk(case.trigger)
        fires = sign is not None and sign.fires
        sure = risk.confidence if risk else float(fires)
        return Judged(case=case, fires=fires, sure=sure, words=sign.words if sign else "")


def _with_intent(signals: Signals, name: str) -> Signals:
    return replace(signals, intents=(Scored(value=name, confidence=0.9),)) if name else signals


def _draft(confidence: Any) -> Draft | None:
    if confidence is None:
        return None
    return Draft(
        id=DraftId("dr_written"), sentences=(), language="en", confidence=float(confidence), composer="extractive"
    )
