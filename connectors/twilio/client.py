"""A Twilio account, and the SDK's client for it: with our timeouts, without retries, pointed elsewhere when asked
to."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import chain, islice
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

import requests
from twilio.http.http_client import TwilioHttpClient  # type: ignore[import-untyped]
from twilio.http.response import Response  # type: ignore[import-untyped]
from twilio.rest import Client  # type: ignore[import-untyped]

from connectors.measures import MeasuredAdapter
from connectors.paging import MOST_PAGES, pages
from connectors.twilio.errors import CODES
from connectors.twilio.forms import Form
from core.errors import ConfigurationError, TransientError
from core.model.customer import Channel
from core.model.ids import EffectId
from core.text.outside import read_json, read_wait

LONGEST_VALIDITY = timedelta(hours=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class TwilioAccount:
    """Credentials, senders and where delivery reports go.

    `status_url` is the public address of our status webhook. `validity` is how long a text may wait in Twilio's
    queue, so that none leaves hours later. `forms` are the approved templates that are used where WhatsApp allows
    nothing else. `base_url` sends every request elsewhere (the sandbox).
    """

    sid: str
    auth_token: str = field(repr=False)
    sms_sender: str
    whatsapp_sender: str = ""
    status_url: str
    validity: timedelta = timedelta(hours=1)
    forms: tuple[Form, ...] = ()
    base_url: str | None = None
    connect_timeout: timedelta = timedelta(seconds=3)
    read_timeout: timedelta = timedelta(seconds=10)

    def __post_init__(self) -> None:
        for name in ("sid", "auth_token", "sms_sender", "status_url"):
            if not getattr(self, name):
                raise ValueError(f"a Twilio account needs its {name}")
        if not timedelta(seconds=1) <= self.validity <= LONGEST_VALIDITY:
            raise ValueError("validity must lie between 1 s and 10 h")

    def sender(self, channel: str) -> str:
        """The address messages of this channel come from."""
        senders = {Channel.SMS.value: self.sms_sender, Channel.WHATSAPP.value: address(channel, self.whatsapp_sender)}
        if not senders.get(channel):
            raise ConfigurationError(f"there is no Twilio sender for {channel}")
        return senders[channel]

    def status_callback(self, effect_id: EffectId) -> str:
        """The status webhook's address, with the effect that it will be about."""
        parts = urlsplit(self.status_url)
        query = "&".join(filter(None, (parts.query, urlencode({"effect": effect_id}))))
        return urlunsplit(parts._replace(query=query))


def address(channel: str, number: str) -> str:
    """A phone number as this channel writes it; empty stays empty."""
    if channel != Channel.WHATSAPP or not number or number.startswith("whatsapp:"):
        return number
    return f"whatsapp:{number}"


ORIGINAL_HOST = "X-Original-Host"
DEFAULT_WAIT = timedelta(seconds=30)
LARGEST_PAGE, PAGES = 1_000, 20  # rows of a page, and pages looked through
log = logging.getLogger(__name__)


class TimedAdapter(MeasuredAdapter):
    """Two time limits where the SDK knows one."""

    def __init__(self, timeout: tuple[float, float]) -> None:
        # Trying again is the queue's work: a retry here could send a text twice.
        super().__init__("twilio", max_retries=0)
        self._timeout = timeout

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        return super().send(request, *args, **{**kwargs, "timeout": self._timeout})


class AccountHttpClient(TwilioHttpClient):  # type: ignore[misc]  # the SDK carries no types
    """Sends the SDK's requests, to `base_url` when there is one: then X-Original-Host says where they were for."""

    def __init__(self, account: TwilioAccount) -> None:
        super().__init__()
        self._base = urlsplit(account.base_url) if account.base_url else None
        timeout = account.connect_timeout.total_seconds(), account.read_timeout.total_seconds()
        for scheme in ("https://", "http://"):
            self.session.mount(scheme, TimedAdapter(timeout))

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Response:
        if self._base is not None:
            asked = urlsplit(url)
            kwargs["headers"] = {**(kwargs.get("headers") or {}), ORIGINAL_HOST: asked.netloc}
            path = self._base.path.rstrip("/") + asked.path
            url = urlunsplit((self._base.scheme, self._base.netloc, path, asked.query, ""))
        answer = super().request(method, url, *args, **kwargs)
        if answer.status_code == 429 and issubclass(CODES.get(code_of(answer), TransientError), TransientError):
            raise self._wait(answer, method)
        return answer

    def _wait(self, answer: Response, method: str) -> TransientError:
        """A refusal for now, with Twilio's own wish where it has one: the SDK's error would drop the header."""
        wait = read_wait((answer.headers or {}).get("Retry-After")) or DEFAULT_WAIT
        return TransientError(f"Twilio takes no {method} for now", retry_after=wait)


def code_of(answer: Response) -> int:
    """Twilio's code in an answer that is no success; 0 where it has none."""
    try:
        code = read_json(answer.text).get("code")
    except (AttributeError, TypeError, ValueError):
        return 0
    return code if isinstance(code, int) else 0


def listed(what: str, resource: Any, *, limit: int, **query: Any) -> Iterator[Any]:
    """The first `limit` of one of the SDK's lists."""
    size = min(limit, LARGEST_PAGE)
    found = list_pages(what, resource, size=size, most=PAGES, warn=log.warning, **query)
    return islice(chain.from_iterable(found), limit)


def list_pages(
    what: str,
    resource: Any,
    *,
    size: int,
    most: int = MOST_PAGES,
    warn: Callable[[str], object] | None = None,
    **query: Any,
) -> Iterator[Any]:
    """One of the SDK's lists, a page at a time as they are asked for. The SDK itself follows pages without an end."""

    def read(address: str) -> tuple[Any, str]:
        page = resource.get_page(address) if address else resource.page(page_size=size, **query)
        return page, str(page.next_page_url or "")

    return pages(what, read, most=most, warn=warn)


def connect(account: TwilioAccount) -> Client:
    """The account's client, ready for calls. Nothing is sent yet."""
    return Client(account.sid, account.auth_token, http_client=AccountHttpClient(account))
