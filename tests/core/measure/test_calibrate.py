"""Curves of how sure answers are: shrunk where drafts are few, taken only where they tell better, made once a night."""

import random
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from connectors.sql.store import SqlStore
from core.answer.confidence import calibrated
from core.measure.calibrate import FEWEST, Calibrator, calibrate, fit
from core.model.ids import ConversationId, DraftId
from core.model.learning import Calibration, Curve, Sample
from tests.core import people, rules, samples
from tests.core.people import NOW


def drafts(count: int, *, intent: str = "refund", right: float = 1.0, seed: int = 3) -> list[Sample]:
    """So many drafts, of which an estimate's share times `right` were right."""
    chance = random.Random(seed)
    found = []
    for number in range(count):
        estimate = chance.uniform(0.4, 0.95)
        found.append(
            Sample(
                draft_id=DraftId(f"dr_{intent}_{number}"),
                conversation_id=ConversationId(f"co_{intent}_{number}"),
                intent=intent,
                confidence=estimate,
                good=chance.random() < right * estimate,
                at=NOW,
            )
        )
    return found


def test_an_overconfident_intent_gets_a_curve_that_lowers_it() -> None:
    curve = calibrate(drafts(200, right=0.5))["refund"]
    assert calibrated(0.8, curve) == pytest.approx(0.4, abs=0.1)
    assert curve.error_after < curve.error_before
    assert (curve.samples, curve.good) == (200, sum(each.good for each in drafts(200, right=0.5)))


def test_estimates_that_are_right_keep_as_they_are() -> None:
    curves = calibrate(drafts(400))
    assert all(abs(calibrated(0.7, curve) - 0.7) < 0.08 for curve in curves.values())


def test_few_drafts_move_nothing() -> None:
    assert calibrate(drafts(FEWEST - 1, right=0.3)) == {}
    assert calibrate([replace(each, good=True) for each in drafts(100)]) == {}, "none of them was wrong"


def test_with_few_drafts_the_curve_stays_near_the_prior() -> None:
    assert fit([]) == (1.0, 0.0)
    few, many = fit(drafts(10, right=0.4)), fit(drafts(1000, right=0.4))
    assert abs(few[1]) < abs(many[1])


def test_an_intent_is_shrunk_towards_all_of_them() -> None:
    alone = fit(drafts(50, right=0.9))
    among = calibrate([*drafts(400, intent="other", right=0.3), *drafts(60, right=0.9)])
    assert "other" in among
    assert calibrated(0.7, among[""]) < calibrated(0.7, replace(among[""], slope=alone[0], offset=alone[1]))


def stored(store: SqlStore, some: list[Sample]) -> None:
    with store.begin() as unit:
        unit.customers.save(people.customer())
        for each in some:
            unit.conversations.add(samples.conversation(id=each.conversation_id, ticket_id=None))
            unit.learning.keep(each.conversation_id, (), [each])


def calibrator(store: SqlStore, **learning: Any) -> Calibrator:
    return Calibrator(store=store, policy=rules.policy(learning=learning))


def in_force(store: SqlStore) -> dict[str, Curve]:
    with store.read() as unit:
        return dict(next(iter(unit.learning.calibrations()), Calibration(at=NOW, curves={})).curves)


def test_it_is_made_once_a_night_and_taken_back_by_a_person_for_good(store: SqlStore) -> None:
    stored(store, drafts(100, right=0.4))
    night, day = NOW + timedelta(days=1), timedelta(days=1)
    assert not calibrator(store, calibrate=False).run(night)
    assert calibrator(store).run(night)
    assert not calibrator(store).run(night + timedelta(hours=1))
    assert "refund" in in_force(store)
    with store.begin() as unit:
        unit.learning.add_calibration(Calibration(at=night + timedelta(hours=2), curves={}, by="sam@larkfield.example"))
    assert not calibrator(store).run(night + day), "what was taken back is not learned again from the same drafts"
    assert in_force(store) == {}
