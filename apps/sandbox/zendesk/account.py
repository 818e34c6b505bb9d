"""The one fictional Zendesk account that the stand-in serves."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Settings of the account: who may call, how often, and how far lists and searches lag."""

    subdomain: str = "larkfield"
    account_id: int = 22129848
    app_id: int = 4301
    installation_id: int = 8807
    api_tokens: frozenset[str] = frozenset({"fake-zendesk-token"})
    bearer_tokens: Mapping[str, str] = field(default_factory=dict)  # token -> e-mail of its user
    locales: tuple[str, ...] = ("en-gb", "en-us", "de", "es", "fr")
    index_lag: timedelta = timedelta(seconds=3)
    export_lag: timedelta = timedelta(seconds=60)
    requests_per_minute: int = 700
    ticket_updates_per_minute: int = 100
    updates_per_ticket: int = 30  # by one user in ten minutes
    exports_per_minute: int = 10
    omnichannel: bool = True  # whether the plan has agent availability and skills
    custom_roles: bool = True  # whether the plan has roles of the company's own
    help_center_url: str = ""  # where readers see the articles, if not under the account's own address

    @property
    def public_url(self) -> str:
        """The address that links and signed tokens carry, whatever port the stand-in listens on."""
        return f"https://{self.subdomain}.zendesk.com"
