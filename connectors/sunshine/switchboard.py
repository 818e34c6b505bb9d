"""The core's Switchboard, over the app's own."""

from collections.abc import Mapping
from typing import Any

from connectors.sunshine.account import AGENT_WORKSPACE
from connectors.sunshine.api import SunshineApi, conversation_path
from core.errors import ConfigurationError
from core.model.conversation import Control
from core.model.helpdesk import Receipt
from core.ports import Now

# What Zendesk takes over into the ticket that it opens, as its metadata names it.
SUBJECT = "dataCapture.systemField.subject"
TAGS = "dataCapture.systemField.tags"
FIRST_MESSAGE = "first_message_id"


class SunshineSwitchboard:
    """Implements `core.ports.Switchboard`."""

    def __init__(self, api: SunshineApi, now: Now) -> None:
        self._api, self._now = api, now

    def holder(self, address: str) -> Control:
        answer = self._api.get(conversation_path(address), "read who has control")
        conversation = answer.get("conversation")
        active = conversation.get("activeSwitchboardIntegration") if isinstance(conversation, Mapping) else None
        return control_of(active, self._api.account.integration_id)

    def pass_to(self, address: str, to: Control, wishes: Mapping[str, Any]) -> Receipt:
        names = {Control.AGENTS: AGENT_WORKSPACE, Control.ASSISTANT: self._api.account.switchboard}
        if to not in names:
            raise ConfigurationError(f"control cannot be passed to {to}")
        body: dict[str, Any] = {"switchboardIntegration": names[to]}
        if metadata := metadata_of(wishes):
            body["metadata"] = metadata
        # Control that is passed to whoever has it stays there: this may be done twice.
        self._api.post(conversation_path(address, "/passControl"), body, f"pass control to {to}")
        return Receipt(ref=address, at=self._now(), facts={})


def metadata_of(wishes: Mapping[str, Any]) -> dict[str, str]:
    """The wishes for the ticket as Zendesk reads them."""
    named = {
        SUBJECT: str(wishes.get("subject") or ""),
        TAGS: ",".join(wishes.get("tags") or ()),
        FIRST_MESSAGE: str(wishes.get("first") or ""),
    }
    return {name: value for name, value in named.items() if value}


def control_of(active: Any, ours: str) -> Control:
    """Who is active in the switchboard."""
    if not isinstance(active, Mapping):
        return Control.NOBODY
    if active.get("integrationType") == AGENT_WORKSPACE:
        return Control.AGENTS
    return Control.ASSISTANT if active.get("integrationId") == ours else Control.OTHER
