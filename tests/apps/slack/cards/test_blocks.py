import html
import re
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.slack.cards.blocks import escape, listed, mention, moment, money, people, quote_whole, section, short_markup


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("<!channel>", "&lt;!channel&gt;"),
        ("<@U1> & <https://evil.example|bank>", "&lt;@U1&gt; &amp; &lt;https://evil.example|bank&gt;"),
        ("&lt;", "&amp;lt;"),
        ("plain", "plain"),
    ],
)
def test_slacks_control_characters_are_only_characters(text: str, safe: str) -> None:
    assert escape(text) == safe


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=400).map(lambda text: text * 20))
def test_a_quote_holds_the_whole_text_and_nothing_of_it_leaves_the_quote(text: str) -> None:
    pieces = quote_whole(text)
    lines = [line for piece in pieces for line in piece.split("\n")]
    assert all(line.startswith(">") for line in lines)
    kept = "".join(line[1:] for line in lines)
    named = re.sub(r"\[U\+([0-9A-F]{4,6})\]", lambda found: chr(int(found[1], 16)), kept)
    assert html.unescape(named) == re.sub("[\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029]", "", text)


@pytest.mark.parametrize("longest", range(1, 60))
def test_what_is_cut_ends_within_no_entity_and_no_link(longest: int) -> None:
    cut = short_markup("a &amp; b <https://x.example/?a=1&b=2|c &lt; d> e &gt; f <@U1> g", longest)
    assert len(cut) <= longest
    assert cut.count("<") == cut.count(">")
    assert all(each in ("&amp;", "&lt;", "&gt;") for each in re.findall(r"&(?!b=2)[^ |…]*", cut))


@pytest.mark.parametrize("text", ["&" * 5000, "x" + "<" * 5000, "xy" + ">" * 5000, "xyz" + "&" * 5000])
def test_a_part_of_a_card_is_cut_within_no_entity(text: str) -> None:
    for block in (section(escape(text)), *listed("Title", [escape(text)])):
        said = block["text"]["text"]
        assert len(said) <= 3000
        assert re.fullmatch(r"(?:\*Title\*\n)?x?y?z?(?:&(?:amp|lt|gt);)+…", said)


def test_a_time_is_the_readers_own_and_utc_where_slack_cannot_show_it() -> None:
    at = datetime(2026, 3, 10, 14, 5, tzinfo=UTC)
    assert moment(at) == "<!date^1773151500^{date_short_pretty} at {time}|10 Mar 14:05 UTC>"


@pytest.mark.parametrize(
    ("micro", "read"),
    [(0, "0.00 EUR"), (1, "less than 0.01 EUR"), (7_900, "less than 0.01 EUR"), (1_234_567_890, "1,234.57 EUR")],
)
def test_what_costs_something_is_never_shown_as_nothing(micro: int, read: str) -> None:
    assert money(micro, "EUR") == read


@pytest.mark.parametrize(
    ("user_id", "name", "shown"),
    [("U1", "Priya", "<@U1>"), ("T123/U1", "Priya", "<@U1>"), ("", "Priya <!here>", "Priya &lt;!here&gt;")],
)
def test_a_member_is_mentioned_in_whichever_workspace_they_are(user_id: str, name: str, shown: str) -> None:
    assert mention(user_id, name) == shown


def test_one_person_is_a_person() -> None:
    assert [people(0), people(1), people(12345)] == ["0 people", "1 person", "12,345 people"]
