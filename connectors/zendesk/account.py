"""Which Zendesk account, and as whom."""

from dataclasses import dataclass, field
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class ZendeskAccount:
    """One account and the integration user's credentials.

    `base_url` sends every request elsewhere (the sandbox, a test server); a path in it is kept as a prefix.
    """

    subdomain: str
    email: str
    token: str = field(repr=False)
    base_url: str | None = None
    connect_timeout: timedelta = timedelta(seconds=3)
    read_timeout: timedelta = timedelta(seconds=10)

    def __post_init__(self) -> None:
        for name in ("subdomain", "email", "token"):
            if not getattr(self, name):
                raise ValueError(f"a Zendesk account needs its {name}")
        if self.base_url is not None and not self.base_url.startswith(("http://", "https://")):
            raise ValueError(f"base_url is not an http address: {self.base_url}")

    @property
    def origin(self) -> str:
        return f"https://{self.subdomain}.zendesk.com"

    @property
    def timeout(self) -> tuple[float, float]:
        """Seconds to connect and to read, as requests wants them."""
        return self.connect_timeout.total_seconds(), self.read_timeout.total_seconds()
