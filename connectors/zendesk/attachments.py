"""The files of a comment: what Zendesk says of them, and their content where somebody can read it."""

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin

import requests

from connectors.zendesk import records
from connectors.zendesk.api import ZendeskApi
from core.errors import HandrailError
from core.model.conversation import Attachment
from core.ports import FileReader

MOST = 5  # files of one comment that are fetched; the rest are named
KEPT = 200  # files whose text is remembered: a ticket is read again at each event
CHUNK = 65_536
LARGEST = 2_000_000  # bytes


class Attachments:
    """Reads the files of the account's comments. Only the account's own host is asked, and no redirect is followed:
    the request carries the credentials."""

    def __init__(self, api: ZendeskApi, reader: FileReader | None = None) -> None:
        self._api, self._reader = api, reader
        self._known: OrderedDict[str, Attachment] = OrderedDict()

    def of(self, comment: Mapping[str, Any]) -> tuple[Attachment, ...]:
        """All that a comment has. What cannot be fetched or read is there without text."""
        listed = [
            row for row in comment.get("attachments") or () if isinstance(row, Mapping) and not row.get("deleted")
        ]
        return tuple(self._one(row, place < MOST) for place, row in enumerate(listed))

    def _one(self, row: Mapping[str, Any], may_fetch: bool) -> Attachment:
        stated = records.attachment(row)
        if self._reader is None or not may_fetch or not self._reader.wants(stated) or is_unsafe(row):
            return stated
        if stated.ref in self._known:
            return self._known[stated.ref]
        try:
            content = self._content(str(row.get("content_url") or ""))
        except HandrailError:
            return stated  # the answer does not wait for a file; the agent finds it on the ticket
        read = self._known[stated.ref] = self._reader.read(stated, content) if content else stated
        if len(self._known) > KEPT:
            self._known.popitem(last=False)
        return read

    def _content(self, address: str) -> bytes:
        """Empty where it lies elsewhere or is too large."""
        url = urljoin(self._api.account.origin, address)
        if not address or not url.startswith(f"{self._api.account.origin}/"):
            return b""
        with self._api.reading("fetch an attachment"):
            answer = self._api.session.get(url, timeout=self._api.account.timeout, stream=True, allow_redirects=False)
            with answer:
                return bounded(answer) if answer.status_code == 200 else b""


def bounded(answer: requests.Response) -> bytes:
    """The body, or nothing when it is longer than LARGEST."""
    content = bytearray()
    for chunk in answer.iter_content(CHUNK):
        content += chunk
        if len(content) > LARGEST:
            return b""
    return bytes(content)


def is_unsafe(row: Mapping[str, Any]) -> bool:
    """Zendesk's scan found something."""
    return row.get("malware_scan_result") == "malware_found"
