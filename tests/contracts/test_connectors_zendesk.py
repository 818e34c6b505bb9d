"""Every request of our Zendesk connector against Zendesk's documents."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests

from connectors.zendesk.agents import ZendeskAgents
from connectors.zendesk.api import ZendeskAccount, ZendeskApi, connect
from connectors.zendesk.help_center import HelpCenter
from connectors.zendesk.helpdesk import ZendeskHelpdesk
from connectors.zendesk.installer import FOR_TRIGGERS, TriggerPlan, ZendeskInstaller
from connectors.zendesk.macros import Macros
from connectors.zendesk.solved import SolvedTickets
from connectors.zendesk.ticket_access import ZendeskTicketAccess
from core.model.ids import TicketId
from core.ports import Source
from tests.apps.sandbox.zendesk.larkfield import BOT, TOKEN, Larkfield, larkfield
from tests.contracts import zendesk_agents
from tests.contracts.contract import Contract

# Zendesk describes these in prose only.
UNDOCUMENTED = frozenset(
    {
        "GET /api/v2/groups/users",
        "GET /api/v2/group_memberships",
        "GET /api/v2/users/group_memberships",
        "GET /api/v2/custom_roles",
        "GET /api/v2/apps/public_key.pem",
        "POST /api/v2/help_center/sections/articles",  # the documents at hand tell of reading alone
    }
)


class Held:
    """Checks each request against whichever document describes it, and notes what neither does."""

    def __init__(self) -> None:
        known = Contract.load("zendesk.json"), Contract.load("zendesk_from_docs.json")
        self.documents = [*known, zendesk_agents.contract()]
        self.seen: set[str] = set()
        self.undocumented: set[str] = set()

    def __call__(self, answer: requests.Response, **_: Any) -> None:
        request, parts = answer.request, urlsplit(str(answer.request.url))
        method, path = str(request.method), parts.path.removesuffix(".json")
        document = next((each for each in self.documents if each.knows(method, path)), None)
        if document is None:
            kept = [part for part in path.split("/") if not part.isdigit()]
            self.undocumented.add(f"{method} {'/'.join(kept)}")
            return
        operation = document.operation(method, path)
        assert operation is not None
        self.seen.add(f"{method} {operation.template.removeprefix('/api/v2/')}")
        headers = {name: str(value) for name, value in request.headers.items()}
        document.check_request(method, path, dict(parse_qsl(parts.query)), headers, request.body)


@pytest.fixture
def held() -> Iterator[Held]:
    held = Held()
    yield held
    assert held.undocumented <= UNDOCUMENTED


@pytest.fixture
def home(held: Held) -> Iterator[Larkfield]:
    with larkfield() as served:
        yield served


@pytest.fixture
def api(home: Larkfield, held: Held) -> Iterator[ZendeskApi]:
    api = connect(ZendeskAccount(subdomain="larkfield", email=BOT, token=TOKEN, base_url=home.base))
    api.session.hooks["response"].append(held)
    yield api
    api.close()


def test_tickets(api: ZendeskApi, home: Larkfield, held: Held) -> None:
    desk = ZendeskHelpdesk(api)
    opened = desk.open_ticket(
        subject="Late", text="Where is it?", requester_id=None, name="Ann", phone="+447700900123", key="o", tags=["sms"]
    )
    ticket_id = TicketId(opened.ref)
    desk.reply(ticket_id, "Soon.", public=True, key="r", facts={"ai_generated": True})
    desk.update(
        ticket_id,
        key="u",
        group_id=str(home.ids["specialists"]),
        assignee_id=str(home.ids["tom"]),
        add_tags=["a"],
        remove_tags=["sms"],
        fields={str(home.ids["intent"]): "intent_billing"},
        note="The card.",
    )
    desk.ticket(ticket_id)
    desk.find_write(ticket_id, "r")
    assert held.seen == {
        "POST users/create_or_update",
        "GET users/me",
        "GET brands",
        "POST tickets",
        "GET tickets/{ticket_id}",
        "PUT tickets/{ticket_id}",
        "GET tickets/{ticket_id}/comments",
        "GET tickets/{ticket_id}/audits",
        "PUT tickets/{ticket_id}/tags",
        "DELETE tickets/{ticket_id}/tags",
    }


def test_side_conversations(api: ZendeskApi, home: Larkfield, held: Held) -> None:
    desk = ZendeskHelpdesk(api)
    opened = desk.open_ticket(
        subject="Hub", text="Offline", requester_id=None, name="Ann", phone="+447700900123", key="o"
    )
    ticket_id = TicketId(opened.ref)
    made = desk.open_side_conversation(ticket_id, to="e@larkfield.example", subject="Hub", text="# Hub", key="s")
    desk.find_side_conversation(ticket_id, "s")
    desk.side_conversation(ticket_id, made.ref)
    assert held.seen >= {
        "POST tickets/{ticket_id}/side_conversations",
        "GET tickets/{ticket_id}/side_conversations",
        "GET tickets/{ticket_id}/side_conversations/{side_conversation_id}",
    }


def test_articles_are_drafted_and_never_published(api: ZendeskApi, home: Larkfield, held: Held) -> None:
    desk = ZendeskHelpdesk(api)
    shown = next(each for each in home.state.articles.listed() if not each["draft"])
    text = "# Returns\n\nWithin 30 days & free.\n\n1. Open <Account>.\n2. Choose.\n\n- One\n- Two"
    near = f"zendesk:article:{shown['id']}:{shown['locale']}"
    made = desk.draft_article("Returns", text, near=near, locale="en-gb", key="pr_1:article")
    found = desk.find_article_draft("pr_1:article")
    assert found is not None
    assert found.ref == made.ref
    assert desk.find_article_draft("pr_2:article") is None
    drafted = home.state.articles.get(int(made.ref))
    assert (drafted["draft"], drafted["section_id"]) == (True, shown["section_id"])
    assert drafted["user_segment_id"] == shown["user_segment_id"]
    assert drafted["body"] == (
        "<h1>Returns</h1>\n<p>Within 30 days &amp; free.</p>\n"
        "<ol><li>Open &lt;Account&gt;.</li><li>Choose.</li></ol>\n<ul><li>One</li><li>Two</li></ul>"
    )


def test_people(api: ZendeskApi, home: Larkfield, held: Held) -> None:
    desk = ZendeskHelpdesk(api)
    home.call("PUT", f"users/{home.ids['ann']}.json", json={"user": {"organization_id": home.ids["harbour"]}})
    desk.person(str(home.ids["ann"]))
    desk.teams()
    _, cursor = desk.people(None)
    desk.people(cursor)
    assert held.seen == {
        "GET users/{user_id}",
        "GET organizations/{organization_id}",
        "GET groups",
        "GET incremental/users/cursor",
    }


def test_agents(api: ZendeskApi, held: Held) -> None:
    assert [agent.name for agent in ZendeskAgents(api).agents()] == ["Maria Lopez", "Tom Okafor"]
    assert held.seen == {
        "GET users",
        "GET groups",
        "GET agent_availabilities",
        "GET routing/attributes",
        "GET routing/agents/instance_values",
    }


def test_what_an_agent_may_read(api: ZendeskApi, home: Larkfield, held: Held) -> None:
    user = {"ticket_restriction": "groups", "custom_role_id": None}
    home.call("PUT", f"users/{home.ids['maria']}.json", json={"user": user})
    asked = {"subject": "Offline", "comment": {"body": "It is offline"}, "group_id": home.ids["care"]}
    made = home.call("POST", "tickets.json", json={"ticket": asked}).json()["ticket"]["id"]
    access = ZendeskTicketAccess(api)
    assert access.may_read(str(home.ids["maria"]), TicketId(str(made)))
    assert held.seen == {"GET users/{user_id}", "GET tickets/{ticket_id}"}


def test_agents_of_an_account_without_availability(held: Held) -> None:
    with larkfield(omnichannel=False) as home:
        api = connect(ZendeskAccount(subdomain="larkfield", email=BOT, token=TOKEN, base_url=home.base))
        api.session.hooks["response"].append(held)
        assert [agent.name for agent in ZendeskAgents(api).agents()] == ["Maria Lopez", "Tom Okafor"]
        api.close()
    assert "GET search/export" in held.seen


def test_articles(api: ZendeskApi, home: Larkfield, held: Held) -> None:
    center = HelpCenter(api)
    cursor = read(center, None)
    home.clock.pass_by(minutes=5)
    page = {"article": {"label_names": ["refund"]}}
    home.call("PUT", f"help_center/articles/{home.ids['refunds']}.json", json=page)
    read(center, cursor)
    assert held.seen == {
        "GET brands",
        "GET help_center/articles",
        "GET help_center/categories",
        "GET help_center/sections",
        "GET help_center/user_segments",
        "GET help_center/incremental/articles",
    }


def test_solved_tickets_and_macros(api: ZendeskApi, home: Larkfield, held: Held) -> None:
    ids = home.ids
    asked = {"subject": "Refund", "comment": {"body": "When?", "author_id": ids["ann"]}, "requester_id": ids["ann"]}
    number = home.call("POST", "tickets.json", json={"ticket": asked}).json()["ticket"]["id"]
    answer = {"comment": {"body": "In five days.", "public": True, "author_id": ids["maria"]}, "status": "solved"}
    home.call("PUT", f"tickets/{number}.json", json={"ticket": answer})
    solved = SolvedTickets(api)
    read(solved, read(solved, None))
    read(Macros(api), None)
    assert held.seen == {
        "GET brands",
        "GET users/me",
        "GET incremental/tickets/cursor",
        "GET tickets/{ticket_id}/comments",
        "GET macros/active",
    }


def read(source: Source, cursor: str | None) -> str | None:
    """Read it all; the last cursor."""
    return [part.cursor for part in source.changes(cursor, ()) if part.cursor is not None][-1]


def test_the_installation(api: ZendeskApi, held: Held) -> None:
    installer = ZendeskInstaller(api)
    bot = installer.whoami()
    installer.ensure_webhook("Events", "https://handrail.example/e", ["zen:event-type:ticket.comment_added"])
    installer.ensure_webhook("Events", "https://handrail.example/f", ["zen:event-type:ticket.created"])
    webhook_id, _ = installer.ensure_webhook("Trigger", "https://handrail.example/t", [FOR_TRIGGERS])
    for body in ("{}", '{"ticket_id":"{{ticket.id}}"}'):
        not_us = {"field": "current_user", "operator": "is_not", "value": bot}
        installer.ensure_trigger(TriggerPlan(title="Tell", webhook_id=webhook_id, body=body, all_of=[not_us]))
    installer.public_key("4301")
    assert held.seen == {
        "GET users/me",
        "GET webhooks",
        "POST webhooks",
        "PATCH webhooks/{webhook_id}",
        "GET webhooks/{webhook_id}/signing_secret",
        "GET triggers",
        "POST triggers",
        "PUT triggers/{trigger_id}",
    }
