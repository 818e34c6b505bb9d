import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.slack.cards.actions import PAUSE, RESUME, STOP
from apps.slack.cards.campaign import campaign_card
from apps.slack.cards.progress import CELLS, Figures
from core.govern.campaign_cards import card_of
from core.model.campaign import RESULT, CampaignState
from core.model.customer import Channel
from core.ports.outreach import Progress
from tests.core.campaigns import campaign, standing, variant, vote
from tests.core.outreach.slack_limits import buttons, complaints, shown
from tests.core.people import NOW
from tests.core.rules import policy

ARM = {"arm": {"treated": 200, "holdout": 10}}
SENT = campaign(counts=ARM, size=210, root="r", cost=14_000_000)
HALF = Progress(
    recipients={"planned": 60, "held": 20, "pending": 5, "sent": 100, "refused": 10, "unknown": 3, "stopped": 2},
    deliveries={"sent": 7, "delivered": 80, "read": 5, "undelivered": 6, "failed": 2},
    errors={"30003": 5, "30007": 2, "": 1},
)


def blocks(state: CampaignState = CampaignState.RUNNING, progress: Progress = HALF, **changes: Any) -> Any:
    now = changes.pop("now", NOW + timedelta(seconds=50))
    votes = changes.pop("votes", (vote(SENT),))
    of = changes.pop("of", SENT)
    stands = standing(of, state, began_at=NOW, **changes)
    return campaign_card(card_of(stands, votes, policy(), now, progress)).blocks


def test_every_recipient_is_counted_once() -> None:
    figures = Figures(SENT, HALF)
    assert (figures.planned, figures.waiting, figures.ended) == (60, 25, 115)
    assert figures.planned + figures.waiting + figures.ended == SENT.treated
    assert (figures.delivered, figures.failed, figures.unsure) == (85, 8, 3)


def test_a_card_under_way_tells_how_far_it_is_and_who_approved_it() -> None:
    card = shown(blocks())
    for words in (
        "Outage to 200 people",
        "approved by <@U-Priya> (supervisor) <!date^",
        "57\u00a0%",
        "*100 of 200 sent* · 85 delivered · 8 failed · 85 still to come · 12 held back · 3 with an unknown outcome",
        "14.00",
        "Cloud has a fault in west.",
    ):
        assert words in card


@pytest.mark.parametrize(
    ("state", "actions"),
    [
        (CampaignState.RUNNING, [PAUSE, STOP]),
        (CampaignState.PAUSED, [RESUME, STOP]),
        (CampaignState.DONE, []),
        (CampaignState.STOPPED, []),
    ],
)
def test_it_can_be_interrupted_as_long_as_it_is_under_way(state: CampaignState, actions: list[str]) -> None:
    found = buttons(blocks(state))
    assert list(found) == actions
    for each in found.values():
        assert json.loads(each["value"])["digest"] == SENT.digest


def test_a_pause_says_why() -> None:
    assert "too many errors" in shown(blocks(CampaignState.PAUSED, reason="too many errors"))


def test_who_stopped_it_is_told_apart_from_who_approved_it_and_no_bar_says_that_all_was_sent() -> None:
    card = shown(blocks(CampaignState.STOPPED, reason="by Priya Nair: the fault is over"))
    assert "*:octagonal_sign: Stopped* by Priya Nair: the fault is over\napproved by <@U-Priya>" in card
    assert "█" not in card
    assert "█" in shown(blocks(CampaignState.PAUSED, reason="by Priya Nair"))


def test_what_leaves_under_a_standing_rule_says_so() -> None:
    rule = replace(SENT, people=0, standing="play:recap")
    assert "without asking, as the policy allows for this play" in shown(blocks(of=rule, votes=()))


def test_the_result_holds_the_measured_effect_in_its_own_words() -> None:
    card = shown(blocks(CampaignState.DONE, facts={RESULT: ["*Contacts spared:* 12 (3 to 21)"]}, ended_at=NOW))
    assert "*Contacts spared:* 12 (3 to 21)" in card
    kept = blocks(CampaignState.DONE, facts={"result": ["*Contacts spared:* 9", "It cost 4 EUR."]})
    assert "*Contacts spared:* 9\nIt cost 4 EUR." in shown(kept)


@pytest.mark.parametrize(("ended", "share", "full"), [(0, 0, 0), (1, 0, 0), (199, 99, 14), (200, 100, CELLS)])
def test_the_bar_is_full_only_when_all_have_ended(ended: int, share: int, full: int) -> None:
    figures = Figures(SENT, Progress(recipients={"planned": 200 - ended, "sent": ended}))
    assert (figures.share, figures.bar().count("█"), len(figures.bar())) == (share, full, CELLS)


@settings(max_examples=24, deadline=None)
@given(
    st.sampled_from(["<&> word " * 900, "x", "<" * 5000, "&" * 3001, "😀" * 3000]),
    st.sampled_from([CampaignState.RUNNING, CampaignState.PAUSED, CampaignState.DONE, CampaignState.STOPPED]),
)
def test_no_progress_is_too_long_for_slack(text: str, state: CampaignState) -> None:
    variants = tuple(
        variant(name=f"s/{each}/en", channel=each, text=f"{each} {text}") for each in (Channel.SMS, Channel.WHATSAPP)
    )
    of = replace(SENT, variants=variants, play=text, policy_version=text, standing=text)
    progress = replace(HALF, errors={f"{n}{text}": 10**9 for n in range(40)})
    votes = [vote(of, f"{n}@larkfield.example", role=text) for n in range(2)]
    card = blocks(state, progress, of=of, reason=text, votes=votes, facts={RESULT: [text] * 9})
    assert complaints(card) == []


def test_nothing_of_the_words_becomes_a_link_or_a_mention() -> None:
    evil = "<!channel> <https://evil.example|Click>"
    of = replace(SENT, variants=(variant(text=evil),), play=evil, policy_version=evil)
    card = blocks(CampaignState.PAUSED, of=of, reason=evil, progress=replace(HALF, errors={evil: 1}))
    assert "<!channel" not in shown(card[1:])
    assert "<http" not in shown(card[1:])


def test_nothing_sent_yet_is_whole_too() -> None:
    assert complaints(blocks(progress=Progress(), now=NOW)) == []


def test_the_bar_and_its_share_are_one_word_that_the_narrowest_column_holds() -> None:
    (line,) = [text for text in shown(blocks(progress=Progress(recipients={"sent": 200}))).splitlines() if "█" in text]
    assert line == f"{'█' * CELLS}\u00a0100\u00a0%"
    assert CELLS * 15 + 6 * 9 < 300  # pixels: a block is as wide as the letters are high


def test_a_card_that_stands_still_says_why_and_until_when() -> None:
    opens = NOW + timedelta(hours=8)
    still = shown(blocks(progress=Progress(recipients={"planned": 180, "sent": 20}, next_at=opens)))
    assert "Waiting for allowed hours" in still
    assert f"180 wait for their allowed hours, the first until <!date^{int(opens.timestamp())}" in still
    going = shown(blocks(progress=Progress(recipients={"planned": 180, "sent": 20}, next_at=NOW)))
    assert "Waiting" not in going
    paused = shown(blocks(CampaignState.PAUSED, Progress(recipients={"planned": 180}, next_at=opens)))
    assert "Waiting" not in paused


def test_without_prices_the_cost_is_unknown() -> None:
    assert "Cost unknown" in shown(blocks(of=replace(SENT, cost=0)))
    assert "Cost at most" in shown(blocks())
