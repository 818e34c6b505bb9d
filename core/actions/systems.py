"""The company's systems that actions change."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Protocol

from core.actions.expressions import fill
from core.errors import HandrailError, RejectedError
from core.policy.actions import ActionRequest, ActionSpec


class ActionSystems(Protocol):
    """The systems that the settings name, and no other. Every answer is a JSON object."""

    def parse(self, spec: ActionSpec, given: Mapping[str, Any]) -> dict[str, Any]:
        """The input as the action declares it. RejectedError with the code `input` for anything else."""

    def read(self, request: ActionRequest, facts: Mapping[str, Any], within: timedelta) -> dict[str, Any]:
        """A record as it is now. RejectedError where there is none, TransientError where it does not answer."""

    def call(self, request: ActionRequest, facts: Mapping[str, Any], key: str, within: timedelta) -> dict[str, Any]:
        """The answer. UnknownOutcome where it may have been done although no answer came."""

    def knows(self, system: str) -> bool: ...


class ReadOnce:
    """Implements `ActionSystems` for reading alone: each record is read once, no system longer than `most`, and one
    that does not answer is not asked again. It is made for one look at many actions, and thrown away."""

    def __init__(self, systems: ActionSystems, most: timedelta) -> None:
        self._systems, self._most = systems, most
        self._read: dict[str, dict[str, Any] | HandrailError] = {}
        self._away: dict[str, HandrailError] = {}

    def parse(self, spec: ActionSpec, given: Mapping[str, Any]) -> dict[str, Any]:
        return self._systems.parse(spec, given)

    def read(self, request: ActionRequest, facts: Mapping[str, Any], within: timedelta) -> dict[str, Any]:
        if request.system in self._away:
            raise self._away[request.system]
        asked = [request.method, fill(request.path, facts), request.tool, fill(dict(request.body), facts), request.take]
        key = json.dumps([request.system, *asked], default=str)
        if key not in self._read:
            self._read[key] = self._answer(request, facts, min(within, self._most))
        found = self._read[key]
        if isinstance(found, HandrailError):
            raise found
        return found

    def call(self, request: ActionRequest, facts: Mapping[str, Any], key: str, within: timedelta) -> dict[str, Any]:
        raise RejectedError("nothing is changed by looking")

    def knows(self, system: str) -> bool:
        return self._systems.knows(system)

    def _answer(
        self, request: ActionRequest, facts: Mapping[str, Any], within: timedelta
    ) -> dict[str, Any] | HandrailError:
        try:
            return self._systems.read(request, facts, within)
        except RejectedError as error:
            return error
        except HandrailError as error:
            self._away[request.system] = error
            return error
