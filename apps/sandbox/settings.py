"""What the sandbox is told by its environment."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxSettings:
    """Addresses, fake credentials and tempo of the sandbox.

    `handrail_url` is where webhooks are really posted; `handrail_public_url` is what the
    vendors believe the address to be, and what their signatures cover. Lists lag `lag_seconds` behind
    writes, and a message enters its next status every `status_seconds`.
    """

    port: int = 8801
    handrail_url: str = "http://127.0.0.1:8800"
    handrail_public_url: str = ""
    slack_signing_secret: str = "fake-slack-signing-secret"  # noqa: S105 - an obvious fake
    slack_bot_token: str = "xoxb-fake-sandbox-token"  # noqa: S105 - an obvious fake
    slack_app_token: str = "xapp-fake-app-token"  # noqa: S105 - an obvious fake
    slack_client_id: str = "1234567890.1234567890"
    slack_client_secret: str = "fake-slack-client-secret"  # noqa: S105 - an obvious fake
    slack_config_token: str = "xoxe.xoxp-fake-config-token"  # noqa: S105 - an obvious fake
    twilio_account_sid: str = "AC" + "0" * 32
    twilio_auth_token: str = "fake-twilio-auth-token"  # noqa: S105 - an obvious fake
    zendesk_token: str = "fake-zendesk-token"  # noqa: S105 - an obvious fake
    zendesk_email: str = "integration@larkfield.example"
    openai_key: str = "fake-openai-key"
    api_key: str = "fake-handrail-api-key"
    orders_token: str = "fake-orders-token"  # noqa: S105 - an obvious fake
    calendar_token: str = "fake-calendar-token"  # noqa: S105 - an obvious fake
    checks_token: str = "fake-checks-token"  # noqa: S105 - an obvious fake
    sunshine_key_secret: str = "fake-sunshine-key-secret"  # noqa: S105 - an obvious fake
    systems_token: str = "fake-systems-token"  # noqa: S105 - an obvious fake
    shopify_token: str = "fake-shopify-token"  # noqa: S105 - an obvious fake
    hubspot_token: str = "fake-hubspot-token"  # noqa: S105 - an obvious fake
    analytics_file: str = ""  # where product analytics are written; empty: nowhere
    seed: Path = HERE / "company"
    lag_seconds: float = 2.0
    status_seconds: float = 0.4
    zendesk_requests_per_minute: int = 700  # the account's plan: what its API allows
    zendesk_updates_per_minute: int = 100
    clock_file: str = ""  # how many seconds the played story is ahead; empty: the machine's own time

    def __post_init__(self) -> None:
        if self.lag_seconds < 0 or self.status_seconds < 0:
            raise ValueError("SANDBOX_LAG_SECONDS and SANDBOX_STATUS_SECONDS may not be negative")
        if self.zendesk_requests_per_minute < 1 or self.zendesk_updates_per_minute < 1:
            raise ValueError("the SANDBOX_ZENDESK_…_PER_MINUTE limits must be at least 1")
        if not self.handrail_url.startswith("http"):
            raise ValueError(f"SANDBOX_HANDRAIL_URL is not an http address: {self.handrail_url}")

    @property
    def own_url(self) -> str:
        """The sandbox's own address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def public_url(self) -> str:
        """The address of Handrail that vendors have on file, without a closing slash."""
        return (self.handrail_public_url or self.handrail_url).rstrip("/")


def read_settings(environment: Mapping[str, str]) -> SandboxSettings:
    """Settings from `SANDBOX_*` variables; an absent or empty one keeps its default.

    Raises ValueError when a number is not a number or an address is not one.
    """
    kinds: dict[str, Callable[[str], Any]] = {
        "port": int,
        "seed": Path,
        "lag_seconds": float,
        "status_seconds": float,
        "zendesk_requests_per_minute": int,
        "zendesk_updates_per_minute": int,
    }
    given: dict[str, Any] = {}
    for field in fields(SandboxSettings):
        text = environment.get(f"SANDBOX_{field.name.upper()}", "")
        if text:
            given[field.name] = kinds.get(field.name, str)(text)
    return SandboxSettings(**given)
