"""The messages of conversations that were lately spoken in, as the inbox wants them."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
import responses

from connectors.sunshine.api import SunshineApi
from connectors.sunshine.log import ACTIVE, FRESH, MOST, MOST_PAGES, OVERLAP, ConversationLog
from core.errors import TransientError
from core.model.conversation import Control
from core.model.event import EventKind
from core.model.event_payloads import AgentSaid, MessageReceived
from core.ports import LogPage
from tests.connectors.sunshine.test_messenger import URL, account
from webhooks.intake import read_record
from webhooks.sunshine.view import recorded_message

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
CURSOR = NOW - timedelta(minutes=10)
OURS = {"activeSwitchboardIntegration": {"integrationId": "int1", "integrationType": "custom"}}


def row(name: str, ago: timedelta = timedelta(minutes=5), **changes: Any) -> dict[str, Any]:
    author = {"type": "user", "userId": "u1", "displayName": "Emma"}
    at = (NOW - ago).isoformat()
    return {"id": name, "received": at, "author": author, "content": {"type": "text", "text": name}, **changes}


def listed(address: str, *rows: dict[str, Any], **meta: Any) -> None:
    responses.get(f"{URL}/conversations/{address}/messages", json={"messages": rows, "meta": meta})
    responses.get(f"{URL}/conversations/{address}", json={"conversation": {"id": address, **OURS}})


def pages(*addresses: str, cursor: str = CURSOR.isoformat(), now: datetime = NOW) -> list[LogPage]:
    return list(reading(*addresses, cursor=cursor, now=now))


def reading(*addresses: str, cursor: str, now: datetime) -> Iterator[LogPage]:
    def spoken(since: datetime, after: str, limit: int) -> Sequence[tuple[str, str]]:
        assert since == CURSOR - ACTIVE
        return [(f"at {each}", each) for each in sorted(addresses) if f"at {each}" > after][:limit]

    parse = read_record(partial(recorded_message, "int1"))
    return ConversationLog(SunshineApi(account()), parse, spoken).pages(cursor, now)


@responses.activate
def test_what_was_said_goes_by_the_messages_own_id_and_by_when_it_was_said() -> None:
    agent = row("m2", author={"type": "business", "displayName": "Maria"}, source={"type": "zd:agentWorkspace"})
    ours = row("m3", author={"type": "business"}, metadata={"handrail_effect": "fx_1"})
    listed("c1", row("m1"), agent, ours)
    (page, last) = pages("c1")
    assert [(event.delivery_id, event.kind) for event in page.events] == [
        ("message:m1", EventKind.MESSAGE_RECEIVED),
        ("message:m2", EventKind.AGENT_SAID),
    ]
    said = page.events[0].payload_as(MessageReceived)
    assert (said.text, said.sender, said.person, said.control) == ("m1", "c1", "u1", Control.ASSISTANT)
    assert page.events[0].occurred_at == NOW - timedelta(minutes=5)
    assert page.events[1].payload_as(AgentSaid).address == "c1"
    assert (page.cursor.partition(" ")[0], last.cursor) == (CURSOR.isoformat(), (NOW - FRESH).isoformat())


@responses.activate
def test_older_and_fresher_messages_are_left_and_a_quiet_conversation_costs_one_request() -> None:
    old = row("m1", NOW - CURSOR + OVERLAP + timedelta(seconds=1))
    listed("c1", old, row("m2", FRESH - timedelta(seconds=1)))
    assert [page.events for page in pages("c1")] == [(), ()]
    assert len(responses.calls) == 1


def asked(address: str) -> int:
    return len([call for call in responses.calls if f"/{address}/messages" in str(call.request.url)])


@responses.activate
def test_however_many_conversations_there_are_each_is_read_before_the_cursor_passes_it() -> None:
    names = [f"c{number:03}" for number in range(2 * MOST + 5)]
    for name in names:
        listed(name, row(f"{name}m"))
    cursor, found = CURSOR.isoformat(), list[str]()
    for reading in range(3):
        read = pages(*names, cursor=cursor, now=NOW + timedelta(minutes=reading))
        found += [event.delivery_id for page in read for event in page.events]
        cursor = read[-1].cursor
        assert cursor.startswith(CURSOR.isoformat()) is (reading < 2)
    assert found == [f"message:{name}m" for name in names]
    # What came during the way round is not passed: the next one begins where this one did.
    assert cursor == (NOW - FRESH).isoformat()


@responses.activate
def test_a_reading_that_is_cut_off_goes_on_behind_the_conversation_that_was_read_last() -> None:
    for name in ("c1", "c2", "c3"):
        listed(name, row(f"{name}m"))
    cut = reading("c1", "c2", "c3", cursor=CURSOR.isoformat(), now=NOW)
    next(cut)
    pages("c1", "c2", "c3", cursor=next(cut).cursor)
    assert [asked(name) for name in ("c1", "c2", "c3")] == [1, 1, 1]


@responses.activate
def test_an_address_that_can_no_longer_be_read_ends_no_way_round() -> None:
    names = [("at c0", ""), *[(f"at c{number:03}", f"c{number:03}") for number in range(1, MOST)]]
    for _, name in names[1:]:
        listed(name)
    log = ConversationLog(SunshineApi(account()), read_record(partial(recorded_message, "int1")), lambda *_: names)
    assert list(log.pages(CURSOR.isoformat(), NOW))[-1].cursor.endswith(names[-1][0])


@responses.activate
def test_pages_are_followed_back_to_the_cursor_and_supervisors_are_told_where_they_do_not_end() -> None:
    for number in range(9):
        responses.get(
            f"{URL}/conversations/c1/messages",
            json={"messages": [row(f"m{number}")], "meta": {"hasMore": True, "beforeCursor": f"m{number}"}},
        )
    responses.get(f"{URL}/conversations/c1", json={"conversation": {"id": "c1", **OURS}})
    (page, _) = pages("c1")
    assert asked("c1") == MOST_PAGES
    assert [event.delivery_id for event in page.events] == [f"message:m{number}" for number in range(4, -1, -1)]
    assert page.problems == ("read conversation c1: there are more than 5 pages; left off after 5",)


@responses.activate
def test_pages_that_lead_round_in_a_circle_are_read_once() -> None:
    listed("c1", row("m1"), hasMore=True, beforeCursor="m1")
    (page, _) = pages("c1")
    assert asked("c1") == 2
    assert "circle" in page.problems[0]


@responses.activate
def test_a_conversation_that_is_gone_keeps_no_other_from_being_read() -> None:
    responses.get(f"{URL}/conversations/c0/messages", status=404, json={"errors": [{"code": "not_found"}]})
    listed("c1", row("m1"), row("m2", author={"type": "nobody"}))
    (page, _) = pages("c0", "c1")
    assert [event.delivery_id for event in page.events] == ["message:m1"]
    assert len(page.problems) == 1
    assert page.problems[0].startswith("message m2: message.author.type: ")


@responses.activate
def test_a_vendor_that_is_away_leaves_the_cursor_where_it_was() -> None:
    responses.get(f"{URL}/conversations/c1/messages", status=503)
    with pytest.raises(TransientError):
        pages("c1")
