"""The settings of the demo: the product's own variables, pointed at the sandbox, with secrets made for this start."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).parent
COMPANY = HERE.parent / "sandbox" / "company"
SUBDOMAIN = "larkfield"
# What the encoders make of the company's own texts: `python -m apps.demo.pack_vectors` makes it anew.
VECTORS = HERE / "vectors.npz"


def _secret() -> str:
    return secrets.token_hex(24)


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoEnvironment:
    """Addresses, folders and secrets of one start."""

    folder: Path
    web_port: int
    sandbox_port: int
    queue_url: str
    store_url: str = ""
    sandbox_more: Mapping[str, str] = field(default_factory=dict)
    session_secret: str = field(default_factory=_secret, repr=False)
    api_key: str = field(default_factory=_secret, repr=False)
    zendesk_token: str = field(default_factory=_secret, repr=False)
    twilio_token: str = field(default_factory=_secret, repr=False)
    orders_token: str = field(default_factory=_secret, repr=False)
    calendar_token: str = field(default_factory=_secret, repr=False)
    checks_token: str = field(default_factory=_secret, repr=False)
    sunshine_key: str = field(default_factory=_secret, repr=False)
    systems_token: str = field(default_factory=_secret, repr=False)
    slack_secret: str = field(default_factory=_secret, repr=False)
    slack_token: str = field(default_factory=lambda: f"xoxb-sandbox-{_secret()}", repr=False)

    @property
    def web_url(self) -> str:
        return f"http://127.0.0.1:{self.web_port}"

    @property
    def sandbox_url(self) -> str:
        return f"http://127.0.0.1:{self.sandbox_port}"

    def sandbox(self) -> dict[str, str]:
        """What the sandbox is told."""
        return _clean() | {
            "SANDBOX_PORT": str(self.sandbox_port),
            "SANDBOX_HANDRAIL_URL": self.web_url,
            "SANDBOX_SLACK_SIGNING_SECRET": self.slack_secret,
            "SANDBOX_SLACK_BOT_TOKEN": self.slack_token,
            "SANDBOX_TWILIO_AUTH_TOKEN": self.twilio_token,
            "SANDBOX_ZENDESK_TOKEN": self.zendesk_token,
            "SANDBOX_API_KEY": self.api_key,
            "SANDBOX_ORDERS_TOKEN": self.orders_token,
            "SANDBOX_CALENDAR_TOKEN": self.calendar_token,
            "SANDBOX_CHECKS_TOKEN": self.checks_token,
            "SANDBOX_SUNSHINE_KEY_SECRET": self.sunshine_key,
            "SANDBOX_SYSTEMS_TOKEN": self.systems_token,
            "SANDBOX_ANALYTICS_FILE": str(self.analytics),
            **self.sandbox_more,
        }

    def handrail(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        """What Handrail is told: the same variables that an admin sets for real accounts."""
        return _clean() | self._values() | self._secrets() | dict(more or {})

    def connected(self) -> dict[str, str]:
        """What Handrail is told once connect has written what it found into the state folder."""
        variables = self.handrail({"HANDRAIL_CONFIG": str(self.toml)})
        # The environment would come before the real one, which now lies in the secrets folder.
        del variables["HANDRAIL_ZENDESK_WEBHOOK_SECRET"]
        return variables

    @property
    def analytics(self) -> Path:
        """The sandbox's database of product analytics."""
        return self.folder / "analytics.db"

    @property
    def toml(self) -> Path:
        return self.folder / "handrail.toml"

    def _values(self) -> dict[str, str]:
        return {
            "HANDRAIL_DATA_DIR": str(self.folder),
            "HANDRAIL_STORE_URL": self.store_url,
            "HANDRAIL_QUEUE_URL": self.queue_url,
            "HANDRAIL_PUBLIC_URL": self.web_url,
            "HANDRAIL_LISTEN": f"127.0.0.1:{self.web_port}",
            # The sandbox's calls are those of many customers and vendors, all from this machine.
            "HANDRAIL_TRUSTED_PROXIES": "127.0.0.1",
            "HANDRAIL_COMPANY": "Larkfield Home",
            "HANDRAIL_FRAME_ANCESTORS": self.sandbox_url,
            "HANDRAIL_POLICY": str(HERE / "policy.yaml"),
            "HANDRAIL_STYLE": str(HERE / "style.yaml"),
            "HANDRAIL_SCENARIOS": str(HERE / "scenarios.yaml"),
            "HANDRAIL_ORDERS_URL": f"{self.sandbox_url}/orders",
            "HANDRAIL_ACTIONS_SYSTEMS": str(HERE / "systems.yaml"),
            "HANDRAIL_CALENDAR_URL": f"{self.sandbox_url}/calendar",
            "HANDRAIL_STATUS_URL": f"{self.sandbox_url}/status",
            "HANDRAIL_STATUS_PLACES": str(HERE / "status_places.json"),
            "HANDRAIL_STATUS_SECONDS": "10",
            "HANDRAIL_CHECKS_URL": f"{self.sandbox_url}/checks",
            "HANDRAIL_PROFILE_URL": f"{self.sandbox_url}/systems",
            "HANDRAIL_PROFILE_MAPPING": str(HERE / "profile.json"),
            "HANDRAIL_PROFILE_SQL_QUERY": str(HERE / "profile.sql"),
            "HANDRAIL_INTENTS": str(COMPANY / "intents.yaml"),
            "HANDRAIL_KNOWLEDGE_TICKETS": "true",
            "HANDRAIL_KNOWLEDGE_MACROS": "true",
            "HANDRAIL_ZENDESK_SUBDOMAIN": SUBDOMAIN,
            "HANDRAIL_ZENDESK_EMAIL": "integration@larkfield.example",
            "HANDRAIL_ZENDESK_URL": f"{self.sandbox_url}/zendesk",
            "HANDRAIL_TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
            "HANDRAIL_TWILIO_SMS_NUMBER": "+15005550006",
            "HANDRAIL_TWILIO_VOICE_NUMBER": "+15005550006",
            "HANDRAIL_TWILIO_WHATSAPP_NUMBER": "+14155238886",
            "HANDRAIL_TWILIO_URL": f"{self.sandbox_url}/twilio",
            "HANDRAIL_JOURNEY_ORIGINS": self.sandbox_url,
            "HANDRAIL_SUNSHINE_APP_ID": "app" + "5" * 21,
            "HANDRAIL_SUNSHINE_KEY_ID": "app_" + "6" * 24,
            "HANDRAIL_SUNSHINE_INTEGRATION_ID": "1" * 24,
            "HANDRAIL_SUNSHINE_URL": f"{self.sandbox_url}/sunshine",
            "HANDRAIL_SLACK_URL": f"{self.sandbox_url}/slack/api/",
            "HANDRAIL_ZAF_SDK_URL": f"{self.sandbox_url}/sandbox/zaf_sdk.js",
        }

    def _secrets(self) -> dict[str, str]:
        return {
            "HANDRAIL_API_KEY": self.api_key,
            "HANDRAIL_SESSION_SECRET": self.session_secret,
            "HANDRAIL_ZENDESK_TOKEN": self.zendesk_token,
            # Until connect has read the real one from the helpdesk.
            "HANDRAIL_ZENDESK_WEBHOOK_SECRET": "not-connected-yet",
            "HANDRAIL_ORDERS_TOKEN": self.orders_token,
            "HANDRAIL_CALENDAR_TOKEN": self.calendar_token,
            "HANDRAIL_CHECKS_TOKEN": self.checks_token,
            "HANDRAIL_SUNSHINE_KEY_SECRET": self.sunshine_key,
            "HANDRAIL_PROFILE_TOKEN": self.systems_token,
            "HANDRAIL_PROFILE_SQL_URL": f"sqlite:///{self.analytics}",
            "HANDRAIL_TWILIO_AUTH_TOKEN": self.twilio_token,
            "HANDRAIL_SLACK_BOT_TOKEN": self.slack_token,
            "HANDRAIL_SLACK_SIGNING_SECRET": self.slack_secret,
        }


def _clean() -> dict[str, str]:
    """Our environment without an admin's own Handrail settings: the demo never touches a real account."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HANDRAIL_", "SANDBOX_"))}
    # Some vendor clients would send even calls to this machine through a proxy.
    return kept | {"NO_PROXY": "127.0.0.1,localhost", "no_proxy": "127.0.0.1,localhost"}
