"""Private apps over HTTP: upload a package, build it into an app, install it, change and take it away."""

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from datetime import timedelta

import jwt

from apps.sandbox.zendesk.answers import Answer, Record, RefusedError, invalid, not_found
from apps.sandbox.zendesk.calls import Call, Route, id_of
from apps.sandbox.zendesk.state import ZendeskState

LARGEST_UPLOAD = 20 * 1024 * 1024
JOB_STEPS = ("queued", "working")  # what a job says before its end, one at each look


def installation_id(state: ZendeskState) -> int:
    """The id of the installation with which the app's page is opened."""
    return next((key for key, row in state.installations.items() if row["enabled"]), state.account.installation_id)


def has_app(state: ZendeskState, app_id: int) -> bool:
    """The app that the account is said to have counts too, before any was uploaded."""
    return app_id in state.apps or (not state.apps and app_id == state.account.app_id)


def _admin(call: Call) -> None:
    if call.actor["role"] != "admin":
        raise RefusedError(403, {"error": "Forbidden", "description": "You do not have access to this page"})


def _upload(call: Call) -> Answer:
    _admin(call)
    content = call.body.get("uploaded_data")
    if not isinstance(content, bytes) or len(content) > LARGEST_UPLOAD:
        raise invalid("uploaded_data", "Uploaded data: must be a zip file")
    key = call.state.new_id("upload")
    call.state.app_uploads[key] = content
    return Answer(status=201, body={"id": key})


def _validate(call: Call) -> Answer:
    _admin(call)
    fault = _fault(call.body.get("file"))
    if fault:
        raise RefusedError(422, {"error": "RecordInvalid", "description": fault})
    return Answer(body={})


def _create(call: Call) -> Answer:
    _admin(call)
    return _build(call, None)


def _change(call: Call, app_id: int) -> Answer:
    _admin(call)
    _app(call.state, app_id)
    return _build(call, app_id)


def _build(call: Call, app_id: int | None) -> Answer:
    state, upload = call.state, call.state.app_uploads.get(id_of(call.body.get("upload_id")))
    if upload is None:
        raise invalid("upload_id", "Upload: is not valid")
    key = state.uuid().replace("-", "")
    fault = _fault(upload)
    job: Record = {"id": key, "status": "failed" if fault else "completed", "message": fault, "looks": 0}
    if not fault:
        job["app_id"] = _build_app(state, upload, app_id, str(call.body.get("name") or ""))
    state.app_jobs[key] = job
    return Answer(status=202, body={"job_id": key})


def _fault(upload: object) -> str:
    """What the build would end with; empty where it succeeds."""
    try:
        manifest = _manifest(upload) if isinstance(upload, bytes) else None
    except (zipfile.BadZipFile, KeyError):
        return "Could not find manifest.json"
    except ValueError:
        return "manifest.json is not valid JSON"
    if not isinstance(manifest, dict):
        return "Could not find manifest.json"
    missing = [key for key in ("author", "defaultLocale", "location", "frameworkVersion") if not manifest.get(key)]
    return f"Missing required fields in manifest: {', '.join(missing)}" if missing else ""


def _manifest(upload: bytes) -> Record:
    with zipfile.ZipFile(io.BytesIO(upload)) as archive:
        manifest: Record = json.loads(archive.read("manifest.json"))
        return manifest


def _build_app(state: ZendeskState, upload: bytes, app_id: int | None, name: str) -> int:
    manifest, now = _manifest(upload), state.now()
    known = state.apps.get(app_id) if app_id is not None else None
    # The first app has the number that the account was set up with, so that its key is known beforehand.
    key = app_id or (state.new_id("app") if state.apps else state.account.app_id)
    author = manifest.get("author") or {}
    state.apps[key] = {
        "id": key,
        "name": name or (known or {}).get("name") or manifest.get("name"),
        "version": manifest.get("version"),
        "author_name": author.get("name"),
        "author_email": author.get("email"),
        "default_locale": manifest["defaultLocale"],
        "framework_version": manifest["frameworkVersion"],
        "single_install": bool(manifest.get("singleInstall")),
        "signed_urls": bool(manifest.get("signedUrls")),
        "parameters": manifest.get("parameters") or [],
        "visibility": "private",
        "state": "published",
        "installable": True,
        "created_at": (known or {}).get("created_at", now),
        "updated_at": now,
    }
    return key


def _job(call: Call, job_id: str) -> Answer:
    job = call.state.app_jobs.get(job_id)
    if job is None:
        raise not_found()
    looks, job["looks"] = job["looks"], job["looks"] + 1
    if looks < len(JOB_STEPS):
        return Answer(body={"id": job_id, "status": JOB_STEPS[looks], "message": None})
    return Answer(body={name: value for name, value in job.items() if name != "looks"})


def _list(call: Call) -> Answer:
    return Answer(body={"apps": list(call.state.apps.values())})


def _show(call: Call, app_id: int) -> Answer:
    return Answer(body=_app(call.state, app_id))


def _delete(call: Call, app_id: int) -> Answer:
    _admin(call)
    _app(call.state, app_id)
    del call.state.apps[app_id]
    for key in [key for key, row in call.state.installations.items() if row["app_id"] == app_id]:
        del call.state.installations[key]
    return Answer(status=204)


def _app(state: ZendeskState, app_id: int) -> Record:
    if app_id not in state.apps:
        raise not_found()
    return state.apps[app_id]


def _installations(call: Call) -> Answer:
    return Answer(body={"installations": list(call.state.installations.values())})


def _install(call: Call) -> Answer:
    _admin(call)
    state, app_id = call.state, id_of(call.body.get("app_id"))
    app = state.apps.get(app_id)
    if app is None:
        raise invalid("app_id", "App: does not exist")
    if app["single_install"] and any(row["app_id"] == app_id for row in state.installations.values()):
        raise invalid("base", "App: can only be installed once")
    settings = _settings(app, call.body.get("settings"))
    key, now = (state.new_id("installation") if state.installations else state.account.installation_id), state.now()
    state.installations[key] = {
        "id": key,
        "app_id": app_id,
        "product": "support",
        "settings": settings,
        "enabled": bool(call.body.get("enabled", True)),
        "created_at": now,
        "updated_at": now,
    }
    return Answer(status=201, body=state.installations[key])


def _settings(app: Record, asked: object) -> Record:
    settings = dict(asked) if isinstance(asked, Mapping) else {}
    missing = [each["name"] for each in app["parameters"] if each.get("required") and not settings.get(each["name"])]
    if missing:
        raise invalid("settings", f"Settings: {', '.join(missing)} cannot be blank", "BlankValue")
    return {"name": app["name"], "title": app["name"], **settings}


def _installation(state: ZendeskState, installation_id: int) -> Record:
    if installation_id not in state.installations:
        raise not_found()
    return state.installations[installation_id]


def _show_installation(call: Call, installation_id: int) -> Answer:
    return Answer(body=_installation(call.state, installation_id))


def _change_installation(call: Call, installation_id: int) -> Answer:
    _admin(call)
    found = _installation(call.state, installation_id)
    if "settings" in call.body:
        app = _app(call.state, found["app_id"])
        found["settings"] = _settings(app, {**found["settings"], **call.part("settings")})
    if "enabled" in call.body:
        found["enabled"] = bool(call.body["enabled"])
    found["updated_at"] = call.state.now()
    return Answer(body=found)


def _uninstall(call: Call, installation_id: int) -> Answer:
    _admin(call)
    _installation(call.state, installation_id)
    del call.state.installations[installation_id]
    return Answer(status=204)


# The same resource stands under two addresses: the documentation's and the one of Zendesk's command line.
PLACES = ("/api/v2/apps/installations", "/api/support/apps/installations")


# What the account does for an app: its public key, and the token that opens its page.

TOKEN_LASTS = timedelta(minutes=2)


def signed_app_token(state: ZendeskState, ticket_id: int | None, agent_id: int, query: str = "") -> str:
    """The RS256 token that Zendesk posts to an app's start page for this agent at this ticket, or without one in the
    navigation.

    `query` is the query string of that page. Raises RefusedError (404) when the agent or ticket is unknown.
    """
    account, agent = state.account, state.users.get(agent_id)
    place = {"location": "nav_bar"} if ticket_id is None else _beside(state, ticket_id)
    now = state.clock.now()
    claims = {
        "iss": f"{account.subdomain}.zendesk.com",
        "aud": f"{account.public_url}/api/v2/apps/installations/{installation_id(state)}.json",
        "sub": str(agent["id"]),
        "iat": int(now.timestamp()),
        "nbf": int(now.timestamp()),
        "exp": int((now + TOKEN_LASTS).timestamp()),
        "jti": state.uuid(),
        "qsh": hashlib.sha256(f"POST&/&{query}".encode()).hexdigest(),
        "context": {
            "product": "support",
            **place,
            "account": {"subdomain": account.subdomain},
            "user": {"id": str(agent["id"]), "name": agent["name"], "role": agent["role"]},
            "role": agent["role"],
        },
    }
    return jwt.encode(claims, state.app_key.private_pem, algorithm="RS256")


def _beside(state: ZendeskState, ticket_id: int) -> dict[str, str]:
    return {"location": "ticket_sidebar", "ticket_id": str(state.tickets.get(ticket_id)["id"])}


def _public_key(call: Call, app_id: int) -> Answer:
    if not has_app(call.state, app_id):
        raise not_found()
    return Answer(body=call.state.app_key.public_pem.decode(), content_type="application/x-pem-file")


ROUTES = (
    Route("POST", "/api/v2/apps/validate", _validate),
    Route("POST", "/api/v2/apps/uploads", _upload),
    Route("GET", "/api/v2/apps", _list),
    Route("GET", "/api/v2/apps/owned", _list),
    Route("POST", "/api/v2/apps", _create),
    Route("GET", "/api/v2/apps/<int:app_id>", _show),
    Route("PUT", "/api/v2/apps/<int:app_id>", _change),
    Route("DELETE", "/api/v2/apps/<int:app_id>", _delete),
    Route("GET", "/api/v2/apps/job_statuses/<job_id>", _job),
    *(Route("GET", place, _installations) for place in PLACES),
    *(Route("POST", place, _install) for place in PLACES),
    *(Route("GET", f"{place}/<int:installation_id>", _show_installation) for place in PLACES),
    *(Route("PUT", f"{place}/<int:installation_id>", _change_installation) for place in PLACES),
    *(Route("DELETE", f"{place}/<int:installation_id>", _uninstall) for place in PLACES),
    Route("GET", "/api/v2/apps/<int:app_id>/public_key.pem", _public_key),
)
