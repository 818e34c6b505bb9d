"""Puts our private app into the account: upload, build, install; and takes it out again.

zenpy has no calls for apps, so these are plain requests over the account's session.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import requests

from connectors.zendesk import records
from connectors.zendesk.api import ZendeskApi
from connectors.zendesk.errors import MalformedAnswerError
from connectors.zendesk.records import Record
from core.errors import RejectedError, TransientError

APPS = "/api/v2/apps"
INSTALLATIONS = "/api/support/apps/installations"
BUILD_WITHIN = timedelta(minutes=2)
FIRST_WAIT, LONGEST_WAIT = 0.2, 3.0  # seconds between two looks at a build
UPLOAD_WITHIN = 60.0  # seconds; a package is larger than any other request


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalledApp:
    """A private app of the account, and its installation where there is one."""

    id: str
    name: str
    version: str
    installation: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)
    enabled: bool = False


class ZendeskAppInstaller:
    """Errors are those of `core.errors`. `pause` waits between two looks at a build."""

    def __init__(self, api: ZendeskApi, pause: Callable[[float], None] = time.sleep) -> None:
        self._api = api
        self._pause = pause

    def find(self, name: str, known: str = "") -> InstalledApp | None:
        """The account's own app with the id `known`, else the one of this name."""
        with self._api.reading("read the account's apps"):
            owned = records.listed(self._json("GET", f"{APPS}/owned.json"), "apps")
            found = next((each for each in owned if known and str(each.get("id")) == known), None)
            found = found or next((each for each in owned if each.get("name") == name), None)
            return None if found is None else self._with_installation(found)

    def upload(self, name: str, package: bytes, app_id: str = "") -> str:
        """Build the package as a new app, or as the next version of `app_id`; the app's id.

        RejectedError with Zendesk's reason when it does not build."""
        with self._api.writing("upload the app", repeatable=True):
            sent = self._json("POST", f"{APPS}/uploads.json", files={"uploaded_data": (f"{name}.zip", package)})
            upload = int(records.number(sent, "id"))
        method, path = ("PUT", f"{APPS}/{app_id}.json") if app_id else ("POST", f"{APPS}.json")
        body = {"upload_id": upload} if app_id else {"name": name, "upload_id": upload}
        with self._api.writing("build the app", repeatable=bool(app_id)):
            job = records.text(self._json(method, path, json=body), "job_id")
        return self._built(job) or app_id

    def install(self, app_id: str, settings: Mapping[str, str]) -> str:
        """The id of the new installation."""
        body = {"app_id": int(app_id), "settings": dict(settings)}
        with self._api.writing("install the app"):
            return records.number(self._json("POST", f"{INSTALLATIONS}.json", json=body), "id")

    def configure(self, installation: str, settings: Mapping[str, str]) -> None:
        body = {"settings": dict(settings), "enabled": True}
        with self._api.writing("set the app's settings", repeatable=True):
            self._json("PUT", f"{INSTALLATIONS}/{installation}.json", json=body)

    def uninstall(self, installation: str) -> bool:
        """Whether it was still there."""
        return self._deleted("uninstall the app", f"{INSTALLATIONS}/{installation}.json")

    def delete(self, app_id: str) -> bool:
        """Whether it was still there."""
        return self._deleted("delete the app", f"{APPS}/{app_id}.json")

    def _with_installation(self, app: Record) -> InstalledApp:
        rows = records.listed(self._json("GET", f"{INSTALLATIONS}.json"), "installations")
        mine: Record = next((row for row in rows if str(row.get("app_id")) == str(app["id"])), {})
        settings = mine.get("settings")
        return InstalledApp(
            id=records.number(app, "id"),
            name=records.words(app, "name"),
            version=records.words(app, "version"),
            installation=records.reference(mine, "id") or "",
            settings={k: str(v) for k, v in settings.items()} if isinstance(settings, Mapping) else {},
            enabled=bool(mine.get("enabled")),
        )

    def _built(self, job: str) -> str:
        """Wait for the end of a build; the app's id."""
        with self._api.reading("see whether the app is built"):
            waited, wait = 0.0, FIRST_WAIT
            while waited < BUILD_WITHIN.total_seconds():
                found = self._json("GET", f"{APPS}/job_statuses/{job}.json")
                if found.get("status") == "failed":
                    raise RejectedError(f"Zendesk could not build the app: {found.get('message') or 'no reason given'}")
                if found.get("status") == "completed":
                    return records.reference(found, "app_id") or ""
                self._pause(wait)
                waited, wait = waited + wait, min(2 * wait, LONGEST_WAIT)
        raise TransientError(f"Zendesk is still building the app after {BUILD_WITHIN.total_seconds():.0f} s")

    def _deleted(self, action: str, path: str) -> bool:
        try:
            with self._api.writing(action, repeatable=True):
                self._json("DELETE", path)
        except RejectedError as error:
            if error.code in ("404", "RecordNotFound"):
                return False
            raise
        return True

    def _json(self, method: str, path: str, **what: Any) -> Record:
        account = self._api.account
        timeout = (account.connect_timeout.total_seconds(), UPLOAD_WITHIN) if "files" in what else account.timeout
        answer = self._api.session.request(method, f"{account.origin}{path}", timeout=timeout, **what)
        if answer.status_code >= 300:
            raise requests.HTTPError(str(answer.status_code), response=answer)
        try:
            body = answer.json() if answer.content else {}
        except ValueError as error:
            raise MalformedAnswerError("the answer is no JSON") from error
        if not isinstance(body, Mapping):
            raise MalformedAnswerError("the answer is not an object")
        return body
