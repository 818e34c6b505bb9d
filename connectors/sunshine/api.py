"""One place for requests to the messaging API: credentials, time limits, errors."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import requests
from requests.adapters import HTTPAdapter

from connectors.sunshine.account import SunshineAccount
from connectors.sunshine.errors import UNREADABLE, check_answer, translated
from core.errors import RejectedError, UnknownOutcome

Json = Mapping[str, Any]


class SunshineApi:
    """The app's resources, as JSON. Trying again is the queue's work: nothing is repeated here."""

    def __init__(self, account: SunshineAccount) -> None:
        self.account = account
        self._timeout = account.connect_timeout.total_seconds(), account.read_timeout.total_seconds()
        self._session = requests.Session()
        self._session.auth = (account.key_id, account.key_secret)
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, HTTPAdapter(max_retries=0))

    def get(self, path: str, action: str, query: Mapping[str, str] | None = None) -> Json:
        return self._ask("GET", path, action, query=query)

    def post(self, path: str, body: Json, action: str, *, write: bool = False) -> Json:
        """`write`: doing it twice would be two."""
        return self._ask("POST", path, action, body=body, write=write)

    def patch(self, path: str, body: Json, action: str) -> Json:
        return self._ask("PATCH", path, action, body=body)

    def delete(self, path: str, action: str) -> None:
        self._ask("DELETE", path, action)

    def _ask(
        self,
        method: str,
        path: str,
        action: str,
        *,
        body: Json | None = None,
        query: Mapping[str, str] | None = None,
        write: bool = False,
    ) -> Json:
        with translated(action, write=write):
            answer = self._session.request(
                method,
                f"{self.account.url}{path}",
                json=body,
                params=query,
                timeout=self._timeout,
                allow_redirects=False,
            )
        check_answer(answer, action, write=write)
        try:
            found = answer.json() if answer.content else {}
        except ValueError as error:
            found = error
        if isinstance(found, dict):
            return found
        unreadable = f"could not read the answer to the attempt to {action}"
        raise UnknownOutcome(unreadable) if write else RejectedError(unreadable, code=UNREADABLE)


def conversation_path(address: str, rest: str = "") -> str:
    return f"/conversations/{quote(address, safe='')}{rest}"
