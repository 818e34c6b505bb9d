"""Which messaging app, and which of its integrations is ours."""

from dataclasses import dataclass, field
from datetime import timedelta

AGENT_WORKSPACE = "zd:agentWorkspace"  # the switchboard's own name for Zendesk's agents


@dataclass(frozen=True, slots=True, kw_only=True)
class SunshineAccount:
    """A key of the app, and the custom integration that receives its events.

    `switchboard` is the name of our place in the switchboard, by which control is passed to us. `assistant` is the name
    that customers see over automatic messages. `base_url` sends every request elsewhere (the sandbox).
    """

    subdomain: str
    app_id: str
    key_id: str
    key_secret: str = field(repr=False)
    integration_id: str
    switchboard: str = "handrail"
    assistant: str = "Virtual assistant"
    base_url: str | None = None
    connect_timeout: timedelta = timedelta(seconds=3)
    read_timeout: timedelta = timedelta(seconds=10)

    def __post_init__(self) -> None:
        for name in ("app_id", "key_id", "key_secret", "integration_id"):
            if not getattr(self, name):
                raise ValueError(f"a messaging account needs its {name}")

    @property
    def url(self) -> str:
        """Where the app's resources are."""
        base = (self.base_url or f"https://{self.subdomain}.zendesk.com/sc").rstrip("/")
        return f"{base}/v2/apps/{self.app_id}"
