"""The files of a ticket's comments: what Zendesk says of them, and their content where somebody can read it."""

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urljoin, urlsplit

import requests

from connectors.zendesk import records
from connectors.zendesk.api import ZendeskApi
from core.errors import HandrailError, TransientError
from core.model.conversation import Attachment
from core.ports import FileReader

MOST = 5  # files of one ticket that are fetched, the newest comments' first; the rest are named
SECONDS = 20.0  # for all files of one reading: an event is leased for a minute, and a customer waits
FAILED_FOR = 60.0  # seconds in which a file that could not be had is not asked for again
KEPT = 200  # files that are remembered: a ticket is read again at each event
CHUNK = 65_536
LARGEST = 2_000_000  # bytes
FILE_HOST = ".zdusercontent.com"  # where Zendesk keeps files; it sends on to there with a signed address
REDIRECTS = frozenset({301, 302, 303, 307, 308})
# What a reader may stumble over in a file that is broken on purpose: that file stays unseen, the ticket goes on.
BROKEN = (ArithmeticError, AttributeError, LookupError, OSError, RuntimeError, TypeError, ValueError)

Kept = TypeVar("Kept")


@dataclass(slots=True)
class _Allowance:
    """What one reading of a ticket may still spend on files; `until` is a time of the clock."""

    files: int
    until: float


class Attachments:
    """Reads the files of the account's comments. The credentials go to the account's own host alone; one redirect is
    followed without them, to Zendesk's file host and nowhere else."""

    def __init__(
        self, api: ZendeskApi, reader: FileReader | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._api, self._reader, self._clock = api, reader, clock
        self._known: OrderedDict[str, Attachment] = OrderedDict()
        self._failed: OrderedDict[str, float] = OrderedDict()

    def of_ticket(self, comments: Sequence[Mapping[str, Any]]) -> list[tuple[Attachment, ...]]:
        """All that each comment has, oldest comment first. What cannot be fetched or read is there without text."""
        allowance = _Allowance(files=MOST, until=self._clock() + SECONDS)
        return [self._of(comment, allowance) for comment in reversed(comments)][::-1]

    def _of(self, comment: Mapping[str, Any], allowance: _Allowance) -> tuple[Attachment, ...]:
        rows = comment.get("attachments") or ()
        listed = [row for row in rows if isinstance(row, Mapping) and not row.get("deleted")]
        return tuple(self._one(row, allowance) for row in listed)

    def _one(self, row: Mapping[str, Any], allowance: _Allowance) -> Attachment:
        stated = records.attachment(row)
        if self._reader is None or not self._reader.wants(stated) or is_unsafe(row):
            return stated
        allowance.files -= 1
        if stated.ref in self._known:
            return self._known[stated.ref]
        now = self._clock()
        if allowance.files < 0 or now >= allowance.until or self._failed.get(stated.ref, now) > now:
            return stated
        try:
            read = self._read(self._reader, stated, str(row.get("content_url") or ""), allowance.until)
        except (HandrailError, ValueError):  # requests takes an address that is none for a ValueError
            # The answer does not wait for a file; the agent finds it on the ticket.
            _remember(self._failed, stated.ref, self._clock() + FAILED_FOR)
            return stated
        _remember(self._known, stated.ref, read)
        return read

    def _read(self, reader: FileReader, stated: Attachment, address: str, until: float) -> Attachment:
        content = self._content(address, until)
        try:
            return reader.read(stated, content) if content else stated
        except BROKEN:
            return stated

    def _content(self, address: str, until: float) -> bytes:
        """Empty where it lies elsewhere or is too large."""
        url = _absolute(self._api.account.origin, address)
        if not address or not url.startswith(f"{self._api.account.origin}/"):
            return b""
        with self._api.reading("fetch an attachment"):
            with self._ask(self._api.session, url) as answer:
                if answer.status_code not in REDIRECTS:
                    return self._read_bounded(answer, until)
                onward = _absolute(url, answer.headers.get("Location", ""))
            if not is_file_host(onward):
                return b""
            with anonymous() as session, self._ask(session, onward) as answer:
                return self._read_bounded(answer, until)

    def _ask(self, session: requests.Session, url: str) -> requests.Response:
        return session.get(url, timeout=self._api.account.timeout, stream=True, allow_redirects=False)

    def _read_bounded(self, answer: requests.Response, until: float) -> bytes:
        """The body, or nothing when it is longer than LARGEST."""
        if answer.status_code != 200:
            raise requests.HTTPError(str(answer.status_code), response=answer)
        content = bytearray()
        for chunk in answer.iter_content(CHUNK):
            content += chunk
            if len(content) > LARGEST:
                return b""
            if self._clock() >= until:
                raise TransientError("fetch an attachment: it takes too long")
        return bytes(content)


def anonymous() -> requests.Session:
    """A session that knows no credentials, not even those of a .netrc file."""
    session = requests.Session()
    session.auth = _without_credentials
    return session


def _without_credentials(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def _absolute(base: str, address: str) -> str:
    """Empty where it is no address at all."""
    try:
        return urljoin(base, address)
    except ValueError:
        return ""


def is_file_host(url: str) -> bool:
    """Zendesk's own host for files, over https and its usual port; names of others that look like it are not."""
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname or ""
    except ValueError:
        return False
    return parts.scheme == "https" and host.endswith(FILE_HOST) and port in (None, 443) and "@" not in parts.netloc


def is_unsafe(row: Mapping[str, Any]) -> bool:
    """Zendesk's scan found something."""
    return row.get("malware_scan_result") == "malware_found"


def _remember(kept: OrderedDict[str, Kept], ref: str, value: Kept) -> None:
    kept[ref] = value
    if len(kept) > KEPT:
        kept.popitem(last=False)
