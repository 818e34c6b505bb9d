import io
import json
import sqlite3

import pytest
from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder, run_wsgi_app

from connectors.sql.patience import Waiting
from connectors.sql.store import SqlStore
from core.errors import TransientError
from core.model.event import Event
from tests.clock import NOW, Clock
from tests.webhooks.receiving import INSIDE, Receivers, zendesk_headers
from tests.webhooks.zendesk.samples import ticket_event
from webhooks.intake import LARGEST

EVENTS = "/webhooks/zendesk/events"


def sized(length: int) -> bytes:
    """A genuine event of exactly so many bytes."""
    bare = len(json.dumps(ticket_event(filler="")).encode())
    return json.dumps(ticket_event(filler="x" * (length - bare))).encode()


def test_a_body_of_one_mebibyte_is_taken(receivers: Receivers) -> None:
    assert receivers.zendesk("events", sized(LARGEST)).status_code == 202
    assert len(receivers.kept) == 1


def test_one_byte_more_is_refused_and_counted(receivers: Receivers) -> None:
    answer = receivers.zendesk("events", sized(LARGEST + 1))
    assert (answer.status_code, answer.text) == (413, "too_large\n")
    assert receivers.count("zendesk", "too_large") == 1
    assert receivers.told.events == []


@pytest.mark.parametrize(("path", "source"), [("/webhooks/twilio/message", "twilio"), ("/signals", "signals")])
def test_no_receiver_takes_more(receivers: Receivers, path: str, source: str) -> None:
    assert receivers.post(path, b"x" * (LARGEST + 1), {}).status_code == 413
    assert receivers.count(source, "too_large") == 1


def test_a_body_without_a_length_is_not_read(receivers: Receivers) -> None:
    """A chunked body could be endless; the vendors say how long theirs are."""
    body = json.dumps(ticket_event()).encode()
    headers = zendesk_headers(body, NOW) | {"Transfer-Encoding": "chunked"}
    builder = EnvironBuilder(EVENTS, INSIDE, method="POST", input_stream=io.BytesIO(body), headers=Headers(headers))
    environ = builder.get_environ()
    environ["wsgi.input_terminated"] = True
    _, status, _ = run_wsgi_app(receivers.client.application, environ)
    assert status.startswith("411")
    assert receivers.count("zendesk", "no_length") == 1


def test_the_length_is_looked_at_before_the_signature(receivers: Receivers) -> None:
    receivers.post(EVENTS, b"x" * (LARGEST + 1), {})
    assert receivers.count("zendesk", "bad_signature") == 0


class FullInbox:
    """A store that cannot keep anything now."""

    def accept(self, event: Event) -> bool:
        raise TransientError("the disk is full")


def test_what_cannot_be_kept_is_asked_for_again(store: SqlStore, clock: Clock) -> None:
    """Zendesk repeats what is answered by 503 and a short Retry-After, and gives up on a 500."""
    full = Receivers(store, clock, inbox=FullInbox())
    answer = full.zendesk("events", ticket_event())
    assert answer.status_code == 503
    assert 0 < int(answer.headers["Retry-After"]) < 60
    assert "disk" not in answer.text
    assert (full.count("zendesk", "unavailable"), full.count("zendesk", "accepted")) == (1, 0)


def test_a_locked_store_is_a_503_and_the_repeated_delivery_is_kept(store: SqlStore, clock: Clock) -> None:
    path = str(store.writer.url.database)
    store.close()
    receivers = Receivers(SqlStore(f"sqlite:///{path}", waiting=Waiting(write=0.05)), clock)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert receivers.zendesk("events", ticket_event()).status_code == 503
    assert receivers.told.events == []
    other.execute("ROLLBACK")
    other.close()
    assert receivers.zendesk("events", ticket_event()).status_code == 202
    assert len(receivers.kept) == 1
    receivers.store.close()


@pytest.mark.parametrize("method", ["get", "put", "delete"])
@pytest.mark.parametrize("path", [EVENTS, "/webhooks/twilio/message", "/signals"])
def test_receivers_take_posts_alone(receivers: Receivers, method: str, path: str) -> None:
    assert receivers.client.open(path, method=method.upper()).status_code == 405
