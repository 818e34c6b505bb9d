from datetime import timedelta
from typing import Any

import pytest

from core.model.alert import AlertKind
from core.policy import Alerts, PolicyError
from tests.core.rules import policy

MINUTE = timedelta(minutes=1)


def test_without_the_keys_nobodys_wait_is_watched_and_the_rest_is_careful() -> None:
    read = policy().alerts
    assert read == Alerts()
    assert read.sla.target("standard", urgent=True) is None


def test_every_key_is_read() -> None:
    read = policy(
        alerts__roles={"lead": ["tom@larkfield.example"]},
        alerts__off=["intent_spike", "budget"],
        alerts__sla={"minutes": 30, "tiers": {"business": 10}, "urgent_minutes": 5, "share": 0.5},
        alerts__distress=-0.8,
        alerts__spike={"least": 5, "chance": 0.01},
        alerts__errors={"share": 0.5, "least": 10, "minutes": 5},
        alerts__budget=0.9,
        alerts__every_seconds=10,
        alerts__closes_hours=12,
        alerts__tickets_at="https://help.larkfield.example/agent/tickets/{ticket}",
    ).alerts
    assert read.roles == {"lead": ("tom@larkfield.example",)}
    assert read.off == {AlertKind.INTENT_SPIKE, AlertKind.BUDGET}
    assert read.sla.target("business", urgent=False) == 10 * MINUTE
    assert read.sla.target("plus", urgent=False) == 30 * MINUTE
    assert read.sla.target("business", urgent=True) == 5 * MINUTE
    assert (read.distress, read.spike.least, read.spike.chance) == (-0.8, 5, 0.01)
    assert (read.errors.share, read.errors.least, read.errors.within) == (0.5, 10, 5 * MINUTE)
    assert (read.budget, read.every, read.closes_after) == (0.9, timedelta(seconds=10), timedelta(hours=12))
    assert read.tickets_at.startswith("https://help")


@pytest.mark.parametrize(
    ("keys", "problem"),
    [
        ({"alerts__off": ["delivery"]}, r"alerts\.off"),
        ({"alerts__off": ["intents_spike"]}, "did you mean intent_spike"),
        ({"alerts__sla": {"minutes": -5}}, r"alerts\.sla\.minutes"),
        ({"alerts__sla": {"hours": 5}}, r"alerts\.sla\.hours"),
        ({"alerts__spike": {"chance": 0}}, r"alerts\.spike\.chance"),
        ({"alerts__roles": {"lead": ["Tom"]}}, r"alerts\.roles\.lead"),
        ({"alerts__tickets_at": "https://help.larkfield.example"}, r"alerts\.tickets_at"),
        ({"alerts__tickets_at": "javascript:{ticket}"}, r"alerts\.tickets_at"),
        ({"alerts__chanel": "#a"}, "did you mean channel"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(keys: dict[str, Any], problem: str) -> None:
    with pytest.raises(PolicyError, match=problem):
        policy(**keys)
