"""Every setting that Handrail knows, one file for each area."""

from apps.known_settings.container import HOUSE
from apps.known_settings.delivery import DELIVERY
from apps.known_settings.journey import JOURNEY
from apps.known_settings.knowledge import KNOWLEDGE
from apps.known_settings.openai import OPENAI
from apps.known_settings.outreach import OUTREACH
from apps.known_settings.profile import PROFILE
from apps.known_settings.setting import Setting
from apps.known_settings.slack import SLACK
from apps.known_settings.sunshine import SUNSHINE
from apps.known_settings.systems import SYSTEMS
from apps.known_settings.twilio import TWILIO
from apps.known_settings.zendesk import ZENDESK

SETTINGS: tuple[Setting, ...] = (
    *HOUSE,
    *ZENDESK,
    *KNOWLEDGE,
    *TWILIO,
    *SUNSHINE,
    *SLACK,
    *OPENAI,
    *SYSTEMS,
    *PROFILE,
    *DELIVERY,
    *JOURNEY,
    *OUTREACH,
)

__all__ = ["SETTINGS", "Setting"]
