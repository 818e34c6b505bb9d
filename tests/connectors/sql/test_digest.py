"""The report of a week, once, on Monday."""

from datetime import UTC, datetime, timedelta

from benchmarks.year import Year, fill
from connectors.sql.store import SqlStore
from core.measure.report.digest import Digest, week_lines
from core.model.effect_payloads import SlackPayload
from core.model.outbound import Effect
from tests.core.rules import policy

MONDAY = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
POLICY = policy(alerts__digest="#care")


def run(store: SqlStore, at: datetime) -> list[Effect]:
    return Digest(store=store, policy=POLICY).run(at)


def text(effect: Effect) -> str:
    assert isinstance(effect.payload, SlackPayload)
    return effect.payload.text


def test_a_week_is_told_once_from_six_on_monday(store: SqlStore) -> None:
    fill(store, Year(matters=900, days=20, now=MONDAY, planted=False))
    assert run(store, MONDAY - timedelta(minutes=1)) == []
    (effect,) = run(store, MONDAY)
    assert (effect.target, run(store, MONDAY + timedelta(hours=3))) == ("#care", [])
    assert text(effect).startswith("*Last week, 16 November 2026 to 22 November 2026 (UTC)*")
    assert "• Contained: closed without a person:" in text(effect)
    assert run(store, MONDAY + timedelta(days=21)) == [], "nothing began in that week"


def test_a_week_without_a_matter_is_not_told(store: SqlStore) -> None:
    assert run(store, MONDAY) == []


def test_without_a_channel_nothing_is_read(store: SqlStore) -> None:
    fill(store, Year(matters=100, days=10, now=MONDAY))
    assert Digest(store=store, policy=policy()).run(MONDAY) == []


def test_the_home_has_one_line_of_seven_days(store: SqlStore) -> None:
    fill(store, Year(matters=900, days=20, now=MONDAY))
    with store.read() as unit:
        (line,) = week_lines(unit, MONDAY)
        assert " matters in seven days, first answer after " in line
        assert week_lines(unit, MONDAY - timedelta(days=400)) == []
