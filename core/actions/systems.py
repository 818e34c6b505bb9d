"""The company's systems that actions change."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Protocol

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
