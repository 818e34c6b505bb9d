"""What is done about a message that did not arrive: a one-time code is not sent late, and people hear of it."""

from typing import Any

import pytest

from core.execute.failures import failure_of
from core.execute.remedy import once_more, remedy_failure
from core.model.customer import Channel
from core.model.effect_payloads import TicketUpdatePayload
from core.model.outbound import Authority, Effect, EffectKind
from tests.core import people, samples
from tests.core.container import Container
from tests.core.samples import effect, payload_of

NAME = samples.conversation().id
CODE = {"code_of": "vf_1", "body": "•••••• is your code"}


@pytest.fixture(autouse=True)
def _conversation(container: Container) -> None:
    with container.store.begin() as unit:
        unit.customers.save(people.customer())
        unit.conversations.add(samples.conversation())


def text(rule: str, container: Container, **more: Any) -> Effect:
    authority = Authority(rule=rule, policy_version=container.policy.version)
    return effect(EffectKind.MESSAGE, conversation_id=NAME, payload=samples.text(**more), authority=authority)


def follows(container: Container, lost: Effect, code: str, *, alerted: bool = False) -> list[Effect]:
    with container.store.begin() as unit:
        unit.outbox.add(lost)
        return remedy_failure(unit, lost, code, container.policy, people.NOW, alerted=alerted)


@pytest.mark.parametrize("code", ["30003", "30008", "30001"])
def test_a_one_time_code_is_not_sent_when_it_has_expired_and_supervisors_are_told(
    container: Container, code: str
) -> None:
    (alert,) = follows(container, text("verification_code", container, **CODE), code)
    assert (alert.kind, alert.target) == (EffectKind.SLACK_POST, "#alerts")
    assert "••••••" not in str(alert.payload)


@pytest.mark.parametrize("rule", ["follow_up", "opt_out_confirmation"])
def test_nobody_is_told_of_what_nobody_waits_for(container: Container, rule: str) -> None:
    assert follows(container, text(rule, container), "30005") == []


def test_on_a_channel_without_codes_supervisors_are_told_too(container: Container) -> None:
    (alert,) = follows(container, text("automatic_reply", container, channel=Channel.CHAT), "whatever")
    assert alert.kind is EffectKind.SLACK_POST


def test_who_is_alerted_already_is_not_alerted_twice(container: Container) -> None:
    assert follows(container, text("automatic_reply", container), "30005", alerted=True) == []


@pytest.mark.parametrize("left", [True, False])
def test_what_follows_from_a_message_follows_once(container: Container, left: bool) -> None:
    one = text("automatic_reply", container, then=TicketUpdatePayload(note="Said"), rest=("(2/2) more",))
    again = once_more(one, payload_of(one), failure_of("63016"), people.NOW, left=left)
    assert payload_of(again).again_of == one.key
    assert (payload_of(again).then is not None, payload_of(again).rest_left) == (not left, left)
    assert payload_of(again).rest == ("(2/2) more",)
