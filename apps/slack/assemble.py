"""The Slack app over one container: for the web process, and for Socket Mode."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from flask import Flask
from slack_bolt import App

from apps.bootstrap import Container, now
from apps.install.slack import declared_scopes
from apps.slack.app import slack_app, slack_requests
from apps.slack.door import Door
from apps.slack.installing import BEGUN, SignedStates, installing, invitations, oauth_flow
from apps.slack.passes import Passes
from core.outreach.office import Office
from webhooks.intake import Intake


@dataclass(frozen=True)
class SlackSide:
    container: Container
    intake: Intake

    @cached_property
    def bolt(self) -> App:
        container = self.container
        workspaces = container.slack_workspaces
        return slack_app(
            self._door,
            container.settings.slack.signing_secret.value,
            token=workspaces.token if workspaces is not None else None,
            removed=self._removed,
        )

    @property
    def _door(self) -> Door:
        container = self.container
        return Door(
            intake=self.intake,
            client=container.slack,
            store=container.store,
            desk=lambda: container.desk,
            policy=lambda: container.policy,
            office=lambda: Office(
                store=container.store,
                desk=container.desk,
                publisher=container.publisher,
                policy=container.policy,
                now=now,
                by_agent=container.actions_by_agent,
                rulings=container.rulings,
            ),
            style=lambda: container.style,
            several=container.slack_workspaces is not None,
        )

    def _removed(self, workspace: str, at: datetime) -> None:
        if self.container.slack_workspaces is not None:
            self.container.slack_workspaces.remove(workspace, at)

    def serve(self, app: Flask) -> None:
        app.register_blueprint(slack_requests(self.intake, self.container.slack_signature, self.bolt))
        workspaces, settings = self.container.slack_workspaces, self.container.settings
        if workspaces is None:
            return
        secret = settings.session_secret.value
        begun = Passes(secret=secret, purpose="slack state", life=BEGUN, now=now)
        flow = oauth_flow(
            client=self.container.slack,
            client_id=settings.slack.client_id,
            client_secret=settings.slack.client_secret.value,
            scopes=sorted(declared_scopes()),
            public_url=settings.public_url,
            installations=workspaces,
            states=SignedStates(begun, self.container.sign_ins),
        )
        app.register_blueprint(installing(flow, invitations(secret, now)))
