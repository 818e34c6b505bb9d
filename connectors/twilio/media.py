"""The files of messages at Twilio: fetched with the account's credentials, bounded, and deleted when done with."""

import re
import time
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urljoin, urlsplit, urlunsplit

import requests

from connectors.guarded import GuardedAdapter
from connectors.twilio.client import ORIGINAL_HOST, TwilioAccount
from connectors.twilio.errors import translate_errors
from core.errors import ConfigurationError, RejectedError, TransientError

API_HOST = "api.twilio.com"
# Where Twilio keeps files; it sends on to there with a signed address, which gets no credentials.
FILE_HOSTS = (".twiliocdn.com", ".twilio.com", ".amazonaws.com")
MEDIA = re.compile(r"/2010-04-01/Accounts/AC[0-9a-fA-F]{32}/Messages/(?:SM|MM)[0-9a-fA-F]{32}/Media/ME[0-9a-fA-F]{32}")
REDIRECTS = frozenset({301, 302, 303, 307, 308})
CHUNK = 65_536
SECONDS = 15.0  # for one file: an event is leased for a minute, and a customer waits
MOST_REDIRECTS = 2


class TwilioMedia:
    """Implements `core.ports.Media`. `largest` counts bytes."""

    def __init__(
        self, account: TwilioAccount, largest: int = 5_000_000, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._account, self._largest, self._clock = account, largest, clock
        self._timeout = account.connect_timeout.total_seconds(), account.read_timeout.total_seconds()

    def fetch(self, ref: str) -> bytes:
        """The content of a file by the address that its message named.

        Raises:
            RejectedError: it is no file of this account, is gone, or larger than `largest`.
        """
        url, until = self._address(ref), self._clock() + SECONDS
        with translate_errors("fetch a file"), requests.Session() as session:
            session.trust_env = False
            if not self._account.base_url:  # nothing stands in for Twilio
                session.mount("https://", GuardedAdapter(unknown=requests.ConnectionError, refused=RejectedError))
            answer = self._ask(session, url, own=True)
            for _ in range(MOST_REDIRECTS):
                if answer.status_code not in REDIRECTS:
                    break
                onward = urljoin(answer.url, answer.headers.get("Location", ""))
                answer.close()
                if not self._may_follow(onward):
                    raise RejectedError("fetch a file: it lies at an address that is not Twilio's", code="elsewhere")
                answer = self._ask(session, onward, own=False)
            with answer:
                return self._read_bounded(answer, until)

    def delete(self, ref: str) -> None:
        """Delete it at Twilio; nothing happens where it is gone already, so that it may always be tried again."""
        with translate_errors("delete a file"), requests.Session() as session:
            session.trust_env = False
            url = f"{self._address(ref)}.json"
            answer = session.delete(url, auth=self._auth, headers=self._headers, timeout=self._timeout)
        if answer.status_code not in (204, 404):
            raise _refusal("delete a file", answer.status_code)

    @property
    def _auth(self) -> tuple[str, str]:
        return self._account.sid, self._account.auth_token

    @property
    def _headers(self) -> dict[str, str]:
        return {ORIGINAL_HOST: API_HOST} if self._account.base_url else {}

    def _address(self, ref: str) -> str:
        """Where to ask for it: only ever the account's own files, whatever a message claims."""
        parts = urlsplit(ref)
        ours = MEDIA.fullmatch(parts.path) and f"/Accounts/{self._account.sid}/" in parts.path
        if parts.scheme != "https" or parts.netloc != API_HOST or not ours:
            raise RejectedError("this is no address of a file at Twilio", code="elsewhere")
        if not self._account.base_url:
            return ref
        base = urlsplit(self._account.base_url)
        return urlunsplit((base.scheme, base.netloc, base.path.rstrip("/") + parts.path, "", ""))

    def _may_follow(self, url: str) -> bool:
        parts = urlsplit(url)
        if self._account.base_url and parts.netloc == urlsplit(self._account.base_url).netloc:
            return True
        host = parts.hostname or ""
        return parts.scheme == "https" and host.endswith(FILE_HOSTS) and "@" not in parts.netloc

    def _ask(self, session: requests.Session, url: str, *, own: bool) -> requests.Response:
        auth, headers = (self._auth, self._headers) if own else (None, {})
        return session.get(url, auth=auth, headers=headers, timeout=self._timeout, stream=True, allow_redirects=False)

    def _read_bounded(self, answer: requests.Response, until: float) -> bytes:
        if answer.status_code != 200:
            raise _refusal("fetch a file", answer.status_code)
        content = bytearray()
        for chunk in answer.iter_content(CHUNK):
            content += chunk
            if len(content) > self._largest:
                raise RejectedError("fetch a file: it is too large", code="too_large")
            if self._clock() >= until:
                raise TransientError("fetch a file: it takes too long", retry_after=timedelta(minutes=1))
        return bytes(content)


def _refusal(action: str, status: int) -> Exception:
    if status in (401, 403):
        return ConfigurationError(f"{action}: Twilio answered {status}")
    if status in (408, 429) or status >= 500:
        return TransientError(f"{action}: Twilio answered {status}")
    return RejectedError(f"{action}: Twilio answered {status}", code=str(status))
