"""How the gate says no."""

from dataclasses import dataclass
from datetime import datetime

from core.model.outbound import EffectState

LATE = "its time has passed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why an effect does not leave now. With `until` it is held, without it is refused for good. `code` is one of
    `core.execute.failures`, where somebody has to be told what to do."""

    state: EffectState
    reason: str
    until: datetime | None = None
    code: str = ""


def refuse(reason: str, code: str = "") -> Refusal:
    return Refusal(state=EffectState.REFUSED, reason=reason, code=code)


def hold_until(reason: str, until: datetime, not_after: datetime | None = None) -> Refusal:
    """Held until then; refused for good where that is not before `not_after`."""
    if not_after is not None and until >= not_after:
        return refuse(LATE)
    return Refusal(state=EffectState.HELD, reason=reason, until=until)
