"""A Slack workspace: its Web API, its channels, and the people who click in them."""

from apps.sandbox.slack.api import slack_blueprint
from apps.sandbox.slack.people import SlackPeople
from apps.sandbox.slack.workspace import Workspace

__all__ = ["SlackPeople", "Workspace", "slack_blueprint"]
