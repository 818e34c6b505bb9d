"""The page of a receipt as a customer's browser gets it."""

from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from apps.receipt.links import Links
from apps.receipt.view import GONE, page, receipts
from connectors.sql.inbox import SqlInbox
from connectors.sql.store import SqlStore
from core.model.action import ActionRun, RunState
from core.model.customer import Channel
from core.model.ids import ConversationId
from core.receipt.receipt import Basis, Cited, Line, Receipt, Speaker
from core.text.receipt_words import PAGE
from tests.core.container import Container
from tests.core.fakes import FakePublisher
from tests.core.people import NOW
from tests.core.receipt.test_receipt import agreed

LINKS = Links(public_url="https://desk.example", secret="an-obviously-fake-secret")


@pytest.fixture
def container(store: SqlStore) -> Container:
    container = Container(store)
    container.text("How do I reset it? <b>I am on +44 7700 900123</b>")
    container.drain()
    return container


@pytest.fixture
def browser(container: Container) -> FlaskClient:
    app = Flask(__name__)
    inbox = SqlInbox(container.store, FakePublisher())
    app.register_blueprint(receipts(container.store, inbox, LINKS, "Larkfield", container.clock))
    return app.test_client()


def path(container: Container) -> str:
    with container.store.read() as unit:
        ((_, decision),) = unit.decisions.since(0)
    return LINKS.link(decision.conversation_id, NOW + timedelta(days=2)).removeprefix("https://desk.example")


def test_it_tells_who_answered_from_which_source_and_what_is_kept(browser: FlaskClient, container: Container) -> None:
    text = browser.get(path(container)).get_data(as_text=True)
    assert "A virtual assistant answered, without a person" in text
    assert '<a href="https://help.larkfield.example/reset" rel="noreferrer">Resetting your thermostat</a>' in text
    assert "your phone number (…123)" in text
    assert "Ask for a person" in text


def test_what_the_customer_wrote_is_masked_and_is_no_markup(browser: FlaskClient, container: Container) -> None:
    text = browser.get(path(container)).get_data(as_text=True)
    assert "900123" not in text
    assert "&lt;b&gt;" in text


def test_it_leaves_no_trace_in_the_browser_and_loads_nothing_else(browser: FlaskClient, container: Container) -> None:
    answer = browser.get(path(container))
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "<script" not in answer.get_data(as_text=True)
    assert browser.get("/receipt/style.css").mimetype == "text/css"


def test_an_old_or_wrong_address_says_so_in_the_browsers_language(browser: FlaskClient, container: Container) -> None:
    address = path(container)
    container.wait(hours=49)
    old = browser.get(address, headers={"Accept-Language": "de"})
    assert (old.status_code, "abgelaufen" in old.get_data(as_text=True)) == (GONE, True)
    assert browser.get("/receipt/nonsense").status_code == GONE
    assert browser.post("/receipt/nonsense/appeal").status_code == GONE


def test_an_address_of_a_conversation_that_is_gone_shows_nothing(browser: FlaskClient, container: Container) -> None:
    url = LINKS.link(ConversationId("co_never"), NOW + timedelta(days=2))
    assert browser.get(url.removeprefix("https://desk.example")).status_code == GONE


def test_the_button_is_one_appeal_however_often_it_is_pressed(browser: FlaskClient, container: Container) -> None:
    before = container.inbox().get("pending", 0)
    for _ in range(2):
        answer = browser.post(f"{path(container)}/appeal")
        assert "A person will look at this" in answer.get_data(as_text=True)
    assert container.inbox().get("pending", 0) == before + 1


def test_reading_changes_nothing(browser: FlaskClient, container: Container) -> None:
    before = container.inbox()
    browser.get(path(container))
    assert container.inbox() == before
    assert browser.get(f"{path(container)}/appeal").status_code == 405


def line(speaker: Speaker, **changes: Any) -> Line:
    return Line(**{"at": NOW, "speaker": speaker, "channel": Channel.EMAIL, "text": "Hello", **changes})


def shown(*lines: Line, language: str = "en", actions: tuple[ActionRun, ...] = ()) -> str:
    receipt = Receipt(conversation_id=ConversationId("co_one"), language=language, lines=lines, actions=actions)
    return page(receipt, "Larkfield", "t", NOW, "Europe/London")


@pytest.mark.parametrize("language", sorted(PAGE))
def test_a_reply_from_the_assistants_draft_says_so_in_every_language_and_names_nobody(language: str) -> None:
    basis = Basis(rule="secret_rule", policy_version="v7", reason="a reason", approved_by=("Priya Nair",))
    sent = [line(speaker, author="Maria Lopez", basis=basis) for speaker in (Speaker.DRAFTED, Speaker.EDITED)]
    text = unescape(shown(*sent, language=language))
    assert all(PAGE[language][speaker] in text for speaker in (Speaker.DRAFTED, Speaker.EDITED))
    assert not any(word in text for word in ("Maria", "Lopez", "Priya", "secret_rule", "v7", "a reason"))


def test_an_internal_source_is_not_named_to_a_customer() -> None:
    cited = (Cited(title="Inside only", internal=True), Cited(title="For everybody"))
    text = shown(line(Speaker.DRAFTED, sources=cited))
    assert ("Inside only" in text, "For everybody" in text) == (False, True)


@pytest.mark.parametrize("language", sorted(PAGE))
@pytest.mark.parametrize("state", list(RunState))
def test_an_action_says_how_it_stands_in_every_language(state: RunState, language: str) -> None:
    error = "the rule own_order"
    text = unescape(shown(language=language, actions=(agreed(state=state, error=error, asked_by="Maria Lopez"),)))
    words = PAGE[language]
    assert all(word in text for word in (words["actions"], words["asked"], words["action_approved"]))
    assert ("We now call you" in text) is (state is RunState.DONE)
    assert not any(word in text for word in ("{time}", error, "Maria", "Priya"))
