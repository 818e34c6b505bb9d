"""A route names the least role that may call it."""

from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask, Response, jsonify

from apps.zendesk.parts import Door, Route
from apps.zendesk.session import Visitor
from tests.apps.zendesk.desk import Desk


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    status: int
    body: Any


def called(desk: Desk, *, mine: str, least: str) -> Called:
    def act(who: Visitor) -> Response:
        return jsonify({"role": who.role})

    app = Flask(__name__, static_folder=None)
    door = Door(sessions=desk.sessions, now=desk.clock, access=desk.access)
    app.add_url_rule("/x", view_func=door.guard(Route("x", "GET", act, least)))
    bearer = desk.signed_in(Visitor(agent_id="501", name="Maria Lopez", role=mine))
    answer = app.test_client().get("/x", headers={"Authorization": f"Bearer {bearer}"})
    return Called(status=answer.status_code, body=answer.get_json())


@pytest.mark.parametrize(
    ("mine", "least"), [("agent", "agent"), ("lead", "lead"), ("admin", "lead"), ("lead", "agent")]
)
def test_whoever_has_the_role_or_a_higher_one_gets_in(desk: Desk, mine: str, least: str) -> None:
    assert called(desk, mine=mine, least=least) == Called(status=200, body={"role": mine})


@pytest.mark.parametrize(("mine", "least"), [("agent", "lead"), ("agent", "admin"), ("lead", "admin")])
def test_a_lesser_role_is_refused_with_403(desk: Desk, mine: str, least: str) -> None:
    answer = called(desk, mine=mine, least=least)
    assert (answer.status, answer.body["error"]["code"]) == (403, "forbidden")
