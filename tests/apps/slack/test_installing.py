"""A workspace installs the app on Slack's own pages, played by the sandbox."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from flask import Flask
from slack_sdk import WebClient
from werkzeug.test import Client, TestResponse

from apps.sandbox.slack.workspace import TEAM_ID
from apps.slack.installing import BEGUN, INVITED, SignedStates, installing, invitation, invitations, oauth_flow
from apps.slack.passes import Passes
from connectors.slack.workspaces import Vault, Workspaces, rotator
from connectors.sql.store import SqlSignIns, SqlStore
from tests.apps.sandbox.running import Sandbox, serving

SECRET = "a-fake-session-secret"
PUBLIC = "https://desk.example.com"


@dataclass
class Watch:
    at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __call__(self) -> datetime:
        return self.at


@dataclass
class Site:
    """Our web, a browser, and Slack."""

    browser: Client
    workspaces: Workspaces
    watch: Watch
    sandbox: Sandbox

    def begin(self) -> str:
        """The address of Slack's page that our page leads to."""
        invited = invitation(PUBLIC, SECRET, self.watch).removeprefix(PUBLIC)
        page = self.browser.get(invited, base_url=PUBLIC)
        assert page.status_code == 200
        (address,) = re.findall(r'href="([^"]*/oauth/v2/authorize[^"]*)"', page.get_data(as_text=True))
        return unescape(address)

    def allow(self, address: str) -> str:
        """The address that Slack sends the browser to after a yes."""
        assert "channels:read" in requests.get(address, timeout=5).text
        return requests.post(address, timeout=5, allow_redirects=False).headers["Location"].removeprefix(PUBLIC)

    def back(self, path: str) -> TestResponse:
        return self.browser.get(path, base_url=PUBLIC)


@pytest.fixture
def site(store: SqlStore) -> Iterator[Site]:
    with serving() as sandbox:
        settings, watch = sandbox.world.settings, Watch()
        client = WebClient(base_url=f"{sandbox.url}/slack/api/")
        credentials = (settings.slack_client_id, settings.slack_client_secret)
        workspaces = Workspaces(store, Vault(SECRET), watch, rotator(client, *credentials))
        begun = Passes(secret=SECRET, purpose="slack state", life=BEGUN, now=watch)
        flow = oauth_flow(
            client=client,
            client_id=credentials[0],
            client_secret=credentials[1],
            scopes=["channels:read", "chat:write"],
            public_url=PUBLIC,
            installations=workspaces,
            states=SignedStates(begun, SqlSignIns(store)),
        )
        app = Flask(__name__)
        app.register_blueprint(installing(flow, invitations(SECRET, watch)))
        yield Site(app.test_client(), workspaces, watch, sandbox)


def test_a_workspace_installs_the_app_and_its_token_works(site: Site) -> None:
    assert site.back(site.allow(site.begin())).status_code == 200
    token = site.workspaces.token("")
    assert token == (TEAM_ID, site.sandbox.world.settings.slack_bot_token)


@pytest.mark.parametrize("word", ["", "x", "ü", "A" * 40])
def test_nobody_installs_it_uninvited(site: Site, word: str) -> None:
    """Whoever installs it says, with their own workspace's profiles, who is who."""
    assert site.browser.get("/slack/install", query_string={"pass": word}, base_url=PUBLIC).status_code == 403


def test_an_invitation_is_good_for_a_day(site: Site) -> None:
    invited = invitation(PUBLIC, SECRET, site.watch).removeprefix(PUBLIC)
    site.watch.at += INVITED + timedelta(seconds=1)
    assert site.back(invited).status_code == 403


def test_an_installation_that_nobody_began_here_is_refused(site: Site) -> None:
    forged = Passes(secret="another", purpose="slack state", life=BEGUN, now=site.watch).made()
    assert site.back(f"/slack/oauth_redirect?code=x&state={forged}").status_code in (400, 401, 500)
    assert site.workspaces.get("") is None


def test_an_invitation_is_no_state(site: Site) -> None:
    invited = parse_qs(urlsplit(invitation(PUBLIC, SECRET, site.watch)).query)["pass"][0]
    site.browser.set_cookie("slack-app-oauth-state", invited, domain="desk.example.com")
    site.back(f"/slack/oauth_redirect?code=x&state={invited}")
    assert site.workspaces.get("") is None


def test_a_state_is_good_for_once(site: Site) -> None:
    path = site.allow(site.begin())
    assert site.back(path).status_code == 200
    site.workspaces.delete_bot(enterprise_id=None, team_id=TEAM_ID)
    site.sandbox.world.slack.codes["another"] = f"{PUBLIC}/slack/oauth_redirect"
    state = parse_qs(urlsplit(path).query)["state"][0]
    site.browser.set_cookie("slack-app-oauth-state", state, domain="desk.example.com")
    assert site.back(f"/slack/oauth_redirect?code=another&state={state}").status_code != 200
    assert site.workspaces.get("") is None


def test_who_says_no_on_slacks_page_has_installed_nothing(site: Site) -> None:
    state = parse_qs(urlsplit(site.begin()).query)["state"][0]
    site.back(f"/slack/oauth_redirect?error=access_denied&state={state}")
    assert site.workspaces.get("") is None
