"""Strangers' words in HTML, TwiML and addresses are words; one place writes tables for spreadsheets."""

import ast
from pathlib import Path
from xml.etree.ElementTree import fromstring

from connectors.twilio.voice import VoiceTwiml
from core.voice.script import Go, Say, Way
from tests.security.hostile import WORDS
from tests.sources import tree_of

ROOT = Path(__file__).parents[2]


def test_what_is_said_in_a_call_adds_no_verb() -> None:
    words = "</Say><Dial>+19005550199</Dial><Say>" + WORDS.replace("\x00", "")
    way = Way(path="said", told=(("turn", '"><Redirect>https://evil.example</Redirect>'),))
    root = fromstring(VoiceTwiml("https://desk.example")((Say(text=words, language="en"), Go(to=way))))  # noqa: S314
    assert [each.tag for each in root.iter()] == ["Response", "Say", "Redirect"]
    assert (root[0].text or "").startswith("</Say><Dial>")
    assert (root[1].text or "").startswith("https://desk.example/")


def test_a_way_in_a_call_keeps_what_it_carries_in_its_place() -> None:
    url = VoiceTwiml("https://desk.example").url(Way(path="said", told=(("turn", "1&call=CA2#x"),)))
    assert url.endswith("/said?turn=1%26call%3DCA2%23x")


def test_only_the_report_writes_a_table_for_a_spreadsheet() -> None:
    """A cell that begins with =, +, - or @ is a formula there. What the report does with one, its page's test shows."""
    for folder in ("core", "connectors", "webhooks", "apps"):
        for path in (ROOT / folder).rglob("*.py"):
            nodes = ast.walk(tree_of(path))
            called = {ast.unparse(node.func) for node in nodes if isinstance(node, ast.Call)}
            if path != ROOT / "apps" / "report" / "as_text.py":
                assert not called & {"csv.writer", "csv.DictWriter"}, path


def test_nothing_of_a_page_is_put_together_as_text() -> None:
    """A receipt is made of `Markup.format`, which escapes; HTML that is glued together is found here."""
    tree = tree_of(ROOT / "apps" / "receipt" / "view.py")
    texts = [ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
    glued = [text for text in texts if "<" in text]
    marked = [
        node for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Markup" and node.args
        and not all(isinstance(each, ast.Constant) for each in node.args)
    ]  # fmt: skip
    assert (glued, marked) == ([], [])
