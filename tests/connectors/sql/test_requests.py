from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from connectors.sql.store import SqlStore, SqlUnit
from core.model.ids import ApprovalId, ConversationId, DraftId, MessageId, TicketId
from core.model.insertion import Compared, Fate, InsertedFrom, Insertion
from core.model.knowledge import Audience
from core.model.outreach import Click, Verdict
from core.model.request import Request, RequestState, Ruling, Source
from tests.connectors.sql.samples import NOW, conversation, customer

CO = ConversationId("co_one")
REQUEST = Request(
    id=ApprovalId("rq_1"),
    conversation_id=CO,
    ticket_id=TicketId("t-one"),
    customer="Dana Kim \ud83d",
    text="Hello\nDana",
    asked_by="Maria Lopez",
    asked_by_id="501",
    policy_version="7",
    created_at=NOW,
    expires_at=NOW + timedelta(hours=1),
    message_id=MessageId("me_1"),
    draft_id=DraftId("dr_1"),
    sources=(Source(article_id="ar_1", title="Returns", audience=Audience.INTERNAL, quote="30 days"),),
    findings=("A promise",),
)
TAKEN = Insertion(
    conversation_id=CO,
    text="Hello Dana",
    source=InsertedFrom.DRAFT,
    agent_id="501",
    agent="Maria Lopez",
    at=NOW,
    draft_id=DraftId("dr_1"),
    note="So sorry",
    left_out=(1, 2),
    confirmed=("ar_1",),
    copied=True,
)


@pytest.fixture
def unit(store: SqlStore) -> Iterator[SqlUnit]:
    with store.begin() as unit:
        unit.customers.save(customer())
        unit.conversations.add(conversation())
        yield unit


def click(**changes: str) -> Click:
    said: dict[str, Any] = {"user_id": "U1", "user_name": "Priya", "channel": "C1", "ts": "1.0", **changes}
    return Click(approval_id=REQUEST.id, verdict=Verdict.APPROVE, **{"digest": REQUEST.digest, **said})


def test_a_request_comes_back_whole_and_is_kept_once(unit: SqlUnit) -> None:
    request = replace(REQUEST, customer="Dana Kim")
    assert (unit.requests.add(request), unit.requests.add(request)) == (True, False)
    assert unit.requests.get(request.id) == unit.requests.latest(CO) == Ruling(request=request)


def test_a_supervisors_word_is_kept_with_its_reason(unit: SqlUnit) -> None:
    unit.requests.add(REQUEST)
    ruling = unit.requests.settle(click(reason="Fine."), NOW)
    assert ruling is not None
    assert (ruling.state, ruling.decided_name, ruling.reason) == (RequestState.APPROVED, "Priya", "Fine.")
    assert unit.requests.settle(click(), NOW) is None


def test_another_digest_or_a_late_click_settles_nothing(unit: SqlUnit) -> None:
    unit.requests.add(REQUEST)
    assert unit.requests.settle(click(digest="other"), NOW) is None
    assert unit.requests.settle(click(), REQUEST.expires_at) is None


def test_an_approval_is_used_once_and_only_an_approval(unit: SqlUnit) -> None:
    unit.requests.add(REQUEST)
    assert unit.requests.use(REQUEST.id, NOW) is None
    unit.requests.settle(click(), NOW)
    assert unit.requests.use(REQUEST.id, NOW) is not None
    assert unit.requests.use(REQUEST.id, NOW) is None
    assert unit.requests.withdraw(REQUEST.id, NOW) is None


def test_of_eight_who_use_an_approval_at_once_one_has_it(store: SqlStore) -> None:
    with store.begin() as unit:
        unit.customers.save(customer())
        unit.conversations.add(conversation())
        unit.requests.add(REQUEST)
        unit.requests.settle(click(), NOW)

    def use(_: int) -> bool:
        with store.begin() as unit:
            return unit.requests.use(REQUEST.id, NOW) is not None

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(use, range(8))) == [False] * 7 + [True]


def test_an_insertion_is_open_until_it_was_compared(unit: SqlUnit) -> None:
    unit.insertions.add(TAKEN)
    (waiting,) = unit.insertions.open(CO)
    assert replace(waiting, serial=0) == TAKEN
    compared = Compared(insertion=waiting, fate=Fate(comment="zendesk:7", kept=0.5, distance=3))
    unit.insertions.settle([compared])
    assert unit.insertions.open(CO) == []
    assert unit.insertions.list_compared(CO) == [compared]
