"""What each vendor's part of an erasure takes away, and what it leaves to other people."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from apps.sandbox.twilio.webhooks import Sent
from connectors.sunshine.api import SunshineAccount, SunshineApi
from connectors.sunshine.erase import SunshineEraser
from connectors.twilio.client import TwilioAccount
from connectors.twilio.erase import TwilioEraser
from connectors.zendesk.api import ZendeskApi
from connectors.zendesk.erase import ZendeskEraser
from core.errors import RejectedError, TransientError
from core.model.customer import Identity, IdentityKind
from core.model.ids import CustomerId
from core.model.privacy import Subject
from tests.apps.sandbox.running import Sandbox, serving, zendesk_account

PHONE, OTHER = "+447700900781", "+447700900782"
US = "+15005550006"
NOBODY = Subject(customers=(CustomerId("cu_1"),))


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with serving() as running:
        yield running


@pytest.fixture
def zendesk(sandbox: Sandbox) -> ZendeskApi:
    return ZendeskApi(zendesk_account(sandbox))


def known_as(kind: IdentityKind, *values: str) -> Subject:
    return replace(NOBODY, identities=tuple(Identity(kind=kind, value=each) for each in values))


def twilio_of(sandbox: Sandbox) -> TwilioEraser:
    settings = sandbox.world.settings
    return TwilioEraser(
        TwilioAccount(
            sid=settings.twilio_account_sid,
            auth_token=settings.twilio_auth_token,
            sms_sender=US,
            status_url="https://handrail.example/status",
            base_url=f"{sandbox.url}/twilio",
        )
    )


# ------------------------------------------------------------------ Zendesk


def customer_with_tickets(api: ZendeskApi, name: str, *texts: str) -> tuple[int, list[int]]:
    made = ask(api, "POST", "users", {"user": {"name": name, "email": f"{name.lower()}@example.com"}})["user"]["id"]
    tickets = [
        ask(api, "POST", "tickets", {"ticket": {"subject": text, "comment": {"body": text}, "requester_id": made}})
        for text in texts
    ]
    return made, [each["ticket"]["id"] for each in tickets]


def ask(api: ZendeskApi, method: str, path: str, body: Any = None) -> Any:
    with api.writing(path):
        answer = api.session.request(method, f"{api.account.origin}/api/v2/{path}.json", json=body, timeout=5)
        answer.raise_for_status()
        return answer.json() if answer.content else {}


def test_tickets_and_their_requester_are_gone_for_good(zendesk: ZendeskApi, sandbox: Sandbox) -> None:
    user, (first, second) = customer_with_tickets(zendesk, "Adalind", "My lamp is broken", "And the other one")
    subject = known_as(IdentityKind.HELPDESK, str(user))
    eraser = ZendeskEraser(zendesk)
    assert eraser.erase(subject) == {"tickets": 2, "users": 1}
    state = sandbox.world.zendesk
    assert first not in state.tickets.rows
    assert second not in state.comments
    assert state.users.rows[user]["name"] == "Permanently deleted user"
    assert eraser.erase(subject) in ({}, {"users": 1})  # done again it comes to the same


def test_in_somebody_elses_ticket_only_their_own_words_are_redacted(zendesk: ZendeskApi, sandbox: Sandbox) -> None:
    user, _ = customer_with_tickets(zendesk, "Beatrix")
    _, (ticket,) = customer_with_tickets(zendesk, "Cleopatra", "Cleo asks about her lamp")
    said = {"ticket": {"comment": {"body": "Bea lives at 7 Larch Lane", "author_id": user, "public": True}}}
    ask(zendesk, "PUT", f"tickets/{ticket}", said)
    subject = replace(known_as(IdentityKind.HELPDESK, str(user)), joined=(str(ticket),))
    assert ZendeskEraser(zendesk).erase(subject) == {"comments": 1, "users": 1}
    bodies = [each["plain_body"] for each in sandbox.world.zendesk.comments[ticket]]
    assert "Cleo asks about her lamp" in bodies
    assert not any("Larch" in each for each in bodies)
    assert "Larch" not in str(sandbox.world.zendesk.audits[ticket])


def test_a_ticket_that_is_only_deleted_goes_for_good(zendesk: ZendeskApi, sandbox: Sandbox) -> None:
    """As after a kill between the two: it reads as gone, and stands on no list any more."""
    user, (ticket,) = customer_with_tickets(zendesk, "Drusilla", "My lamp is broken")
    ask(zendesk, "DELETE", f"tickets/{ticket}")
    subject = replace(known_as(IdentityKind.HELPDESK, str(user)), tickets=(str(ticket),))
    assert ZendeskEraser(zendesk).erase(subject) == {"tickets": 1, "users": 1}
    assert ticket not in sandbox.world.zendesk.comments


def test_nobody_of_the_staff_is_deleted(zendesk: ZendeskApi, sandbox: Sandbox) -> None:
    agent = next(each["id"] for each in sandbox.world.zendesk.users.rows.values() if each["role"] == "agent")
    with pytest.raises(RejectedError, match="staff"):
        ZendeskEraser(zendesk).erase(known_as(IdentityKind.HELPDESK, str(agent)))


# ------------------------------------------------------------------ Twilio


def test_every_message_with_its_files_goes_and_nobody_elses(sandbox: Sandbox) -> None:
    twilio = sandbox.world.twilio
    for number in range(120):  # more than a page
        twilio.receive(PHONE, US, f"Message {number}")
    twilio.receive(PHONE, US, "A picture", sent=Sent(files=(("image/png", b"broken plate"),)))
    kept = twilio.receive(OTHER, US, "Somebody else")
    done = twilio_of(sandbox).erase(known_as(IdentityKind.PHONE, PHONE))
    assert (done["messages"], done["files"]) == (121, 1)
    assert [each.sid for each in twilio.messages.values() if PHONE in (each.sender, each.to)] == []
    assert kept.sid in twilio.messages
    assert twilio_of(sandbox).erase(known_as(IdentityKind.PHONE, PHONE)) == {}


def test_what_is_still_on_its_way_is_waited_for(sandbox: Sandbox) -> None:
    message = sandbox.world.twilio.outbound(US, PHONE, "On its way")
    message.status = "sending"
    sandbox.world.twilio.messages[message.sid] = message
    with pytest.raises(TransientError, match="on its way"):
        twilio_of(sandbox).erase(known_as(IdentityKind.PHONE, PHONE))


def test_a_message_that_twilio_does_not_list_yet_is_known_by_its_id(sandbox: Sandbox) -> None:
    twilio = sandbox.world.twilio
    late = twilio.receive(OTHER, US, "A moment ago")
    subject = replace(NOBODY, refs=(late.sid, "a ticket's comment"))
    assert twilio_of(sandbox).erase(subject) == {"messages": 1}
    assert late.sid not in twilio.messages
    assert twilio_of(sandbox).erase(subject) == {}  # gone meanwhile, with the list of its files


# ------------------------------------------------------------------ messaging


def test_a_messaging_user_goes_with_their_conversations(sandbox: Sandbox) -> None:
    app = sandbox.world.messaging
    person = app.person("page-1", "Dora")
    app.open_thread(person)
    settings = sandbox.world.settings
    api = SunshineApi(
        SunshineAccount(
            subdomain="larkfield",
            app_id="app" + "5" * 21,
            key_id="app_" + "6" * 24,
            key_secret=app.key_secret,
            integration_id="1" * 24,
            base_url=f"{sandbox.url}/sunshine",
        )
    )
    assert settings is not None
    subject = known_as(IdentityKind.EXTERNAL, f"sunshine:{person.id}")
    assert SunshineEraser(api).erase(subject) == {"users": 1}
    assert person.id not in app.people
    assert not [each for each in app.threads.values() if each.person.id == person.id]
    assert SunshineEraser(api).erase(subject) == {}
