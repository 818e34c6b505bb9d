from datetime import UTC, datetime, timedelta

import pytest

from apps.sandbox.zendesk.answers import RefusedError
from apps.sandbox.zendesk.state import Table
from tests.apps.sandbox.zendesk.larkfield import MovableClock, larkfield


def test_a_list_follows_its_records_after_the_lag() -> None:
    clock = MovableClock(datetime(2026, 11, 21, tzinfo=UTC))
    table = Table(clock.now, timedelta(seconds=3))
    record = table.put({"id": 1, "status": "new"})
    assert (table.get(1), table.listed()) == (record, [])
    clock.pass_by(seconds=3)
    assert table.listed() == [{"id": 1, "status": "new"}]
    record["status"] = "open"
    table.put(record)
    assert table.listed() == [{"id": 1, "status": "new"}]
    table.remove(1)
    clock.pass_by(seconds=3)
    assert table.listed() == []
    with pytest.raises(RefusedError):
        table.get(1)


def test_searches_and_lists_lag_while_the_record_itself_does_not() -> None:
    with larkfield(index_lag=timedelta(seconds=3)) as account:
        account.call("POST", "tickets", json={"ticket": {"subject": "Hub", "comment": {"body": "x"}}})
        assert account.get("tickets/1").status_code == 200
        assert len(account.get("tickets/1/audits").json()["audits"]) == 1
        for path, query in (("tickets", {}), ("search", {"query": "Hub"})):
            assert account.get(path, **query).json()["count"] == 0
        account.clock.pass_by(seconds=4)
        for path, query in (("tickets", {}), ("search", {"query": "Hub"})):
            assert account.get(path, **query).json()["count"] == 1
