"""The access log as it is written: noted in memory while somebody waits, and stored in the background."""

import atexit
import getpass
import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from core.errors import HandrailError
from core.model.ids import ConversationId, TicketId
from core.model.privacy import Access
from core.ports import Now, Store, Unit

log = logging.getLogger("handrail.web")
EVERY = 1.0  # seconds between two writings: what a crash may lose
AGAIN = timedelta(minutes=10)  # a page that is open asks again and again: that is one look
MOST = 10_000  # that wait while the store cannot be written to
SEEN = 20_000


@dataclass(slots=True)
class AccessLog:
    """`note` neither waits nor raises: nobody's page is slower for it, and none fails."""

    store: Store
    now: Now
    every: float = EVERY
    _waiting: deque[Access] = field(default_factory=lambda: deque(maxlen=MOST))
    _lost: int = 0  # the oldest of those that wait, since it was last said
    _seen: dict[tuple[str, str, str], datetime] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _thread: threading.Thread | None = None

    def note(self, who: str, way: str, what: str, *, ref: str) -> None:
        now, key = self.now(), (who, what, ref)
        with self._lock:
            last = self._seen.get(key)
            if last is not None and now - last < AGAIN:
                return
            if len(self._seen) >= SEEN:
                self._seen.clear()
            self._seen[key] = now
            self._lost += len(self._waiting) == MOST
            self._waiting.append(Access(at=now, who=who, way=way, what=what, ref=ref))
            if self._thread is None:
                # Not before the first look: a thread does not survive the fork of a server's processes.
                self._thread = threading.Thread(target=self._work, name="accesses", daemon=True)
                self._thread.start()
                atexit.register(self.flush)

    def flush(self) -> None:
        """Store what waits. What cannot be stored now goes on waiting."""
        with self._lock:
            taken, lost = list(self._waiting), self._lost
            self._waiting.clear()
            self._lost = 0
        if lost:
            log.error("the access log lost %s looks: more than %s waited for the store", lost, MOST)
        if not taken:
            return
        try:
            with self.store.begin_lightly() as unit:
                unit.privacy.note([with_customer(unit, each) for each in taken])
        except HandrailError as error:
            log.warning("the access log waits: %s", error)
            self._wait_again(taken)
        except Exception:  # the thread goes on: without it nobody's looks are stored any more
            log.exception("the access log waits")
            self._wait_again(taken)

    def _wait_again(self, taken: list[Access]) -> None:
        with self._lock:
            room = MOST - len(self._waiting)  # what came in meanwhile is newer
            self._lost += max(0, len(taken) - room)
            self._waiting.extendleft(reversed(taken[-room:] if room else []))

    def _work(self) -> None:
        wait = threading.Event()
        while True:
            wait.wait(self.every)
            self.flush()


def with_customer(unit: Unit, access: Access) -> Access:
    """Whose ticket, or conversation, it was is looked up when it is stored, not while somebody waits. Of one that we
    know nothing of, or nothing any more since its customer was erased, the number is not kept."""
    if access.customer_id:
        return access
    found = unit.conversations.by_ticket(TicketId(access.ref)) or unit.conversations.get(ConversationId(access.ref))
    return replace(access, ref="") if found is None else replace(access, customer_id=found.customer_id)


def note_command(store: Store, now: Callable[[], datetime], what: str, *, customer_id: str = "", ref: str = "") -> None:
    """Somebody looked by a command: the user of this machine, for such a command takes no proof."""
    access = Access(
        at=now(), who=f"{getpass.getuser()} on this machine", way="command", what=what, customer_id=customer_id, ref=ref
    )
    with store.begin() as unit:
        unit.privacy.note([with_customer(unit, access) if ref else access])


def note_commands(store: Store, now: Callable[[], datetime], what: str, refs: Sequence[str]) -> None:
    """The same of several conversations at once."""
    who, at = f"{getpass.getuser()} on this machine", now()
    with store.begin() as unit:
        seen = [Access(at=at, who=who, way="command", what=what, ref=ref) for ref in refs]
        unit.privacy.note([with_customer(unit, each) for each in seen])
