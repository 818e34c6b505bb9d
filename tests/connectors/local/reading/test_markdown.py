import time

import pytest

from connectors.local.reading.markdown import read_markdown, read_text, text_of
from connectors.local.reading.written import UnreadableError


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
    lines = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30))
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
