"""A workspace installs the app: Slack's own pages, begun from an address that only we hand out.

Whoever has installed the app decides, with their workspace's profiles, who is who. So nobody installs it uninvited: the
first page needs a pass of `handrail connect slack --link`, and Slack's answer the state that was made there."""

import logging
from datetime import timedelta
from urllib.parse import urlsplit, urlunsplit

import click
from flask import Blueprint, Response, request
from slack_bolt.adapter.flask.handler import to_bolt_request, to_flask_response
from slack_bolt.oauth import OAuthFlow
from slack_bolt.oauth.oauth_settings import OAuthSettings
from slack_sdk import WebClient
from slack_sdk.oauth import OAuthStateStore
from slack_sdk.oauth.installation_store import InstallationStore

from apps.slack.passes import Passes
from core.errors import ConfigurationError
from core.ports import Now, SignIns

INSTALL, REDIRECT = "/slack/install", "/slack/oauth_redirect"
INVITED, BEGUN = timedelta(hours=24), timedelta(minutes=10)
UNINVITED = "This address is not good any more. `handrail connect slack --link` prints a new one.\n"
log = logging.getLogger("handrail.slack")


def invitations(secret: str, now: Now) -> Passes:
    return Passes(secret=secret, purpose="slack installation", life=INVITED, now=now)


def invitation(public_url: str, secret: str, now: Now) -> str:
    """The address at which a person installs the app, for a day."""
    return f"{public_url.rstrip('/')}{INSTALL}?pass={invitations(secret, now).made()}"


def print_invitation() -> None:
    """Print that address, for the installation that the settings name.

    Raises ConfigurationError where one workspace is connected, by its bot token."""
    from apps.bootstrap import now
    from apps.settings import settings_here

    settings = settings_here()
    if not settings.slack.client_id:
        raise ConfigurationError("slack.client_id is not set: there is one workspace, by its bot token.")
    click.echo(invitation(settings.public_url, settings.session_secret.value, now))


class SignedStates(OAuthStateStore):
    """The state of an installation under way: signed, and good for once, at whichever process."""

    def __init__(self, passes: Passes, used: SignIns) -> None:
        self._passes, self._used = passes, used

    @property
    def logger(self) -> logging.Logger:
        return log

    def issue(self, *_: object, **__: object) -> str:
        return self._passes.made()

    def consume(self, state: str) -> bool:
        until = self._passes.now() + self._passes.life
        return self._passes.holds(state) and self._used.use(f"slack:{state}", until)


def oauth_flow(
    *,
    client: WebClient,
    client_id: str,
    client_secret: str,
    scopes: list[str],
    public_url: str,
    installations: InstallationStore,
    states: OAuthStateStore,
) -> OAuthFlow:
    own = client.base_url != WebClient.BASE_URL
    settings = OAuthSettings(
        client_id=client_id,
        client_secret=client_secret,
        scopes=scopes,
        redirect_uri=f"{public_url.rstrip('/')}{REDIRECT}",
        install_path=INSTALL,
        redirect_uri_path=REDIRECT,
        installation_store=installations,
        installation_store_bot_only=True,
        state_store=states,
        state_expiration_seconds=int(BEGUN.total_seconds()),
        authorization_url=_beside(client.base_url) if own else None,
    )
    return OAuthFlow(client=client, settings=settings, logger=log)


def _beside(base_url: str) -> str:
    """Slack's page for installing, of what stands in for Slack."""
    parts = urlsplit(base_url)
    path = parts.path.rstrip("/").removesuffix("/api")
    return urlunsplit((parts.scheme, parts.netloc, f"{path}/oauth/v2/authorize", "", ""))


def installing(flow: OAuthFlow, invited: Passes) -> Blueprint:
    blueprint = Blueprint("slack_installing", __name__)

    @blueprint.get(INSTALL)
    def install() -> Response:
        if not invited.holds(request.args.get("pass", "")):
            return Response(UNINVITED, status=403, mimetype="text/plain")
        answer: Response = to_flask_response(flow.handle_installation(to_bolt_request(request)))
        return answer

    @blueprint.get(REDIRECT)
    def redirected() -> Response:
        answer: Response = to_flask_response(flow.handle_callback(to_bolt_request(request)))
        return answer

    return blueprint
