"""A Twilio account: messages, numbers, templates, look-ups, and the phones at the other end."""

from apps.sandbox.twilio.account import TwilioAccount
from apps.sandbox.twilio.api import twilio_blueprint

__all__ = ["TwilioAccount", "twilio_blueprint"]
