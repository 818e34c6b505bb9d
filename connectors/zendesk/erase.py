"""One person's tickets and user, erased in Zendesk for good.

Each call may be made again: what is gone already is as good as done."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import requests

from connectors.zendesk import records
from connectors.zendesk.api import Pages, ZendeskApi
from connectors.zendesk.records import Record
from core.errors import RejectedError
from core.model.customer import IdentityKind
from core.model.privacy import Subject

GONE = (404, 410)
END_USER = "end-user"


class ZendeskEraser:
    """Implements `core.ports.Eraser`. Tickets that the person asked for are deleted and then deleted for good, with
    their comments, files and audits; in other people's tickets their own comments are redacted. Then their user goes:
    Zendesk refuses that while a ticket of theirs is open."""

    name = "zendesk"

    def __init__(self, api: ZendeskApi) -> None:
        self._api, self._pages = api, Pages(api)

    def erase(self, subject: Subject) -> Mapping[str, int]:
        done: Counter[str] = Counter()
        known = subject.values(IdentityKind.HELPDESK)
        users = [each for each in known if self._may_go(each)]
        asked = {number for user in users for number in self._requested(user)}
        for number in sorted({*asked, *subject.tickets, *subject.joined}):
            requester = self._requester(number)
            # One of their own that reads as gone may be deleted and not yet deleted for good.
            if number in asked or requester in users or (requester is None and number in subject.tickets):
                done["tickets"] += self._remove(f"tickets/{number}", f"deleted_tickets/{number}")
            else:
                done["comments"] += self._redact(number, users)
        for user in known:
            done["users"] += self._remove(f"users/{user}", f"deleted_users/{user}")
        return {name: count for name, count in done.items() if count}

    def left(self) -> str:
        return (
            "Zendesk: numbers of deleted tickets and users, its own logs and backups, for as long as its terms say; "
            "the list under /api/v2/users/ID/compliance_deletion_statuses tells how far its products are."
        )

    def _may_go(self, user_id: str) -> bool:
        """A customer who is still there. Nobody of the staff is ever deleted from here."""
        user = self._read(f"users/{user_id}", "user")
        if user is None:
            return False
        if user.get("role") != END_USER:
            raise RejectedError(f"Zendesk user {user_id} is {user.get('role')}: staff is not erased as a customer")
        return True

    def _requested(self, user_id: str) -> list[str]:
        try:
            rows = self._pages.all(f"/api/v2/users/{user_id}/tickets/requested.json?page[size]=100", "tickets")
        except RejectedError:
            return []  # the user is gone, and the tickets went before
        return [records.number(row, "id") for row in rows]

    def _requester(self, number: str) -> str | None:
        ticket = self._read(f"tickets/{number}", "ticket")
        return None if ticket is None else records.reference(ticket, "requester_id")

    def _redact(self, ticket: str, users: list[str]) -> int:
        if self._read(f"tickets/{ticket}", "ticket") is None:
            return 0
        redacted = 0
        for comment in self._pages.all(f"/api/v2/tickets/{ticket}/comments.json?page[size]=100", "comments"):
            if str(comment.get("author_id")) not in users:
                continue
            at = f"tickets/{ticket}/comments/{records.number(comment, 'id')}"
            for file in comment.get("attachments") or ():
                self._ask("PUT", f"{at}/attachments/{file['id']}/redact", {})
            text = records.words(comment, "plain_body") or records.words(comment, "body")
            # Zendesk puts a sign in the place of each letter: what is redacted already is nothing but those.
            if text and set(text) - {"▇", " ", "\n"}:
                self._ask("PUT", f"{at}/redact", {"text": text})
                redacted += 1
        return redacted

    def _remove(self, first: str, then: str) -> int:
        """Deleted, then deleted for good; whether any of it was still there."""
        return int(any([self._ask("DELETE", first), self._ask("DELETE", then)]))

    def _read(self, path: str, name: str) -> Record | None:
        with self._api.reading(f"read {path}"):
            try:
                body: Any = self._api.get(f"/api/v2/{path}.json").json()
            except requests.HTTPError as error:
                if error.response is not None and error.response.status_code in GONE:
                    return None
                raise
        found = body.get(name) if isinstance(body, dict) else None
        return found if isinstance(found, dict) else None

    def _ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> bool:
        """Whether it was there."""
        with self._api.writing(f"{method.lower()} {path}", repeatable=True):
            url = f"{self._api.account.origin}/api/v2/{path}.json"
            answer = self._api.session.request(method, url, json=body, timeout=self._api.account.timeout)
            if answer.status_code in GONE:
                return False
            if answer.status_code >= 300:
                raise requests.HTTPError(str(answer.status_code), response=answer)
        return True
