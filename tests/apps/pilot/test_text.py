"""The policy of a pilot, over the two policies that come along."""

from pathlib import Path

import pytest

from apps.bootstrap.policies import candidate, failures
from apps.pilot.policy_text import OURS, pilot_text
from core.decide.policy_tests import try_example
from core.errors import ConfigurationError
from core.measure.pilot.verdict import Phase
from core.model.customer import Channel
from core.model.decision import Action
from core.policy import Policy, PolicyTest

DEMO = Path("apps/demo/policy.yaml").read_text(encoding="utf-8")
STARTER = Path("apps/starter/policy.yaml").read_text(encoding="utf-8")
KNOWN = ("order_status", "refund_status", "billing_dispute", "warranty")


def pilot(base: str, phase: Phase, channel: Channel = Channel.SMS, *intents: str) -> Policy:
    """As it would be applied: without a problem, its examples come out."""
    found = candidate(pilot_text(base, phase, channel, intents or ("order_status",), KNOWN))
    assert failures(found.policy) == []
    return found.policy


def action(policy: Policy, channel: Channel, intent: str | None, draft: float = 0.99) -> Action:
    given = {"channel": channel.value, "draft": draft} | ({"intent": intent} if intent else {})
    return try_example(0, PolicyTest(name="it", given=given, expect={}), policy).disposition.action


# Both texts and every channel always, each text with each channel by `make test-all`.
PAIRS = [
    pytest.param(
        base,
        channel,
        id=f"{name}-{channel}",
        marks=[] if (place + number) % 2 else [pytest.mark.exhaustive],
    )
    for number, (name, base) in enumerate({"demo": DEMO, "starter": STARTER}.items())
    for place, channel in enumerate(Channel)
]


@pytest.mark.parametrize(("base", "channel"), PAIRS)
def test_in_the_shadow_nothing_is_answered_by_itself(base: str, channel: Channel) -> None:
    policy = pilot(base, Phase.SHADOW, channel)
    answered = [
        (where, what)
        for where in Channel
        for what in (*KNOWN, None)
        if action(policy, where, what) is Action.AUTO_REPLY
    ]
    assert answered == []


@pytest.mark.parametrize(("base", "channel"), PAIRS)
def test_live_the_pilots_matters_are_answered_on_its_channel_and_nothing_else(base: str, channel: Channel) -> None:
    policy = pilot(base, Phase.LIVE, channel, "order_status", "refund_status")
    answered = {
        (where, what)
        for where in Channel
        for what in (*KNOWN, None)
        if action(policy, where, what) is Action.AUTO_REPLY
    }
    assert answered == {(channel, "order_status"), (channel, "refund_status")}


def test_what_was_strict_stays_strict() -> None:
    policy = pilot(DEMO, Phase.LIVE)
    assert action(policy, Channel.SMS, "order_status", draft=0.45) is Action.HANDOFF


def test_examples_that_still_hold_are_kept_and_the_others_left_out() -> None:
    kept = {example.name for example in pilot(DEMO, Phase.SHADOW).examples}
    assert "A stolen card goes to the specialists, whatever else is asked" in kept
    assert "An order's status is answered by the assistant" not in kept
    assert sum(name.startswith(OURS) for name in kept) == len(Channel)


def test_what_the_pilot_does_not_touch_stays_letter_for_letter() -> None:
    text = pilot_text(DEMO, Phase.SHADOW, Channel.SMS, ("order_status",), KNOWN)
    before, after = (each[each.index("\nprocedures:") : each.index("\nsignoffs:")] for each in (DEMO, text))
    assert after == before


def test_the_same_pilot_is_the_same_policy_so_that_sign_offs_hold() -> None:
    assert pilot(DEMO, Phase.LIVE).version == pilot(DEMO, Phase.LIVE).version


@pytest.mark.parametrize(("intent", "why"), [("order_statsu", "no intent"), ("billing_dispute", "a person's")])
def test_what_cannot_be_piloted_is_refused(intent: str, why: str) -> None:
    with pytest.raises(ConfigurationError, match=why):
        pilot_text(DEMO, Phase.SHADOW, Channel.SMS, (intent,), KNOWN)
