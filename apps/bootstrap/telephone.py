"""Calls: who answers them, and what speaks in them."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from apps.settings import Settings
from core.model.customer import Channel

if TYPE_CHECKING:
    from connectors.twilio.client import TwilioAccount
    from connectors.twilio.voice import VoiceTwiml
    from core.ports import Messenger


@dataclass(frozen=True)
class Telephone(ABC):
    """Each built at its first use."""

    settings: Settings

    @property
    @abstractmethod
    def twilio(self) -> "TwilioAccount":
        """The account whose numbers are called."""

    @cached_property
    def voice_twiml(self) -> "VoiceTwiml":
        from connectors.twilio.voice import VoiceTwiml

        return VoiceTwiml(self.settings["public_url"])

    @cached_property
    def speaking(self) -> "Mapping[Channel, Messenger]":
        """Who speaks in calls; nobody where there is no number for them."""
        if not self.settings["twilio.voice_number"]:
            return {}
        from connectors.twilio.voice import TwilioVoice

        return {Channel.VOICE: TwilioVoice(self.twilio, self.voice_twiml)}
