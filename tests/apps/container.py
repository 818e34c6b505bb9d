"""A container for the web process: real store and settings, nobody at the other end of the queue."""

from functools import cached_property
from pathlib import Path
from typing import Any

from apps.bootstrap import Container
from apps.settings import read_settings
from connectors.sql.store import SqlStore
from tests.apps.zendesk.tokens import AUDIENCE, SESSION_SECRET, key_pair
from tests.keys import KEY
from tests.webhooks.receiving import API_KEY, PUBLIC_URL, TWILIO_TOKEN, ZENDESK_SECRET, Told

SLACK_SECRET = "fake-signing-secret"


class QuietContainer(Container):
    """What would be told to the workers is noted; whether queue and workers answer is said by the test."""

    queue_is_there = True
    workers_there = 1
    hosts_lost: tuple[str, ...] = ()

    @cached_property
    def publisher(self) -> Any:
        return Told()

    def queue_answers(self) -> bool:
        return self.queue_is_there

    def unresolved(self, seconds: float) -> list[str]:
        return list(self.hosts_lost)

    def workers_answering(self, seconds: float) -> int:
        return self.workers_there


def quiet_container(store: SqlStore, folder: Path, **changes: str) -> QuietContainer:
    store_of = {"HANDRAIL_STORE_URL": str(store.writer.url), "HANDRAIL_MASTER_KEY": KEY}
    return QuietContainer(read_settings(environ(folder) | store_of | changes))


def environ(folder: Path) -> dict[str, str]:
    """Settings of the fictional company; the app's public key lies in the folder."""
    key_file = folder / "app.pem"
    key_file.write_text(key_pair("zendesk")[1], encoding="utf-8")
    return {
        "HANDRAIL_DATA_DIR": str(folder),
        "HANDRAIL_PUBLIC_URL": PUBLIC_URL,
        "HANDRAIL_POLICY": "apps/demo/policy.yaml",
        "HANDRAIL_API_KEY": API_KEY,
        "HANDRAIL_SESSION_SECRET": SESSION_SECRET,
        "HANDRAIL_MASTER_KEY": KEY,
        "HANDRAIL_ZENDESK_SUBDOMAIN": "larkfield",
        "HANDRAIL_ZENDESK_EMAIL": "integration@larkfield.example",
        "HANDRAIL_ZENDESK_TOKEN": "fake-zendesk-token",
        "HANDRAIL_ZENDESK_WEBHOOK_SECRET": ZENDESK_SECRET,
        "HANDRAIL_ZENDESK_APP_AUDIENCE": AUDIENCE,
        "HANDRAIL_ZENDESK_APP_KEY_FILE": str(key_file),
        "HANDRAIL_TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
        "HANDRAIL_TWILIO_AUTH_TOKEN": TWILIO_TOKEN,
        "HANDRAIL_TWILIO_SMS_NUMBER": "+15005550006",
        "HANDRAIL_SLACK_BOT_TOKEN": "xoxb-fake",
        "HANDRAIL_SLACK_SIGNING_SECRET": SLACK_SECRET,
    }
