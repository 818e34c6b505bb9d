"""Whether what a visitor went through is a moment to offer help."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from core.model.journey import JourneyStep, JourneyStepKind
from core.policy.journey import JourneyRule


def moment(steps: Sequence[JourneyStep], rules: Mapping[str, JourneyRule], now: datetime) -> tuple[str, str] | None:
    """The first rule that fits, and why in plain words; None where none does. `steps` are one visitor's, newest last:
    a moment is there only while its last step is the newest of all."""
    if not steps:
        return None
    found = ((name, _evidence(steps, rule, now)) for name, rule in rules.items())
    return next(((name, why) for name, why in found if why), None)


def _evidence(steps: Sequence[JourneyStep], rule: JourneyRule, now: datetime) -> str:
    newest = steps[-1]
    if not _counts(newest, rule):
        return ""
    # Three different steps that failed once each are no step that fails again and again.
    same = [s for s in steps if _counts(s, rule) and s.name == newest.name and now - s.at <= rule.within]
    if len(same) < rule.times:
        return ""
    return _told(newest, len(same))


def _counts(step: JourneyStep, rule: JourneyRule) -> bool:
    here = not rule.pages or any(_under(step.page, page) for page in rule.pages)
    return step.kind is rule.step and here and step.seconds >= rule.seconds


def _under(page: str, place: str) -> bool:
    """`/checkout` is the place of `/checkout` and `/checkout/payment`, not of `/checkout-help`."""
    return page == place or page.startswith(f"{place.rstrip('/')}/")


def _told(step: JourneyStep, times: int) -> str:
    often = "once" if times == 1 else f"{times} times"
    if step.kind is JourneyStepKind.HESITATED:
        return f"nothing was done on {step.page} for {step.seconds:.0f} s"
    what = {JourneyStepKind.FAILED: step.name or "a step", JourneyStepKind.ERROR: step.name or "an error"}.get(
        step.kind, "the page"
    )
    verb = {JourneyStepKind.FAILED: "failed", JourneyStepKind.ERROR: "came up"}.get(step.kind, "was opened")
    return f"{what} {verb} {often} on {step.page}"
