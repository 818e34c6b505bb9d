"""An article's address leads to a page that a person can read."""

from collections.abc import Iterator

import pytest
import requests

from apps.sandbox.zendesk.help_center import add_article, add_category, add_section
from tests.apps.sandbox.running import Sandbox, serving


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with serving() as running:
        yield running


def written(sandbox: Sandbox, **asked: object) -> str:
    """The address, on this server, of a new article."""
    state = sandbox.world.zendesk
    place = add_section(state, "Orders & delivery", add_category(state, "Help")["id"])
    made = add_article(
        state, {"title": "Where is it?", "body": "<p>On its way.</p>", "locale": "en-gb"} | asked, place["id"], 1
    )
    return sandbox.url + "/hc/" + str(made["html_url"]).split("/hc/")[1]


def test_the_address_in_the_api_is_one_that_the_sandbox_serves(sandbox: Sandbox) -> None:
    state = sandbox.world.zendesk
    place = add_section(state, "Returns", add_category(state, "Help")["id"])
    made = add_article(state, {"title": "Return it", "locale": "en-gb"}, place["id"], 1)
    assert made["html_url"].startswith(sandbox.world.settings.own_url + "/hc/en-gb/articles/")


def test_a_reader_sees_title_section_and_text(sandbox: Sandbox) -> None:
    page = requests.get(written(sandbox), timeout=5)
    assert page.status_code == 200
    assert "<h1>Where is it?</h1>" in page.text
    assert "Orders &amp; delivery" in page.text
    assert "<p>On its way.</p>" in page.text


def test_what_an_article_holds_is_shown_and_never_run(sandbox: Sandbox) -> None:
    page = requests.get(written(sandbox, body="<script>alert(1)</script>", title="<b>Bold</b>"), timeout=5)
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "<h1>&lt;b&gt;Bold&lt;/b&gt;</h1>" in page.text


def test_an_internal_article_says_so(sandbox: Sandbox) -> None:
    assert "for staff only" in requests.get(written(sandbox, user_segment_id=7), timeout=5).text


@pytest.mark.parametrize("address", ["/hc/en-gb/articles/1-gone", "/hc/en-gb/articles/words"])
def test_what_is_not_there_is_not_found(sandbox: Sandbox, address: str) -> None:
    assert requests.get(sandbox.url + address, timeout=5).status_code == 404


def test_a_draft_is_not_for_readers(sandbox: Sandbox) -> None:
    assert requests.get(written(sandbox, draft=True), timeout=5).status_code == 404
