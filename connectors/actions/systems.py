"""The systems that the settings name, each spoken to at its own address with its own token, and no other."""

import re
import time
from collections.abc import Mapping
from datetime import timedelta
from importlib.metadata import entry_points
from typing import Any, Protocol, cast

import requests
from urllib3.exceptions import HTTPError

from connectors.actions.inputs import parse
from connectors.faults import certificate_refused, json_of, never_left
from connectors.guarded import guard, own_session, path_part
from core.actions.expressions import at_place, fill, plain
from core.errors import ConfigurationError, RejectedError, TransientError, UnknownOutcome
from core.policy.actions import PLACE, ActionRequest, ActionSpec
from core.text.outside import read_wait

ADAPTERS = "handrail.systems"  # the entry point group
MOST_BYTES = 2_000_000
CHUNK = 65_536
LONGEST_WAIT = timedelta(minutes=1)  # that a busy system is given: the customer waits, too
SAID = 200  # characters of an answer that says no
JSON = dict[str, Any]


class System(Protocol):
    """One of them. With a `key` it is a change, done once for that key, and UnknownOutcome says that it may have been
    done although no answer came; without one it is a look at a record, and changes nothing. RejectedError is a no that
    stays one, TransientError one that passes."""

    def ask(self, request: ActionRequest, facts: Mapping[str, Any], key: str, within: timedelta) -> JSON: ...


class Systems:
    """Implements `core.actions.systems.ActionSystems`."""

    def __init__(self, systems: Mapping[str, System]) -> None:
        self._systems = systems

    def parse(self, spec: ActionSpec, given: Mapping[str, Any]) -> JSON:
        return parse(spec, given)

    def read(self, request: ActionRequest, facts: Mapping[str, Any], within: timedelta) -> JSON:
        return self._taken(request, self._system(request).ask(request, facts, "", within))

    def call(self, request: ActionRequest, facts: Mapping[str, Any], key: str, within: timedelta) -> JSON:
        answer = self._system(request).ask(request, facts, key, within)
        try:
            return self._taken(request, answer)
        except RejectedError as error:
            # It was done or not; its record is read next.
            raise UnknownOutcome(str(error)) from error

    def knows(self, system: str) -> bool:
        return system in self._systems

    def path(self, request: ActionRequest, facts: Mapping[str, Any]) -> str:
        """What would be asked for; empty where it is a tool. RejectedError where a place in it is not known."""
        return path_of(request, facts)

    def _system(self, request: ActionRequest) -> System:
        if request.system not in self._systems:
            raise ConfigurationError(
                f"no system {request.system!r} is set: add it to the file that actions.systems names"
            )
        return self._systems[request.system]

    def _taken(self, request: ActionRequest, answer: JSON) -> JSON:
        found = answer.get(request.take) if request.take else answer
        if not isinstance(found, dict):
            raise RejectedError(f"{request.system}: its answer has no {request.take}", code="malformed_answer")
        return found


def adapter_of(name: str) -> System:
    """What an installed package brings under the entry point group `handrail.systems`: an object, or a function
    without arguments that makes it.

    Raises ConfigurationError where no package does, or it cannot be made."""
    found = next(iter(entry_points(group=ADAPTERS, name=name)), None)
    if found is None:
        raise ConfigurationError(f"no installed package has an entry point {name!r} in the group {ADAPTERS}")
    try:
        loaded = found.load()
        made = loaded if hasattr(loaded, "ask") else loaded()
    except Exception as error:  # whatever the package's own code raises
        raise ConfigurationError(f"the adapter {name!r} cannot be made: {type(error).__name__}: {error}") from error
    if not hasattr(made, "ask"):
        raise ConfigurationError(f"the adapter {name!r} has no method ask")
    return cast(System, made)


def path_of(request: ActionRequest, facts: Mapping[str, Any]) -> str:
    """With its places filled, each of which stays one part of it."""
    return PLACE.sub(lambda place: _segment(plain(at_place(place[1], facts))), request.path)


class HttpSystem:
    """By HTTP. `private`: it may stand in the company's own network; else it is a machine of the internet."""

    def __init__(self, name: str, *, url: str, token: str = "", headers: Mapping[str, str], private: bool) -> None:
        self._name, self._url = name, url.rstrip("/")
        if private:
            self._session = own_session(self._url, token, system="actions")
        else:
            self._session = guard(
                requests.Session(), self._url, unknown=requests.ConnectTimeout, refused=ConfigurationError
            )
            if token:
                self._session.headers["Authorization"] = f"Bearer {token}"
        self._session.headers.update(headers)

    def ask(self, request: ActionRequest, facts: Mapping[str, Any], key: str, within: timedelta) -> JSON:
        if request.method == "call":
            raise ConfigurationError(f"{self._name} is no MCP server: tools cannot be called there")
        path = path_of(request, facts)
        body = fill(dict(request.body), facts) if request.body or request.method != "get" else None
        late = time.monotonic() + within.total_seconds()
        try:
            with self._session.request(
                "POST" if request.method == "query" else request.method.upper(),
                f"{self._url}{path}",
                json=body,
                headers={"Idempotency-Key": key} if key else None,
                timeout=within.total_seconds(),
                allow_redirects=False,
                stream=True,
            ) as answer:
                whole = self._take(answer, late)
        except (requests.RequestException, HTTPError) as error:
            raise self._unanswered(error, changes=bool(key)) from error
        return self._read(answer, whole=whole, changes=bool(key))

    def _take(self, answer: requests.Response, late: float) -> bool:
        """Whether the body is here whole: one that is longer than any answer is not waited for, nor one that comes in
        drops."""
        read = bytearray()
        while chunk := answer.raw.read1(CHUNK, decode_content=True):
            read += chunk
            if len(read) > MOST_BYTES:
                break
            if time.monotonic() > late:
                raise requests.ReadTimeout("it takes longer than it may")
        answer._content = bytes(read)  # as requests keeps it
        return len(read) <= MOST_BYTES

    def _unanswered(self, error: Exception, *, changes: bool) -> Exception:
        if certificate_refused(error):
            return ConfigurationError(f"{self._name}: its certificate is refused: {error}")
        left = not (isinstance(error, requests.ConnectTimeout) or never_left(error))
        kind = UnknownOutcome if changes and left else TransientError
        return kind(f"{self._name} does not answer: {type(error).__name__}")

    def _read(self, answer: requests.Response, *, whole: bool, changes: bool) -> JSON:
        status = answer.status_code
        if status in (401, 403):
            raise ConfigurationError(f"{self._name} refuses the token (HTTP {status})")
        if status == 429 or status == 503:
            wait = read_wait(answer.headers.get("Retry-After"), LONGEST_WAIT)
            raise TransientError(f"{self._name} is busy (HTTP {status})", retry_after=wait)
        if status >= 500 or status == 408:
            # Nobody knows how far it came.
            kind = UnknownOutcome if changes else TransientError
            raise kind(f"{self._name} is broken (HTTP {status})")
        if status >= 400:
            missing = status == 404 and not changes
            said = "has no such record" if missing else f"says no (HTTP {status}): {_said(answer)}"
            raise RejectedError(f"{self._name} {said}", code=str(status))
        if status >= 300:
            raise ConfigurationError(f"{self._name} sends us elsewhere (HTTP {status}), where nothing is asked")
        if status == 204 or not answer.content:
            return {}
        if not whole:
            raise self._odd(f"its answer is longer than {MOST_BYTES:,} bytes", changes=changes)
        try:
            found = json_of(answer)
        except ValueError as error:
            raise self._odd("its answer is not JSON", changes=changes) from error
        if not isinstance(found, dict):
            raise self._odd("its answer is no JSON object", changes=changes)
        return found

    def _odd(self, why: str, *, changes: bool) -> Exception:
        said = f"{self._name}: {why}"
        return UnknownOutcome(said) if changes else RejectedError(said, code="malformed_answer")


def _segment(value: str) -> str:
    """As one part of a path. What a system behind a proxy might take for two is refused rather than written so."""
    if re.search(r"[/\\\x00-\x1f\x7f\ud800-\udfff]", value):
        raise RejectedError("a value has characters that no part of an address has", code="input")
    return path_part(value)


def _said(answer: requests.Response) -> str:
    """What it says for its no."""
    try:
        found = json_of(answer)
    except ValueError:
        found = answer.text
    return in_one_line(found.get("error", found) if isinstance(found, dict) else found)


def in_one_line(said: Any) -> str:
    """Words of a system, without anything that looks like a tag."""
    return re.sub(r"[\s<>]+", " ", str(said))[:SAID]
