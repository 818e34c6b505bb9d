"""A whole Handrail to look at: the real web app, the sandbox's vendors over HTTP, a queue; and ways to break it."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from werkzeug.serving import make_server

from apps.app_package.package import build_package
from apps.bootstrap.examined import ExaminedContainer
from apps.doctor.examine import CHECKS, look
from apps.doctor.installation import Installation
from apps.doctor.lines import Seen, State
from apps.settings import read_settings
from apps.wsgi import create_app
from connectors.sql.store import SqlStore
from tests.apps.container import QuietContainer, environ
from tests.apps.sandbox.running import Sandbox, serving
from tests.keys import KEY
from webhooks.twilio import RETRIES
from webhooks.zendesk.view import KINDS

WHATSAPP = "+14155238886"


@dataclass
class Ward:
    """One Handrail with its vendors. `environ` is what it and the doctor are told."""

    url: str
    sandbox: Sandbox
    environ: dict[str, str]
    webhook_id: str = ""
    skew: timedelta = field(default_factory=timedelta)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.skew

    def installation(self, **changes: str) -> Installation:
        told = self.environ | changes
        return Installation(settings=read_settings({k: v for k, v in told.items() if v}, needed=()), now=self.now)

    def see(self, section: str, name: str, **changes: str) -> list[Seen]:
        """What one check says; `changes` are settings, empty for one that is not set."""
        (check,) = (check for check in CHECKS if (check.section, check.name) == (section, name))
        return look(check, self.installation(**changes))

    def faults(self, section: str, name: str, **changes: str) -> list[tuple[State, str]]:
        """The lines of a check that are not ok; each says what to do."""
        seen = [each for each in self.see(section, name, **changes) if each.state is not State.OK]
        assert all(each.fix for each in seen if each.state is not State.SKIPPED)
        return [(each.state, each.found) for each in seen]


@contextmanager
def ward(store: SqlStore, folder: Path, queue_url: str) -> Iterator[Ward]:
    """Everything connected as `handrail connect` leaves it, but for the workers: nobody is at work.

    `store` has the demo's policy in force."""
    # Bound from the beginning: a port that is only known to be free may be somebody's by the time we come to it.
    ours = socket.create_server(("127.0.0.1", 0))
    port = ours.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    with ours, serving(handrail_url=url, handrail_public_url=url) as sandbox:
        told = _told(sandbox, folder, url) | {
            "HANDRAIL_STORE_URL": store.writer.url.render_as_string(hide_password=False),
            "HANDRAIL_QUEUE_URL": queue_url,
        }
        one = Ward(url=url, sandbox=sandbox, environ=told)
        _connected(one, folder)
        app = create_app(QuietContainer(read_settings(one.environ)))
        server = make_server("127.0.0.1", port, app, threaded=True, fd=ours.fileno())
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield one
        finally:
            server.shutdown()
            server.server_close()


def _told(sandbox: Sandbox, folder: Path, url: str) -> dict[str, str]:
    vendors = sandbox.world.settings
    return environ(folder) | {
        "HANDRAIL_PUBLIC_URL": url,
        "HANDRAIL_API_KEY": "fake-api-key-of-some-length",
        "HANDRAIL_SESSION_SECRET": "fake-session-secret-of-some-length",
        "HANDRAIL_MASTER_KEY": KEY,
        "HANDRAIL_ZENDESK_URL": f"{sandbox.url}/zendesk",
        "HANDRAIL_ZENDESK_TOKEN": vendors.zendesk_token,
        "HANDRAIL_TWILIO_URL": f"{sandbox.url}/twilio",
        "HANDRAIL_TWILIO_AUTH_TOKEN": vendors.twilio_auth_token,
        "HANDRAIL_TWILIO_WHATSAPP_NUMBER": WHATSAPP,
        "HANDRAIL_SLACK_URL": f"{sandbox.url}/slack/api/",
        "HANDRAIL_SLACK_BOT_TOKEN": vendors.slack_bot_token,
        "HANDRAIL_SLACK_SIGNING_SECRET": vendors.slack_signing_secret,
        "HANDRAIL_ACTIONS_SYSTEMS": str(Path("apps/demo/systems.yaml").resolve()),
        "HANDRAIL_ORDERS_URL": f"{sandbox.url}/orders",
        "HANDRAIL_ORDERS_TOKEN": vendors.orders_token,
        "HANDRAIL_PROFILE_URL": f"{sandbox.url}/systems",
        "HANDRAIL_PROFILE_TOKEN": vendors.systems_token,
    }


def _connected(one: Ward, folder: Path) -> None:
    """Webhook, app and numbers, made over the vendors' APIs."""
    container = ExaminedContainer(read_settings(one.environ))
    hooks = f"{one.url}/webhooks"
    installer = container.zendesk_installer
    one.webhook_id, secret = installer.ensure_webhook("Handrail events", f"{hooks}/zendesk/events", sorted(KINDS))
    container.app_look._pause = lambda seconds: None  # the sandbox builds at once
    app_id = container.app_look.upload("Handrail", build_package())
    installation = container.app_look.install(app_id, {"handrail_host": one.url.removeprefix("http://")})
    key = folder / "app.pem"
    key.write_text(installer.public_key(app_id), encoding="utf-8")
    number = container.twilio_installer
    texts = f"{hooks}/twilio/message{RETRIES}"
    number.set_number(number.number().sid, {"sms_url": texts, "sms_method": "POST", "sms_fallback_url": texts})
    sender = container.twilio_installer.whatsapp()
    assert sender is not None
    container.twilio_installer.set_whatsapp(sender.sid, {"callback_url": f"{hooks}/twilio/message"})
    one.environ |= {
        "HANDRAIL_ZENDESK_WEBHOOK_SECRET": secret,
        "HANDRAIL_ZENDESK_USER_ID": installer.whoami(),
        "HANDRAIL_ZENDESK_APP_ID": app_id,
        "HANDRAIL_ZENDESK_APP_AUDIENCE": f"https://larkfield.zendesk.com/api/v2/apps/installations/{installation}.json",
        "HANDRAIL_ZENDESK_APP_KEY_FILE": str(key),
    }
