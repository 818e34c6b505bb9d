"""Zendesk's agent workspace: the ticket that a messaging conversation gets when agents get control of it."""

from apps.sandbox.sunshine.records import Row, Thread
from apps.sandbox.zendesk.answers import Record
from apps.sandbox.zendesk.fields import DONE
from apps.sandbox.zendesk.state import ZendeskState
from apps.sandbox.zendesk.tickets import create_ticket, update_ticket
from apps.sandbox.zendesk.users import create_user

VIA: Record = {"channel": "native_messaging", "source": {"from": {}, "to": {}, "rel": None}}
SUBJECT = "dataCapture.systemField.subject"
TAGS = "dataCapture.systemField.tags"
FIRST_MESSAGE = "first_message_id"
LAST_MESSAGES = 10  # come along where the first is not named


class Workspace:
    """The agents' side of the app, in the account's own tickets."""

    def __init__(self, state: ZendeskState) -> None:
        self._state = state

    def user_of(self, account: str) -> str:
        """The Support user of a logged-in person: the company's customers have their number as their account's name."""
        found = self._state.users.find(int(account)) if account.isdigit() else None
        return str(found["id"]) if found else ""

    def opened(self, thread: Thread, metadata: Row) -> None:
        """The open ticket of the conversation, or a new one with what was said from the first message on."""
        with self._state.lock:
            ticket = self._state.tickets.find(thread.ticket_id)
            if ticket is not None and ticket["status"] not in DONE:
                return
            requester = self._requester(thread)
            asked = {
                "subject": metadata.get(SUBJECT) or f"Conversation with {thread.person.name}",
                "comment": {"body": _transcript(thread, str(metadata.get(FIRST_MESSAGE) or ""))},
                "requester_id": requester["id"],
                "tags": [tag.strip() for tag in str(metadata.get(TAGS) or "").split(",") if tag.strip()],
            }
            made = create_ticket(self._state, asked, requester, dict(VIA)).ticket
            made["from_messaging_channel"] = True
            thread.ticket_id = made["id"]

    def heard(self, thread: Thread, message: Row) -> None:
        """What the customer writes while agents have control stands on the ticket."""
        with self._state.lock:
            ticket = self._state.tickets.find(thread.ticket_id)
            if ticket is None or ticket["status"] == "closed":
                return
            update_ticket(
                self._state, ticket, {"comment": {"body": _words(message)}}, self._requester(thread), dict(VIA)
            )

    def _requester(self, thread: Thread) -> Record:
        person = thread.person
        found = self._state.users.find(int(person.zendesk_id)) if person.zendesk_id else None
        if found is None:
            found = create_user(self._state, {"name": person.name}, {})
            person.zendesk_id = str(found["id"])
        return found


def _transcript(thread: Thread, first: str) -> str:
    ids = [message["id"] for message in thread.messages]
    start = ids.index(first) if first in ids else max(0, len(ids) - LAST_MESSAGES)
    return "\n\n".join(f"{_author(each)}: {_words(each)}" for each in thread.messages[start:]) or "(nothing said yet)"


def _author(message: Row) -> str:
    return str(message["author"].get("displayName") or "Business")


def _words(message: Row) -> str:
    content = message["content"]
    return str(content.get("text") or content.get("mediaUrl") or f"({content.get('type')})")
