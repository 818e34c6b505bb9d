"""No fault of Zendesk, of zenpy or of the line leaves the connector as anything but one of our errors."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import responses
from requests import exceptions as http
from urllib3 import exceptions as sockets
from zenpy.lib.exception import APIException, RatelimitBudgetExceeded, ZenpyException

from connectors.zendesk.api import ZendeskApi, translate_errors
from connectors.zendesk.help_center import HelpCenter
from connectors.zendesk.helpdesk import ZendeskHelpdesk
from connectors.zendesk.installer import TriggerPlan, ZendeskInstaller
from connectors.zendesk.macros import Macros
from connectors.zendesk.solved import SolvedTickets
from core.errors import (
    ConfigurationError,
    ConflictError,
    HandrailError,
    RejectedError,
    TransientError,
    UnknownOutcome,
)
from core.model.ids import TicketId
from core.ports import Source
from tests.connectors.faults import ODD_ANSWERS, refusals, requests_errors, subclasses, unreachable

ANYTHING = re.compile(r"https://larkfield\.zendesk\.com/.*")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
ONE = TicketId("1")
PLAN = TriggerPlan(title="Tell Handrail", webhook_id="01W", body="{}", all_of=())

Call = Callable[[ZendeskApi], Any]


def opened(api: ZendeskApi) -> Any:
    return ZendeskHelpdesk(api).open_ticket(
        subject="Hello", text="Hello", requester_id=None, name="Ann", phone="+447700900001", key="k"
    )


def read(source: Source, cursor: str | None) -> None:
    for part in source.changes(cursor, ()):
        if part.failed is not None:
            raise part.failed


CALLS: dict[str, Call] = {
    "ticket": lambda api: ZendeskHelpdesk(api).ticket(ONE),
    "person": lambda api: ZendeskHelpdesk(api).person("7"),
    "teams": lambda api: ZendeskHelpdesk(api).teams(),
    "people": lambda api: ZendeskHelpdesk(api).people(None),
    "people since": lambda api: ZendeskHelpdesk(api).people("cursor"),
    "articles": lambda api: read(HelpCenter(api), None),
    "articles since": lambda api: read(HelpCenter(api), '{"centers": {"": {"since": 1, "edge": [], "count": 1}}}'),
    "solved": lambda api: read(SolvedTickets(api), "x 0"),
    "macros": lambda api: read(Macros(api), None),
    "find_write": lambda api: ZendeskHelpdesk(api).find_write(ONE, "k"),
    "reply": lambda api: ZendeskHelpdesk(api).reply(ONE, "Hi", public=True, key="k", facts={}),
    "update": lambda api: ZendeskHelpdesk(api).update(ONE, key="k", add_tags=["a"], note="n"),
    "open_ticket": opened,
    "whoami": lambda api: ZendeskInstaller(api).whoami(),
    "webhook": lambda api: ZendeskInstaller(api).ensure_webhook("w", "https://handrail.example/w", ["e"]),
    "trigger": lambda api: ZendeskInstaller(api).ensure_trigger(PLAN),
    "key": lambda api: ZendeskInstaller(api).public_key("1"),
}


def arrange(zendesk: responses.RequestsMock, **answer: Any) -> None:
    for method in METHODS:
        zendesk.add(method, ANYTHING, **answer)


@pytest.mark.parametrize("rows", refusals())
@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())
def test_every_refusal_by_status_is_one_of_our_errors(
    call: Call, api: ZendeskApi, zendesk: responses.RequestsMock, rows: list[tuple[int, str]]
) -> None:
    for status, body in rows:
        zendesk.reset()
        arrange(zendesk, status=status, body=body)
        with pytest.raises(HandrailError):
            call(api)


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())
def test_every_exception_of_the_line_is_one_of_our_errors(
    call: Call, api: ZendeskApi, zendesk: responses.RequestsMock
) -> None:
    for error in requests_errors():
        zendesk.reset()
        arrange(zendesk, body=error)
        with pytest.raises(HandrailError):
            call(api)


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())
def test_a_success_that_makes_no_sense_is_one_of_our_errors(
    call: Call, api: ZendeskApi, zendesk: responses.RequestsMock
) -> None:
    for body in ODD_ANSWERS:
        zendesk.reset()
        arrange(zendesk, body=body, content_type="application/json")
        with pytest.raises(HandrailError):
            call(api)


def test_every_exception_of_zenpy_is_one_of_our_errors() -> None:
    for kind in [*subclasses(APIException), *subclasses(ZenpyException)]:
        for write in (False, True):
            with pytest.raises(HandrailError), translate_errors("try", write=write):
                raise kind("fault")


def test_a_mistake_of_ours_is_not_dressed_up_as_the_vendors() -> None:
    with pytest.raises(TypeError), translate_errors("try"):
        raise TypeError("ours")


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, RejectedError),
        (401, ConfigurationError),
        (403, ConfigurationError),
        (404, RejectedError),
        (409, ConflictError),
        (422, RejectedError),
        (429, TransientError),
        (500, TransientError),
        (503, TransientError),
    ],
)
def test_a_refused_read_says_what_can_be_done(
    status: int, kind: type[HandrailError], desk: ZendeskHelpdesk, zendesk: responses.RequestsMock
) -> None:
    arrange(zendesk, status=status, json={"error": "Odd", "description": "secret words"})
    with pytest.raises(kind) as caught:
        desk.person("7")
    assert type(caught.value) is kind
    assert "secret words" not in str(caught.value)


@pytest.mark.parametrize("status", [408, 500, 502, 504, 520])
def test_a_write_that_broke_on_the_way_back_has_an_unknown_outcome(
    status: int, desk: ZendeskHelpdesk, zendesk: responses.RequestsMock
) -> None:
    zendesk.get(ANYTHING, json={"ticket": {"id": 1, "updated_at": "2026-11-21T09:00:00Z"}})
    zendesk.put(ANYTHING, status=status, body="<html>gateway</html>")
    with pytest.raises(UnknownOutcome):
        desk.reply(ONE, "Hi", public=True, key="k", facts={})


@pytest.mark.parametrize("error", [http.ReadTimeout(), http.ChunkedEncodingError(), http.ConnectionError("reset")])
def test_a_write_without_an_answer_has_an_unknown_outcome(
    error: Exception, desk: ZendeskHelpdesk, zendesk: responses.RequestsMock
) -> None:
    zendesk.get(ANYTHING, json={"ticket": {"id": 1, "updated_at": "2026-11-21T09:00:00Z"}})
    zendesk.put(ANYTHING, body=error)
    with pytest.raises(UnknownOutcome):
        desk.reply(ONE, "Hi", public=True, key="k", facts={})


@pytest.mark.parametrize(
    "error",
    [
        http.ConnectTimeout(),
        http.ConnectionError(sockets.MaxRetryError(None, "/", unreachable())),  # type: ignore[arg-type]
        http.ConnectionError(sockets.NameResolutionError("h", None, OSError())),  # type: ignore[arg-type]
    ],
)
def test_a_write_that_never_left_may_simply_be_tried_again(
    error: Exception, desk: ZendeskHelpdesk, zendesk: responses.RequestsMock
) -> None:
    zendesk.get(ANYTHING, json={"ticket": {"id": 1, "updated_at": "2026-11-21T09:00:00Z"}})
    zendesk.put(ANYTHING, body=error)
    with pytest.raises(TransientError) as caught:
        desk.reply(ONE, "Hi", public=True, key="k", facts={})
    assert type(caught.value) is TransientError


def test_a_lost_create_may_be_tried_again_because_zendesk_knows_its_key(
    api: ZendeskApi, zendesk: responses.RequestsMock
) -> None:
    arrange(zendesk, body=http.ReadTimeout())
    with pytest.raises(TransientError) as caught:
        opened(api)
    assert type(caught.value) is TransientError


def test_a_certificate_that_is_not_trusted_is_a_matter_for_a_person(
    desk: ZendeskHelpdesk, zendesk: responses.RequestsMock
) -> None:
    arrange(zendesk, body=http.SSLError("[SSL: CERTIFICATE_VERIFY_FAILED] self-signed"))
    with pytest.raises(ConfigurationError):
        desk.person("7")


def test_zenpys_own_limit_is_a_reason_to_wait() -> None:
    with pytest.raises(TransientError), translate_errors("try", write=True):
        raise RatelimitBudgetExceeded("spent")


def test_a_429_passes_on_the_wait_and_nobody_sleeps(desk: ZendeskHelpdesk, zendesk: responses.RequestsMock) -> None:
    arrange(zendesk, status=429, headers={"Retry-After": "93"}, json={"error": "TooManyRequests"})
    with pytest.raises(TransientError) as caught:
        desk.person("7")
    assert caught.value.retry_after == timedelta(seconds=93)
    assert len(zendesk.calls) == 1


def test_a_429_without_a_wait_gets_one(desk: ZendeskHelpdesk, zendesk: responses.RequestsMock) -> None:
    arrange(zendesk, status=429, body="")
    with pytest.raises(TransientError) as caught:
        desk.person("7")
    assert caught.value.retry_after == timedelta(seconds=30)
