"""Every door of the sidebar's API, as the server itself lists them: none opens without a sign-in."""

import base64
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from apps.zendesk import assemble
from apps.zendesk.parts import AWAY, Part
from apps.zendesk.session import Visitor
from apps.zendesk.tickets import Tickets
from core.errors import TransientError
from core.model.ids import ConversationId, TicketId
from tests.apps.zendesk.desk import DRAFT, TICKET, Desk
from tests.apps.zendesk.tokens import claims, signed
from tests.clock import NOW
from tests.connectors.sql.samples import conversation

# The page, by its signed URL, and the app's files.
OPEN = {("POST", "/sidebar/"), ("GET", "/sidebar/assets/<path:name>")}
PLACES = {"ticket_id": TICKET, "draft_id": DRAFT, "request_id": "rq_1", "version": "v1", "number": "0"}
PRIYA = Visitor(agent_id="505", name="Priya Nair", role="admin")
AISHA = Visitor(agent_id="503", name="Aisha Rahman", role="lead")
ADMINS_ALONE = {"overview/checks"}
LEADS_ALONE = {f"tickets/{TICKET}/suite", f"tickets/{TICKET}/training"}  # Beside the whole overview.
# What a body might hold that some route reads.
EVERYTHING: dict[str, object] = {"text": "Hello", "thumb": "up", "group": "Specialists", "intent": "refund"}
EVERYTHING |= {"revision": "shorter", "did": "later", "sentence": 0, "wish": "send"}


def doors(desk: Desk) -> list[tuple[str, str]]:
    """(method, rule) of all that the server answers to."""
    rules = desk.client.application.url_map.iter_rules()
    return [(method, rule.rule) for rule in rules for method in sorted(rule.methods - {"HEAD", "OPTIONS"})]


def api(desk: Desk) -> list[tuple[str, str]]:
    """(method, path below the API) with every place filled."""
    found = [(method, rule.removeprefix("/sidebar/api/")) for method, rule in doors(desk) if "/api/" in rule]
    return [(method, re.sub(r"<(\w+)>", lambda at: PLACES.get(at[1], "x"), rule)) for method, rule in found]


def test_nothing_but_the_page_and_its_files_stands_beside_the_api(desk: Desk) -> None:
    outside = {(method, rule) for method, rule in doors(desk) if not rule.startswith("/sidebar/api/")}
    assert outside == OPEN


def test_the_desk_of_these_tests_has_every_part_of_the_real_one(desk: Desk) -> None:
    real = {name for name, value in vars(assemble).items() if hasattr(value, "routes") and value is not Part}
    assert real == {type(part).__name__ for part in desk.sidebar.parts}


@pytest.mark.parametrize("bearer", ["", "words", "page", "ended"])
def test_no_route_of_the_api_answers_without_a_token_of_ours(desk: Desk, bearer: str) -> None:
    ended = desk.bearer
    desk.clock.forward(timedelta(minutes=11))
    token = {"page": signed(claims(desk.clock())), "ended": ended}.get(bearer, bearer)
    answered = {(m, p): desk.ask(m, p, EVERYTHING, bearer=token).status_code for m, p in api(desk)}
    assert len(answered) > 30
    assert set(answered.values()) == {401}, answered


def test_the_overview_the_policy_and_the_suite_are_for_leads_and_the_checks_for_admins_alone(desk: Desk) -> None:
    for method, path in api(desk):
        forbidden = [
            desk.ask(method, path, EVERYTHING, bearer=desk.signed_in(who)).status_code == 403
            for who in (Visitor(agent_id="501", name="Maria Lopez", role="agent"), AISHA, PRIYA)
        ]
        leads = path.startswith("overview") or path in LEADS_ALONE
        assert forbidden == [leads, path in ADMINS_ALONE, False], path


def test_a_role_that_nobody_knows_opens_what_agents_may(desk: Desk) -> None:
    odd = desk.signed_in(Visitor(agent_id="501", name="Maria Lopez", role="owner"))
    assert desk.get("overview/work", odd).status_code == 403


def test_a_draft_of_another_ticket_is_not_rated_from_this_one(desk: Desk) -> None:
    desk.decide()
    with desk.store.begin() as unit:
        unit.conversations.add(conversation(id=ConversationId("co_two"), ticket_id=TicketId("t-two")))
    answer = desk.post(f"tickets/t-two/drafts/{DRAFT}/rating", {"thumb": "down"})
    assert (answer.status_code, desk.feedback()) == (404, [])


@pytest.mark.parametrize("depth", [1_000, 100_000])
@pytest.mark.parametrize("part", [0, 1])
def test_a_token_of_nested_brackets_is_refused_as_any_other(desk: Desk, depth: int, part: int) -> None:
    parts = signed(claims(NOW)).split(".")
    parts[part] = base64.urlsafe_b64encode(b"[" * depth).decode().rstrip("=")
    assert desk.open(".".join(parts)).status_code == 401
    assert desk.get("writing", ".".join(parts)).status_code == 401


@pytest.mark.parametrize("size", [200_000, 3_000_000])
def test_a_token_of_any_length_is_refused_without_a_crash(desk: Desk, size: int) -> None:
    assert desk.open("a" * size).status_code in (401, 413)
    assert desk.open(f"{signed(claims(NOW))}{'a' * size}").status_code in (401, 413)


FREE = ("text", "note", "reason")
CHOSEN = ("ref", "draft", "group", "intent", "source", "words")
ODD = ["\x00", "a\x00b", "\ud800", "\udfff x", "x" * 7_000, "\u202e", "9" * 5_000]


@pytest.mark.parametrize("text", ODD, ids=lambda text: ascii(text)[:12])
@pytest.mark.parametrize("names", [FREE, CHOSEN], ids=["free", "chosen"])
def test_odd_characters_crash_no_route(desk: Desk, text: str, names: tuple[str, ...]) -> None:
    desk.decide()
    body = EVERYTHING | dict.fromkeys(names, text) | {"confirmed": [text]}
    for method, path in api(desk):
        status = desk.ask(method, path, body).status_code
        assert status < 500 or path.endswith("compose"), (path, status)


@pytest.mark.parametrize("text", ["\x00", "a\x00b", "9" * 5_000, "%ED%A0%80", "%FF"], ids=lambda text: ascii(text)[:12])
def test_odd_names_in_the_address_crash_no_route(desk: Desk, text: str) -> None:
    desk.decide()
    for method, path in api(desk):
        if "compose" in path or path == "search":
            continue
        for known in ("t-one", DRAFT, "/0/", "rq_1", "v1"):
            odd = text.replace("\x00", "%00")
            where = path.replace(known, f"/{odd}/" if known == "/0/" else odd)
            status = desk.ask(method, where, EVERYTHING).status_code
            assert status < 500, (where[:60], status)


class LostStore:
    """A database that is away, and says how it was asked."""

    @contextmanager
    def read(self) -> Iterator[None]:
        try:
            raise OSError('connection to "10.0.0.5" failed: no password for user "handrail" [SQL: SELECT 1]')
        except OSError as error:
            raise TransientError(f"the database cannot do this now: {error}") from error
        yield


def test_no_error_tells_an_agent_how_the_database_is_reached(desk: Desk) -> None:
    lost: Any = LostStore()
    desk.client = desk.serve(replace(desk.sidebar, parts=[Tickets(store=lost, access=desk.access, now=desk.clock)]))
    answer = desk.get(f"tickets/{TICKET}")
    assert (answer.status_code, answer.get_json()["error"]["message"]) == (503, AWAY)


def of_a_ticket(desk: Desk) -> list[tuple[str, str]]:
    return [(method, path) for method, path in api(desk) if path.startswith(f"tickets/{TICKET}")]


def test_no_route_about_a_ticket_opens_to_an_agent_whom_zendesk_does_not_show_it(desk: Desk) -> None:
    desk.access.hidden = {("501", TICKET), (AISHA.agent_id, TICKET)}
    lead, before = desk.signed_in(AISHA), rows(desk)
    for method, path in of_a_ticket(desk):
        bearer = lead if path in LEADS_ALONE else None
        answer = desk.ask(method, path, EVERYTHING if method == "POST" else None, bearer=bearer)
        assert (answer.status_code, answer.get_json()["error"]["code"]) == (403, "no_access"), path
    assert rows(desk) == before
    assert len(of_a_ticket(desk)) > 20


def test_while_zendesk_cannot_be_asked_no_ticket_is_shown(desk: Desk) -> None:
    desk.access.error = TransientError("Zendesk did not answer")
    lead = desk.signed_in(AISHA)
    answers = {
        desk.ask(method, path, EVERYTHING, bearer=lead if path in LEADS_ALONE else None).status_code
        for method, path in of_a_ticket(desk)
    }
    assert answers == {503}


def rows(desk: Desk) -> list[tuple[object, ...]]:
    """What the ledger and the outbox hold."""
    with desk.store.read() as unit:
        entries = unit.connection.exec_driver_sql("SELECT count(*) FROM ledger").all()
        return [tuple(each) for each in (*entries, *unit.connection.exec_driver_sql("SELECT id FROM outbox").all())]
