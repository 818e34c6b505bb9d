import time
from collections.abc import Callable

import pytest

from connectors.local.reading.html import read_html
from connectors.local.reading.markdown import read_markdown, read_text, text_of
from connectors.local.reading.written import UnreadableError, WithheldError, Written


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("A line that\nwas wrapped.", "A line that was wrapped."),
        ("Do this:\n- one\n- two", "Do this:\n\n- one\n- two"),
        ("1) one\n2) two", "1. one\n2. two"),
        ("• one\n• two", "- one\n- two"),
        ("1. one\n\n2. two", "1. one\n2. two"),
        ("- one\n  goes on\n- two", "- one goes on\n- two"),
        ("Title\n=====\n\nText", "## Title\n\nText"),
        ("a<br>b", "a\nb"),
        ("See [this][1].\n\n[1]: https://a.example", "See this."),
        ("> quoted", "quoted"),
        ("```\ncode\nmore\n```", "code\nmore"),
        ("| A | B |\n|---|---|\n| 1 | 2 |", "A | B\n1 | 2"),
        ("    moved in", "moved in"),
        ("a \\* b", "a * b"),
    ],
)
def test_markdown_reads_as_on_its_page(body: str, text: str) -> None:
    assert text_of(body) == text


def test_a_plain_text_keeps_its_lines() -> None:
    assert read_text(b"Opening hours\nMonday: 9 to 5\nTuesday: 9 to 5").text.count("\n") == 2


def test_front_matter_states_lists_too_and_odd_values_stay_words() -> None:
    facts = read_markdown(b"---\nid: 012\nlabels: [a, b]\nupdated_at: 2026-01-02\n---\nText").facts
    assert facts == {"id": "012", "labels": ["a", "b"], "updated_at": "2026-01-02"}


def test_front_matter_that_is_no_yaml_is_read_line_by_line() -> None:
    assert read_markdown(b"---\ntitle: Plans: all of them\nlocale: de\n---\nText").title == "Plans: all of them"


def test_aliases_in_front_matter_do_not_grow() -> None:
    lines = "x_a0: &a0 [x, x]\n" + "".join(f"x_a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30))
    assert read_markdown(f"---\n{lines}---\nText".encode()).text == "Text"


@pytest.mark.parametrize(
    "piece", ["[", "*a ", "`", "> ", "- ", "![", "<a ", "# ", "**", "| a ", "&", "\\", "[a](", "<!--", "a_ _"]
)
def test_hostile_markdown_takes_bounded_time(piece: str) -> None:
    began = time.process_time()
    text_of(piece * (100_000 // len(piece)))
    assert time.process_time() - began < 20


@pytest.mark.parametrize("content", [b"", b"\n \n", b"---\ntitle: T\n---\n", b"\xef\xbb\xbf", b"![a picture](x.png)"])
def test_an_empty_page_is_named(content: bytes) -> None:
    with pytest.raises(UnreadableError, match="has no text"):
        read_markdown(content)


@pytest.mark.parametrize("before", ["", "\ufeff", "\n\n", "\r\n \r\n", "\ufeff\ufeff\n"])
def test_front_matter_may_have_blank_lines_before_it(before: str) -> None:
    written = read_markdown(f"{before}---\nAudience: internal\n---\nFor agents.".encode())
    assert (written.facts, written.text) == ({"audience": "internal"}, "For agents.")


@pytest.mark.parametrize(
    "text",
    [
        "---\ntitle: T\naudience: internal\n\nText",  # never closed
        "\n---\n# note\ntitle: T\n\n" + "Text\n" * 99,
        "---\naudiance: internal\n---\nText",
        "---\nvisibility: internal\n---\nText",
        "---\naudience : internal\n  title: T\n: x\nno colon here\n---\nText",
        "---\n- audience: internal\n---\nText",
        "---\naudience: {readers: internal}\n---\nText",
        "---\naudience: internal\naudience: public\n---\nText",
        "---\naudience：internal\n---\nText",
        "—\naudience: internal\n—\n\nText",
        "audience: internal\n\nText",
        '+++\naudience = "internal"\n+++\nText',
    ],
)
@pytest.mark.parametrize("read", [read_markdown, read_text])
def test_what_may_state_an_audience_and_is_not_understood_is_withheld(
    read: Callable[[bytes], Written], text: str
) -> None:
    with pytest.raises(WithheldError):
        read(text.encode())


@pytest.mark.parametrize(
    "text", ["---\n\nA text\n\n---\n\nof two parts", "---\n\nA text, and no more", "# Audience: all\n\nA"]
)
def test_a_line_across_the_page_is_no_front_matter(text: str) -> None:
    assert read_markdown(text.encode()).text


def test_names_of_other_programs_are_let_be() -> None:
    facts = read_markdown(b"---\nx_team: billing\nconflicts_with: other\n---\nText").facts
    assert facts == {"x_team": "billing", "conflicts_with": "other"}


@pytest.mark.parametrize(
    ("html", "audience"),
    [
        ("<meta name='audience' content='Internal'><p>Words.", "internal"),
        ("---\naudience: internal\n---\n<p>Words.", "internal"),
        ("<meta name='audience' content='all'><p>Words.", None),
    ],
)
def test_a_saved_page_says_whom_it_is_for(html: str, audience: str | None) -> None:
    written = read_html(html.encode())
    assert (written.facts.get("audience"), written.text) == (audience, "Words.")


def test_a_saved_page_with_broken_front_matter_is_withheld() -> None:
    with pytest.raises(WithheldError):
        read_html(b"---\naudience: internal\n<p>Words.")
