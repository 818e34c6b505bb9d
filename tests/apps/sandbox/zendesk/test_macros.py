"""A macro as the helpdesk would leave the ticket: shown, not done."""

from tests.apps.sandbox.zendesk.larkfield import Larkfield


def test_a_macro_is_shown_with_its_placeholders_filled_in_and_changes_nothing(account: Larkfield) -> None:
    ana = {"name": "Ana Novak", "email": "ana@customer.example"}
    asked = {"subject": "Late", "comment": {"body": "Where is it?"}, "requester": ana}
    ticket = account.call("POST", "tickets.json", json={"ticket": asked}).json()["ticket"]
    said = {"field": "comment_value", "value": "Hello {{ticket.requester.first_name}}, about {{ticket.id}}:"}
    macro = {"title": "Late", "actions": [said, {"field": "status", "value": "pending"}]}
    made = account.call("POST", "macros.json", json={"macro": macro}).json()["macro"]
    shown = account.get(f"tickets/{ticket['id']}/macros/{made['id']}/apply.json").json()["result"]["ticket"]
    assert shown["comment"]["body"] == f"Hello Ana, about {ticket['id']}:"
    assert shown["status"] == "pending"
    assert account.get(f"tickets/{ticket['id']}.json").json()["ticket"]["status"] == ticket["status"]
