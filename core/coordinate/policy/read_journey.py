"""The section `journey` of the policy file."""

from core.coordinate.keys import Keys
from core.coordinate.kinds import (
    AT_LEAST_ONE,
    COUNT,
    DAYS,
    LANGUAGE,
    MINUTES,
    NAME,
    NAMES,
    POSITIVE,
    SHARE,
    TEXT,
    member,
)
from core.coordinate.policy.values_journey import Journey, JourneyRule
from core.model.journey import StepKind


def journey(keys: Keys) -> Journey:
    usual, caps = Journey(), keys.within("caps")
    return Journey(
        rules={name: _rule(row) for name, row in keys.rows("rules", NAME).items()},
        per_day=caps.at("per_visitor_per_day", COUNT, usual.per_day),
        per_hour=caps.at("per_hour", COUNT, usual.per_hour),
        after_no=caps.at("after_no_days", DAYS, usual.after_no),
        holdout=keys.at("holdout", SHARE, usual.holdout),
    )


def _rule(keys: Keys) -> JourneyRule:
    usual = JourneyRule(step=StepKind.PAGE, texts={})
    step = keys.at("step", member(StepKind))
    seconds = keys.perhaps("seconds", POSITIVE)
    if step is StepKind.HESITATED and seconds is None:
        keys.problem(("seconds",), "found nothing, expected how long a hesitation is, in seconds")
    texts = keys.table("texts", LANGUAGE, TEXT)
    if not texts:
        keys.problem(("texts",), "found nothing, expected what is said, by language")
    return JourneyRule(
        step=step,
        texts=texts,
        times=keys.at("times", AT_LEAST_ONE, usual.times),
        within=keys.at("within_minutes", MINUTES, usual.within),
        pages=keys.at("pages", NAMES, ()),
        seconds=seconds or 0.0,
    )
