"""Who may call each address of the web process: a new one is open to nobody until it is written down here."""

import re
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from apps.settings import read_settings
from apps.wsgi import create_app
from apps.zendesk.session import AUDIENCE as SIDEBAR
from apps.zendesk.session import Key
from connectors.sql.store import SqlStore
from core.model.ids import TicketId
from tests.apps.container import QuietContainer, environ
from tests.apps.zendesk.tokens import AUDIENCE, SESSION_SECRET

API = "/sidebar/api/"
# Whether the process lives, the files of pages, and a receipt by the secret address that its customer has.
OPEN = {
    "GET /healthz", "GET /readyz", "GET /metrics", "GET /sidebar/assets/<path:name>", "GET /receipt/style.css",
    "GET /receipt/<token>", "POST /receipt/<token>/appeal", "GET /privacy",
}  # fmt: skip
LEADS = {
    "GET overview/work", "GET overview/queues", "GET overview/workers", "GET overview/sources", "GET overview/gaps",
    "GET overview/pulse", "GET overview/parked", "POST overview/parked/<effect_id>", "GET overview/policy",
    "GET overview/policy/<version>", "GET overview/report", "GET overview/report/pictures",
    "GET overview/report/conversations", "GET overview/proposals", "GET overview/proposals/<proposal_id>",
    "POST overview/proposals/<proposal_id>", "GET overview/articles", "GET overview/articles/tickets",
}  # fmt: skip
ADMINS = {"GET overview/checks"}
# Of no ticket, and for every agent: articles, the names of intents, what writing can be done, their own pulse.
AGENTS = {"GET search", "GET intents", "GET writing", "GET pulse", "POST pulse", "POST session"}


class Nobodys:
    """Zendesk shows this agent no ticket."""

    def may_read(self, agent_id: str, ticket_id: TicketId) -> bool:
        return False


class Strict(QuietContainer):
    @cached_property
    def ticket_access(self) -> Any:
        return Nobodys()


@pytest.fixture
def app(store: SqlStore, tmp_path: Path) -> Flask:
    return create_app(Strict(read_settings(environ(tmp_path) | {"HANDRAIL_STORE_URL": str(store.writer.url)})))


def routes(app: Flask) -> list[tuple[str, str]]:
    return [
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]


def asked(app: Flask, method: str, rule: str, **headers: str) -> int:
    path = re.sub(r"<(?:path:)?\w+>", "1", rule)
    body = b"" if method == "GET" else b"{}"
    answer = app.test_client().open(path, method=method, data=body, content_type="application/json", headers=headers)
    return answer.status_code


def bearer(role: str, secret: str = SESSION_SECRET, audience: str = AUDIENCE) -> str:
    now = datetime.now(UTC)
    # One person for each role: a single one would ask too often.
    who = {"lead": "502", "admin": "503"}.get(role, "501")
    said = {"sub": who, "name": "Maria", "role": role, "exp": now + timedelta(minutes=5), "since": now.timestamp()}
    return f"Bearer {Key(secret, 'HS256', f'{SIDEBAR} {audience}').write(said)}"


def test_nobody_without_a_credential_is_let_in_anywhere_else(app: Flask) -> None:
    let_in = {f"{method} {rule}" for method, rule in routes(app) if asked(app, method, rule) != 401}
    assert let_in == OPEN


def test_every_address_of_the_sidebar_says_who_may(app: Flask) -> None:
    for method, rule in routes(app):
        if not rule.startswith(API):
            continue
        name = f"{method} {rule.removeprefix(API)}"
        if "<ticket_id>" in rule:  # whatever the role: Zendesk does not show them this one
            for role in ("agent", "lead", "admin"):
                assert asked(app, method, rule, Authorization=bearer(role)) == 403, name
        elif name in LEADS | ADMINS:
            assert asked(app, method, rule, Authorization=bearer("agent")) == 403, name
            assert (asked(app, method, rule, Authorization=bearer("lead")) == 403) is (name in ADMINS), name
        else:
            assert name in AGENTS, name


@pytest.mark.parametrize("role", ["end-user", "", "owner", "ADMIN"])
def test_a_role_that_is_none_opens_nothing(app: Flask, role: str) -> None:
    for name in ("GET overview/work", "GET search"):
        method, _, path = name.partition(" ")
        assert asked(app, method, f"{API}{path}", Authorization=bearer(role)) == 403


def test_a_token_of_another_secret_or_installation_opens_nothing(app: Flask) -> None:
    other = "https://other.zendesk.com/api/v2/apps/installations/1.json"
    for forged in (bearer("admin", secret="x" * 40), bearer("admin", audience=other), "Bearer ", "Basic YTpi"):
        assert asked(app, "GET", f"{API}search", Authorization=forged) == 401
