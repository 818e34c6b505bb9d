from connectors.sql.store import SqlStore
from core.model.agent import Asked

WEEK = "2026-W47"
ONE = Asked(week=WEEK, person="p1", shown=1)


def test_what_became_of_the_question_is_replaced_not_doubled(store: SqlStore) -> None:
    after = Asked(week=WEEK, person="p1", shown=2, helps=4)
    with store.begin() as unit:
        unit.pulse.save(ONE)
        unit.pulse.save(after)
    with store.read() as unit:
        assert unit.pulse.of(WEEK, "p1") == after
        assert unit.pulse.since(WEEK) == [after]


def test_weeks_and_people_are_kept_apart(store: SqlStore) -> None:
    other = Asked(week=WEEK, person="p2", later=True)
    before = Asked(week="2026-W46", person="p1", helps=1)
    with store.begin() as unit:
        for asked in (ONE, other, before):
            unit.pulse.save(asked)
    with store.read() as unit:
        assert unit.pulse.of("2026-W46", "p1") == before
        assert unit.pulse.of("2026-W46", "p2") is None
        assert unit.pulse.since(WEEK) == [ONE, other]
        assert unit.pulse.since("2026-W01") == [before, ONE, other]
