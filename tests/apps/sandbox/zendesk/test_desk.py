import jwt
import pytest
import requests

from apps.sandbox.zendesk.answers import RefusedError
from tests.apps.sandbox.zendesk.larkfield import Larkfield


def test_a_mail_from_a_stranger_makes_a_user_and_a_ticket(account: Larkfield) -> None:
    ticket = account.desk.receive_email("zoe@mail.example", "Hub", "It blinks", name="Zoe Park")
    assert (ticket["via"]["channel"], ticket["subject"], ticket["status"]) == ("email", "Hub", "new")
    user = account.get(f"users/{ticket['requester_id']}").json()["user"]
    assert (user["name"], user["email"], user["role"]) == ("Zoe Park", "zoe@mail.example", "end-user")


def test_an_answer_by_mail_joins_its_ticket_and_reopens_a_solved_one(account: Larkfield) -> None:
    ticket = account.desk.receive_email("ann@mail.example", "Refund", "Where?")
    account.desk.agent_comment(ticket["id"], account.ids["maria"], "On its way", True, status="solved")
    again = account.desk.receive_email("ann@mail.example", "Re: Refund", "Still not", in_reply_to_ticket=ticket["id"])
    assert (again["id"], again["status"]) == (ticket["id"], "open")
    assert len(account.desk.ticket_view(ticket["id"])["comments"]) == 3


def test_an_answer_to_a_closed_ticket_is_a_new_one(account: Larkfield) -> None:
    ticket = account.desk.receive_email("ann@mail.example", "Refund", "Where?")
    account.desk.agent_update(ticket["id"], account.ids["maria"], {"status": "closed"})
    again = account.desk.receive_email("ann@mail.example", "Re: Refund", "Hm", in_reply_to_ticket=ticket["id"])
    assert again["id"] != ticket["id"]


def test_the_account_mails_the_requester_what_agents_say_in_public(account: Larkfield) -> None:
    ticket = account.desk.receive_email("ann@mail.example", "Refund", "Where?")
    account.desk.agent_comment(ticket["id"], account.ids["maria"], "A private thought", False)
    account.desk.agent_comment(ticket["id"], account.ids["maria"], "On its way", True)
    received, answered = account.desk.mails_to("ann@mail.example")
    assert received["subject"] == "[Request received] Refund"
    assert (answered["body"], answered["ticket_id"]) == ("On its way", ticket["id"])


def test_an_agents_first_public_answer_makes_the_ticket_theirs(account: Larkfield) -> None:
    ticket = account.desk.receive_email("ann@mail.example", "Refund", "Where?")
    account.desk.agent_comment(ticket["id"], account.ids["maria"], "Hello", True)
    view = account.desk.ticket_view(ticket["id"])
    assert (view["assignee"]["name"], view["status"], view["group"]) == ("Maria Lopez", "open", "Customer care")
    assert [comment["author"]["name"] for comment in view["comments"]] == ["Ann Field", "Maria Lopez"]


def test_the_list_shows_open_tickets_newest_first(account: Larkfield) -> None:
    first = account.desk.receive_email("ann@mail.example", "One", "x")
    account.clock.pass_by(seconds=2)
    second = account.desk.receive_email("ann@mail.example", "Two", "x")
    assert [row["id"] for row in account.desk.tickets_view()] == [second["id"], first["id"]]
    account.desk.agent_update(second["id"], account.ids["maria"], {"status": "solved"})
    assert [row["id"] for row in account.desk.tickets_view()] == [first["id"]]
    assert len(account.desk.tickets_view(include_done=True)) == 2


def test_the_apps_token_is_verified_with_the_key_the_account_publishes(account: Larkfield) -> None:
    ticket = account.desk.receive_email("ann@mail.example", "Refund", "Where?")
    token = account.desk.signed_app_token(ticket["id"], account.ids["maria"])
    key = requests.get(f"{account.base}/api/v2/apps/4301/public_key.pem", timeout=5)
    assert key.headers["Content-Type"] == "application/x-pem-file"
    audience = "https://larkfield.zendesk.com/api/v2/apps/installations/8807.json"
    claims = jwt.decode(
        token, key.text, algorithms=["RS256"], audience=audience, issuer="larkfield.zendesk.com",
        options={"verify_exp": False, "verify_nbf": False, "verify_iat": False},
    )  # fmt: skip
    assert claims["sub"] == str(account.ids["maria"])
    assert claims["exp"] - claims["iat"] == 120
    assert (claims["context"]["ticket_id"], claims["context"]["role"]) == (str(ticket["id"]), "agent")
    assert {"nbf", "jti", "qsh"} <= set(claims)


def test_who_or_what_is_unknown_is_refused(account: Larkfield) -> None:
    with pytest.raises(RefusedError):
        account.desk.ticket_view(99)
    with pytest.raises(RefusedError):
        account.desk.signed_app_token(99, account.ids["maria"])
