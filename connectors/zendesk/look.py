"""What `handrail doctor` asks of an account beyond what an installer does; nothing here writes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

import requests

from connectors.faults import MalformedAnswerError, json_of
from connectors.zendesk import records
from connectors.zendesk.api import Pages, ZendeskApi
from connectors.zendesk.help_center import ORIGIN
from connectors.zendesk.installer import FOR_TRIGGERS
from connectors.zendesk.records import Record
from core.errors import ConfigurationError, RejectedError

# What Handrail reads, and a request that needs the right to.
READS = {
    "tickets": "/api/v2/tickets.json?per_page=1",
    "users": "/api/v2/users.json?per_page=1",
    "groups": "/api/v2/groups.json?per_page=1",
    "macros": "/api/v2/macros.json?per_page=1",
    "webhooks": "/api/v2/webhooks?page[size]=1",
    "triggers": "/api/v2/triggers.json?per_page=1",
    "apps": "/api/v2/apps/owned.json",
    "Help Center articles": "/api/v2/help_center/articles.json?per_page=1",
    "agents' availability": "/api/v2/agent_availabilities?page[size]=1",
}
HEARD = frozenset({"Create", "Comment", "VoiceComment"})  # audit events of which a webhook tells us
MOST_INVOCATIONS = 100
MOST_TICKETS = 25  # whose audits are read: each costs a request


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenWebhook:
    """A webhook of the account."""

    id: str
    name: str
    endpoint: str
    active: bool
    subscriptions: frozenset[str]

    @property
    def for_triggers(self) -> bool:
        return FOR_TRIGGERS in self.subscriptions


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempts:
    """What became of a webhook's latest deliveries; `why` counts the failed ones by status code."""

    sent: int
    failed: int
    why: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A ticket that somebody other than Handrail wrote on."""

    ticket: str
    at: datetime


class ZendeskLook:
    """Errors are those of `core.errors`."""

    def __init__(self, api: ZendeskApi) -> None:
        self._api = api
        self._pages = Pages(api)

    def list_refused(self) -> list[str]:
        """Which of the things that Handrail reads these credentials may not read."""
        return [name for name, path in READS.items() if not self._may(path)]

    def _may(self, path: str) -> bool:
        try:
            with self._api.reading("try a permission"):
                self._api.get(path)
        except ConfigurationError:
            return False
        except RejectedError as error:
            # The plan does not have it, or no Help Center was made: no question of permission.
            if error.code in ("404", "RecordNotFound", "InvalidEndpoint"):
                return True
            raise
        return True

    def webhooks(self) -> list[SeenWebhook]:
        return [_webhook(row) for row in self._pages.all("/api/v2/webhooks?page[size]=100", "webhooks")]

    def triggers_of(self, webhook_id: str) -> list[str]:
        """The titles of the active triggers that call a webhook."""
        rows = self._pages.all("/api/v2/triggers.json?active=true", "triggers")
        return [records.words(row, "title") for row in rows if row.get("active") and _calls(row, webhook_id)]

    def attempts(self, webhook_id: str, since: datetime) -> Attempts:
        """The deliveries that ended since then, the latest hundred at most."""
        path = f"/api/v2/webhooks/{webhook_id}/invocations?page[size]={MOST_INVOCATIONS}&sort=-latest_completed_at"
        rows = records.records_of(self._pages.body(path, "invocations"), "invocations")[:MOST_INVOCATIONS]
        ended = [row for row in rows if _after(row, since)]
        failed = [row for row in ended if records.words(row, "status") == "failed"]
        codes = [str(row.get("status_code") or "no answer") for row in failed]
        counts = sorted(((code, codes.count(code)) for code in set(codes)), key=lambda pair: -pair[1])
        return Attempts(sent=len(ended), failed=len(failed), why=tuple(counts))

    def sent_test(self, webhook_id: str, payload: str) -> tuple[int, str]:
        """Let Zendesk send this text through a webhook, signed, and tell what the other side answered: its status (0
        where it did not answer) and its words. The test shows among the webhook's deliveries, and nowhere else."""
        account = self._api.account
        address = f"{account.origin}/api/v2/webhooks/test?webhook_id={webhook_id}"
        with self._api.writing("send a test through the webhook", repeatable=True):
            answer = self._api.session.post(address, json={"request": {"payload": payload}}, timeout=account.timeout)
            if answer.status_code >= 300:
                raise requests.HTTPError(str(answer.status_code), response=answer)
            body = json_of(answer)
            told = body.get("response") if isinstance(body, dict) else None
            if not isinstance(told, dict):
                raise MalformedAnswerError("the test has no response")
            status = told.get("status")
            return status if isinstance(status, int) else 0, records.words(told, "payload")

    def list_changed(self, since: datetime, until: datetime) -> list[str]:
        """The tickets that changed in this time, of the first thousand since its beginning; the export has them a
        minute late."""
        path = f"/api/v2/incremental/tickets/cursor.json?start_time={int(since.timestamp())}&per_page=1000"
        rows = records.records_of(self._pages.body(path, "tickets"), "tickets")
        inside = (row for row in rows if since <= records.moment(records.text(row, "updated_at")) <= until)
        return [records.number(row, "id") for row in inside]

    def spoken_on(self, tickets: list[str], since: datetime, until: datetime, own: str) -> Iterator[Change]:
        """Those on which somebody other than the user `own` wrote in this time; of the first few tickets."""
        for ticket in islice(tickets, MOST_TICKETS):
            path = f"/api/v2/tickets/{ticket}/audits.json?sort_order=desc&per_page=100"
            rows = records.records_of(self._pages.body(path, "audits"), "audits")
            moments = [at for row in rows if (at := _heard_at(row, own)) is not None and since <= at <= until]
            if moments:
                yield Change(ticket=ticket, at=max(moments))

    def latest_articles(self, most: int = 20) -> dict[str, datetime]:
        """Our id → last change, of the public articles that changed last, in their own language."""
        path = f"/api/v2/help_center/articles.json?sort_by=updated_at&sort_order=desc&per_page={most}"
        rows = records.records_of(self._pages.body(path, "articles"), "articles")
        found = [row for row in rows if not row.get("draft") and not row.get("outdated")]
        return {_article(row): records.moment(records.text(row, "updated_at")) for row in found}


def _webhook(row: Record) -> SeenWebhook:
    return SeenWebhook(
        id=records.text(row, "id"),
        name=records.words(row, "name"),
        endpoint=records.words(row, "endpoint"),
        active=records.words(row, "status") == "active",
        subscriptions=frozenset(str(each) for each in records.items(row, "subscriptions")),
    )


def _calls(trigger: Record, webhook_id: str) -> bool:
    rows = trigger.get("actions")
    for row in rows if isinstance(rows, list) else ():
        value = row.get("value")
        called = str(value[0]) if isinstance(value, list) and value else ""
        if row.get("field") == "notification_webhook" and called == webhook_id:
            return True
    return False


def _after(row: Record, since: datetime) -> bool:
    at = records.words(row, "latest_completed_at")
    return bool(at) and records.moment(at) >= since - timedelta(seconds=1)


def _heard_at(audit: Record, own: str) -> datetime | None:
    """When somebody other than us said something in this audit; None where nobody did."""
    if records.mark(audit) is not None or str(audit.get("author_id")) == own:
        return None
    parts = audit.get("events")
    if not isinstance(parts, list):
        raise MalformedAnswerError("an audit without events")
    said = any(str(part.get("type")) in HEARD for part in parts)
    return records.moment(records.text(audit, "created_at")) if said else None


def _article(row: Record) -> str:
    return f"{ORIGIN}:article:{records.number(row, 'id')}:{records.text(row, 'locale').lower()}"
