"""The core's Helpdesk, kept in Zendesk."""

import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, TypeVar
from urllib.parse import quote, urljoin, urlsplit

import requests
from zenpy.lib.api_objects import Comment as ZenpyComment
from zenpy.lib.api_objects import Ticket as ZenpyTicket
from zenpy.lib.api_objects import User as ZenpyUser
from zenpy.lib.exception import RecordNotFoundException

from connectors.faults import MalformedAnswerError, json_of
from connectors.guarded import guard
from connectors.zendesk import records
from connectors.zendesk.api import Pages, ZendeskApi
from connectors.zendesk.article_drafts import ArticleDrafts
from connectors.zendesk.brands import Brands
from core.errors import ConflictError, HandrailError, RejectedError, TransientError
from core.model.conversation import Attachment
from core.model.helpdesk import Comment, Person, Receipt, SideConversation, Team, Ticket
from core.model.ids import TicketId
from core.ports import FileReader

log = logging.getLogger(__name__)
# ------------------------------------------------------------------
# The files of a ticket's comments: what Zendesk says of them, and their content where somebody can read it.

MOST = 5  # files of one ticket that are fetched, the newest comments' first; the rest are named
SECONDS = 20.0  # for all files of one reading: an event is leased for a minute, and a customer waits
FAILED_FOR = 60.0  # seconds in which a file that could not be had is not asked for again
KEPT = 200  # files that are remembered: a ticket is read again at each event
CHUNK = 65_536
LARGEST = 2_000_000  # bytes
FILE_HOST = ".zdusercontent.com"  # where Zendesk keeps files; it sends on to there with a signed address
REDIRECTS = frozenset({301, 302, 303, 307, 308})
# What a reader may stumble over in a file that is broken on purpose: that file stays unseen, the ticket goes on.
BROKEN = (ArithmeticError, AttributeError, LookupError, OSError, RuntimeError, TypeError, ValueError)

Kept = TypeVar("Kept")


@dataclass(slots=True)
class _Allowance:
    """What one reading of a ticket may still spend on files; `until` is a time of the clock."""

    files: int
    until: float


class Attachments:
    """Reads the files of the account's comments. The credentials go to the account's own host alone; one redirect is
    followed without them, to Zendesk's file host and nowhere else."""

    def __init__(
        self, api: ZendeskApi, reader: FileReader | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._api, self._reader, self._clock = api, reader, clock
        self._known: OrderedDict[str, Attachment] = OrderedDict()
        self._failed: OrderedDict[str, float] = OrderedDict()

    def of_ticket(self, comments: Sequence[Mapping[str, Any]]) -> list[tuple[Attachment, ...]]:
        """All that each comment has, oldest comment first. What cannot be fetched or read is there without text."""
        allowance = _Allowance(files=MOST, until=self._clock() + SECONDS)
        return [self._of(comment, allowance) for comment in reversed(comments)][::-1]

    def _of(self, comment: Mapping[str, Any], allowance: _Allowance) -> tuple[Attachment, ...]:
        rows = records.items(comment, "attachments")
        listed = [row for row in rows if isinstance(row, Mapping) and not row.get("deleted")]
        return tuple(self._one(row, allowance) for row in listed)

    def _one(self, row: Mapping[str, Any], allowance: _Allowance) -> Attachment:
        stated = records.attachment(row)
        if self._reader is None or not self._reader.wants(stated) or is_unsafe(row):
            return stated
        allowance.files -= 1
        if stated.ref in self._known:
            return self._known[stated.ref]
        now = self._clock()
        if allowance.files < 0 or now >= allowance.until or self._failed.get(stated.ref, now) > now:
            return stated
        try:
            read = self._read(self._reader, stated, str(row.get("content_url") or ""), allowance.until)
        except (HandrailError, ValueError):  # requests takes an address that is none for a ValueError
            # The answer does not wait for a file; the agent finds it on the ticket.
            _remember(self._failed, stated.ref, self._clock() + FAILED_FOR)
            return stated
        _remember(self._known, stated.ref, read)
        return read

    def _read(self, reader: FileReader, stated: Attachment, address: str, until: float) -> Attachment:
        content = self._content(address, until)
        try:
            return reader.read(stated, content) if content else stated
        except BROKEN:
            return stated

    def fetch(self, address: str) -> bytes:
        return self._content(address, self._clock() + SECONDS)

    def _content(self, address: str, until: float) -> bytes:
        """Empty where it lies elsewhere or is too large."""
        url = _absolute(self._api.account.origin, address)
        if not address or not url.startswith(f"{self._api.account.origin}/"):
            return b""
        with self._api.reading("fetch an attachment"):
            with self._ask(self._api.session, url) as answer:
                if answer.status_code not in REDIRECTS:
                    return self._read_bounded(answer, until)
                onward = _absolute(url, answer.headers.get("Location", ""))
            if not is_file_host(onward):
                return b""
            with anonymous() as session, self._ask(session, onward) as answer:
                return self._read_bounded(answer, until)

    def _ask(self, session: requests.Session, url: str) -> requests.Response:
        return session.get(url, timeout=self._api.account.timeout, stream=True, allow_redirects=False)

    def _read_bounded(self, answer: requests.Response, until: float) -> bytes:
        """The body, or nothing when it is longer than LARGEST."""
        if answer.status_code != 200:
            raise requests.HTTPError(str(answer.status_code), response=answer)
        content = bytearray()
        for chunk in answer.iter_content(CHUNK):
            content += chunk
            if len(content) > LARGEST:
                return b""
            if self._clock() >= until:
                raise TransientError("fetch an attachment: it takes too long")
        return bytes(content)


def anonymous() -> requests.Session:
    """A session that knows no credentials, and speaks to machines of the internet alone."""
    url = f"https://files{FILE_HOST}"
    return guard(requests.Session(), url, unknown=requests.ConnectTimeout, refused=RejectedError, system="zendesk")


def _absolute(base: str, address: str) -> str:
    """Empty where it is no address at all."""
    try:
        return urljoin(base, address)
    except ValueError:
        return ""


def is_file_host(url: str) -> bool:
    """Zendesk's own host for files, over https and its usual port; names of others that look like it are not."""
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname or ""
    except ValueError:
        return False
    return parts.scheme == "https" and host.endswith(FILE_HOST) and port in (None, 443) and "@" not in parts.netloc


def is_unsafe(row: Mapping[str, Any]) -> bool:
    """Zendesk's scan found something."""
    return row.get("malware_scan_result") == "malware_found"


def _remember(kept: OrderedDict[str, Kept], ref: str, value: Kept) -> None:
    kept[ref] = value
    if len(kept) > KEPT:
        kept.popitem(last=False)


# ------------------------------------------------------------------

TEAMS_KEPT = timedelta(minutes=5)
OURS = "handrail"  # the external id of a side conversation, by which it is found again
NAMES_KEPT = 10_000  # organizations that are remembered; they hardly change


class People:
    """The reading of people; nothing here writes."""

    def __init__(self, api: ZendeskApi) -> None:
        self._api = api
        self._organizations: dict[str, tuple[str, dict[str, str]]] = {}
        self._teams: tuple[datetime, list[Team]] | None = None

    def one(self, person_id: str) -> Person:
        with self._api.reading(f"read user {person_id}") as zendesk:
            return self._person(zendesk, records.plain(zendesk.users(id=person_id)))

    def teams(self) -> list[Team]:
        """As they were at most five minutes ago: it takes a request for each group to read them."""
        now = self._api.now()
        if self._teams is None or now - self._teams[0] >= TEAMS_KEPT:
            self._teams = (now, self._read_teams())
        return list(self._teams[1])

    def _read_teams(self) -> list[Team]:
        with self._api.reading("read the groups") as zendesk:
            groups = [group for group in records.every(zendesk.groups()) if not group.get("deleted")]
            return [records.team(group, self._members(zendesk, group)) for group in groups]

    def list_changed(self, cursor: str | None) -> tuple[list[Person], str]:
        """Customers changed since `cursor`. Zendesk holds back the last minute; the cursor picks it up later."""
        with self._api.reading("read the changed users") as zendesk:
            since: dict[str, Any] = {"cursor": cursor} if cursor else {"start_time": 0}
            export = zendesk.users.incremental(**since)
            customers = [user for user in records.every(export) if user.get("role") == "end-user"]
            found = [person for user in customers if (person := self._readable(zendesk, user)) is not None]
            return found, getattr(export, "after_cursor", None) or cursor or ""

    def _readable(self, zendesk: Any, record: Mapping[str, Any]) -> Person | None:
        """None for one whose record makes no sense: the cursor goes on, and all others with it."""
        try:
            return self._person(zendesk, record)
        except MalformedAnswerError as error:
            log.warning("user %s of the export is left out: %s", str(record.get("id"))[:40], error)
            return None

    def _members(self, zendesk: Any, group: Mapping[str, Any]) -> list[Person]:
        found = zendesk.groups.users(int(records.number(group, "id")))
        return [self._person(zendesk, user) for user in records.every(found)]

    def _person(self, zendesk: Any, record: Mapping[str, Any]) -> Person:
        name, fields = self._organization(zendesk, records.reference(record, "organization_id"))
        return records.person(record, name or None, fields)

    def _organization(self, zendesk: Any, organization_id: str | None) -> tuple[str, dict[str, str]]:
        """Its name, and its fields and tags; they are asked for once."""
        if organization_id is None:
            return "", {}
        if organization_id not in self._organizations:
            if len(self._organizations) >= NAMES_KEPT:
                self._organizations.clear()
            self._organizations[organization_id] = self._read_organization(zendesk, organization_id)
        return self._organizations[organization_id]

    def _read_organization(self, zendesk: Any, organization_id: str) -> tuple[str, dict[str, str]]:
        try:
            record = records.plain(zendesk.organizations(id=organization_id))
        except RecordNotFoundException:
            return "", {}  # deleted since: no reason to lose the person
        return records.text(record, "name"), records.organization_fields(record)


# Files for a comment: uploaded first, then named by their tokens. One that no comment names is gone after an hour.


def upload(api: ZendeskApi, name: str, media_type: str, content: bytes) -> str:
    """The token of the uploaded file. Uploaded twice it is there twice, and only the one that is named is shown."""
    with api.writing("upload a file", repeatable=True):
        answer = api.session.post(
            f"{api.account.origin}/api/v2/uploads.json?filename={quote(name, safe='')}",
            data=content,
            headers={"Content-Type": media_type or "application/octet-stream"},
            timeout=api.account.timeout,
        )
        answer.raise_for_status()
        body = json_of(answer)
    uploaded = body.get("upload") if isinstance(body, dict) else None
    token = uploaded.get("token") if isinstance(uploaded, dict) else None
    if not isinstance(token, str) or not token:
        raise RejectedError("upload a file: Zendesk answered without a token")
    return token


Written = TypeVar("Written")


class ZendeskHelpdesk:
    """Implements `core.ports.Helpdesk` for one account.

    Writes that go through the ticket itself are safe updates: they state the version they were made for, and are
    tried once more on a newer one. Tags are added and removed by name, so that nobody else's are lost.
    """

    def __init__(self, api: ZendeskApi, files: FileReader | None = None) -> None:
        """`files` reads what customers attach; without it attachments are named and left unseen."""
        self._api = api
        self._attachments = Attachments(api, files)
        self._brands = Brands(api)
        self._people = People(api)

    # ------------------------------------------------------------ reading

    def ticket(self, ticket_id: TicketId) -> Ticket:
        with self._api.reading(f"read ticket {ticket_id}") as zendesk:
            record = records.plain(zendesk.tickets(id=ticket_id))
            entries = records.every(zendesk.tickets.comments(ticket=ticket_id))
            marked = self._our_audits(ticket_id, entries)
            comments = self._comments(entries, marked)
        brand = self._brands.name(records.reference(record, "brand_id"))
        return records.ticket(record, tuple(comments), brand=brand)

    def person(self, person_id: str) -> Person:
        return self._people.one(person_id)

    def teams(self) -> list[Team]:
        return self._people.teams()

    def people(self, cursor: str | None) -> tuple[list[Person], str]:
        return self._people.list_changed(cursor)

    def fetch_file(self, ref: str) -> bytes:
        """A file of a comment. RejectedError where it is gone, or too large."""
        number = ref.rpartition(":")[2]
        with self._api.reading(f"read attachment {number}"):
            found = self._api.get(f"/api/v2/attachments/{number}.json").json().get("attachment") or {}
        content = self._attachments.fetch(records.words(found, "content_url"))
        if not content:
            raise RejectedError(f"attachment {number} is gone, too large, or lies elsewhere")
        return content

    def find_write(self, ticket_id: TicketId, key: str) -> Receipt | None:
        with self._api.reading(f"look for a write on ticket {ticket_id}"):
            for audit in reversed(self._audits(ticket_id)):
                written = records.mark(audit)
                if written is not None and written.get("op") == key:
                    return receipt(audit)
        return None

    # ------------------------------------------------------------ writing

    def reply(
        self,
        ticket_id: TicketId,
        text: str,
        *,
        public: bool,
        key: str,
        facts: Mapping[str, Any],
        author_id: str | None = None,
    ) -> Receipt:
        author = {"author_id": whole(author_id)} if author_id else {}
        return self._change(ticket_id, key, facts, comment={**comment(text, public=public), **author})

    def update(
        self,
        ticket_id: TicketId,
        *,
        key: str,
        group_id: str | None = None,
        assignee_id: str | None = None,
        status: str | None = None,
        priority: str | None = None,
        add_tags: Sequence[str] = (),
        remove_tags: Sequence[str] = (),
        fields: Mapping[str, str] | None = None,
        note: str | None = None,
    ) -> Receipt:
        """Tags first: they may be set twice without harm, the rest is written once under `key`."""
        self._retag(ticket_id, add_tags, remove_tags)
        changes: dict[str, Any] = {
            "group_id": whole(group_id),
            "assignee_id": whole(assignee_id),
            "status": status,
            "priority": priority,
            "custom_fields": [{"id": whole(name), "value": value} for name, value in (fields or {}).items()],
            "comment": comment(note, public=False) if note else None,
        }
        given = {name: value for name, value in changes.items() if value}
        return self._change(ticket_id, key, {}, **given) if given else Receipt(ref=str(ticket_id))

    def attach(self, ticket_id: TicketId, text: str, files: Sequence[tuple[str, str, bytes]], *, key: str) -> Receipt:
        uploads = [upload(self._api, *file) for file in files]
        said = {**comment(text, public=False), **({"uploads": uploads} if uploads else {})}
        return self._change(ticket_id, key, {}, comment=said)

    def open_ticket(
        self,
        *,
        subject: str,
        text: str,
        requester_id: str | None,
        name: str,
        phone: str | None,
        key: str,
        tags: Sequence[str] = (),
    ) -> Receipt:
        """Zendesk opens one ticket for one `key` within two hours: until then a lost answer may be tried again."""
        requester = requester_id or self._new_requester(name, phone, key)
        ticket = ZenpyTicket(
            subject=subject,
            comment=ZenpyComment(body=text, author_id=whole(requester)),
            requester_id=whole(requester),
            tags=list(tags),
            metadata=marker(key, {}),
        )
        with self._api.opening("open a ticket", key) as zendesk:
            opened = records.plain(zendesk.tickets.create(ticket))
            record = opened.get("ticket", opened)
            return Receipt(ref=records.number(record, "id"), at=records.moment(records.text(record, "created_at")))

    # ------------------------------------------------------------ side conversations

    def open_side_conversation(self, ticket_id: TicketId, *, to: str, subject: str, text: str, key: str) -> Receipt:
        """zenpy has no call for these. The key is kept with it as an external id."""
        asked = {"message": {"subject": subject, "body": text, "to": [{"email": to}]}, "external_ids": {OURS: key}}
        with self._api.writing(f"open a side conversation on ticket {ticket_id}"):
            answer = self._api.session.post(
                f"{self._api.account.origin}{_sides(ticket_id)}.json", json=asked, timeout=self._api.account.timeout
            )
            answer.raise_for_status()
            return _opened(records.part(json_of(answer), "side_conversation"))

    def find_side_conversation(self, ticket_id: TicketId, key: str) -> Receipt | None:
        with self._api.reading(f"look for a side conversation on ticket {ticket_id}"):
            for page in Pages(self._api).lists(f"{_sides(ticket_id)}.json", "side_conversations"):
                for made in page:
                    if records.part(made, "external_ids").get(OURS) == key:
                        return _opened(made)
        return None

    # ------------------------------------------------------------ the help centre

    def draft_article(self, title: str, text: str, *, near: str, locale: str, key: str) -> Receipt:
        return ArticleDrafts(self._api).add(title, text, near=near, locale=locale, key=key)

    def find_article_draft(self, key: str) -> Receipt | None:
        return ArticleDrafts(self._api).find(key)

    def side_conversation(self, ticket_id: TicketId, ref: str) -> SideConversation:
        with self._api.reading(f"read a side conversation of ticket {ticket_id}"):
            answer = self._api.get(f"{_sides(ticket_id)}/{quote(ref, safe='')}.json")
            return records.side_conversation(records.part(json_of(answer), "side_conversation"))

    def _new_requester(self, name: str, phone: str | None, key: str) -> str:
        # The external id makes it one user, however often this is tried.
        user = ZenpyUser(name=name, phone=phone, role="end-user", external_id=f"handrail:{phone or key}")
        with self._api.writing("add a requester", repeatable=True) as zendesk:
            return records.number(records.plain(zendesk.users.create_or_update(user)), "id")

    def _change(self, ticket_id: TicketId, key: str, facts: Mapping[str, Any], **changes: Any) -> Receipt:
        return once_more(lambda: self._change_now(ticket_id, key, facts, changes))

    def _change_now(
        self, ticket_id: TicketId, key: str, facts: Mapping[str, Any], changes: Mapping[str, Any]
    ) -> Receipt:
        change = ZenpyTicket(
            id=whole(ticket_id),
            safe_update=True,
            updated_stamp=self._stamp(ticket_id),
            metadata=marker(key, facts),
            **changes,
        )
        with self._api.writing(f"change ticket {ticket_id}") as zendesk:
            written = records.plain(zendesk.tickets.update(change))
            return receipt(written["audit"]) if "audit" in written else Receipt(ref=str(ticket_id))

    def _stamp(self, ticket_id: TicketId) -> str:
        with self._api.reading(f"read ticket {ticket_id}") as zendesk:
            return records.text(records.plain(zendesk.tickets(id=ticket_id)), "updated_at")

    def _retag(self, ticket_id: TicketId, add: Sequence[str], remove: Sequence[str]) -> None:
        for tags, verb in ((add, "add_tags"), (remove, "delete_tags")):
            if tags:
                with self._api.writing(f"{verb} on ticket {ticket_id}", repeatable=True) as zendesk:
                    getattr(zendesk.tickets, verb)(whole(ticket_id), list(tags))

    # ------------------------------------------------------------ whose words

    @cached_property
    def _own_id(self) -> str:
        with self._api.reading("read the integration user") as zendesk:
            return records.number(records.plain(zendesk.users.me()), "id")

    def _comments(self, entries: Sequence[Mapping[str, Any]], marked: frozenset[str]) -> list[Comment]:
        whose = [(entry, self._ours(entry, marked)) for entry in entries]
        files = iter(self._attachments.of_ticket([entry for entry, ours in whose if not ours]))
        return [records.comment(entry, ours, () if ours else next(files)) for entry, ours in whose]

    def _ours(self, entry: Mapping[str, Any], marked: frozenset[str]) -> bool:
        by_us = records.reference(entry, "author_id") == self._own_id
        return by_us or records.mark(entry) is not None or str(entry.get("audit_id")) in marked

    def _our_audits(self, ticket_id: TicketId, entries: Sequence[Mapping[str, Any]]) -> frozenset[str]:
        """The audits that carry our mark, looked up only where a comment alone may not tell:

        what we write for a customer or for an agent stands under their name, and a comment need not carry the mark."""
        if not any(records.via(entry) == "api" and not self._ours(entry, frozenset()) for entry in entries):
            return frozenset()
        return frozenset(str(audit.get("id")) for audit in self._audits(ticket_id) if records.mark(audit))

    def _audits(self, ticket_id: TicketId) -> list[Mapping[str, Any]]:
        with self._api.reading(f"read the audits of ticket {ticket_id}") as zendesk:
            return records.every(zendesk.tickets.audits(ticket=ticket_id))


def _sides(ticket_id: TicketId) -> str:
    return f"/api/v2/tickets/{quote(ticket_id, safe='')}/side_conversations"


def _opened(side: Mapping[str, Any]) -> Receipt:
    return Receipt(ref=records.text(side, "id"), at=records.moment(records.text(side, "created_at")))


def once_more(write: Callable[[], Written]) -> Written:
    """Do it again, once, if the ticket changed in between."""
    try:
        return write()
    except ConflictError:
        return write()


def comment(text: str, *, public: bool) -> dict[str, Any]:
    """Plain, because zenpy's own comment sends its words once: a second try would carry an empty one."""
    return {"body": text, "public": public}


def marker(key: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Metadata for the audit, by which a write is found again."""
    return {records.MARK: {**facts, "op": key}}


def receipt(audit: Mapping[str, Any]) -> Receipt:
    """The audit of a write. `comment_id` is given where it added one."""
    added = [
        event
        for event in records.items(audit, "events")
        if isinstance(event, Mapping) and event.get("type") == "Comment"
    ]
    facts = {"comment_id": records.number(added[0], "id")} if added else {}
    at = records.moment(records.text(audit, "created_at"))
    return Receipt(ref=records.number(audit, "id"), at=at, facts=facts)


def whole(value: str | None) -> int | str | None:
    """Ids travel as numbers; what is not one is left for Zendesk to refuse."""
    return int(value) if value and value.isascii() and value.isdigit() else value
