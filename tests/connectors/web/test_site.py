import gzip
from datetime import UTC, datetime, timedelta

import pytest

from connectors.web.fetch import Fetcher, Limits, session_of
from connectors.web.site import BadPage, Found, GonePage, ReadPage, Site, UnchangedPage
from core.errors import ConfigurationError, RejectedError, TransientError
from tests.connectors.web.pages import Answer, Town

PAGE = """<!doctype html><html lang="de"><head><title>Return it · Shop</title>
<link rel="canonical" href="/a"></head><body><header><nav><a>Home</a></nav></header>
<div class="cookie-banner">We use cookies</div>
<main><h1>Return it</h1><p>Within 14 days, für alle.</p><aside>Ad</aside></main><footer>Imprint</footer>"""


def read(
    place: Town, path: str = "/", known: dict[str, str] | None = None, limits: Limits | None = None
) -> list[Found]:
    return list(reader(place, path, limits).articles(known or {}))


def reader(place: Town, path: str = "/", limits: Limits | None = None, waits: list[float] | None = None) -> Site:
    limits = limits or Limits(pause=timedelta(0))
    slept: list[float] = [] if waits is None else waits
    fetcher = Fetcher("127.0.0.1", session_of(private=True), limits, sleep=slept.append)
    return Site(f"{place.url}{path}", limits=limits, fetcher=fetcher)


def reasons(found: list[Found]) -> list[str]:
    return [each.reason for each in found if isinstance(each, BadPage | GonePage) and each.reason]


def test_the_pages_of_the_sitemap_are_articles(site: Town) -> None:
    site.lists("/a?x=1")
    site.says("/a?x=1", PAGE)
    (page,) = read(site)
    assert isinstance(page, ReadPage)
    article = page.article
    assert (article.title, article.text) == ("Return it", "Within 14 days, für alle.")
    assert (article.url, article.locale) == (f"{site.url}/a", "de")
    assert article.updated_at == datetime(2026, 3, 1, tzinfo=UTC)
    assert (article.id, article.origin) == (f"web:{site.url}/a?x=1", site.url.replace("http://", "web:"))


def test_an_index_of_packed_sitemaps_is_followed_and_a_circle_of_them_ends(site: Town) -> None:
    index = "<sitemapindex>" + "".join(f"<sitemap><loc>{site.url}{p}</loc></sitemap>" for p in ("/1.xml.gz", "/i.xml"))
    site.says("/i.xml", index + "</sitemapindex>")
    body = gzip.compress(f"<urlset><url><loc>{site.url}/a</loc></url></urlset>".encode())
    site.says("/1.xml.gz", Answer(body=body))
    site.says("/a", PAGE)
    assert [type(each) for each in read(site, "/i.xml")] == [ReadPage]


def test_a_page_that_did_not_change_is_not_sent_again(site: Town) -> None:
    site.lists("/a")
    site.says("/a", Answer(body=PAGE.encode(), headers={"ETag": '"1"', "Content-Type": "text/html"}))
    (page,) = read(site)
    assert isinstance(page, ReadPage)
    (again,) = read(site, known={page.url: page.mark})
    assert again == UnchangedPage(url=page.url, article_id=page.article.id)


def test_a_page_that_went_away_is_said_to_be_gone_and_a_broken_one_is_not(site: Town) -> None:
    site.lists("/gone", "/broken")
    site.says("/broken", Answer(status=500))
    gone, broken = read(site)
    assert isinstance(gone, GonePage)
    assert reasons([broken]) == ["answers 500 Internal Server Error"]


def test_what_robots_txt_forbids_is_not_read(site: Town) -> None:
    site.says("/robots.txt", f"User-agent: *\nDisallow: /secret*\nSitemap: {site.url}/map.xml")
    site.lists("/secret/a", "/a", at="/map.xml")
    site.says("/a", PAGE)
    assert reasons(read(site)) == ["is forbidden by robots.txt"]
    assert "/secret/a" not in [path for path, _ in site.asked]


def test_a_site_that_wants_no_readers_is_left_alone(site: Town) -> None:
    site.says("/robots.txt", "User-agent: *\nDisallow: /")
    with pytest.raises(RejectedError, match="forbids"):
        read(site)


def test_a_site_whose_rules_cannot_be_had_now_is_read_later(site: Town) -> None:
    site.says("/robots.txt", Answer(status=503))
    with pytest.raises(TransientError, match=r"robots\.txt"):
        read(site)


def test_redirects_within_the_site_are_followed_and_a_loop_ends_with_its_path(site: Town) -> None:
    site.lists("/old", "/loop", "/away")
    site.says("/old", Answer(status=301, headers={"Location": "/new"}))
    site.says("/new", PAGE.replace('href="/a"', ""))
    site.says("/loop", Answer(status=302, headers={"Location": "/loop2"}))
    site.says("/loop2", Answer(status=302, headers={"Location": "/loop"}))
    site.says("/away", Answer(status=302, headers={"Location": "http://localhost/"}))
    moved, *bad = read(site)
    assert isinstance(moved, ReadPage)
    assert moved.article.url == f"{site.url}/new"
    loop, away = reasons(bad)
    assert loop == f"redirects in a loop: {site.url}/loop → {site.url}/loop2 → {site.url}/loop"
    assert away == "redirects to another host: http://localhost/"


def test_a_chain_of_redirects_has_an_end(site: Town) -> None:
    site.lists("/0")
    for number in range(9):
        site.says(f"/{number}", Answer(status=302, headers={"Location": f"/{number + 1}"}))
    assert reasons(read(site)) == ["redirects more than 5 times"]


def test_a_busy_server_is_given_the_time_it_asks_for(site: Town) -> None:
    site.lists("/a")
    site.says("/a", Answer(status=429, headers={"Retry-After": "7"}), Answer(status=503), Answer(body=PAGE.encode()))
    waits: list[float] = []
    (page,) = reader(site, waits=waits).articles({})
    assert isinstance(page, ReadPage)
    assert [wait for wait in waits if wait] == [7.0, 4.0]


def test_patience_has_an_end_and_the_next_page_is_still_read(site: Town) -> None:
    site.lists("/busy", "/a")
    site.says("/busy", Answer(status=429, headers={"Retry-After": "86400"}))
    site.says("/a", PAGE)
    busy, page = read(site)
    assert reasons([busy]) == ["answers 429 Too Many Requests"]
    assert isinstance(page, ReadPage)


def test_other_hosts_and_other_kinds_are_named_and_left(site: Town) -> None:
    site.says(
        "/sitemap.xml",
        f"<urlset><url><loc>https://other.example/</loc></url><url><loc>{site.url}/b</loc></url></urlset>",
    )
    site.says("/b", Answer(body=b"%PDF-1.7", headers={"Content-Type": "application/pdf"}))
    assert reasons(read(site)) == [
        "is application/pdf, not a web page",
        "names 1 pages of other hosts, which are not read",
    ]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("<main><img src='x'><img src='y'></main>", "has only pictures: there is nothing to quote"),
        ("", "has no text: there is nothing to quote"),
        ("<meta name=robots content='noindex,follow'><p>a</p>", "asks not to be indexed"),
    ],
)
def test_a_page_without_an_article_is_named(site: Town, body: str, reason: str) -> None:
    site.lists("/a")
    site.says("/a", body)
    assert reasons(read(site)) == [reason]


def test_a_page_that_is_too_large_or_breaks_off_is_not_taken_by_halves(site: Town) -> None:
    site.lists("/large", "/bomb", "/half")
    site.says("/large", "<p>" + "word " * 30_000)
    bomb = gzip.compress(b"<p>" + b"word " * 1_000_000)
    site.says("/bomb", Answer(body=bomb, headers={"Content-Encoding": "gzip", "Content-Type": "text/html"}))
    site.says("/half", Answer(body=b"<p>Half a", headers={"Content-Length": "5000", "Content-Type": "text/html"}))
    large, bombed, half = reasons(read(site, limits=Limits(pause=timedelta(0), page_bytes=100_000)))
    assert large == bombed == "is larger than 0.1 MB"
    assert "broke off" in half


def test_only_so_many_pages_are_read(site: Town) -> None:
    site.lists(*(f"/{number}" for number in range(5)))
    for number in range(5):
        site.says(f"/{number}", PAGE)
    found = read(site, limits=Limits(pause=timedelta(0), pages=3))
    assert [type(each) for each in found] == [ReadPage] * 3 + [BadPage]


def test_below_a_page_only_the_pages_below_it_are_read(site: Town) -> None:
    site.lists("/help/a", "/shop", "/helpers")
    site.says("/help/a", PAGE)
    assert [each.url for each in read(site, "/help")] == [f"{site.url}/help/a"]


def test_a_page_without_a_sitemap_is_read_alone(site: Town) -> None:
    site.says("/help", PAGE)
    assert [each.url for each in read(site, "/help")] == [f"{site.url}/help"]


@pytest.mark.parametrize("body", ["<html>", "", "<urlset><url>", '<!DOCTYPE x [<!ENTITY a "b">]><urlset>&a;</urlset>'])
def test_a_sitemap_that_is_none_is_named(site: Town, body: str) -> None:
    site.says("/map.xml", body)
    assert "is no sitemap" in reasons(read(site, "/map.xml"))[0]


def test_letters_are_read_in_the_encoding_the_page_states(site: Town) -> None:
    site.lists("/a", "/b")
    german = "<html><body><p>Größe und Übermaß</p>"
    site.says("/a", Answer(body=german.encode("cp1252"), headers={"Content-Type": "text/html; charset=windows-1252"}))
    site.says("/b", Answer(body=f"<meta charset=utf-16>{german}".encode(), headers={"Content-Type": "text/html"}))
    assert [each.article.text for each in read(site) if isinstance(each, ReadPage)] == ["Größe und Übermaß"] * 2


def test_reading_can_be_broken_off_and_taken_up_again(site: Town) -> None:
    site.lists("/a", "/b")
    for path in ("/a", "/b"):
        site.says(path, Answer(body=PAGE.encode(), headers={"ETag": f'"{path}"', "Content-Type": "text/html"}))
    first = next(iter(reader(site).articles({})))
    assert isinstance(first, ReadPage)
    assert "/b" not in [path for path, _ in site.asked]
    again = read(site, known={first.url: first.mark})
    assert [type(each) for each in again] == [UnchangedPage, ReadPage]


@pytest.mark.parametrize("url", ["ftp://a.example/", "file:///etc/passwd", "help.example", "http://"])
def test_what_is_no_web_address_is_a_matter_for_a_person(url: str) -> None:
    with pytest.raises(ConfigurationError, match="no web address"):
        Site(url)


def test_a_site_inside_the_network_is_refused_unless_allowed(site: Town) -> None:
    with pytest.raises(RejectedError, match="private network"):
        list(Site(site.url).articles({}))
    assert site.asked == []


def test_another_port_is_another_site(site: Town) -> None:
    beside = f"http://127.0.0.1:{int(site.url.rpartition(':')[2]) ^ 1}"
    site.says("/robots.txt", f"Sitemap: {beside}/map.xml")
    site.says("/sitemap.xml", f"<urlset><url><loc>{beside}/b</loc></url><url><loc>{site.url}/a</loc></url></urlset>")
    site.says("/a", Answer(status=302, headers={"Location": f"{beside}/admin"}))
    assert reasons(read(site)) == [
        f"redirects to another host: {beside}/admin",
        "names 1 pages of other hosts, which are not read",
    ]
