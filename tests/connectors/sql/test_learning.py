"""Votes, judged drafts, resets and curves as they are stored; a thumb has its matter counted again."""

from dataclasses import replace
from datetime import timedelta

from connectors.sql.store import SqlStore
from core.measure.outcomes.rollup import Rollup
from core.model.draft import DraftState
from core.model.ids import ArticleId
from core.model.learning import Calibration, Curve, Lift, Reset, Sample, Vote
from tests.connectors.sql.samples import NOW, SECOND, conversation, customer, decision, message

CO = conversation().id


def vote(voter: str = "Priya", intent: str = "refund", **changes: object) -> Vote:
    fields: dict[str, object] = {"conversation_id": CO, "article_id": ArticleId("a"), "day": "2026-11-21", "worth": 1.0}
    return Vote(voter=voter, intent=intent, **{**fields, "at": NOW, **changes})  # type: ignore[arg-type]


def filled(store: SqlStore) -> None:
    with store.begin() as unit:
        unit.customers.save(customer())
        unit.conversations.add(conversation())
        unit.conversations.add_message(message())
        assert unit.decisions.add(decision())


def test_what_is_kept_of_a_conversation_replaces_what_was(store: SqlStore) -> None:
    filled(store)
    draft = decision().draft
    assert draft is not None
    sample = Sample(draft_id=draft.id, conversation_id=CO, intent="refund", confidence=0.7, good=True, at=NOW)
    with store.begin() as unit:
        unit.learning.keep(CO, [vote(), vote("Tom")], [sample])
        unit.learning.keep(CO, [vote(intent="return")], [sample])
        assert unit.learning.votes(NOW - SECOND) == [vote(intent="return")]
        assert not unit.learning.votes(NOW - SECOND, "refund")
        assert not unit.learning.votes(NOW)
        assert unit.learning.samples(NOW - SECOND) == [sample]
        unit.learning.keep(CO, [], [])
        assert not unit.learning.voted()
        assert not unit.learning.samples(NOW - SECOND)


def test_resets_and_curves_come_back_as_they_were(store: SqlStore) -> None:
    curve = Curve(slope=0.8, offset=-0.2, samples=60, good=40, error_before=0.2, error_after=0.18)
    with store.begin() as unit:
        unit.learning.reset(Reset(at=NOW, by="sam@larkfield.example", intent="refund"))
        for number in (1, 2):
            unit.learning.add_calibration(Calibration(at=NOW + number * SECOND, curves={"refund": curve}))
    with store.read() as unit:
        assert unit.learning.resets() == [Reset(at=NOW, by="sam@larkfield.example", intent="refund")]
        (newest,) = unit.learning.calibrations()
        assert (newest.at, newest.curves) == (NOW + 2 * SECOND, {"refund": curve})
        assert len(unit.learning.calibrations(5)) == 2


def test_a_decision_keeps_what_had_moved_its_articles(store: SqlStore) -> None:
    lift = Lift(article_id=ArticleId("a"), share=0.05, up=4.0, down=0.0, votes=4, voters=4)
    with store.begin() as unit:
        unit.customers.save(customer())
        unit.conversations.add(conversation())
        assert unit.decisions.add(replace(decision(), lifts=(lift,)))
    with store.read() as unit:
        latest = unit.decisions.latest(CO)
    assert latest is not None
    assert latest.lifts == (lift,)


def test_a_thumb_becomes_a_vote_and_goes_with_the_conversation(store: SqlStore) -> None:
    filled(store)
    rollup = Rollup(store=store, sure_from=0.0)
    rollup.catch_up()
    draft = decision().draft
    assert draft is not None
    with store.begin() as unit:
        unit.decisions.add_feedback(draft.id, "thumb_down", "Priya", NOW, {"reasons": ["wrong"]})
    assert rollup.catch_up() == 1, "the thumb alone marks the matter"
    with store.read() as unit:
        votes = unit.learning.votes(NOW - timedelta(days=1))
        assert {(each.voter, each.worth) for each in votes} == {("Priya", -1.0)}
        assert [sample.good for sample in unit.learning.samples(NOW - timedelta(days=1))] == [False]
    with store.begin() as unit:
        unit.decisions.set_draft_state(draft.id, DraftState.USED)
    assert rollup.catch_up() == 1
