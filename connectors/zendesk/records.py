"""Zendesk's JSON read into the core's values. What is missing or of the wrong kind raises MalformedAnswerError."""

import html
import json
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from zenpy.lib.generator import BaseResultGenerator

from connectors.faults import MalformedAnswerError
from connectors.paging import Trail
from core.model.conversation import Attachment
from core.model.customer import Channel
from core.model.helpdesk import Comment, Person, SideConversation, Team, Ticket
from core.model.ids import TicketId
from core.text.outside import read_moment

Record = Mapping[str, Any]
_MIDNIGHT = re.compile(r"(?<=^\d{4}-\d\d-\d\d)T00:00:00(?:\.0+)?(?:Z|\+00:00)$")
MARK = "handrail"  # our corner of an audit's metadata

# Zendesk's via.channel → ours. What is not here came or goes by e-mail.
CHANNELS: dict[str, Channel] = {
    "web": Channel.WEB,
    "web_form": Channel.WEB,
    "help_center": Channel.WEB,
    "web_widget": Channel.WEB,
    "mobile": Channel.WEB,
    "mobile_sdk": Channel.WEB,
    "chat": Channel.WEB,
    "chat_transcript": Channel.WEB,
    "native_messaging": Channel.CHAT,
    "sms": Channel.SMS,
    "whatsapp": Channel.WHATSAPP,
}


def ticket(record: Record, comments: tuple[Comment, ...] = (), brand: str = "") -> Ticket:
    stamp = text(record, "updated_at")
    return Ticket(
        id=TicketId(number(record, "id")),
        subject=words(record, "subject") or words(record, "raw_subject"),
        status=text(record, "status"),
        requester_id=number(record, "requester_id"),
        updated_at=moment(stamp),
        updated_stamp=stamp,
        assignee_id=reference(record, "assignee_id"),
        group_id=reference(record, "group_id"),
        priority=words(record, "priority") or None,
        tags=tuple(str(tag) for tag in items(record, "tags")),
        channel=channel(record),
        comments=comments,
        brand=brand,
        satisfaction=satisfaction(record),
    )


def satisfaction(record: Record) -> str:
    """good or bad; empty where the customer has not said."""
    given = record.get("satisfaction_rating")
    score = given.get("score") if isinstance(given, Mapping) else given
    return next((word for word in ("good", "bad") if str(score or "").startswith(word)), "")


def attachment(record: Record) -> Attachment:
    size = record.get("size")
    return Attachment(
        name=words(record, "file_name") or "file",
        type=words(record, "content_type").casefold(),
        size=size if isinstance(size, int) and not isinstance(size, bool) else None,
        ref=f"zendesk:attachment:{record.get('id', '')}",
    )


# Zendesk's flag on a comment whose mail said of itself that a machine sent it.
AUTOMATIC_FLAG = 4


def automatic(record: Record) -> bool:
    metadata = record.get("metadata")
    flags = metadata.get("flags") if isinstance(metadata, Mapping) else None
    return isinstance(flags, list) and AUTOMATIC_FLAG in flags


def comment(record: Record, ours: bool, attachments: tuple[Attachment, ...] = ()) -> Comment:
    return Comment(
        id=number(record, "id"),
        author_id=number(record, "author_id"),
        # plain_body has entities such as &nbsp; in it.
        text=words(record, "body") or html.unescape(words(record, "plain_body")),
        public=bool(record.get("public", True)),
        at=moment(text(record, "created_at")),
        channel=channel(record),
        ours=ours,
        attachments=attachments,
        automatic=automatic(record),
    )


def person(record: Record, organization: str | None = None, more: Mapping[str, str] | None = None) -> Person:
    """`more` are facts of the organization, as fields of the person."""
    fields = {**(more or {}), **tags(record), **user_fields(record)}
    return Person(
        id=number(record, "id"),
        name=words(record, "name"),
        role=words(record, "role") or "end-user",
        email=words(record, "email").lower() or None,
        phone=words(record, "phone") or None,
        locale=words(record, "locale").lower() or "en",
        # A field that the company keeps is worth more than Zendesk's, which starts as the account's own zone.
        time_zone=fields.get("time_zone") or words(record, "iana_time_zone") or None,
        organization=organization,
        verified=bool(record.get("verified")),
        fields=fields,
        created_at=moment(text(record, "created_at")) if record.get("created_at") else None,
    )


def user_fields(record: Record) -> dict[str, str]:
    """The custom fields that are filled in, as text; what is not plain text becomes JSON."""
    given = part(record, "user_fields")
    # The value of a date field comes with a midnight that nobody entered.
    return {str(name): _MIDNIGHT.sub("", as_text(value)) for name, value in given.items() if value not in (None, "")}


def tags(record: Record, name: str = "tags") -> dict[str, str]:
    """The tags as one field; none where there are none."""
    given = record.get("tags")
    records_of = [str(tag) for tag in given] if isinstance(given, list) else []
    return {name: " ".join(records_of)} if records_of else {}


def organization_fields(record: Record) -> dict[str, str]:
    """An organization's own fields and tags, each as `organization.<name>`."""
    given = record.get("organization_fields") or {}
    plain_fields = given.items() if isinstance(given, Mapping) else ()
    named = {f"organization.{name}": as_text(value) for name, value in plain_fields if value not in (None, "")}
    return named | tags(record, "organization.tags")


def as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)


def side_conversation(record: Record) -> SideConversation:
    created = text(record, "created_at")
    return SideConversation(
        id=text(record, "id"),
        open=words(record, "state") != "closed",
        created_at=moment(created),
        spoken_at=moment(words(record, "message_added_at") or created),
        state_at=moment(words(record, "state_updated_at") or created),
        newest=words(record, "preview_text"),
    )


def team(record: Record, members: Iterable[Person] = ()) -> Team:
    return Team(id=number(record, "id"), name=text(record, "name"), members=tuple(members))


def channel(record: Record) -> Channel:
    return CHANNELS.get(via(record), Channel.EMAIL)


def via(record: Record) -> str:
    """By which way it came, in Zendesk's words; empty where it is not said."""
    said = record.get("via")
    return str(said.get("channel") or "") if isinstance(said, Mapping) else ""


def mark(record: Record) -> Record | None:
    """What we wrote into the metadata of an audit or comment; None when it is not our write."""
    metadata = record.get("metadata")
    custom = metadata.get("custom") if isinstance(metadata, Mapping) else None
    ours = custom.get(MARK) if isinstance(custom, Mapping) else None
    return ours if isinstance(ours, Mapping) else None


def number(record: Record, name: str) -> str:
    """An id, as text."""
    value = record.get(name)
    if isinstance(value, bool) or not isinstance(value, int | str) or not str(value):
        raise MalformedAnswerError(f"{name} is not an id")
    return str(value)


def reference(record: Record, name: str) -> str | None:
    """The id of another record; Zendesk writes "none" in several ways."""
    value = record.get(name)
    return None if value in (None, "", 0, "0") else number(record, name)


def text(record: Record, name: str) -> str:
    """A text that must be there."""
    value = record.get(name)
    if not isinstance(value, str) or not value:
        raise MalformedAnswerError(f"{name} is not a text")
    return value


def words(record: Record, name: str) -> str:
    """A text that may be missing or null."""
    value = record.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise MalformedAnswerError(f"{name} is not a text")
    return value


def moment(stamp: str) -> datetime:
    try:
        return read_moment(stamp)
    except ValueError as error:
        raise MalformedAnswerError(f"{stamp!r} is not a time") from error


def items(record: Record, name: str) -> list[Any]:
    """A list that may be missing or null."""
    value = record.get(name) or []
    if not isinstance(value, list):
        raise MalformedAnswerError(f"{name} is not a list")
    return value


def part(record: Record, name: str) -> Record:
    """An object within, which may be missing or null."""
    value = record.get(name) or {}
    if not isinstance(value, Mapping):
        raise MalformedAnswerError(f"{name} is not an object")
    return value


def records_of(body: Record, name: str) -> list[Record]:
    """The records of an answer's list; what is none of them is left out."""
    rows = body.get(name)
    if not isinstance(rows, list):
        raise MalformedAnswerError(f"a page of {name} has no {name}")
    return [row for row in rows if isinstance(row, Mapping)]


def plain(thing: Any) -> Record:
    """The JSON behind one of zenpy's objects."""
    record = thing.to_dict() if hasattr(thing, "to_dict") else thing
    if not isinstance(record, Mapping):
        raise MalformedAnswerError(f"a {type(thing).__name__} is not a record")
    return record


def every(things: Any) -> list[Record]:
    """The JSON of all of a list's pages."""
    # zenpy hands back an answer that it cannot read, and that could be iterated too.
    if not isinstance(things, BaseResultGenerator):
        raise MalformedAnswerError(f"a {type(things).__name__} is not a list of records")
    trail, page, found = Trail("records"), None, []
    for thing in things:
        if things._response_json is not page:  # zenpy follows the pages by itself, for as long as there are any
            page = things._response_json
            trail.follow(str(page.get(things.next_page_attr) or "") or next_page(page))
        found.append(plain(thing))
    return found


def next_page(body: Record) -> str:
    """The address of the page after this one, in any of Zendesk's ways of paging; empty after the last."""
    meta, links = body.get("meta"), body.get("links")
    if isinstance(meta, Mapping) and meta.get("has_more"):
        return words(links, "next") if isinstance(links, Mapping) else ""
    return words(body, "next_page")
