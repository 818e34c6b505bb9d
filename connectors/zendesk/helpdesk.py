"""The core's Helpdesk, kept in Zendesk."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, TypeVar
from urllib.parse import quote

from zenpy.lib.api_objects import Comment as ZenpyComment
from zenpy.lib.api_objects import Ticket as ZenpyTicket
from zenpy.lib.api_objects import User as ZenpyUser
from zenpy.lib.exception import RecordNotFoundException

from connectors.zendesk import records
from connectors.zendesk.api import ZendeskApi
from connectors.zendesk.attachments import Attachments
from connectors.zendesk.brands import Brands
from core.errors import ConflictError, RejectedError
from core.model.helpdesk import Comment, Person, Receipt, Team, Ticket
from core.model.ids import TicketId
from core.ports import FileReader

TEAMS_KEPT = timedelta(minutes=5)
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

    def changed(self, cursor: str | None) -> tuple[list[Person], str]:
        """Customers changed since `cursor`. Zendesk holds back the last minute; the cursor picks it up later."""
        with self._api.reading("read the changed users") as zendesk:
            since: dict[str, Any] = {"cursor": cursor} if cursor else {"start_time": 0}
            export = zendesk.users.incremental(**since)
            customers = [user for user in records.every(export) if user.get("role") == "end-user"]
            found = [self._person(zendesk, user) for user in customers]
            return found, getattr(export, "after_cursor", None) or cursor or ""

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
        token = answer.json().get("upload", {}).get("token")
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
            marked = self._our_audits(ticket_id, record, entries)
            comments = self._comments(entries, marked)
        brand = self._brands.name(records.reference(record, "brand_id"))
        return records.ticket(record, tuple(comments), brand=brand)

    def person(self, person_id: str) -> Person:
        return self._people.one(person_id)

    def teams(self) -> list[Team]:
        return self._people.teams()

    def people(self, cursor: str | None) -> tuple[list[Person], str]:
        return self._people.changed(cursor)

    def find_write(self, ticket_id: TicketId, key: str) -> Receipt | None:
        with self._api.reading(f"look for a write on ticket {ticket_id}"):
            for audit in reversed(self._audits(ticket_id)):
                written = records.mark(audit)
                if written is not None and written.get("op") == key:
                    return receipt(audit)
        return None

    # ------------------------------------------------------------ writing

    def reply(self, ticket_id: TicketId, text: str, *, public: bool, key: str, facts: Mapping[str, Any]) -> Receipt:
        return self._change(ticket_id, key, facts, comment=comment(text, public=public))

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

    def _our_audits(self, ticket_id: TicketId, record: Mapping[str, Any], entries: Sequence[Any]) -> frozenset[str]:
        """The audits that carry our mark, looked up only where a comment alone may not tell:

        a ticket that we opened begins with the customer's words under the customer's name."""
        if (record.get("via") or {}).get("channel") != "api" or any(records.mark(entry) for entry in entries):
            return frozenset()
        return frozenset(str(audit.get("id")) for audit in self._audits(ticket_id) if records.mark(audit))

    def _audits(self, ticket_id: TicketId) -> list[Mapping[str, Any]]:
        with self._api.reading(f"read the audits of ticket {ticket_id}") as zendesk:
            return records.every(zendesk.tickets.audits(ticket=ticket_id))


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
    added = [event for event in audit.get("events") or () if event.get("type") == "Comment"]
    facts = {"comment_id": records.number(added[0], "id")} if added else {}
    at = records.moment(records.text(audit, "created_at"))
    return Receipt(ref=records.number(audit, "id"), at=at, facts=facts)


def whole(value: str | None) -> int | str | None:
    """Ids travel as numbers; what is not one is left for Zendesk to refuse."""
    return int(value) if value and value.isdigit() else value
