"""Files of customers as internal notes, against the sandbox's Zendesk."""

from collections.abc import Iterator

import pytest
import requests

from connectors.zendesk.api import ZendeskApi
from connectors.zendesk.helpdesk import ZendeskHelpdesk
from core.model.ids import TicketId
from tests.apps.sandbox.running import Sandbox, serving, zendesk_account


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with serving() as running:
        yield running


@pytest.fixture
def helpdesk(sandbox: Sandbox) -> ZendeskHelpdesk:
    return ZendeskHelpdesk(ZendeskApi(zendesk_account(sandbox)))


def test_a_file_is_uploaded_and_shown_in_a_note(sandbox: Sandbox, helpdesk: ZendeskHelpdesk) -> None:
    opened = helpdesk.open_ticket(
        subject="S", text="T", requester_id=None, name="Emma", phone="+447700900001", key="k-1"
    )
    ticket = TicketId(opened.ref)
    helpdesk.attach(ticket, "Files that Emma sent:", [("box 1.jpg", "image/jpeg", b"\xff\xd8 a photo")], key="k-2")
    comment = helpdesk.ticket(ticket).comments[-1]
    assert (comment.public, comment.text) == (False, "Files that Emma sent:")
    state = sandbox.world.zendesk
    (shown,) = [file for file in state.files.values() if file.record["file_name"] == "box 1.jpg"]
    assert (shown.record["size"], shown.record["content_type"]) == (10, "image/jpeg")
    answer = requests.get(f"{sandbox.url}{shown.record['content_url']}", timeout=5)
    assert answer.content == b"\xff\xd8 a photo"
    assert helpdesk.find_write(ticket, "k-2") is not None


def test_a_note_without_files_is_a_plain_note(helpdesk: ZendeskHelpdesk) -> None:
    opened = helpdesk.open_ticket(
        subject="S", text="T", requester_id=None, name="Emma", phone="+447700900002", key="k-3"
    )
    helpdesk.attach(TicketId(opened.ref), "file 1: not fetched", [], key="k-4")
    assert helpdesk.ticket(TicketId(opened.ref)).comments[-1].text == "file 1: not fetched"
