from datetime import timedelta

from tests.apps.sandbox.zendesk.larkfield import Larkfield, larkfield


def opened(account: Larkfield) -> int:
    answer = account.call("POST", "tickets", json={"ticket": {"subject": "x", "comment": {"body": "x"}}})
    return int(answer.json()["ticket"]["id"])


def test_the_last_minute_is_never_exported() -> None:
    with larkfield(export_lag=timedelta(seconds=60)) as account:
        opened(account)
        assert account.get("incremental/tickets/cursor", start_time=0).json()["tickets"] == []
        account.clock.pass_by(seconds=61)
        page = account.get("incremental/tickets/cursor", start_time=0).json()
        assert ([row["id"] for row in page["tickets"]], page["end_of_stream"]) == ([1], True)


def test_a_start_within_the_last_minute_is_refused() -> None:
    with larkfield(export_lag=timedelta(seconds=60)) as account:
        now = int(account.clock.now().timestamp())
        assert account.get("incremental/tickets/cursor", start_time=now - 30).status_code == 422
        assert account.get("incremental/tickets/cursor", start_time=now - 61).status_code == 200
        assert account.get("incremental/tickets/cursor").status_code == 400


def test_a_cursor_goes_on_where_it_stopped_and_sees_later_changes(account: Larkfield) -> None:
    for _ in range(3):
        opened(account)
        account.clock.pass_by(seconds=1)
    first = account.get("incremental/tickets/cursor", start_time=0, per_page=2).json()
    assert ([row["id"] for row in first["tickets"]], first["end_of_stream"]) == ([1, 2], False)
    second = account.session.get(first["after_url"], timeout=5).json()
    assert ([row["id"] for row in second["tickets"]], second["end_of_stream"]) == ([3], True)
    account.call("PUT", "tickets/1", json={"ticket": {"tags": ["x"]}})
    third = account.get("incremental/tickets/cursor", cursor=second["after_cursor"]).json()
    assert [row["id"] for row in third["tickets"]] == [1]
    assert account.get("incremental/tickets/cursor", cursor="nonsense").status_code == 400


def test_an_export_may_be_asked_for_ten_times_a_minute(account: Larkfield) -> None:
    answers = [account.get("incremental/tickets/cursor", start_time=0).status_code for _ in range(11)]
    assert answers == [200] * 10 + [429]


def test_events_of_tickets_are_their_audits(account: Larkfield) -> None:
    opened(account)
    page = account.get("incremental/ticket_events", start_time=0).json()
    (event,) = page["ticket_events"]
    assert (event["ticket_id"], event["child_events"][0]["event_type"]) == (1, "Comment")
