"""A stand-in for one Zendesk account: tickets, people, help centre, triggers, webhooks."""

from apps.sandbox.zendesk.account import Account
from apps.sandbox.zendesk.answers import RefusedError
from apps.sandbox.zendesk.blueprint import zendesk_blueprint
from apps.sandbox.zendesk.desk import Desk
from apps.sandbox.zendesk.state import ZendeskState

__all__ = ["Account", "Desk", "RefusedError", "ZendeskState", "zendesk_blueprint"]
