"""Our app in a served account: uploaded, installed, taken out again."""

import io
import json
import zipfile
from collections.abc import Iterator

import pytest

from connectors.zendesk.api import ZendeskAccount, connect
from connectors.zendesk.installer import ZendeskAppInstaller
from core.errors import RejectedError, TransientError
from tests.apps.sandbox.zendesk.larkfield import BOT, TOKEN, Larkfield, larkfield

MANIFEST = {
    "name": "Handrail",
    "author": {"name": "Larkfield"},
    "version": "1",
    "frameworkVersion": "2.0",
    "defaultLocale": "en",
    "singleInstall": True,
    "location": {"support": {"ticket_sidebar": {"url": "https://desk.example.com"}}},
    "parameters": [{"name": "handrail_host", "type": "text", "required": True}],
}
HOST = {"handrail_host": "desk.example.com"}


def packed(**changes: object) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("manifest.json", json.dumps(MANIFEST | changes))
    return out.getvalue()


@pytest.fixture
def home() -> Iterator[Larkfield]:
    with larkfield() as served:
        yield served


@pytest.fixture
def waits() -> list[float]:
    """How long was waited between two looks."""
    return []


@pytest.fixture
def installer(home: Larkfield, waits: list[float]) -> Iterator[ZendeskAppInstaller]:
    api = connect(ZendeskAccount(subdomain="larkfield", email=BOT, token=TOKEN, base_url=home.base))
    yield ZendeskAppInstaller(api, pause=waits.append)
    api.close()


def test_an_app_is_built_installed_and_found(installer: ZendeskAppInstaller, waits: list[float]) -> None:
    app_id = installer.upload("Handrail", packed())
    assert len(waits) == 2  # queued, then working
    installation = installer.install(app_id, HOST)
    found = installer.find("Handrail")
    assert found is not None
    assert (found.id, found.version, found.installation, found.enabled) == (app_id, "1", installation, True)
    assert found.settings["handrail_host"] == "desk.example.com"


def test_the_next_version_is_the_same_app(installer: ZendeskAppInstaller) -> None:
    app_id = installer.upload("Handrail", packed())
    assert installer.upload("Handrail", packed(version="2"), app_id) == app_id
    found = installer.find("another name by now", app_id)
    assert found is not None
    assert found.version == "2"


def test_settings_are_changed_in_place(installer: ZendeskAppInstaller) -> None:
    installation = installer.install(installer.upload("Handrail", packed()), HOST)
    installer.configure(installation, {"handrail_host": "new.example.com"})
    found = installer.find("Handrail")
    assert found is not None
    assert (found.installation, found.settings["handrail_host"]) == (installation, "new.example.com")


def test_what_was_taken_out_is_gone_and_taking_it_out_again_is_fine(installer: ZendeskAppInstaller) -> None:
    app_id = installer.upload("Handrail", packed())
    installation = installer.install(app_id, HOST)
    assert (installer.uninstall(installation), installer.uninstall(installation)) == (True, False)
    assert (installer.delete(app_id), installer.delete(app_id)) == (True, False)
    assert installer.find("Handrail") is None


def test_a_package_that_does_not_build_is_refused_with_zendesks_reason(installer: ZendeskAppInstaller) -> None:
    with pytest.raises(RejectedError, match="Missing required fields in manifest: author"):
        installer.upload("Handrail", packed(author=None))


def test_a_setting_that_is_missing_is_refused(installer: ZendeskAppInstaller) -> None:
    with pytest.raises(RejectedError):
        installer.install(installer.upload("Handrail", packed()), {})


def test_a_build_that_never_ends_is_given_up(
    home: Larkfield, installer: ZendeskAppInstaller, waits: list[float]
) -> None:
    home.state.app_jobs = Stuck()
    with pytest.raises(TransientError, match="still building"):
        installer.upload("Handrail", packed())
    assert 120 <= sum(waits) < 125


class Stuck(dict[str, dict[str, object]]):
    """Jobs that are never looked at for the last time."""

    def get(self, key: str, default: object = None) -> object:  # type: ignore[override]
        return {**self[key], "looks": 0}
