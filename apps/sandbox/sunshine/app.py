"""The messaging app's state, and what it does by itself: events, delivery, who has control."""

import json
import secrets
import threading
from datetime import datetime, timedelta
from typing import Any

from apps.sandbox.clock import Clock, Timetable
from apps.sandbox.courier import Courier, RetryRule
from apps.sandbox.settings import SandboxSettings
from apps.sandbox.sunshine.records import (
    AGENTS,
    APP_ID,
    FIRST,
    INTEGRATION_ID,
    SOURCES,
    Person,
    Row,
    SunshineError,
    Thread,
    bad,
    new_id,
    stamp,
    unknown,
)
from apps.sandbox.zendesk.answers import Record
from apps.sandbox.zendesk.fields import DONE
from apps.sandbox.zendesk.state import ZendeskState
from apps.sandbox.zendesk.tickets import create_ticket, update_ticket
from apps.sandbox.zendesk.users import create_user

# The app's webhooks: who is told what, and the posts, one event each, tried again as Zendesk tries again.

VENDOR = "sunshine"
RETRY = RetryRule(
    connect_seconds=5.0,
    read_seconds=20.0,
    delays=(1.0, 2.0, 4.0, 8.0, 16.0),
    statuses=frozenset({408, 429, *range(500, 600)}),
    on_timeout=True,
    on_no_connection=True,
)


class Hooks:
    """Kept by the integration that they belong to."""

    def __init__(self, courier: Courier, clock: Clock) -> None:
        self._courier, self._clock = courier, clock
        self._rows: dict[str, Row] = {}

    def create(self, asked: Row, secret: str = "") -> Row:
        row = {"id": new_id(), "version": "v2", **_check_webhook(asked), "secret": secret or secrets.token_hex(32)}
        self._rows[row["id"]] = row
        return row

    def change(self, hook_id: str, asked: Row) -> Row:
        self.get(hook_id).update(_check_webhook({**self.get(hook_id), **asked}))
        return self.get(hook_id)

    def get(self, hook_id: str) -> Row:
        if hook_id not in self._rows:
            raise SunshineError(404, "webhook_not_found", "Webhook not found")
        return self._rows[hook_id]

    def delete(self, hook_id: str) -> None:
        self.get(hook_id)
        del self._rows[hook_id]

    def all(self) -> list[Row]:
        return list(self._rows.values())

    def tell(self, kind: str, payload: Any) -> None:
        """Post an event to every webhook that asked for it; the person in full only where that was asked for."""
        for hook in self.all():
            if kind in hook["triggers"]:
                self._post(hook, kind, payload if hook["includeFullUser"] else _trim_profile(payload))

    def _post(self, hook: Row, kind: str, payload: Any) -> None:
        event = {"id": new_id(), "createdAt": stamp(self._clock.now()), "type": kind, "payload": payload}
        body = {"app": {"id": APP_ID}, "webhook": {"id": hook["id"], "version": "v2"}, "events": [event]}
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Zendesk Conversations",
            "X-Api-Key": hook["secret"],
        }
        self._courier.deliver(
            VENDOR, hook["target"], json.dumps(body).encode(), lambda attempt: headers, RETRY, event["id"]
        )


def _check_webhook(asked: Row) -> Row:
    target, triggers = asked.get("target"), asked.get("triggers")
    if not isinstance(target, str) or not target.startswith("http"):
        raise bad("target must be a valid URL")
    if not isinstance(triggers, list) or not triggers or not all(isinstance(each, str) for each in triggers):
        raise bad("triggers must be an array of strings")
    full = {name: bool(asked.get(name, False)) for name in ("includeFullUser", "includeFullSource")}
    return {"target": target, "triggers": triggers, **full}


def _trim_profile(payload: Any) -> Any:
    """Without the person's profile and identities."""
    if isinstance(payload, dict):
        keep = ("id", "authenticated", "externalId", "zendeskId")
        return {
            key: {name: value[name] for name in keep if name in value} if key == "user" else _trim_profile(value)
            for key, value in payload.items()
        }
    return payload


# Zendesk's agent workspace: the ticket that a messaging conversation gets when agents get control of it.

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

    def open_ticket(self, thread: Thread, metadata: Row) -> None:
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

    def add_message(self, thread: Thread, message: Row) -> None:
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


# The app itself.

TYPING = timedelta(seconds=10)


class MessagingApp:
    """People, their conversations and the switchboard between our integration and the agents."""

    def __init__(self, settings: SandboxSettings, courier: Courier, clock: Clock, zendesk: ZendeskState) -> None:
        self.clock, self.lock = clock, threading.RLock()
        self.key_secret = settings.sunshine_key_secret
        self.hooks = Hooks(courier, clock)
        self.people: dict[str, Person] = {}
        self.threads: dict[str, Thread] = {}
        self.workspace = Workspace(zendesk)
        self._step_seconds = settings.status_seconds
        self._timetable = Timetable("sunshine")

    # --- people and conversations

    def person(self, page_id: str, name: str, email: str = "", account: str = "") -> Person:
        """Who is played: a visitor, or with `account` somebody who is logged in to the company's site."""
        with self.lock:
            found = next((each for each in self.people.values() if each.page_id == page_id), None)
            if found is None:
                found = Person(id=new_id(), page_id=page_id, name=name, signed_up_at=self.clock.now())
                self.people[found.id] = found
            if account and not found.authenticated:
                found.authenticated, found.external_id, found.name, found.email = True, account, name, email
                found.zendesk_id = self.workspace.user_of(account)
            return found

    def log_in(self, page_id: str, name: str, email: str, account: str) -> Person:
        """A visitor logs in: they are the person of that account from now on, and where that one was here before, the
        two become one."""
        with self.lock:
            known = next((each for each in self.people.values() if each.external_id == account), None)
            visitor = next((each for each in self.people.values() if each.page_id == page_id), None)
            if known is None or visitor is None or known is visitor:
                return self.person(page_id, name, email, account)
            for thread in self.threads.values():
                if thread.person is visitor:
                    thread.person = known
            known.page_id = page_id
            del self.people[visitor.id]
        merged = {"surviving": {"id": known.id}, "discarded": {"id": visitor.id}}
        self.hooks.tell("user:merge", {"mergedUsers": merged, "reason": "channelLinking"})
        return known

    def thread(self, person: Person, source: str) -> Thread:
        """The person's conversation on a channel; it stays for ever, however often they leave."""
        with self.lock:
            mine = (each for each in self.threads.values() if each.person is person and each.source == source)
            return next(mine, None) or self.open_thread(person, source)

    def open_thread(self, person: Person, source: str = "web") -> Thread:
        thread = Thread(id=new_id(), person=person, source=source, created_at=self.clock.now(), active=FIRST)
        with self.lock:
            self.threads[thread.id] = thread
        return thread

    def get(self, thread_id: str) -> Thread:
        with self.lock:
            if thread_id not in self.threads:
                raise unknown("conversation")
            return self.threads[thread_id]

    # --- what customers do

    def write(self, thread: Thread, content: Row) -> Row:
        """A customer's message. Whoever had control last goes on; without anybody it is our integration's."""
        with self.lock:
            thread.active = thread.active or FIRST
            source = {"type": thread.source, "integrationId": SOURCES.get(thread.source)}
            author = {"type": "user", "userId": thread.person.id, "displayName": thread.person.name}
            message = self._keep(thread, {"author": author, "content": content, "source": source})
            told = {**message, "author": {**author, "user": thread.person.shown()}}
            brief = thread.brief()
        self.hooks.tell("conversation:message", {"conversation": brief, "message": told})
        if thread.active is AGENTS:
            self.workspace.add_message(thread, message)
        return message

    def read(self, thread: Thread) -> None:
        """The customer has the window open."""
        with self.lock:
            fresh = [name for name, status in thread.statuses.items() if status != "read"]
            if not fresh:
                return
            thread.statuses.update(dict.fromkeys(fresh, "read"))
            thread.read_at = self.clock.now()
        author = {"type": "user", "userId": thread.person.id, "user": thread.person.shown()}
        activity = {"type": "conversation:read", "source": {"type": thread.source}, "author": author}
        self.hooks.tell("conversation:read", {"conversation": thread.brief(), "activity": activity})

    # --- what the business does

    def post(self, thread: Thread, asked: Row, source: str = "api:conversations") -> Row:
        """A message of the business, by the API or by an agent in their workspace."""
        with self.lock:
            thread.typing_until = None
            row = {"author": asked["author"], "content": asked["content"], "source": {"type": source}}
            message = self._keep(thread, row | ({"metadata": asked["metadata"]} if asked.get("metadata") else {}))
            thread.statuses[message["id"]] = "sent"
        self.hooks.tell("conversation:message", {"conversation": thread.brief(), "message": message})
        self._timetable.after(self._step_seconds, lambda: self._deliver(thread, message["id"], "channel", "sent"))
        self._timetable.after(2 * self._step_seconds, lambda: self._deliver(thread, message["id"], "user", "delivered"))
        return message

    def _deliver(self, thread: Thread, message_id: str, step: str, status: str) -> None:
        with self.lock:
            if thread.statuses.get(message_id) != "read":
                thread.statuses[message_id] = status
        payload = {
            "conversation": thread.brief(),
            "user": thread.person.shown(),
            "message": {"id": message_id},
            "destination": {"type": thread.source, "integrationId": SOURCES.get(thread.source)},
            "isFinalEvent": step == "user",
        }
        self.hooks.tell(f"conversation:message:delivery:{step}", payload)

    def show_typing(self, thread: Thread, shown: bool) -> None:
        thread.typing_until = self.clock.now() + TYPING if shown else None

    def is_typing(self, thread: Thread, now: datetime) -> bool:
        return thread.typing_until is not None and now < thread.typing_until

    # --- the switchboard

    def pass_control(self, thread: Thread, to: Row, metadata: Row) -> None:
        """To whoever has it already is no change. Agents who get it get a ticket too, where none is open."""
        with self.lock:
            if thread.active is to:
                return
            thread.active = to
        self.hooks.tell("switchboard:passControl", {"conversation": thread.brief(), "metadata": metadata})
        if to is AGENTS:
            self.workspace.open_ticket(thread, metadata)

    def release(self, thread: Thread) -> None:
        """Nobody has control; the next message goes to the first in the switchboard."""
        with self.lock:
            thread.active = None
        self.hooks.tell("switchboard:releaseControl", {"conversation": thread.brief()})

    # --- what agents do

    def agent_commented(self, ticket_id: int, name: str, body: str, *, public: bool, status: str) -> None:
        """A public comment on a messaging ticket, written in the workspace, is a message; solving lets control go."""
        with self.lock:
            thread = next((each for each in self.threads.values() if each.ticket_id == ticket_id), None)
        if thread is None:
            return
        if public:
            author = {"type": "business", "displayName": name, "subtypes": ["agent"]}
            if thread.active is not AGENTS:
                self.pass_control(thread, AGENTS, {})
            self.post(thread, {"author": author, "content": {"type": "text", "text": body}}, "zd:agentWorkspace")
        if status == "solved":
            self.release(thread)

    def _keep(self, thread: Thread, row: Row) -> Row:
        message = {"id": new_id(), "received": stamp(self.clock.now()), **row}
        thread.messages.append(message)
        return message

    def integration(self, name: str) -> str:
        """Raises SunshineError where the app has no such integration."""
        if name != INTEGRATION_ID:
            raise unknown("integration")
        return name

    def drain(self, timeout: float) -> bool:
        return self._timetable.drain(timeout)

    def close(self) -> None:
        self._timetable.close()
