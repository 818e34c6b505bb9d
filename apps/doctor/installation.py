"""What the doctor looks at, and with what."""

import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from ipaddress import ip_address
from urllib.parse import urlsplit

import requests

from apps.bootstrap.examined import ExaminedContainer
from apps.settings import Settings
from core.ports import Now

ASKED_WITHIN = 8.0  # seconds for one request of our own


@dataclass(frozen=True)
class Installation:
    """One Handrail. `problems` are the settings that need attention; what is missing is then empty in `settings`."""

    settings: Settings
    now: Now
    problems: tuple[str, ...] = ()
    # Whom to trust with certificates: the system's authorities, and for our own requests those that requests knows.
    trust: Callable[[], ssl.SSLContext] = field(default=ssl.create_default_context)
    verify: str | bool = True

    @cached_property
    def container(self) -> ExaminedContainer:
        return ExaminedContainer(self.settings, longest_wait=timedelta(seconds=0))

    @property
    def public_url(self) -> str:
        return self.settings.public_url.rstrip("/")

    @property
    def real_vendors(self) -> bool:
        """Whether any vendor is asked at its own address, and not at a stand-in's."""
        zendesk, twilio, slack = self.settings.zendesk, self.settings.twilio, self.settings.slack
        vendors = ((zendesk.subdomain, zendesk.url), (twilio.account_sid, twilio.url), (slack.bot_token, slack.url))
        return any(used and not url for used, url in vendors)

    def missing(self, keys: tuple[str, ...]) -> list[str]:
        """Those of these settings that are empty."""
        return [key for key in keys if not self.settings.texts[key]]

    def post(self, path: str, body: bytes, headers: dict[str, str]) -> requests.Response:
        """A request of our own to the public address; redirects are not followed: vendors do not follow them."""
        url = self.public_url + path
        return requests.post(
            url, data=body, headers=headers, timeout=ASKED_WITHIN, allow_redirects=False, verify=self.verify
        )


def loopback(url: str) -> bool:
    """Whether an address is this machine's alone."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
