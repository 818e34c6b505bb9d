"""Installing the app by OAuth: Slack's page that asks whether it may, the code, and the token for it."""

import hmac
import secrets
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Response, redirect, render_template_string, request

from apps.sandbox.slack.arguments import Arguments
from apps.sandbox.slack.errors import SlackError
from apps.sandbox.slack.methods import Answer, Method
from apps.sandbox.slack.workspace import APP_ID, BOT_USER, TEAM_ID, Workspace

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
        _wanted(workspace)
        scopes = request.args.get("scope", "").split(",")
        return render_template_string(PAGE, scopes=scopes, no=_back(error="access_denied"))

    @slack.post("/oauth/v2/authorize")
    def allow() -> Response:
        _wanted(workspace)
        code = secrets.token_hex(16)
        with workspace.lock:
            workspace.codes = {**dict(list(workspace.codes.items())[-CODES:]), code: request.args["redirect_uri"]}
        answer: Response = redirect(_back(code=code), 302)  # type: ignore[assignment]
        return answer


def _wanted(workspace: Workspace) -> None:
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
