import pytest

from core.knowledge.page import page_of

SHELL = """<!doctype html><html lang="pt-BR"><head><title>Return it | Shop</title>
<link rel="canonical" href="/return"><meta property="article:modified_time" content="2026-03-01T10:00:00Z"></head><body>
<a class="skip-link" href="#m">Skip</a><header><h1>Shop</h1></header><nav><ul><li>Home</li></ul></nav>
<div id="cookie-banner"><div>We use</div> cookies</div>{}<footer>Imprint</footer></body></html>"""


def test_only_the_main_part_is_read() -> None:
    page = page_of(SHELL.format("<main><h1>Return it</h1><p>14 days.</p><aside>Ad</aside><p>Free.</p></main><p>x</p>"))
    assert (page.title, page.text) == ("Return it", "14 days.\n\nFree.")
    assert (page.canonical, page.locale, page.updated_at) == ("/return", "pt-BR", "2026-03-01T10:00:00Z")


@pytest.mark.parametrize(
    "body",
    [
        "<article><h1>Return it</h1><p>14 days.</p></article>",
        "<div role='main'><div><h1>Return it</h1></div><div>14 days.</div></div>",
        "<h1>Return it</h1><p>14 days.</p><div hidden>x</div><div aria-hidden='true'>y</div>",
        "<h1>Return it</h1><form>Search<button>Go</button></form><p>14 days.</p>",
    ],
)
def test_a_page_without_main_is_read_without_its_surroundings(body: str) -> None:
    assert page_of(SHELL.format(body)).text == "14 days."


def test_several_articles_are_all_read() -> None:
    assert page_of("<article><p>One.</p></article><article><p>Two.</p></article>").text == "One.\n\nTwo."


def test_a_section_about_cookies_is_no_cookie_banner() -> None:
    assert page_of("<section id='cookies' class='cookie-policy'><p>How we use them.</p></section>").text


def test_where_all_is_marked_as_surroundings_the_page_is_read_whole() -> None:
    assert page_of("<main></main><p>Words.</p>").text == "Words."


def test_a_page_may_ask_not_to_be_listed_and_its_pictures_are_counted() -> None:
    page = page_of("<meta name='robots' content='NOINDEX'><main><img><img></main>")
    assert (page.unlisted, page.text) == (True, "")
    assert page.pictures == 2


@pytest.mark.parametrize(
    "html", ["", "<main>", "</main></h1>", "<h1>", "<title>", "<main><main></main>", "<h1><nav>x</h1>"]
)
def test_broken_pages_are_read_as_far_as_they_go(html: str) -> None:
    assert page_of(html).text == page_of(html).text.strip()


def test_what_a_page_hides_is_left_out_of_it_in_every_tag() -> None:
    html = (
        "<main><h1 hidden>No</h1><h1>Yes</h1><ul><li hidden>x</li><li>a</li></ul><p style='display:none'>y</p></main>"
    )
    page = page_of(html)
    assert (page.title, page.text) == ("Yes", "- a")
