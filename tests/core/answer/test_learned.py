"""What feedback moves in the search and in an answer, and what it never moves."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from connectors.sql.store import SqlStore
from core.answer.answer import Answered
from core.answer.learned import Learned
from core.model.ids import ArticleId
from core.model.learning import Calibration, Curve, Reset, Vote
from core.policy import Policy
from tests.core import people, rules, samples
from tests.core.answer import shop

ASKED = shop.asks("How long does a refund take?")
FEES = shop.article("fees", "Refund time and fees", "A refund takes 5 to 9 working days, and no refund costs a fee.")
SIGNALS = samples.signals(intents=(samples.scored("refund"),))
STRETCHED = Curve(slope=1.0, offset=-2.0, samples=80, good=20, error_before=0.3, error_after=0.2)


def voted(store: SqlStore, article: str, worth: float, count: int = 8, intent: str = "refund") -> None:
    conversation = samples.conversation()
    with store.begin() as unit:
        if unit.conversations.get(conversation.id) is None:
            unit.customers.save(people.customer())
            unit.conversations.add(conversation)
        at = people.NOW - timedelta(hours=1)
        votes = [
            Vote(
                conversation_id=conversation.id,
                intent=intent,
                article_id=ArticleId(article),
                voter=f"agent {number}",
                day=f"{at:%Y-%m-%d}",
                worth=worth,
                at=at,
            )
            for number in range(count)
        ]
        unit.learning.keep(conversation.id, votes, ())


def drafted(store: SqlStore, *, signals: Any = SIGNALS, **learning: Any) -> Answered:
    policy: Policy = rules.policy(learning={"most": 0.3, **learning})
    learned = Learned(policy=lambda: policy, now=lambda: people.NOW)
    return shop.answer(store, FEES, learned=learned).draft(ASKED, signals)


def first(answered: Answered) -> str:
    return str(answered.hits[0].passage.article_id)


def test_votes_move_articles_and_the_answer_says_which(store: SqlStore) -> None:
    before = drafted(store)
    assert before.lifts == ()
    order = list(dict.fromkeys(str(hit.passage.article_id) for hit in before.hits))
    voted(store, order[1], 1.0)
    voted_for = drafted(store)
    assert first(voted_for) == order[1], "the second is the first now"
    (lift,) = voted_for.lifts
    assert (str(lift.article_id), lift.voters) == (order[1], 8)
    assert lift.share == pytest.approx(0.2, abs=1e-3)


def test_a_draft_is_no_surer_for_votes(store: SqlStore) -> None:
    before = drafted(store).draft
    voted(store, "refunds", 1.0)
    after = drafted(store).draft
    assert before is not None
    assert after is not None
    assert after.confidence <= before.confidence


@pytest.mark.parametrize(
    ("learning", "signals"),
    [
        ({"feedback": False}, SIGNALS),  # as YAML reads `off`
        ({"most": 0.0}, SIGNALS),
        ({}, samples.signals(intents=(samples.scored("returns"),))),
        ({}, samples.signals(intents=(samples.scored("refund", 0.1),))),
    ],
)
def test_nothing_moves_where_it_is_off_or_about_something_else(
    store: SqlStore, learning: dict[str, object], signals: Any
) -> None:
    voted(store, "refunds", -1.0)
    assert drafted(store, signals=signals, **learning).lifts == ()


def test_a_reset_takes_it_back(store: SqlStore) -> None:
    before = drafted(store)
    voted(store, "refunds", -1.0)
    assert drafted(store).lifts
    with store.begin() as unit:
        unit.learning.reset(Reset(at=people.NOW, by="sam", article_id="refunds"))
    after = drafted(store)
    assert after.lifts == ()
    assert after.hits == before.hits


def test_what_came_of_such_answers_lowers_confidence_and_never_raises_it(store: SqlStore) -> None:
    before = drafted(store).draft
    assert before is not None
    assert before.estimated is None
    for offset, lower in ((-0.1, True), (3.0, False)):
        with store.begin() as unit:
            curve = replace(STRETCHED, offset=offset)
            unit.learning.add_calibration(Calibration(at=people.NOW, curves={"refund": curve}))
        after = drafted(store).draft
        assert after is not None
        assert after.estimated == before.confidence
        assert (after.confidence < before.confidence) is lower
        assert after.confidence <= before.confidence
    assert drafted(store, calibrate=False).draft == before


def test_an_intent_whose_answers_were_mostly_wrong_abstains(store: SqlStore) -> None:
    with store.begin() as unit:
        curves = {"": replace(STRETCHED, offset=-6.0)}
        unit.learning.add_calibration(Calibration(at=people.NOW, curves=curves))
    assert drafted(store).draft is None
