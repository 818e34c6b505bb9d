from typing import Any

import pytest
import requests

from tests.apps.sandbox.zendesk.larkfield import Larkfield


def opened(account: Larkfield, **asked: Any) -> dict[str, Any]:
    wanted = {"subject": "Refund", "comment": {"body": "Where is it?"}, "requester_id": account.ids["ann"], **asked}
    return dict(account.call("POST", "tickets", json={"ticket": wanted}).json()["ticket"])


def changed(account: Larkfield, ticket_id: int, **asked: Any) -> requests.Response:
    return account.call("PUT", f"tickets/{ticket_id}.json", json={"ticket": asked})


def test_a_new_ticket_shows_its_first_comment_as_its_description(account: Larkfield) -> None:
    ticket = opened(account, tags=["VIP late", "vip"])
    assert (ticket["status"], ticket["description"]) == ("new", "Where is it?")
    assert ticket["tags"] == ["late", "vip"]
    assert account.get(f"tickets/{ticket['id']}").json()["ticket"] == ticket


def test_a_requester_named_by_address_becomes_a_user(account: Larkfield) -> None:
    ticket = opened(account, requester_id=None, requester={"name": "Bob", "email": "bob@mail.example"})
    assert account.get(f"users/{ticket['requester_id']}").json()["user"]["email"] == "bob@mail.example"


def test_an_id_in_the_request_is_not_taken(account: Larkfield) -> None:
    assert opened(account, id=77)["id"] == 1


@pytest.mark.parametrize(
    ("asked", "attribute"),
    [
        ({"comment": {"body": "  "}}, "base"),
        ({"status": "done"}, "status"),
        ({"priority": "huge"}, "priority"),
        ({"group_id": 5}, "group_id"),
        ({"requester_id": 5}, "requester"),
        ({"comment": {"body": "x", "author_id": 5}}, "author"),
    ],
)
def test_what_does_not_hold_is_refused_by_attribute(account: Larkfield, asked: dict[str, Any], attribute: str) -> None:
    wanted = {"subject": "x", "comment": {"body": "x"}, **asked}
    answer = account.call("POST", "tickets", json={"ticket": wanted})
    assert (answer.status_code, answer.json()["error"]) == (422, "RecordInvalid")
    assert list(answer.json()["details"]) == [attribute]
    assert account.get("tickets").json()["count"] == 0


def test_a_refused_update_leaves_nothing_behind(account: Larkfield) -> None:
    before = opened(account)
    answer = changed(account, before["id"], comment={"body": "half"}, tags=["half"], status="done")
    assert answer.status_code == 422
    assert account.get(f"tickets/{before['id']}").json()["ticket"] == before
    assert len(account.get(f"tickets/{before['id']}/comments").json()["comments"]) == 1


def test_the_same_key_makes_one_ticket_for_two_hours(account: Larkfield) -> None:
    def create(subject: str = "Once") -> requests.Response:
        body = {"ticket": {"subject": subject, "comment": {"body": "x"}}}
        return account.call("POST", "tickets", json=body, headers={"Idempotency-Key": "key-1"})

    first, second = create(), create()
    assert [each.headers["x-idempotency-lookup"] for each in (first, second)] == ["miss", "hit"]
    assert first.json()["ticket"]["id"] == second.json()["ticket"]["id"]
    other = create("Another")
    assert (other.status_code, other.json()["error"]) == (400, "IdempotentRequestError")
    account.clock.pass_by(hours=3)
    assert create("Another").json()["ticket"]["id"] == 2


def test_a_safe_update_of_an_older_copy_conflicts(account: Larkfield) -> None:
    ticket = opened(account)
    account.clock.pass_by(seconds=5)
    changed(account, ticket["id"], tags=["touched"])
    late = changed(account, ticket["id"], status="solved", safe_update=True, updated_stamp=ticket["updated_at"])
    assert (late.status_code, late.json()["error"]) == (409, "UpdateConflict")
    fresh = account.get(f"tickets/{ticket['id']}").json()["ticket"]
    assert fresh["status"] == "new"
    done = changed(account, ticket["id"], status="solved", safe_update=True, updated_stamp=fresh["updated_at"])
    assert done.status_code == 200


def test_an_update_that_changes_nothing_writes_no_audit(account: Larkfield) -> None:
    ticket = opened(account)
    changed(account, ticket["id"], subject="Refund")
    assert len(account.get(f"tickets/{ticket['id']}/audits").json()["audits"]) == 1


def test_the_writers_mark_comes_back_in_the_audit(account: Larkfield) -> None:
    ticket = opened(account)
    changed(account, ticket["id"], comment={"body": "note", "public": False}, metadata={"suite": {"op": "a1"}})
    audit = account.get(f"tickets/{ticket['id']}/audits").json()["audits"][-1]
    assert audit["metadata"]["custom"] == {"suite": {"op": "a1"}}
    assert audit["events"][0]["type"] == "Comment"
    comment = account.get(f"tickets/{ticket['id']}/comments").json()["comments"][-1]
    assert (comment["public"], comment["audit_id"]) == (False, audit["id"])


def test_tags_are_added_and_taken_away_without_replacing_the_rest(account: Larkfield) -> None:
    ticket = opened(account, tags=["a", "b"])
    tags = changed(account, ticket["id"], additional_tags=["c"], remove_tags=["a"]).json()["ticket"]["tags"]
    assert tags == ["b", "c"]
    assert changed(account, ticket["id"], tags=["z"]).json()["ticket"]["tags"] == ["z"]


def test_an_option_of_a_drop_down_is_also_a_tag(account: Larkfield) -> None:
    ticket, field = opened(account), account.ids["intent"]
    after = changed(account, ticket["id"], custom_fields=[{"id": field, "value": "intent_billing"}]).json()["ticket"]
    assert after["tags"] == ["intent_billing"]
    assert {"id": field, "value": "intent_billing"} in after["custom_fields"]
    assert changed(account, ticket["id"], custom_fields=[{"id": field, "value": "other"}]).status_code == 422
    cleared = changed(account, ticket["id"], custom_fields=[{"id": field, "value": None}]).json()["ticket"]
    assert cleared["tags"] == []


def test_assigning_opens_a_ticket_and_gives_it_the_agents_group(account: Larkfield) -> None:
    ticket = changed(account, opened(account)["id"], assignee_id=account.ids["tom"]).json()["ticket"]
    assert (ticket["status"], ticket["group_id"]) == ("open", account.ids["specialists"])
    assert changed(account, ticket["id"], assignee_id=account.ids["ann"]).status_code == 422


def test_who_solves_an_unassigned_ticket_becomes_its_assignee(account: Larkfield) -> None:
    ticket = changed(account, opened(account)["id"], status="solved").json()["ticket"]
    assert ticket["assignee_id"] == account.ids["bot"]


def test_a_closed_ticket_cannot_be_changed(account: Larkfield) -> None:
    ticket = opened(account)
    changed(account, ticket["id"], status="closed")
    assert changed(account, ticket["id"], tags=["x"]).status_code == 422


def test_many_are_changed_in_a_job_that_tells_each_result(account: Larkfield) -> None:
    ticket = opened(account)
    body = {"tickets": [{"id": ticket["id"], "priority": "high"}, {"id": 99, "priority": "high"}]}
    job = account.call("PUT", "tickets/update_many", json=body).json()["job_status"]
    assert [(each["id"], each["success"]) for each in job["results"]] == [(ticket["id"], True), (99, False)]
    assert account.get(f"job_statuses/{job['id']}").json()["job_status"] == job


def test_a_deleted_ticket_is_gone(account: Larkfield) -> None:
    ticket = opened(account)
    account.call("DELETE", f"tickets/{ticket['id']}")
    answer = account.get(f"tickets/{ticket['id']}")
    assert (answer.status_code, answer.json()) == (404, {"error": "RecordNotFound", "description": "Not found"})


def test_people_come_along_when_asked(account: Larkfield) -> None:
    ticket = opened(account)
    loaded = account.get(f"tickets/{ticket['id']}", include="users").json()
    assert [user["id"] for user in loaded["users"]] == sorted([account.ids["ann"], account.ids["bot"]])
