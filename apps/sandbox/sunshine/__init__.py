"""Zendesk messaging: the app's API, its webhooks, the customers' windows, and the agents' side of it."""

from apps.sandbox.sunshine.api import sunshine_blueprint
from apps.sandbox.sunshine.app import MessagingApp

__all__ = ["MessagingApp", "sunshine_blueprint"]
