"""Where supervisors work: one Slack workspace by its token, or all that have installed the app."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from apps.bootstrap.clock import now
from apps.bootstrap.knowledge import Knowledge
from connectors.slack.account import connect as slack_client
from connectors.slack.desk import SlackDesk
from core.errors import ConfigurationError

if TYPE_CHECKING:
    from connectors.slack.desk import SlackDesks
    from connectors.slack.workspaces import Workspaces


@dataclass(frozen=True)
class Supervisors(Knowledge):
    """Each built at its first use."""

    @cached_property
    def desk(self) -> "SlackDesk | SlackDesks":
        if self.slack_workspaces is None:
            return SlackDesk(self.slack)
        from connectors.slack.desk import SlackDesks

        return SlackDesks(self.slack_workspaces.token, lambda token: SlackDesk(slack_client(self.slack_account(token))))

    @cached_property
    def slack_workspaces(self) -> "Workspaces | None":
        """None where there is one workspace, by its token."""
        if not self.settings["slack.client_id"] or self.settings.secret("slack.bot_token"):
            return None
        from connectors.slack.workspaces import Vault, Workspaces, rotator

        if not self.settings.secret("slack.client_secret"):
            raise ConfigurationError("slack.client_id is set, and slack.client_secret is missing: both are needed.")
        client_id, secret = self.settings["slack.client_id"], self.settings.secret("slack.client_secret")
        vault = Vault(self.settings.secret("session_secret"))
        return Workspaces(self.store, vault, now, rotator(self.slack, client_id, secret))
