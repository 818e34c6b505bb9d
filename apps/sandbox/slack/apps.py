"""The app in the workspace: its manifest, its installing by an admin, and its connection in Socket Mode."""

import hmac
import secrets
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Response, redirect, render_template_string, request
from simple_websocket import Server

from apps.sandbox.slack.arguments import Arguments, SlackError
from apps.sandbox.slack.methods import Answer, Method
from apps.sandbox.slack.workspace import APP_ID, BOT_USER, DOMAIN, TEAM_ID, Workspace, new_id

# Slack apps by their manifests, for whoever has an app configuration token.

LONGEST_NAME = 35
LONGEST_SUMMARY = 140


class ManifestError(SlackError):
    """`invalid_manifest`, with the place of everything that is wrong."""

    def __init__(self, faults: list[dict[str, str]]) -> None:
        super().__init__("invalid_manifest")
        self.faults = faults

    def body(self) -> dict[str, Any]:
        return {"ok": False, "error": self.code, "errors": self.faults}


def faults_of(manifest: Any) -> list[dict[str, str]]:
    """What Slack would refuse, each with its place."""
    if not isinstance(manifest, dict):
        return [{"message": "Must be an object", "pointer": "/"}]
    shown = manifest.get("display_information") or {}
    settings = manifest.get("settings") or {}
    clicks = settings.get("interactivity") or {}
    socket = bool(settings.get("socket_mode_enabled"))
    checks = (
        (not shown.get("name"), "/display_information/name", "Missing required field"),
        (len(shown.get("name") or "") > LONGEST_NAME, "/display_information/name", "Must be at most 35 characters"),
        (
            len(shown.get("description") or "") > LONGEST_SUMMARY,
            "/display_information/description",
            "Must be at most 140 characters",
        ),
        (
            bool(clicks.get("is_enabled")) and not socket and not clicks.get("request_url"),
            "/settings/interactivity",
            "Interactivity requires a Request URL",
        ),
        (
            not str(clicks.get("request_url") or "https://").startswith(("https://", "http://127.0.0.1")),
            "/settings/interactivity/request_url",
            "Must be a valid HTTPS address",
        ),
    )
    return [{"message": message, "pointer": pointer} for wrong, pointer, message in checks if wrong]


def _manifest(given: Arguments) -> dict[str, Any]:
    manifest = given.structure("manifest", "invalid_manifest")
    if faults := faults_of(manifest):
        raise ManifestError(faults)
    checked: dict[str, Any] = manifest
    return checked


def _app(workspace: Workspace, given: Arguments) -> str:
    app_id = given.needed("app_id")
    if app_id not in workspace.apps:
        raise SlackError("invalid_app_id")
    return app_id


def validate(workspace: Workspace, given: Arguments) -> Answer:
    _manifest(given)
    return {"errors": []}


def create(workspace: Workspace, given: Arguments) -> Answer:
    manifest = _manifest(given)
    with workspace.lock:
        # The first app is the one whose bot is in the workspace already, so that its token is known beforehand.
        app_id = new_id("A") if workspace.apps else APP_ID
        workspace.apps[app_id] = manifest
    scopes = manifest.get("oauth_config", {}).get("scopes", {}).get("bot", [])
    asked = urlencode({"client_id": "1.2", "scope": ",".join(scopes)})
    return {
        "app_id": app_id,
        "credentials": {
            "client_id": "1.2",
            "client_secret": "fake-client-secret",
            "verification_token": "fake-verification-token",
            "signing_secret": workspace.signing_secret,
        },
        "oauth_authorize_url": f"https://slack.com/oauth/v2/authorize?{asked}",
        "team_id": TEAM_ID,
        "team_domain": DOMAIN,
    }


def update(workspace: Workspace, given: Arguments) -> Answer:
    app_id, manifest = _app(workspace, given), _manifest(given)
    with workspace.lock:
        before, workspace.apps[app_id] = workspace.apps[app_id], manifest
    return {"app_id": app_id, "permissions_updated": before.get("oauth_config") != manifest.get("oauth_config")}


def export(workspace: Workspace, given: Arguments) -> Answer:
    return {"manifest": workspace.apps[_app(workspace, given)]}


def delete(workspace: Workspace, given: Arguments) -> Answer:
    with workspace.lock:
        del workspace.apps[_app(workspace, given)]
    return {}


MANIFEST_METHODS: dict[str, Method] = {
    "apps.manifest.create": create,
    "apps.manifest.delete": delete,
    "apps.manifest.export": export,
    "apps.manifest.update": update,
    "apps.manifest.validate": validate,
}


# Installing the app by OAuth: Slack's page that asks whether it may, the code, and the token for it.

CODES = 20  # that were given out and not used
PAGE = """\
<!doctype html><html lang="en"><meta charset="utf-8"><title>Handrail wants to access Larkfield</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:34rem;margin:12vh auto;padding:0 1rem;color:#1d1c1d}
h1{font-size:1.5rem}li{margin:.2rem 0}.row{display:flex;gap:.6rem;margin-top:1.5rem}
a,button{font:inherit;font-weight:700;border-radius:6px;padding:.6rem 1.2rem;border:1px solid #bbb;text-decoration:none}
a{color:#1d1c1d}button{background:#007a5a;border-color:#007a5a;color:#fff;cursor:pointer}
@media (prefers-color-scheme:dark){body{background:#1a1d21;color:#d1d2d3}a{color:#d1d2d3}}</style>
<h1>Handrail is asking for permission to access the Larkfield workspace</h1>
<p>What will Handrail be able to do?</p><ul>{% for scope in scopes %}<li><code>{{ scope }}</code></li>{% endfor %}</ul>
<form method="post"><div class="row"><a href="{{ no }}">Cancel</a>
<button data-testid="slack-allow">Allow</button></div></form></html>"""


def add_installing(slack: Blueprint, workspace: Workspace) -> None:
    @slack.get("/oauth/v2/authorize")
    def ask() -> str:
        _check_request(workspace)
        scopes = request.args.get("scope", "").split(",")
        return render_template_string(PAGE, scopes=scopes, no=_back(error="access_denied"))

    @slack.post("/oauth/v2/authorize")
    def allow() -> Response:
        _check_request(workspace)
        code = secrets.token_hex(16)
        with workspace.lock:
            workspace.codes = {**dict(list(workspace.codes.items())[-CODES:]), code: request.args["redirect_uri"]}
        answer: Response = redirect(_back(code=code), 302)  # type: ignore[assignment]
        return answer


def _check_request(workspace: Workspace) -> None:
    if request.args.get("client_id") != workspace.client_id:
        raise SlackError("invalid_client_id")
    if urlsplit(request.args.get("redirect_uri", "")).scheme not in ("http", "https"):
        raise SlackError("bad_redirect_uri")


def _back(**told: str) -> str:
    return f"{request.args['redirect_uri']}?{urlencode(told | {'state': request.args.get('state', '')})}"


def access(workspace: Workspace, given: Arguments) -> Answer:
    """`oauth.v2.access`: the app's own credentials stand in the Authorization header or among the arguments."""
    sent = request.authorization
    client_id = (sent.username if sent else None) or given.text("client_id")
    client_secret = (sent.password if sent else None) or given.text("client_secret")
    if client_id != workspace.client_id:
        raise SlackError("invalid_client_id")
    if not hmac.compare_digest(client_secret.encode(), workspace.client_secret.encode()):
        raise SlackError("bad_client_secret")
    with workspace.lock:
        known = workspace.codes.pop(given.needed("code", "invalid_code"), None)
    if known is None:
        raise SlackError("invalid_code")
    if given.text("redirect_uri") != known:
        raise SlackError("bad_redirect_uri")
    workspace.revoked = False
    return {
        "access_token": workspace.token,
        "app_id": APP_ID,
        "authed_user": {"id": next(iter(workspace.members))},
        "bot_user_id": BOT_USER,
        "enterprise": None,
        "is_enterprise_install": False,
        "scope": workspace.scopes,
        "team": {"id": TEAM_ID, "name": "Larkfield"},
        "token_type": "bot",
    }


def revoke(workspace: Workspace, given: Arguments) -> Answer:
    if not given.yes("test"):
        workspace.revoked = True
    return {"revoked": not given.yes("test")}


INSTALL_METHODS: dict[str, Method] = {"auth.revoke": revoke, "oauth.v2.access": access}


# Socket Mode: the app opens a connection, and what members do comes over it instead of by HTTP.


def open_connection(workspace: Workspace, given: Arguments) -> Answer:
    """`apps.connections.open`, with an app-level token."""
    address = request.host_url.replace("http", "ws", 1)
    return {"url": f"{address}slack/link?ticket={workspace.connections.ticket()}&app_id={APP_ID}"}


def add_link(slack: Blueprint, workspace: Workspace) -> None:
    """The address that `apps.connections.open` gives out."""

    @slack.route("/link", websocket=True)
    def link() -> Response:
        if not workspace.connections.use_ticket(request.args.get("ticket", "")):
            raise SlackError("invalid_ticket")
        socket = Server.accept(request.environ, ping_interval=10)
        workspace.connections.serve(socket)
        return HungUp(socket)


class HungUp(Response):
    """What is left to be said on a connection that was a WebSocket: nothing."""

    def __init__(self, socket: Server) -> None:
        super().__init__()
        self._mode = socket.mode

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        if self._mode == "gunicorn":
            raise StopIteration
        return super().__call__(*arguments, **named) if self._mode == "werkzeug" else []


SOCKET_METHODS: dict[str, Method] = {"apps.connections.open": open_connection}
