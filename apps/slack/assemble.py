"""The Slack app over one house: for the web process, and for Socket Mode."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from flask import Flask
from slack_bolt import App

from apps.bootstrap import House, now
from apps.install.slack_manifest import declared_scopes
from apps.slack.app import slack_app, slack_requests
from apps.slack.door import Door
from apps.slack.installing import BEGUN, SignedStates, installing, invitations, oauth_flow
from apps.slack.passes import Passes
from core.outreach.office import Office
from webhooks.intake import Intake


@dataclass(frozen=True)
class SlackSide:
    house: House
    intake: Intake

    @cached_property
    def bolt(self) -> App:
        house = self.house
        workspaces = house.slack_workspaces
        return slack_app(
            self._door,
            house.settings.secret("slack.signing_secret"),
            token=workspaces.token if workspaces is not None else None,
            removed=self._removed,
        )

    @property
    def _door(self) -> Door:
        house = self.house
        return Door(
            intake=self.intake,
            client=house.slack,
            store=house.store,
            desk=lambda: house.desk,
            policy=lambda: house.policy,
            office=lambda: Office(
                store=house.store, desk=house.desk, publisher=house.publisher, policy=house.policy, now=now
            ),
            style=lambda: house.style,
            several=house.slack_workspaces is not None,
        )

    def _removed(self, workspace: str, at: datetime) -> None:
        if self.house.slack_workspaces is not None:
            self.house.slack_workspaces.removed(workspace, at)

    def serve(self, app: Flask) -> None:
        app.register_blueprint(slack_requests(self.intake, self.house.slack_signature, self.bolt))
        workspaces, settings = self.house.slack_workspaces, self.house.settings
        if workspaces is None:
            return
        secret = settings.secret("session_secret")
        begun = Passes(secret=secret, purpose="slack state", life=BEGUN, now=now)
        flow = oauth_flow(
            client=self.house.slack,
            client_id=settings["slack.client_id"],
            client_secret=settings.secret("slack.client_secret"),
            scopes=sorted(declared_scopes()),
            public_url=settings["public_url"],
            installations=workspaces,
            states=SignedStates(begun, self.house.sign_ins),
        )
        app.register_blueprint(installing(flow, invitations(secret, now)))
