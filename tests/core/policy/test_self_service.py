"""The sections `self_service`, `appointments` and `receipt` of the policy."""

from datetime import timedelta
from typing import Any

import pytest

from core.policy import read
from core.policy.problem import PolicyError
from core.policy.self_service import ReceiptOffer, Visit
from tests.core.rules import policy_fields


def problems(**changes: Any) -> str:
    with pytest.raises(PolicyError) as refused:
        read(policy_fields(**changes))
    return str(refused.value)


def test_everything_may_be_left_out() -> None:
    policy = read(policy_fields())
    assert (policy.self_service.clarify, policy.self_service.receipt) == (2, ReceiptOffer.ASKED)
    assert policy.self_service.disclose_after == timedelta(hours=24)
    assert dict(policy.appointments) == {}


def test_what_is_written_is_read() -> None:
    own = {"matters": {"reset": {"en": "a reset"}}, "confirm": ["reset"], "clarify": 1, "disclose_hours": 12}
    visits = {"clinic": {"place": "Main street", "notice_hours": 2, "ahead_days": 7, "offer": 2, "hold_minutes": 10}}
    policy = read(policy_fields(self_service=own, receipt={"offer": "closing", "days": 7}, appointments=visits))
    assert policy.self_service.matter("reset", "en") == "a reset"
    assert policy.self_service.matter("reset", "de") == ""
    assert (policy.self_service.clarify, policy.self_service.receipt) == (1, ReceiptOffer.CLOSING)
    assert policy.appointments["clinic"] == Visit(
        place="Main street",
        notice=timedelta(hours=2),
        ahead=timedelta(days=7),
        offer=2,
        hold=timedelta(minutes=10),
    )


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"self_service__clarify": 3}, "expected 0, 1 or 2"),
        ({"self_service__confirm": ["reset"]}, "expected an intent that `matters` has words for"),
        ({"self_service__matters": {"reset": "a reset"}}, "expected what customers call it, by language"),
        ({"receipt__offer": "always"}, "expected one of never, asked, closing"),
        ({"appointments": {"x": {"notice_hours": 48, "ahead_days": 1}}}, "an end before the first time"),
        ({"appointments": {"x": {"offer": 9}}}, "expected a number of times from 1 to 5"),
        (
            {
                "procedures": {"p": {"intents": ["i"], "steps": [{"id": "a", "appointment": "clinc"}]}},
                "appointments": {"clinic": {}},
            },
            "did you mean clinic?",
        ),
    ],
)
def test_what_cannot_be_meant_is_told(changes: dict[str, Any], told: str) -> None:
    assert told in problems(**changes)
