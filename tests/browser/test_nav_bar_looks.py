"""The page in the navigation, looked at: in the dark, on a narrow screen, by a team lead, and by who may not."""

from pathlib import Path

import pytest
from playwright.sync_api import FrameLocator, expect

from apps.demo.outside import Outside
from tests.browser.people import PATIENCE, Stage
from tests.browser.test_nav_bar import faults_of, navigated

TALL = {"width": 1440, "height": 2600}
NARROW = {"width": 800, "height": 2600}
OVERFLOW = "html => html.scrollWidth - html.clientWidth"


@pytest.fixture
def dark(at: Stage, outside: Outside) -> Stage:
    """A helpdesk in dark colours with a ticket that has its decision."""
    at.open_ticket(outside.email("rohan.desai@example.com", "Cancel", "Hello, how do I cancel my Plus subscription?"))
    expect(at.card("Draft reply")).to_be_visible()
    at.by("sidebar-scheme").click()
    return at


def settled(app: FrameLocator) -> None:
    expect(app.locator(".skeleton")).to_have_count(0)


def test_a_team_lead_sees_every_view_in_the_dark_and_on_a_narrow_screen(dark: Stage, axe: None, pictures: Path) -> None:
    app = navigated(dark, "Aisha Rahman")
    for view in ("Overview", "Proposals", "Knowledge gaps", "Policy", "Connections"):
        app.get_by_role("tab", name=view).click(timeout=PATIENCE)
        settled(app)
        name = view.lower().replace(" ", "-")
        for size, width in ((TALL, "wide"), (NARROW, "narrow")):
            dark.page.set_viewport_size({"width": size["width"], "height": size["height"]})
            if width == "narrow":
                dark.by("role-agent").click()
            assert app.locator("html").evaluate(OVERFLOW) <= 0, (view, width)
            dark.by("nav-app-frame").screenshot(path=pictures / f"nav-bar-{name}-dark-{width}.png")
        assert faults_of(dark) == []


def test_the_views_are_chosen_with_the_arrow_keys_and_charts_are_read_as_tables(dark: Stage, pictures: Path) -> None:
    app = navigated(dark, "Priya Nair")
    settled(app)
    first = app.get_by_role("tab", name="Overview")
    expect(first).to_be_visible()
    worked = app.get_by_role("region", name="What the assistant did")
    worked.get_by_role("button", name="Show as a table").first.click(timeout=PATIENCE)
    expect(worked.get_by_role("table").first).to_be_visible()
    first.focus()
    for name in ("Report", "Proposals", "Knowledge gaps"):
        dark.page.keyboard.press("ArrowRight")
        expect(app.get_by_role("tab", name=name)).to_have_attribute("aria-selected", "true")
    dark.page.keyboard.press("Home")
    app.get_by_text("Last 30 days").click()
    expect(app.get_by_role("radio", name="Last 30 days")).to_be_checked()
    settled(app)
    dark.by("nav-app-frame").screenshot(path=pictures / "nav-bar-admin.png")


def test_an_agent_in_the_navigation_is_refused_in_words_that_can_be_read(
    dark: Stage, axe: None, pictures: Path
) -> None:
    app = navigated(dark, "Jonas Weber")
    expect(app.get_by_text("For team leads and admins")).to_be_visible()
    dark.by("nav-app-frame").screenshot(path=pictures / "nav-bar-refused-dark.png")
    assert faults_of(dark) == []
