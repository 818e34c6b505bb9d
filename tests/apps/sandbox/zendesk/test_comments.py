import threading

from tests.apps.sandbox.zendesk.larkfield import Larkfield


def test_many_callers_at_once_lose_nothing(account: Larkfield) -> None:
    """Half of them write one ticket while the others read it."""
    account.desk.receive_email("ann@mail.example", "Refund", "Where?")
    failed: list[int] = []

    def write() -> None:
        for _ in range(5):
            account.desk.agent_comment(1, account.ids["maria"], "More", False)

    def read() -> None:
        for _ in range(5):
            for path in ("tickets/1", "tickets/1/audits", "tickets/1/comments", "tickets"):
                status = account.get(path).status_code
                failed.extend([status] if status != 200 else [])

    threads = [threading.Thread(target=target) for target in (write, read) * 4]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    audits = account.get("tickets/1/audits").json()["audits"]
    assert len(audits) == 21
    assert len({event["id"] for audit in audits for event in audit["events"]}) == sum(
        len(audit["events"]) for audit in audits
    )


def test_what_the_desk_shows_is_a_copy(account: Larkfield) -> None:
    ticket = account.desk.receive_email("ann@mail.example", "Refund", "Where?")
    ticket["tags"].append("scribble")
    view = account.desk.ticket_view(ticket["id"])
    view["audits"].clear()
    assert account.desk.ticket_view(ticket["id"])["tags"] == []
    assert account.desk.ticket_view(ticket["id"])["audits"]
