"""Files that people write, pages of the company's site, and what we stored ourselves."""

import contextlib
import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from core.errors import ConfigurationError, HandrailError
from tests.fuzz.parsers import Subject

DEMO = Path("apps/demo")


def _file(suffix: str, read: Callable[[Path], object], *seeds: bytes) -> Subject:
    shared = Path("/dev/shm")  # noqa: S108 - a folder of our own in it
    path = Path(tempfile.mkdtemp(prefix="handrail-fuzz-", dir=shared if shared.is_dir() else None)) / f"file{suffix}"

    def written(data: bytes) -> None:
        path.write_bytes(data)
        with contextlib.suppress(ConfigurationError):
            read(path)

    return Subject(read=written, seeds=seeds)


def policy() -> Subject:
    """The starter policy, and the rest of what a policy may say."""
    from apps.policy_file import read_policy

    text = DEMO.joinpath("policy.yaml").read_bytes()
    parts = [part for part in text.split(b"\n\n") if part.strip() and not part.lstrip().startswith(b"#")]
    # A whole policy takes long to read; a few parts of one are of the same grammar.
    return _file(".yaml", read_policy, *parts[:40], text[:3_000])


def intents() -> Subject:
    from apps.intents_file import intents_in

    rows = (
        b"intents:\n  - name: refund\n    label: Refund status\n    examples:\n      - My refund?\n      - money back\n"
    )
    return _file(".yaml", lambda path: intents_in(str(path)), rows)


def style() -> Subject:
    from apps.style_file import read_style

    return _file(".yaml", lambda path: read_style(str(path), "Larkfield"), DEMO.joinpath("style.yaml").read_bytes())


def scenarios() -> Subject:
    from apps.scenarios_file import read_scenarios

    return _file(".yaml", lambda path: read_scenarios(str(path)), DEMO.joinpath("scenarios.yaml").read_bytes())


def settings() -> Subject:
    from apps.settings import read_settings

    lines = (
        b'company = "Larkfield"\npublic_url = "https://desk.example.com"\nweb_workers = 2\n'
        b'[zendesk]\nemail = "a@b.example"\n[twilio]\nvalidity = "1h"\n'
    )
    return _file(".toml", lambda path: read_settings({"HANDRAIL_CONFIG": str(path)}), lines)


def sitemap() -> Subject:
    import gzip

    from connectors.web.site import BadSitemapError
    from connectors.web.site import sitemap as read_sitemap

    names = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    rows = "<url><loc>https://a.example/x</loc><lastmod>2026-11-21T09:00:00Z</lastmod></url>"
    one = f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset {names}>\n{rows}\n</urlset>'.encode()
    index = f"<sitemapindex {names}>\n<sitemap><loc>https://a.example/s.xml</loc></sitemap>\n</sitemapindex>".encode()

    def read(data: bytes) -> None:
        with contextlib.suppress(BadSitemapError):
            read_sitemap(data, 100_000)

    return Subject(read=read, seeds=(one, index, gzip.compress(one)))


PAGE = b"""<!doctype html><html lang="de"><head><title>Returns</title><link rel="canonical" href="https://a.example/r">
<meta name="robots" content="noindex"><meta property="article:modified_time" content="2026-11-21T09:00:00Z"></head>
<body><nav>Menu</nav><main><h1>Returns</h1><p>Within <b>30 days</b>.</p><ul><li>Pack it</li><li>Post it</li></ul>
<table><tr><th>Plan</th><th>Days</th></tr><tr><td>Plus</td><td>60</td></tr></table>
<pre>a &lt; b</pre></main></body></html>"""
MARKDOWN = b"""---
id: returns
title: Returns
audience: public
labels: [a, b]
updated_at: 2026-11-21
---
# Returns

Within *30 days*, [see](https://a.example/r).

1. Pack it
   - well
2. Post it

| Plan | Days |
|------|------|
| Plus | 60   |

> Quoted `code` &amp; ![picture](a.png)
"""


def web_page() -> Subject:
    from core.knowledge.page import page_of

    return Subject(read=lambda data: page_of(data.decode("utf-8", "replace")), seeds=(PAGE,))


def _article(read: Callable[[bytes], Any], *seeds: bytes) -> Subject:
    from connectors.local.reading.rows import make_article
    from connectors.local.reading.written import UnreadableError

    def made(data: bytes) -> None:
        with contextlib.suppress(
            UnreadableError, ValueError, TypeError
        ):  # each becomes a line of its own in the report
            written = read(data)
            make_article({"id": "a", **written.facts, "title": written.title}, written.text)

    return Subject(read=made, seeds=seeds)


def html_article() -> Subject:
    from connectors.local.reading.html import read_html

    return _article(read_html, PAGE)


def markdown_article() -> Subject:
    from connectors.local.reading.markdown import read_markdown

    return _article(read_markdown, MARKDOWN)


def article_rows() -> Subject:
    from connectors.local.files import articles_from

    row: dict[str, Any] = {
        "id": "returns",
        "title": "Returns",
        "text": "Within 30 days.",
        "url": "https://a.example/r",
        "locale": "en",
    }
    row |= {"labels": ["a"], "audience": "public", "updated_at": "2026-11-21T09:00:00Z", "section": "Orders"}
    good = json.dumps(row).encode()
    read = _file(".jsonl", articles_from, good, good + b"\n" + json.dumps(row | {"id": "b"}).encode())
    whole = good.replace(b'"returns"', b'"whole"', 1)

    def beside(data: bytes) -> None:
        """A bad row costs no other: the one behind it is still there."""
        read.read(data + b"\n" + whole + b"\n")

    return Subject(read=beside, seeds=read.seeds)


def stored_events() -> Subject:
    """Any text that stands where an event's payload stood: it is read, or known to be unreadable."""
    from connectors.sql.event_codec import decode_event, encode_event
    from core.model.customer import Channel
    from core.model.event import EventKind
    from core.model.event_payloads import CallEnded, MessageReceived, SignalStated

    kinds = list(EventKind)
    payloads = (
        MessageReceived(channel=Channel.SMS, sender="+447700900001", text="Hi", media=1),
        CallEnded(status="completed", number="+447700900001"),
        SignalStated(kind="outage", facts={"region": "eu"}),
    )
    earlier = {"from": "+447700900001", "text": "Hi", "channel": "sms", "attachments": [{"name": "a"}]}

    def read(data: bytes) -> None:
        for kind in kinds:
            with contextlib.suppress(HandrailError):
                decode_event(kind, data.decode("utf-8", "replace"))

    return Subject(read=read, seeds=(*(encode_event(each).encode() for each in payloads), json.dumps(earlier).encode()))
