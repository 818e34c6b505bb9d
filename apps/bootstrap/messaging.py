"""Zendesk messaging: the app, who speaks in it and who passes its control. Nothing of it where no app is set."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from apps.bootstrap.clock import now
from apps.settings import Settings
from connectors.sunshine.signature import SunshineSignature
from core.errors import ConfigurationError

if TYPE_CHECKING:
    from connectors.sunshine.api import SunshineApi
    from connectors.sunshine.installer import SunshineInstaller
    from connectors.sunshine.messenger import SunshineMessenger, SunshineSwitchboard
    from core.model.conversation import Message
    from core.ports import Typing

NEEDED = ("sunshine.app_id", "sunshine.key_id", "sunshine.integration_id")


class Signs:
    """One `core.ports.Typing` of several: each knows its own channels."""

    def __init__(self, signs: "Sequence[Typing]") -> None:
        self._signs = signs

    def show(self, message: "Message") -> None:
        for sign in self._signs:
            sign.show(message)


@dataclass(frozen=True)
class Messaging:
    """Each built at its first use."""

    settings: Settings

    @property
    def messaging_is_set(self) -> bool:
        return all(self.settings[name] for name in NEEDED) and bool(self.settings.secret("sunshine.key_secret"))

    @cached_property
    def sunshine(self) -> "SunshineApi":
        """Raises ConfigurationError where no app is set."""
        from connectors.sunshine.api import SunshineAccount, SunshineApi

        if not self.messaging_is_set:
            raise ConfigurationError(f"messaging is not set up: it needs {', '.join(NEEDED)} and the key's secret")
        return SunshineApi(
            SunshineAccount(
                subdomain=self.settings["zendesk.subdomain"],
                app_id=self.settings["sunshine.app_id"],
                key_id=self.settings["sunshine.key_id"],
                key_secret=self.settings.secret("sunshine.key_secret"),
                integration_id=self.settings["sunshine.integration_id"],
                switchboard=self.settings["sunshine.switchboard"],
                assistant=self.settings["sunshine.assistant"],
                base_url=self.settings["sunshine.url"] or None,
            )
        )

    @cached_property
    def chat(self) -> "SunshineMessenger | None":
        from connectors.sunshine.messenger import SunshineMessenger

        return SunshineMessenger(self.sunshine) if self.messaging_is_set else None

    @cached_property
    def switchboard(self) -> "SunshineSwitchboard | None":
        from connectors.sunshine.messenger import SunshineSwitchboard

        return SunshineSwitchboard(self.sunshine, now) if self.messaging_is_set else None

    @property
    def chat_signs(self) -> "Sequence[Typing]":
        """Who shows in the messaging windows that an answer is being written."""
        from connectors.sunshine.messenger import SunshineTyping

        return [SunshineTyping(self.sunshine.account)] if self.messaging_is_set else []

    @cached_property
    def sunshine_signature(self) -> SunshineSignature:
        return SunshineSignature(self.settings.secret("sunshine.webhook_secret"))

    @cached_property
    def sunshine_installer(self) -> "SunshineInstaller":
        from connectors.sunshine.installer import SunshineInstaller

        return SunshineInstaller(self.sunshine)
