"""Staff roles as Zendesk tells them."""

from tests.apps.sandbox.zendesk.larkfield import Larkfield, larkfield


def role(account: Larkfield, name: str) -> int:
    rows = account.get("custom_roles").json()["custom_roles"]
    return next(int(row["id"]) for row in rows if row["name"] == name)


def test_an_agent_with_a_role_of_the_companys_is_told_to_have_it() -> None:
    with larkfield() as account:
        lead, maria = role(account, "Team lead"), account.ids["maria"]
        account.call("PUT", f"users/{maria}", json={"user": {"custom_role_id": lead}})
        user = account.get(f"users/{maria}").json()["user"]
        assert (user["role"], user["role_type"], user["custom_role_id"]) == ("agent", 0, lead)
        assert account.get(f"custom_roles/{lead}").json()["custom_role"]["team_member_count"] == 1


def test_an_admin_has_a_role_of_zendesks_own_and_a_customer_none() -> None:
    with larkfield() as account:
        bot = account.get(f"users/{account.ids['bot']}").json()["user"]
        assert (bot["role_type"], bot["custom_role_id"]) == (4, role(account, "Administrator"))
        ann = account.get(f"users/{account.ids['ann']}").json()["user"]
        assert (ann["role_type"], ann["custom_role_id"]) == (None, None)


def test_a_smaller_plan_has_no_custom_roles() -> None:
    with larkfield(custom_roles=False) as account:
        assert account.get("custom_roles").status_code == 404
        assert account.get("custom_roles/860002").status_code == 404
        assert account.get(f"users/{account.ids['bot']}").json()["user"]["role_type"] is None
