"""Merging, side conversations and views, as agents and the reports of our users use them."""

from typing import Any

from tests.apps.sandbox.zendesk.larkfield import Larkfield
from tests.apps.sandbox.zendesk.test_triggers import opened


def test_a_ticket_that_was_merged_is_closed_and_both_say_so(account: Larkfield) -> None:
    target, source = opened(account), opened(account)
    job = account.call("POST", f"tickets/{target}/merge", json={"ids": [source]}).json()["job_status"]
    assert job["status"] == "completed"
    closed = account.get(f"tickets/{source}").json()["ticket"]
    assert (closed["status"], closed["tags"]) == ("closed", ["closed_by_merge"])
    for ticket, words in ((source, f"merged into request #{target}"), (target, f"#{source}")):
        said = account.get(f"tickets/{ticket}/comments").json()["comments"][-1]
        assert words in said["body"]
        assert said["public"] is False


def test_what_cannot_be_merged_is_refused_and_nothing_changes(account: Larkfield) -> None:
    target, other = opened(account), opened(account, requester_id=account.ids["maria"])
    for ids in ([other], [target], [], None, ["x"], [99]):
        assert account.call("POST", f"tickets/{target}/merge", json={"ids": ids}).status_code in (404, 422)
    assert len(account.get(f"tickets/{target}/comments").json()["comments"]) == 1


def test_a_side_conversation_goes_on_beside_its_ticket(account: Larkfield) -> None:
    ticket = opened(account)
    message = {"subject": "Stock", "body": "Is one left?", "to": [{"email": "depot@larkfield.example"}]}
    made = account.call("POST", f"tickets/{ticket}/side_conversations", json={"message": message}).json()
    place = f"tickets/{ticket}/side_conversations/{made['side_conversation']['id']}"
    assert [each["email"] for each in made["side_conversation"]["participants"]][1:] == ["depot@larkfield.example"]
    assert account.call("POST", f"{place}/reply", json={"message": {"body": "Two, please."}}).status_code == 201
    account.call("PUT", place, json={"side_conversation": {"state": "closed"}})
    shown = account.get(place).json()["side_conversation"]
    assert (shown["state"], shown["preview_text"]) == ("closed", "Two, please.")
    assert account.get(f"tickets/{ticket}/side_conversations").json()["count"] == 1
    assert len(account.get(f"tickets/{ticket}/comments").json()["comments"]) == 1
    odd_ones: tuple[Any, ...] = (None, {}, {"body": "x"}, {"body": "x", "to": "y"}, {"to": [{}]})
    for odd in odd_ones:
        refused = account.call("POST", f"tickets/{ticket}/side_conversations", json={"message": odd})
        assert refused.status_code in (400, 422)


def test_a_view_lists_and_counts_what_it_is_for(account: Larkfield) -> None:
    mine, done = opened(account, assignee_id=account.ids["maria"]), opened(account, status="solved")
    free = opened(account)
    account.state.settle()
    views = {each["title"]: each["id"] for each in account.get("views").json()["views"]}
    listed = account.get(f"views/{views['Unassigned tickets']}/tickets").json()["tickets"]
    assert [each["id"] for each in listed] == [free]
    assert account.get(f"views/{views['All unsolved tickets']}/count").json()["view_count"]["value"] == 2
    assert done not in (mine, free)
    assert account.get("views/99/tickets").status_code == 404
