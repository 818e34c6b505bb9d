"""Neither a log nor a supervisors' channel holds a customer's number, address, card or code."""

import io
import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from apps.server import mask_record
from apps.slack.cards import details
from apps.slack.cards.alert import alert_card, moved_card, whisper_view
from apps.slack.cards.commands import show_history, show_parked
from apps.slack.cards.request import request_card
from core.model.alert import Hit
from core.model.request import Ruling
from core.ports.cards import AlertDetails, TicketHistory
from core.privacy.mask import hide
from tests.apps.slack.cards.test_alert import alert, raised
from tests.apps.slack.cards.test_details import PARKED
from tests.apps.slack.cards.test_request import REQUEST
from tests.clock import NOW
from tests.core import samples

PHONE, MAIL, CARD = "+44 7700 900123", "emma.clarke@mail.example", "4111 1111 1111 1111"
WORDS = f"Call me on {PHONE} or write to {MAIL}; my card is {CARD}."


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What a handler writes that was there before, as Celery's and gunicorn's are."""
    out, before = io.StringIO(), logging.getLogRecordFactory()
    handler = logging.StreamHandler(out)
    log = logging.getLogger("handrail.test")
    log.addHandler(handler)
    log.setLevel(logging.INFO)  # whatever other tests left
    logging.setLogRecordFactory(mask_record)
    yield out
    logging.setLogRecordFactory(before)
    log.removeHandler(handler)


def clean(text: str) -> bool:
    return not any(each in text for each in (PHONE, PHONE.replace(" ", ""), MAIL, CARD))


def test_no_line_of_a_log_holds_a_number_an_address_or_a_card(written: io.StringIO) -> None:
    log = logging.getLogger("handrail.test")
    log.warning("ev_1 failed: %s", WORDS)
    log.warning("%s of %d", MAIL, 3)
    try:
        raise ValueError(WORDS)
    except ValueError:
        log.exception("it broke for %s", PHONE)
    said = written.getvalue()
    assert clean(said)
    assert "ev_1 failed: Call me on [phone …23] or write to [email]" in said
    assert "ValueError" in said
    assert "[email] of 3" in said


def test_a_line_that_does_not_fit_its_values_breaks_nothing(written: io.StringIO) -> None:
    raising, logging.raiseExceptions = logging.raiseExceptions, False
    logging.getLogger("handrail.test").warning("%d", "no number")
    logging.raiseExceptions = raising


def test_a_traceback_that_cannot_be_written_breaks_nothing_and_shows_nothing(written: io.StringIO) -> None:
    raised: Any = (ValueError, ValueError(WORDS), "no traceback")
    logging.getLogger("handrail.test").error("it broke", exc_info=raised)
    assert "it broke\nValueError: its traceback could not be written" in written.getvalue()
    assert clean(written.getvalue())


def test_what_is_needed_to_find_a_fault_stays_in_a_log() -> None:
    for told in (
        "2026-11-21 09:30:00,123 event ev_0a1b2c3d4e5f60718293a4b5c6d7e8f9 of ticket 4711 failed after 1234 ms",
        f"Twilio refused SM{'0a1b2c3d' * 4}: HTTP 400, code 21610",
        "GET https://larkfield.zendesk.com/api/v2/tickets/35.json answered 503",
    ):
        assert hide(told) == told


SAID = raised(text=f"Emma: {WORDS}", why=WORDS, who="Emma Clarke", facts={"Wants": WORDS, "Besides": MAIL})
ALERT = alert(SAID, notes=(WORDS,), count=2)
HITS = [Hit(at=NOW, text=WORDS), Hit(at=NOW, text="Another")]


def test_an_alert_tells_who_and_what_without_how_to_reach_them() -> None:
    shown = alert_card(ALERT, HITS)
    everything = [
        shown.blocks, shown.text, moved_card(ALERT).blocks, whisper_view(ALERT),
        details.alert_details(AlertDetails(alert=ALERT, hits=HITS, reasons={})),
    ]  # fmt: skip
    told = json.dumps(everything, ensure_ascii=False)
    assert clean(told)
    assert "Emma Clarke" in told
    assert "[phone …23]" in told


def test_what_did_not_reach_a_customer_is_told_without_their_number() -> None:
    parked = replace(PARKED, who="", to=PHONE, why=f"{PHONE} is not a mobile")
    assert clean(json.dumps([show_parked([parked]).blocks, details.parked_details(parked)], ensure_ascii=False))


def test_a_tickets_history_and_the_question_behind_a_request_are_masked() -> None:
    about = samples.message(text=WORDS)
    made = (samples.decision(draft=None),)
    history = TicketHistory(
        ticket="42", conversation=samples.conversation(), decisions=made, about=about, seen=(WORDS,)
    )
    asked = details.request_details(Ruling(request=REQUEST), about)
    assert clean(json.dumps([show_history(history).blocks, asked], ensure_ascii=False))


def test_the_words_that_are_decided_about_are_shown_to_the_letter() -> None:
    assert WORDS in json.dumps(request_card(replace(REQUEST, text=WORDS)).blocks)
