"""Connecting an account: webhooks at Zendesk, the number at Twilio. Doing it twice changes nothing."""

from dataclasses import dataclass

from apps.bootstrap import House
from webhooks.zendesk.view import KINDS

WEBHOOK = "Handrail events"


@dataclass(frozen=True, slots=True, kw_only=True)
class Connected:
    """What the vendors answered; the secret goes into a file or the environment, never onto the screen."""

    zendesk_user_id: str
    webhook_id: str
    webhook_secret: str
    twilio_number_sid: str
    app_public_key: str


def connect(house: House) -> Connected:
    """Try the credentials, then declare where events go.

    Raises the errors of `core.errors`; a wrong credential is a ConfigurationError that names the vendor.
    """
    base = house.settings["public_url"].rstrip("/")
    user_id = house.zendesk_installer.whoami()
    webhook_id, secret = house.zendesk_installer.ensure_webhook(
        WEBHOOK, f"{base}/webhooks/zendesk/events", sorted(KINDS)
    )
    app_id = house.settings["zendesk.app_id"]
    public_key = house.zendesk_installer.public_key(app_id) if app_id else ""
    number = house.twilio_installer.ensure_number(f"{base}/webhooks/twilio/message")
    return Connected(
        zendesk_user_id=user_id,
        webhook_id=webhook_id,
        webhook_secret=secret,
        twilio_number_sid=number,
        app_public_key=public_key,
    )
