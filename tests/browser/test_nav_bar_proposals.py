"""Proposals in the navigation over a real store: read with their evidence, accepted, refused, by who may."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Route, expect

from connectors.sql.schema import upgrade
from connectors.sql.store import SqlStore
from core.answer.style_changes import accepted_changes
from core.model.ids import TicketId
from core.model.lesson import Cause, ProposalKind, ProposalState
from tests.apps.slack.cards.test_proposals import GREETING
from tests.apps.zendesk.desk import TICKET, Desk
from tests.apps.zendesk.test_proposals import AISHA, PRIYA, STYLE
from tests.browser.panel import Panel, panel, words
from tests.clock import NOW, Clock

pytestmark = pytest.mark.usefixtures("built")
TALL = "height => { document.querySelector('iframe').style.height = `${height}px`; }"
ARTICLE = "Petrol stations take parcels, too.\n\nTake the label and the parcel; the receipt is proof that you sent it."


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    url = f"sqlite:///{tmp_path / 'a.db'}"
    upgrade(url)
    store = SqlStore(url)
    made = Desk(store, Clock(NOW))
    made.staff.emails["505"] = made.policy.outreach.approvers[0]
    with store.begin() as unit:
        about = unit.conversations.by_ticket(TicketId(TICKET))
        assert about is not None
        seen = replace(GREETING.evidence[0], conversation_id=about.id, customer_id=about.customer_id)
        effect = "changes 6 of your last 9 drafts: 6 come nearer to what was sent, 0 get further from it, 12 words of "
        effect += "edits fewer"
        unit.proposals.save(replace(GREETING, change=STYLE, evidence=(seen,), replayed=effect))
        new = replace(
            GREETING,
            id="pr_2",
            key="2",
            kind=ProposalKind.ARTICLE_NEW,
            cause=Cause.MISSING_ARTICLE,
            title="No article answers “Can I hand it in at a petrol station?”, and agents answer alike",
            says=ARTICLE,
            words=4,
            change={
                "article": {
                    "id": "", "title": "Petrol stations", "before": "", "after": ARTICLE,
                    "sources": [{"sentence": "Petrol stations take parcels, too.", "tickets": [TICKET]}],
                }
            },
            evidence=(replace(seen, before="", after="Petrol stations take parcels, too."),),
        )  # fmt: skip
        unit.proposals.save(new)
    yield made
    store.close()


def answers(desk: Desk, who: object) -> dict[str, Callable[[Route], None]]:
    def forward(route: Route) -> None:
        asked = urlsplit(route.request.url)
        desk.language = route.request.headers.get("accept-language", "en")
        path = f"{asked.path.removeprefix('/sidebar/api/')}?{asked.query}"
        bearer = desk.signed_in(who)  # type: ignore[arg-type]
        body = route.request.post_data_json if route.request.method == "POST" else None
        answer = desk.ask(route.request.method, path, body, bearer=bearer) if body else desk.get(path, bearer=bearer)
        route.fulfill(status=answer.status_code, content_type="application/json", body=answer.data)

    return dict.fromkeys(("proposals", "pr_1", "pr_2"), forward)


def opened(one: Panel, language: str = "en") -> dict[str, str]:
    said = words(language)
    one.app.get_by_role("tab", name=said["overview.view.proposals"]).click()
    expect(one.app.locator(".proposal")).to_have_count(2)
    return said


@pytest.mark.parametrize(("width", "scheme", "language"), [(1440, "light", "en"), (900, "dark", "de")])
def test_they_fit_and_can_be_read_by_who_cannot_see_them(
    browser: Browser, desk: Desk, axe: None, pictures: Path, width: int, scheme: str, language: str
) -> None:
    with panel(
        browser, width=width, scheme=scheme, location="nav_bar", answers=answers(desk, PRIYA), role="admin", at=NOW,
        locale=language,
    ) as one:  # fmt: skip
        said = opened(one, language)
        one.app.get_by_role("button", name=said["proposals.evidence"]).nth(1).click()
        expect(one.app.locator("ins")).to_have_text("Petrol stations take parcels, too.")
        one.app.locator(".proposal").first.get_by_role("button", name=said["proposals.accept"]).click()
        one.page.evaluate(TALL, one.app.evaluate("document.body.scrollHeight") + 40)
        one.page.screenshot(path=pictures / f"nav-bar-proposals-{width}-{scheme}.png", full_page=True)
        assert one.app.locator("html").evaluate("html => html.scrollWidth - html.clientWidth") <= 0
        assert one.faults() == []


def test_an_approver_accepts_one_and_refuses_another_and_it_stands_in_the_store(browser: Browser, desk: Desk) -> None:
    with panel(
        browser, width=1440, scheme="light", location="nav_bar", answers=answers(desk, PRIYA), role="admin", at=NOW
    ) as one:
        said = opened(one)
        one.app.get_by_role("button", name=f"Accept: {GREETING.title}").click()
        one.app.get_by_role("button", name=said["proposals.do.accept"]).click()
        expect(one.app.locator(".proposal")).to_have_count(1)
        one.app.get_by_role("button", name="Refuse").click()
        one.app.get_by_label(said["proposals.why"]).fill("We do not offer it any more.")
        one.app.get_by_role("button", name=said["proposals.do.refuse"]).click()
        expect(one.app.get_by_text(said["proposals.none.open"])).to_be_visible()
        with desk.store.read() as unit:
            found = {each.id: each for each in unit.proposals.listed()}
            assert [each.text for each in accepted_changes(unit)] == ["Hi {name},"]
        assert (found["pr_2"].state, found["pr_2"].outcome) == (ProposalState.REFUSED, "We do not offer it any more.")


def test_a_lead_who_approves_nothing_reads_and_has_no_buttons(browser: Browser, desk: Desk) -> None:
    with panel(
        browser, width=1440, scheme="light", location="nav_bar", answers=answers(desk, AISHA), role="lead", at=NOW
    ) as one:
        said = opened(one)
        expect(one.app.get_by_text(said["proposals.others"])).to_be_visible()
        expect(one.app.locator(".proposal").first.get_by_role("button")).to_have_count(1)
