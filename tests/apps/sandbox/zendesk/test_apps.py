import io
import json
import zipfile
from typing import Any

import pytest
import requests

from tests.apps.sandbox.zendesk.larkfield import Larkfield

MANIFEST = {
    "name": "Shelf",
    "author": {"name": "Nobody", "email": "nobody@shelf.example"},
    "version": "1.2.3",
    "frameworkVersion": "2.0",
    "defaultLocale": "en",
    "singleInstall": True,
    "location": {"support": {"ticket_sidebar": {"url": "https://shelf.example/"}}},
    "parameters": [{"name": "host", "type": "text", "required": True}],
}


def zipped(manifest: Any) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("manifest.json", manifest if isinstance(manifest, str) else json.dumps(manifest))
    return out.getvalue()


def uploaded(account: Larkfield, content: bytes) -> requests.Response:
    return account.call("POST", "apps/uploads", files={"uploaded_data": ("app.zip", content, "application/zip")})


def ended(account: Larkfield, job_id: str) -> dict[str, Any]:
    for _ in range(5):
        job: dict[str, Any] = account.get(f"apps/job_statuses/{job_id}").json()
        if job["status"] in ("completed", "failed"):
            return job
    raise AssertionError("the job does not end")


def built(account: Larkfield, manifest: Any = MANIFEST, address: str = "apps", method: str = "POST") -> dict[str, Any]:
    upload = uploaded(account, zipped(manifest)).json()["id"]
    asked = account.call(method, address, json={"upload_id": upload})
    assert asked.status_code == 202
    return ended(account, asked.json()["job_id"])


def test_a_package_becomes_an_app_and_an_installation(account: Larkfield) -> None:
    app_id = built(account)["app_id"]
    made = account.call("POST", "apps/installations", json={"app_id": str(app_id), "settings": {"host": "a.example"}})
    assert (made.status_code, made.json()["settings"]["host"]) == (201, "a.example")
    assert account.get("apps/installations").json()["installations"] == [made.json()]
    assert account.get(f"apps/{app_id}").json()["version"] == "1.2.3"
    assert account.get(f"apps/{app_id}/public_key.pem").text.startswith("-----BEGIN PUBLIC KEY")


def test_a_job_is_not_done_at_the_first_look(account: Larkfield) -> None:
    upload = uploaded(account, zipped(MANIFEST)).json()["id"]
    job_id = account.call("POST", "apps", json={"upload_id": upload}).json()["job_id"]
    assert [account.get(f"apps/job_statuses/{job_id}").json()["status"] for _ in range(3)] == [
        "queued",
        "working",
        "completed",
    ]


@pytest.mark.parametrize(
    ("manifest", "words"), [("{", "not valid JSON"), ({"name": "Shelf"}, "author"), ("[]", "Could not find")]
)
def test_a_package_that_cannot_be_built_says_why(account: Larkfield, manifest: Any, words: str) -> None:
    job = built(account, manifest)
    assert job["status"] == "failed"
    assert words in job["message"]


def test_an_app_is_changed_in_its_place(account: Larkfield) -> None:
    app_id = built(account)["app_id"]
    assert built(account, MANIFEST | {"version": "2.0.0"}, f"apps/{app_id}", "PUT")["app_id"] == app_id
    assert [app["version"] for app in account.get("apps/owned").json()["apps"]] == ["2.0.0"]


def test_an_app_for_one_installation_is_installed_once_and_asks_for_what_it_needs(account: Larkfield) -> None:
    app_id = built(account)["app_id"]
    assert account.call("POST", "apps/installations", json={"app_id": app_id, "settings": {}}).status_code == 422
    asked = {"app_id": app_id, "settings": {"host": "a.example"}}
    assert account.call("POST", "apps/installations", json=asked).status_code == 201
    assert account.call("POST", "apps/installations", json=asked).status_code == 422


def test_an_installation_is_switched_off_and_taken_away(account: Larkfield) -> None:
    app_id = built(account)["app_id"]
    asked = {"app_id": app_id, "settings": {"host": "a.example"}}
    key = account.call("POST", "apps/installations", json=asked).json()["id"]
    assert account.call("PUT", f"apps/installations/{key}", json={"enabled": False}).json()["enabled"] is False
    assert account.call("DELETE", f"apps/{app_id}").status_code == 204
    assert account.get(f"apps/installations/{key}").status_code == 404


def test_what_is_no_zip_is_refused_before_it_is_built(account: Larkfield) -> None:
    assert account.call("POST", "apps/uploads", json={}).status_code == 422
    assert account.call("POST", "apps", json={"upload_id": 99}).status_code == 422
