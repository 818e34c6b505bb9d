"""The sidebar's door as a browser meets it: the session's renewal, roles, the limit, the headers."""

import re
from datetime import timedelta

import pytest

from apps.rate_limit import OF_AN_AGENT
from apps.zendesk.session import SHIFT, Visitor
from core.errors import TransientError
from tests.apps.zendesk.desk import TICKET, Desk, session_of
from tests.apps.zendesk.tokens import claims, signed
from tests.clock import NOW


def test_the_page_is_told_when_the_token_and_the_session_end(desk: Desk) -> None:
    session = session_of(desk.open().text)
    assert session["session_ends_at"] == (NOW + SHIFT).isoformat()
    assert session["role_known"] is True


def test_nothing_of_the_pages_query_gets_into_the_page_or_the_session(desk: Desk) -> None:
    """Nobody has told how Zendesk's `qsh` over the query is made: so nothing is believed that stands there."""
    planted = "ticket=999&role=admin&sub=505&agent_id=505&origin=https%3A%2F%2Fevil.example&app_guid=planted-guid"
    pages = [
        desk.client.post(f"/sidebar/?{query}", data={"token": signed(claims(NOW, f"jti-{number}", qsh="0" * 64))})
        for number, query in enumerate(("", "origin=https%3A%2F%2Fl.zendesk.com&app_guid=g", planted))
    ]
    assert {page.status_code for page in pages} == {200}
    sessions = [session_of(page.text) for page in pages]
    without = [{name: value for name, value in each.items() if name != "token"} for each in sessions]
    assert without[0] == without[1] == without[2]
    assert without[0]["role"] == "agent"
    assert not [word for word in ("999", "evil.example", "planted-guid") if word in pages[2].text]
    secrets = re.compile(r'nonce[="-]+[^"\']+|"token": ?"[^"]+"')
    assert len({secrets.sub("", page.text) for page in pages}) == 1
    # … and a token in the query is none.
    assert desk.client.post(f"/sidebar/?token={signed(claims(NOW, 'jti-9'))}").status_code == 401


def test_a_token_is_exchanged_for_a_later_one(desk: Desk) -> None:
    first = session_of(desk.open().text)
    desk.clock.forward(timedelta(minutes=8))
    answer = desk.ask("POST", "session", bearer=first["token"])
    second = answer.get_json()
    assert answer.status_code == 200
    assert second.keys() == first.keys() - {"groups"}
    assert second["expires_at"] > first["expires_at"]
    assert second["session_ends_at"] == first["session_ends_at"]
    desk.clock.forward(timedelta(minutes=8))
    assert desk.get(f"tickets/{TICKET}", bearer=first["token"]).status_code == 401
    assert desk.get(f"tickets/{TICKET}", bearer=second["token"]).status_code == 200


@pytest.mark.parametrize("token", ["", "words", "page"])
def test_no_session_comes_of_nothing(desk: Desk, token: str) -> None:
    bearer = signed(claims(NOW)) if token == "page" else token
    answer = desk.ask("POST", "session", bearer=bearer)
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (401, "unauthorized")


def test_whoever_was_suspended_since_gets_no_later_token(desk: Desk) -> None:
    first = session_of(desk.open().text)["token"]
    del desk.staff.people["501"]
    answer = desk.ask("POST", "session", bearer=first)
    forged = desk.ask("POST", "session", bearer="words")
    # Not a word about why.
    assert (answer.status_code, answer.get_data()) == (401, forged.get_data())


def test_the_page_tells_when_zendesk_could_not_be_asked_for_the_role(desk: Desk) -> None:
    desk.staff.error = TransientError("away")
    session = session_of(desk.open(signed(claims(NOW, sub="505"))).text)
    assert (session["role"], session["role_known"]) == ("agent", False)


def test_an_admin_is_an_admin_by_zendesks_word_alone(desk: Desk) -> None:
    assert session_of(desk.open(signed(claims(NOW, sub="505"))).text)["role"] == "admin"
    boasting = signed(claims(NOW, "jti-2", context={"role": "admin", "user": {"role": "admin"}}, role="admin"))
    assert session_of(desk.open(boasting).text)["role"] == "agent"


def test_an_agent_who_asks_too_often_waits_and_nobody_else_does(desk: Desk) -> None:
    maria, burst = desk.bearer, int(OF_AN_AGENT.partition(" ")[0])
    assert burst == 150
    answers = [desk.get(f"tickets/{TICKET}", bearer=maria) for _ in range(2 * burst)]
    waits = [answer for answer in answers if answer.status_code == 429]
    assert {answer.status_code for answer in answers[:burst]} == {200}
    # Where the burst took more than ten seconds, some of it is forgotten.
    assert len(waits) > burst / 2
    assert waits[0].get_json()["error"]["code"] == "rate_limited"
    assert 1 <= int(waits[0].headers["Retry-After"]) <= 10
    tom = desk.signed_in(Visitor(agent_id="504", name="Tom Okafor", role="agent"))
    assert desk.get(f"tickets/{TICKET}", bearer=tom).status_code == 200


@pytest.mark.parametrize("path", ["/sidebar/", f"/sidebar/api/tickets/{TICKET}", "/sidebar/assets/app.js"])
def test_no_answer_is_guessed_at_framed_elsewhere_or_tells_where_it_came_from(desk: Desk, path: str) -> None:
    with desk.client.open(path, method="POST" if path == "/sidebar/" else "GET") as answer:
        headers = answer.headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Set-Cookie" not in headers
    assert not [name for name, _ in headers if name.startswith("Access-Control-")]


def test_nothing_but_the_apps_own_files_is_kept_by_a_browser(desk: Desk) -> None:
    assert desk.get(f"tickets/{TICKET}").headers["Cache-Control"] == "no-store"
    assert desk.get(f"tickets/{TICKET}", bearer="words").headers["Cache-Control"] == "no-store"
    assert desk.open().headers["Cache-Control"] == "no-store"
    with desk.client.get("/sidebar/assets/app.js") as asset:
        assert "max-age=31536000" in asset.headers["Cache-Control"]


def test_the_page_is_framed_by_zendesk_and_by_nobody_else(desk: Desk) -> None:
    policy = desk.open().headers["Content-Security-Policy"]
    assert "frame-ancestors https://*.zendesk.com" in policy
    assert "base-uri 'none'" in policy
    assert "form-action 'none'" in policy


def test_a_request_of_another_origin_is_not_invited(desk: Desk) -> None:
    preflight = desk.client.options(
        f"/sidebar/api/tickets/{TICKET}",
        headers={"Origin": "https://evil.example", "Access-Control-Request-Method": "GET"},
    )
    assert not [name for name, _ in preflight.headers if name.startswith("Access-Control-")]
