"""Sets up the workspace for Handrail: who the bot is, which channels it is in, and the app itself by its manifest."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from connectors.faults import MalformedAnswerError
from connectors.slack import answers
from connectors.slack.errors import translate_errors
from core.errors import RejectedError

SCOPES = "x-oauth-scopes"


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackBot:
    """Whose token it is."""

    team: str
    user_id: str
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackChannel:
    id: str
    name: str
    member: bool
    private: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackApp:
    """An app made from a manifest. The address is where a person installs it."""

    id: str
    install_at: str
    signing_secret: str = field(repr=False)


class SlackInstaller:
    """With the bot's token. Errors are those of `core.errors`."""

    def __init__(self, client: WebClient) -> None:
        self._client = client

    def whoami(self) -> SlackBot:
        """ConfigurationError when Slack does not know the token."""
        with translate_errors("read the bot's token"):
            answer = self._client.auth_test()
            return SlackBot(
                team=answers.text(answer, "team"), user_id=answers.text(answer, "user_id"), scopes=scopes(answer)
            )

    def try_socket(self, app_token: str) -> None:
        """Ask for a connection of Socket Mode, and leave it unused. ConfigurationError when the token may not."""
        with translate_errors("ask for a connection by Socket Mode"):
            self._client.apps_connections_open(app_token=app_token)

    def channels(self) -> dict[str, SlackChannel]:
        """Every channel that the bot can see, by name. A private one is seen by its members alone."""
        with translate_errors("read the channels"):
            return {
                name: SlackChannel(
                    id=known, name=name, member=bool(each.get("is_member")), private=bool(each.get("is_private"))
                )
                for name, known, each in answers.channels(self._client)
            }

    def join(self, channel_id: str) -> None:
        with translate_errors(f"join channel {channel_id}"):
            self._client.conversations_join(channel=channel_id)

    def leave(self, channel_id: str) -> None:
        with translate_errors(f"leave channel {channel_id}"):
            self._client.conversations_leave(channel=channel_id)


class SlackAppInstaller:
    """With an app configuration token, which a person makes for twelve hours. Errors are those of `core.errors`;
    a manifest that Slack refuses is a RejectedError that names the places."""

    def __init__(self, client: WebClient) -> None:
        self._client = client

    def check(self, manifest: Mapping[str, Any], app_id: str = "") -> None:
        try:
            with translate_errors("check the app's manifest"):
                self._client.apps_manifest_validate(manifest=dict(manifest), app_id=app_id or None)
        except RejectedError as error:
            raise RejectedError(f"{error}{places(error.__cause__)}", code=error.code) from error

    def find(self, app_id: str) -> Mapping[str, Any] | None:
        """The manifest that the app has now; None where there is no such app."""
        try:
            with translate_errors("read the app's manifest"):
                found = answers.record(self._client.apps_manifest_export(app_id=app_id)).get("manifest")
                if not isinstance(found, Mapping):
                    raise MalformedAnswerError("the app has no manifest")
                return found
        except RejectedError as error:
            if error.code in ("invalid_app_id", "invalid_app", "app_not_found"):
                return None
            raise

    def create(self, manifest: Mapping[str, Any]) -> SlackApp:
        with translate_errors("create the app", write=True):
            answer = self._client.apps_manifest_create(manifest=dict(manifest))
            credentials = answers.record(answer).get("credentials")
            if not isinstance(credentials, Mapping):
                raise MalformedAnswerError("the new app has no credentials")
            return SlackApp(
                id=answers.text(answer, "app_id"),
                install_at=answers.text(answer, "oauth_authorize_url"),
                signing_secret=answers.text(credentials, "signing_secret"),
            )

    def update(self, app_id: str, manifest: Mapping[str, Any]) -> None:
        with translate_errors("change the app"):
            self._client.apps_manifest_update(app_id=app_id, manifest=dict(manifest))

    def delete(self, app_id: str) -> None:
        with translate_errors("delete the app"):
            self._client.apps_manifest_delete(app_id=app_id)


def scopes(answer: SlackResponse) -> frozenset[str]:
    """What the token may do, as Slack's headers say it."""
    headers = {str(name).lower(): str(value) for name, value in (answer.headers or {}).items()}
    return frozenset(filter(None, (each.strip() for each in headers.get(SCOPES, "").split(","))))


def places(error: BaseException | None) -> str:
    """What Slack says about each place of a manifest that it refuses."""
    answer = error.response if isinstance(error, SlackApiError) else {}
    faults = answer.get("errors") if hasattr(answer, "get") else None
    told = [f"{each.get('pointer')} {each.get('message')}" for each in faults or () if isinstance(each, Mapping)]
    return "".join(f"; {line}" for line in told)
