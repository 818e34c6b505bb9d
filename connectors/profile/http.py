"""A system that answers over HTTP with JSON, as a mapping file describes it."""

from datetime import datetime, timedelta
from typing import Any

import requests

from connectors.faults import certificate_refused, json_of
from connectors.guarded import own_session, path_part
from connectors.profile.mapping import Mapping, keys_of, value_at
from core.errors import ConfigurationError, RejectedError, TransientError
from core.model.customer import Customer
from core.model.profile import ProfileFact
from core.ports import Now
from core.text.outside import read_moment

TIMEOUT = timedelta(seconds=5)
MOST_BYTES = 1_000_000


class HttpProfileSource:
    """Implements `core.ports.ProfileSource`: `GET {url}{path}` with a bearer token."""

    def __init__(self, *, url: str, token: str, mapping: Mapping, now: Now, timeout: timedelta = TIMEOUT) -> None:
        self._url, self._mapping, self._now = url.rstrip("/"), mapping, now
        self._timeout = timeout.total_seconds()
        self._session = own_session(self._url, token, system="profile")

    @property
    def name(self) -> str:
        return self._mapping.name

    def facts(self, customer: Customer) -> list[ProfileFact]:
        keys = keys_of(customer)
        if self._mapping.places - keys.keys():
            return []
        path = self._mapping.path.format(**{name: path_part(keys[name]) for name in self._mapping.places})
        return self._facts_of(self._ask(path))

    def _ask(self, path: str) -> Any:
        """The JSON of the answer; None where the system does not know the customer."""
        try:
            answer = self._session.get(f"{self._url}{path}", timeout=self._timeout, allow_redirects=False)
        except requests.RequestException as error:
            if certificate_refused(error):
                raise ConfigurationError(f"the certificate of {self.name} is refused: {error}") from error
            raise TransientError(f"{self.name} does not answer: {type(error).__name__}") from error
        if answer.status_code == 404:
            return None
        self._refuse(answer)
        try:
            return json_of(answer)
        except ValueError as error:
            raise RejectedError(
                f"{self.name} answers with something else than JSON", code="malformed_answer"
            ) from error

    def _refuse(self, answer: requests.Response) -> None:
        status = answer.status_code
        if status in (401, 403):
            raise ConfigurationError(f"{self.name} refuses the token (HTTP {status}); set HANDRAIL_PROFILE_TOKEN")
        if status == 429 or status >= 500:
            raise TransientError(f"{self.name} is busy or broken (HTTP {status})")
        if status != 200 or len(answer.content) > MOST_BYTES:
            raise RejectedError(f"{self.name} answered with HTTP {status} and {len(answer.content):,} bytes")

    def _facts_of(self, answer: Any) -> list[ProfileFact]:
        at = _moment(value_at(answer, self._mapping.at)) if self._mapping.at else None
        found = ((name, value_at(answer, path)) for name, path in self._mapping.facts.items())
        return [
            ProfileFact(name=name, value=value, source=self._mapping.source, at=at or self._now(), by=self.name)
            for name, value in found
            if value
        ]


def _moment(text: str) -> datetime | None:
    try:
        return read_moment(text)
    except ValueError:
        return None
