"""Slack apps by their manifests, for whoever has an app configuration token."""

from typing import Any
from urllib.parse import urlencode

from apps.sandbox.slack.arguments import Arguments
from apps.sandbox.slack.errors import SlackError
from apps.sandbox.slack.methods import Answer, Method
from apps.sandbox.slack.workspace import APP_ID, DOMAIN, TEAM_ID, Workspace, new_id

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
