"""One change of one ticket: what it was, what it is, and the audit that says so."""

from collections.abc import Iterable, Mapping
from typing import Any

from apps.sandbox.zendesk.answers import Record, copied, invalid
from apps.sandbox.zendesk.comments import html_of, plain_of
from apps.sandbox.zendesk.fields import custom_status_id, option_tags
from apps.sandbox.zendesk.state import STAFF, ZendeskState

API = {"channel": "api", "source": {"from": {}, "to": {}, "rel": None}}


def no_source() -> Record:
    return {"from": {}, "to": {}, "rel": None}


class Edit:
    """Collects changes to a ticket; `audit` is what Zendesk writes down about them.

    `by_trigger` names the rule that is acting, None while it is a person or the API.
    """

    def __init__(
        self,
        state: ZendeskState,
        ticket: Record,
        actor: Record,
        via: Record,
        created: bool = False,
        metadata: Mapping[str, Any] | None = None,
    ) -> None:
        self.state, self.ticket, self.actor, self.via, self.created = state, ticket, actor, via, created
        self.before: Record = {} if created else copied(ticket)
        self.custom = dict(metadata) if isinstance(metadata, dict) else {}
        self.events: list[Record] = []
        self.comment: Record | None = None
        self.by_trigger: Record | None = None
        self.audit_id = state.new_id("audit")

    def set(self, name: str, value: Any) -> None:
        """Give a field its new value and note it; nothing happens when it has it already."""
        previous = self.ticket.get(name)
        if previous == value:
            return
        self.ticket[name] = value
        self._note_change(name, value, previous)
        if name == "status":
            self.set("custom_status_id", custom_status_id(value))

    def set_custom(self, field: Record, value: Any) -> None:
        """Give a custom field its value; a drop-down's option also becomes a tag."""
        entry = next(each for each in self.ticket["custom_fields"] if each["id"] == field["id"])
        previous = entry["value"]
        if previous == value:
            return
        entry["value"] = value
        self.ticket["fields"] = self.ticket["custom_fields"]
        self._note_change(str(field["id"]), value, previous)
        kept = [tag for tag in self.ticket["tags"] if tag not in option_tags(field)]
        self.set_tags(kept + [tag for tag in option_tags(field) if tag == value])

    def set_tags(self, tags: Iterable[str]) -> None:
        self.set("tags", sorted(set(tags)))

    def add_comment(
        self,
        author: Record,
        body: str,
        public: bool,
        html_body: str | None = None,
        files: Iterable[Record] = (),
    ) -> Record:
        """Append an entry to the ticket; refuses an empty one with 422."""
        plain = plain_of(html_body) if html_body else body
        if not plain.strip():
            raise invalid("base", "Comment: cannot be blank", "BlankValue")
        comment = {
            "id": self.state.new_id("event"),
            "type": "Comment",
            "author_id": author["id"],
            "body": plain,
            "html_body": html_body or html_of(body),
            "plain_body": plain,
            "public": public,
            "attachments": list(files),
            "audit_id": self.audit_id,
        }
        self.events.insert(0, comment)
        self.comment = comment
        self._reopen(author)
        return comment

    def _reopen(self, author: Record) -> None:
        if author["role"] not in STAFF and self.ticket["status"] in ("pending", "hold", "solved"):
            self.set("status", "open")

    def note(self, kind: str, **parts: Any) -> None:
        """Write down something that is not a change: a mail, a webhook call."""
        self.events.append({"id": self.state.new_id("event"), "type": kind, **parts, **self._rule()})

    def audit(self) -> Record:
        """The audit of this edit, in Zendesk's shape."""
        return {
            "id": self.audit_id,
            "ticket_id": self.ticket["id"],
            "created_at": self.ticket["updated_at"],
            "author_id": self.comment["author_id"] if self.comment else self.actor["id"],
            "metadata": {"system": {"client": "sandbox", "ip_address": "127.0.0.1"}, "custom": self.custom},
            "events": self.events,
            "via": self.via,
        }

    @property
    def changed(self) -> bool:
        return bool(self.events)

    def _note_change(self, name: str, value: Any, previous: Any) -> None:
        event = {"id": self.state.new_id("event"), "field_name": name, "value": value, **self._rule()}
        if self.created and self.by_trigger is None:
            self.events.append({**event, "type": "Create"})
        else:
            self.events.append({**event, "type": "Change", "previous_value": previous})

    def _rule(self) -> Record:
        if self.by_trigger is None:
            return {}
        source = {"id": self.by_trigger["id"], "title": self.by_trigger["title"]}
        return {
            "via": {"channel": "rule", "source": {"from": source, "to": {}, "rel": "trigger"}},
        }
