import json

import pytest

from connectors.web.site import PART, SiteSource
from core.errors import TransientError
from core.model.knowledge import Changes
from tests.connectors.web.pages import Answer, Town
from tests.connectors.web.test_site import PAGE, reader


def tagged(tag: str) -> Answer:
    return Answer(body=PAGE.encode(), headers={"ETag": f'"{tag}"', "Content-Type": "text/html"})


def synced(place: Town, cursor: str | None = None, known: tuple[str, ...] = ()) -> list[Changes]:
    return list(SiteSource("help", place.url, reader(place)).changes(cursor, known))


def test_what_changed_and_what_is_gone_is_told_part_by_part(site: Town) -> None:
    paths = [f"/{number}" for number in range(PART + 1)]
    site.lists(*paths)
    for path in paths:
        site.says(path, tagged(path))
    first, second = synced(site)
    assert (len(first.articles), len(second.articles)) == (PART, 1)
    known = tuple(article.id for part in (first, second) for article in part.articles)
    # Broken off after the first part: only the last page is sent again.
    again = synced(site, first.cursor, known[:-1])
    assert [article.id for part in again for article in part.articles] == [known[-1]]
    site.lists(*paths[1:])
    site.says("/1", Answer(status=410))
    later = synced(site, second.cursor, known)
    assert {name for part in later for name in part.gone} == {f"web:{site.url}/0", f"web:{site.url}/1"}
    assert not [part.articles for part in later if part.articles]


def test_a_page_that_is_not_stored_is_read_whatever_the_cursor_says(site: Town) -> None:
    site.lists("/a")
    site.says("/a", tagged("a"))
    (part,) = synced(site, json.dumps({f"{site.url}/a": 'etag "a"'}))
    assert len(part.articles) == 1


@pytest.mark.parametrize("broken", [Answer(status=500), Answer(body=b"<urlset><url>"), Answer(status=429)])
def test_a_list_that_cannot_be_had_takes_nothing_for_gone(site: Town, broken: Answer) -> None:
    site.says("/sitemap.xml", broken)
    (part,) = synced(site, None, (f"web:{site.url}/a",))
    assert part.gone == ()
    assert [problem.subject for problem in part.problems] == [f"{site.url}/sitemap.xml"]


def test_a_page_that_cannot_be_read_now_stays(site: Town) -> None:
    site.lists("/a")
    site.says("/a", Answer(status=500))
    (part,) = synced(site, None, (f"web:{site.url}/a",))
    assert (part.gone, len(part.problems)) == ((), 1)


def test_a_site_that_does_not_answer_is_a_passing_trouble(site: Town) -> None:
    site.says("/robots.txt", Answer(status=500))
    with pytest.raises(TransientError):
        synced(site)


UNLISTED = Answer(body=PAGE.encode(), headers={"Content-Type": "text/html", "X-Robots-Tag": "googlebot: noindex"})


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ("<meta name=robots content=noindex><p>Words.", "asks not to be indexed"),
        (UNLISTED, "asks not to be indexed"),
        ("<main></main>", "has no text: there is nothing to quote"),
        ("<meta name=audience content=internal><p>Words.", "says that it is for internal readers"),
    ],
)
def test_a_page_that_is_no_longer_to_be_quoted_is_gone_and_named(site: Town, answer: str | Answer, why: str) -> None:
    site.lists("/a")
    site.says("/a", answer)
    (part,) = synced(site, None, (f"web:{site.url}/a",))
    assert part.gone == (f"web:{site.url}/a",)
    assert [problem.reason for problem in part.problems] == [why]


def test_a_page_that_robots_txt_forbids_now_is_gone_and_named(site: Town) -> None:
    site.says("/robots.txt", "User-agent: *\nDisallow: /a")
    site.lists("/a")
    (part,) = synced(site, None, (f"web:{site.url}/a",))
    assert part.gone == (f"web:{site.url}/a",)
    assert [problem.reason for problem in part.problems] == ["is forbidden by robots.txt"]
