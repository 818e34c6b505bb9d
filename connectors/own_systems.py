"""Speaking to a system of the company's own: JSON over HTTP with a bearer token, its errors turned into ours."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import requests

from connectors.faults import certificate_refused, json_of
from connectors.guarded import own_session
from core.errors import ConfigurationError, RejectedError, TransientError, UnknownOutcome

TIMEOUT = timedelta(seconds=5)
MOST_BYTES = 2_000_000
JSON = dict[str, Any]


class OwnSystem:
    """`name` is what people call it, `setting` the variable that holds its token."""

    def __init__(self, name: str, setting: str, *, url: str, token: str, timeout: timedelta = TIMEOUT) -> None:
        self._name, self._setting = name, setting
        self._url, self._timeout = url.rstrip("/"), timeout.total_seconds()
        self._session = own_session(self._url, token, system=name)

    def ask(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        key: str = "",
        absent: bool = False,
    ) -> JSON:
        """The answer's JSON. With a `key` it is a change that may have been made although no answer came. `absent`: a
        404 is an answer too, an empty one."""
        try:
            answer = self._session.request(
                method,
                f"{self._url}{path}",
                params=query,
                json=body,
                headers={"Idempotency-Key": key} if key else None,
                timeout=self._timeout,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            raise self._error_of(error, changes=bool(key)) from error
        if absent and answer.status_code == 404:
            return {}
        return self._read(answer)

    def _error_of(self, error: requests.RequestException, *, changes: bool) -> Exception:
        if certificate_refused(error):
            return ConfigurationError(f"{self._name}: its certificate is refused: {error}")
        kind = UnknownOutcome if changes and not isinstance(error, requests.ConnectTimeout) else TransientError
        return kind(f"{self._name} does not answer: {type(error).__name__}")

    def _read(self, answer: requests.Response) -> JSON:
        status = answer.status_code
        if status in (401, 403):
            raise ConfigurationError(f"{self._name} refuses the token (HTTP {status}); set {self._setting}")
        if status == 429 or status >= 500:
            raise TransientError(f"{self._name} is busy or broken (HTTP {status})")
        if status == 204:
            return {}
        if status >= 300 or len(answer.content) > MOST_BYTES:
            code = "gone" if status in (409, 410) else str(status)
            raise RejectedError(f"{self._name} answered with HTTP {status}", code=code)
        return self._parse(answer)

    def _parse(self, answer: requests.Response) -> JSON:
        try:
            found = json_of(answer)
        except ValueError as error:
            raise RejectedError(f"{self._name}: its answer is not JSON", code="malformed_answer") from error
        if not isinstance(found, dict):
            raise RejectedError(f"{self._name}: its answer is no JSON object", code="malformed_answer")
        return found
