"""What did not reach a customer, on the page of those who lead."""

from typing import Any

import pytest

from apps.zendesk.session import Visitor
from core.model.effect_payloads import EffectKind
from core.model.outbound import EffectState
from tests.apps.zendesk.desk import Desk
from tests.core.samples import effect

AISHA = Visitor(agent_id="503", name="Aisha Rahman", role="lead")
ONE = effect(EffectKind.MESSAGE)


@pytest.fixture(autouse=True)
def _parked(desk: Desk) -> None:
    with desk.store.begin() as unit:
        unit.outbox.add(ONE)
        unit.outbox.mark(ONE.id, EffectState.PARKED, desk.clock(), error="the number is not ours")


def shown(desk: Desk) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = desk.get("overview/parked", bearer=desk.signed_in(AISHA)).get_json()["parked"]
    return found


def settles(desk: Desk, wish: str, name: str = ONE.id) -> int:
    return desk.ask("POST", f"overview/parked/{name}", {"wish": wish}, bearer=desk.signed_in(AISHA)).status_code


def test_it_is_listed_with_its_text_and_why(desk: Desk) -> None:
    (row,) = shown(desk)
    assert (row["id"], row["to"], row["why"]) == (ONE.id, ONE.target, "the number is not ours")
    assert row["text"]


def test_sent_again_it_is_published_and_gone_from_the_list(desk: Desk) -> None:
    assert settles(desk, "send") == 200
    assert shown(desk) == []
    assert ONE.id in desk.told.effects


def test_dismissed_it_is_gone_and_a_second_word_is_refused(desk: Desk) -> None:
    assert settles(desk, "dismiss") == 200
    assert shown(desk) == []
    assert settles(desk, "send") == 404
    assert desk.told.effects == []


@pytest.mark.parametrize(("wish", "status"), [("explode", 400), ("", 400)])
def test_an_unknown_wish_changes_nothing(desk: Desk, wish: str, status: int) -> None:
    assert settles(desk, wish) == status
    assert len(shown(desk)) == 1


def test_an_unknown_message_is_refused(desk: Desk) -> None:
    assert settles(desk, "send", "fx_none") == 404
