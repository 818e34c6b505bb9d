"""Agents and needs for the tests of routing."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from core.model.agent import Agent
from core.routing import Need

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
TEAM = "Billing"


def agent(number: int = 1, **changes: Any) -> Agent:
    return Agent(**{"id": str(number), "name": f"Agent {number}", "groups": frozenset({TEAM}), **changes})


def need(**changes: Any) -> Need:
    return Need(**{"at": NOW, "intent": "invoice_copy", "skills": ("invoice_copy",), "language": "en", **changes})


GROUPS = st.frozensets(st.sampled_from(["Billing", "Customer care", "Specialists"]), max_size=2)
SKILLS = st.frozensets(st.sampled_from(["invoices", "refunds", "fraud"]), max_size=2)
LANGUAGES = st.frozensets(st.sampled_from(["en", "de", "es"]), max_size=2)


@st.composite
def agents(draw: st.DrawFn) -> list[Agent]:
    """Up to five people with ids of their own, some of them away, full or of another team."""
    ids = draw(st.lists(st.integers(1, 99), unique=True, max_size=5))
    return [draw(one(str(number))) for number in ids]


def one(key: str) -> st.SearchStrategy[Agent]:
    return st.builds(
        Agent,
        id=st.just(key),
        name=st.sampled_from(["Maria Lopez", "Jonas Weber", "Tom Okafor"]),
        groups=GROUPS,
        skills=SKILLS,
        languages=LANGUAGES,
        available=st.booleans(),
        open=st.integers(0, 8),
        capacity=st.none() | st.integers(0, 8),
        senior=st.booleans(),
        last_assigned_at=st.none() | st.integers(0, 3).map(lambda hours: NOW - timedelta(hours=hours)),
    )


NEEDS = st.builds(
    Need,
    at=st.just(NOW),
    intent=st.sampled_from(["invoice_copy", "refund_status", ""]),
    skills=st.lists(st.sampled_from(["invoice_copy", "refund_status", "fraud"]), max_size=2).map(tuple),
    language=st.sampled_from(["en", "de", "es", ""]),
    complexity=st.floats(0, 1),
    senior=st.booleans(),
    helped=st.dictionaries(
        st.integers(1, 99).map(str), st.integers(0, 60).map(lambda days: NOW - timedelta(days=days)), max_size=3
    ),
)
