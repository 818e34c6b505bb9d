"""The messaging app's state, and what it does by itself: events, delivery, who has control."""

import threading
from datetime import datetime, timedelta

from apps.sandbox.clock import Clock
from apps.sandbox.courier import Courier
from apps.sandbox.settings import SandboxSettings
from apps.sandbox.sunshine.errors import unknown
from apps.sandbox.sunshine.hooks import Hooks
from apps.sandbox.sunshine.records import AGENTS, FIRST, INTEGRATION_ID, SOURCES, Person, Row, Thread, new_id, stamp
from apps.sandbox.sunshine.tickets import Workspace
from apps.sandbox.timetable import Timetable
from apps.sandbox.zendesk.state import ZendeskState

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
            self.workspace.heard(thread, message)
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
            self.workspace.opened(thread, metadata)

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
