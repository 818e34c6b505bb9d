from tests.apps.sandbox.zendesk.larkfield import Larkfield, larkfield


def statuses(account: Larkfield) -> dict[int, str]:
    rows = account.get("agent_availabilities").json()["data"]
    return {row["attributes"]["agent_id"]: row["attributes"]["agent_status"]["name"] for row in rows}


def test_an_agent_may_be_sent_on_a_break() -> None:
    with larkfield() as account:
        maria = account.ids["maria"]
        assert statuses(account)[maria] == "online"
        path = f"agent_availabilities/agent_statuses/agents/{maria}"
        assert account.call("PUT", path, json={"id": 2}).status_code == 200
        assert statuses(account)[maria] == "away"
        assert account.call("PUT", path, json={"id": 99}).status_code == 422


def test_open_tickets_are_work_items_and_pending_ones_are_not() -> None:
    with larkfield() as account:
        ticket = {"subject": "One", "comment": {"body": "Hello"}, "assignee_id": account.ids["maria"]}
        number = account.call("POST", "tickets", json={"ticket": ticket}).json()["ticket"]["id"]
        included = account.get("agent_availabilities").json()["included"]
        items = [row["id"] for row in included if row["type"] == "work_items"]
        assert items == [f"agent_availabilities|{account.ids['maria']}|channels|support|work_items|{number}"]
        account.call("PUT", f"tickets/{number}", json={"ticket": {"status": "pending"}})
        included = account.get("agent_availabilities").json()["included"]
        assert [row["type"] for row in included] == ["channels", "channels"]


def test_only_those_with_a_status_are_listed_where_it_is_asked_for() -> None:
    with larkfield() as account:
        found = account.get("agent_availabilities", **{"filter[channel_status]": "support:online"}).json()["data"]
        assert [row["attributes"]["agent_id"] for row in found] == [account.ids["maria"]]


def test_an_account_without_omnichannel_routing_has_none_of_it() -> None:
    with larkfield(omnichannel=False) as account:
        for path in ("agent_availabilities", "routing/attributes", "routing/agents/instance_values"):
            assert account.get(path).status_code == 404


def test_skills_are_asked_for_by_agent() -> None:
    with larkfield() as account:
        assert account.get("routing/agents/instance_values").status_code == 400
        asked = {"filter[agent_ids]": str(account.ids["maria"])}
        rows = account.get("routing/agents/instance_values", **asked).json()["instance_values"]
        assert [row["name"] for row in rows] == ["orders", "English", "Spanish"]
