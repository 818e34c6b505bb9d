import json
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.slack.cards.actions import APPROVE, EDIT, HOLD, REASON, REJECT, TEST
from apps.slack.cards.campaign import campaign_card
from core.govern.approvers import people_needed
from core.govern.campaign_cards import card_of
from core.model.campaign import Campaign, CampaignState, GroundedIn, LawFinding, Standing, Variant, Weight, variant_name
from core.model.customer import Channel
from core.policy import Policy
from tests.core.campaigns import campaign, standing, variant, vote
from tests.core.outreach.slack_limits import buttons, complaints, shown
from tests.core.people import NOW
from tests.core.rules import policy

COUNTS = {
    "segment": {"standard": 900, "plus": 300, "business": 34},
    "channel": {"sms": 1200, "whatsapp": 34},
    "language": {"en": 1000, "de": 234},
    "zone": {f"Europe/City_{n}": 100 + n for n in range(9)},
    "left_out": {"no consent": 12, "no phone number": 3},
    "arm": {"treated": 1234, "holdout": 65},
    "wishes": {"asked for WhatsApp": 34},
}
NO_OPT_OUT = LawFinding(rule="opt_out_line", weight=Weight.BLOCKS, text="It says nowhere how to stop these messages.")
LONG_SMS = LawFinding(rule="length", weight=Weight.WARNS, text="It is long: 4 parts.", people=34)
WIDE = variant(
    findings=(LONG_SMS,), sources=(GroundedIn(kind="article", name="Outages", url="https://help.example/1"),)
)


def frozen(**changes: Any) -> Campaign:
    return campaign(**{"counts": COUNTS, "size": 1299, "root": "r", "cost": 92_550_000, **changes})


def blocks(of: Campaign | None = None, state: CampaignState = CampaignState.PENDING, **changes: Any) -> Any:
    votes = changes.pop("votes", ())
    rules = changes.pop("policy", policy())
    return campaign_card(card_of(standing(of or frozen(), state, **changes), votes, rules, NOW)).blocks


def strict(**changes: Any) -> Policy:
    rules = policy()
    return replace(rules, outreach=replace(rules.outreach, **changes))


def test_a_card_writes_what_is_short_for_something_in_capitals() -> None:
    assert "CSAT to 1,234 people" in shown(blocks(frozen(play="csat")))


def test_a_card_shows_what_goes_to_whom_when_at_what_cost_and_what_speaks_against_it() -> None:
    card = shown(blocks(frozen(variants=(WIDE,))))
    for words in (
        "Outage to 1,234 people",
        "Region: west",
        "They would call.",
        "*Who:* 1,234 people by SMS (1,200), WhatsApp (34); 15 more are left out",
        "*When:* within each person’s own allowed hours, none after <!date^",
        "Cloud has a fault in west. Reply STOP to opt out.",
        ":warning: It is long: 4 parts. (34 people)",
        "*Cost:* at most 92.55 EUR · *Service message*",
        f"<!date^{int((NOW + timedelta(hours=2)).timestamp())}^",
    ):
        assert words in card


def test_a_card_leaves_grounds_rules_and_arithmetic_to_its_details() -> None:
    of = frozen(variants=(WIDE,))
    card = shown(blocks(of))
    for grounds in ("`", "left alone", "no consent", "Time zones", "help.example", of.digest[:12], of.policy_version):
        assert grounds not in card
    (details,) = [block["accessory"] for block in blocks(of) if "accessory" in block]
    assert json.loads(details["value"]) == {"card": "campaign", "id": "ap_one"}


@pytest.mark.parametrize("weight", Weight)
def test_what_blocks_or_warns_stands_on_the_card_and_what_only_tells_behind_it(weight: Weight) -> None:
    found = LawFinding(rule="length", weight=weight, text="It is long.")
    card = shown(blocks(frozen(variants=(variant(findings=(found,)),))))
    assert ("It is long." in card) is (weight is not Weight.TELLS)


def test_each_button_carries_the_card_the_version_and_the_digest_of_what_is_shown() -> None:
    found = buttons(blocks())
    assert set(found) == {APPROVE, EDIT, TEST, HOLD, REJECT}
    for each in found.values():
        assert json.loads(each["value"]) == {"approval": "ap_one", "digest": frozen().digest, "revision": 1}


def test_whoever_says_no_may_say_why() -> None:
    (field,) = [block for block in blocks() if block["type"] == "input"]
    assert (field["element"]["action_id"], field["optional"]) == (REASON, True)


def test_what_the_law_forbids_cannot_be_approved_but_edited_or_rejected() -> None:
    card = blocks(frozen(variants=(variant(findings=(NO_OPT_OUT,)),)))
    assert set(buttons(card)) == {EDIT, TEST, HOLD, REJECT}
    assert "This cannot be approved as it is" in shown(card)
    assert NO_OPT_OUT.text in shown(card)


def test_what_is_put_aside_keeps_its_buttons_and_its_clock() -> None:
    card = blocks(state=CampaignState.HELD, reason="by Priya Nair: first ask the press office")
    assert set(buttons(card)) == {APPROVE, EDIT, TEST, REJECT}
    assert "Put aside" in shown(card)
    assert "by Priya Nair: first ask the press office" in shown(card)
    assert "does not stop this clock" in shown(card)


ENDED = [CampaignState.REJECTED, CampaignState.EXPIRED, CampaignState.EMPTY, CampaignState.PREPARING]


@pytest.mark.parametrize("state", [*ENDED, CampaignState.STOPPED])
def test_what_is_not_asked_any_more_has_no_buttons_and_says_what_became_of_it(state: CampaignState) -> None:
    card = blocks(state=state, reason="overtaken by the news")
    assert not buttons(card)
    assert "overtaken by the news" in shown(card)
    assert not [block for block in card if block["type"] == "input"]


def test_a_no_shows_who_said_it_when_and_why() -> None:
    no = vote(frozen(), yes=False, reason="Wait\nfor <legal>.")
    card = shown(blocks(state=CampaignState.REJECTED, votes=(no,), reason="by Priya"))
    assert "Rejected, nothing was sent" in card
    assert "<@U-Priya> (supervisor) <!date^" in card
    assert ">Wait for &lt;legal&gt;." in card


def test_above_the_policys_limit_two_people_have_to_say_yes_and_the_first_is_named() -> None:
    rules = strict(second_above=1000)
    fresh, half = blocks(policy=rules), blocks(policy=rules, votes=(vote(frozen()),))
    assert "2 different people" in shown(fresh)
    assert buttons(fresh)[APPROVE]["text"]["text"] == "Approve (1 of 2)"
    assert "Yes so far: <@U-Priya>" in shown(half)
    assert buttons(half)[APPROVE]["text"]["text"] == "Approve and send"
    three = blocks(frozen(people=3), votes=(vote(frozen(people=3)),))
    assert buttons(three)[APPROVE]["text"]["text"] == "Approve (2 of 3)"


@pytest.mark.parametrize(
    ("limits", "people"),
    [
        ({}, 1),
        ({"second_above": 1234}, 1),
        ({"second_above": 1233}, 2),
        ({"second_above_cost": 92_550_000}, 1),
        ({"second_above_cost": 92_549_999}, 2),
    ],
)
def test_a_second_person_is_asked_above_a_limit_and_not_at_it(limits: dict[str, int], people: int) -> None:
    assert people_needed(frozen(), strict(**limits).outreach) == people


def test_a_campaign_that_was_made_for_two_people_stays_so_and_one_of_a_standing_rule_needs_nobody() -> None:
    assert people_needed(frozen(people=2), policy().outreach) == 2
    assert people_needed(frozen(people=0, standing="play:outage"), strict(second_above=1).outreach) == 0


def test_a_yes_to_other_words_is_not_shown_as_a_yes() -> None:
    earlier = vote(replace(frozen(), revision=7))
    assert "Yes so far" not in shown(blocks(votes=(earlier,)))


def many(texts: int, length: int = 200) -> tuple[Variant, ...]:
    return tuple(
        variant(name=variant_name(f"s{n}", Channel.SMS, "en"), segment=f"s{n}", text=f"Text {n}. " + "x" * length)
        for n in range(texts)
    )


def test_the_same_words_for_several_segments_and_channels_are_read_once() -> None:
    same = [
        variant(name=variant_name(segment, channel, "en"), segment=segment, channel=channel)
        for segment in ("standard", "plus")
        for channel in (Channel.SMS, Channel.WHATSAPP)
    ]
    card = shown(blocks(frozen(variants=tuple(same))))
    assert card.count("Cloud has a fault") == 1
    assert "Standard, Plus · SMS, WhatsApp · English" in card


def test_words_that_do_not_fit_on_the_card_are_told_of_and_the_yes_says_so() -> None:
    card = blocks(frozen(variants=many(60, 600)))
    unread = 60 - shown(card).count(">Text ")
    assert 0 < unread < 60
    assert f"{unread} more texts do not fit here" in shown(card)
    assert f"{unread} of its texts are not on the card" in buttons(card)[APPROVE]["confirm"]["text"]["text"]


def test_a_card_with_room_for_its_words_leaves_none_out() -> None:
    assert "fit here" not in shown(blocks(frozen(variants=many(20))))


EVIL = "<!channel> <https://evil.example|Click> *bold*"


def test_nothing_that_a_signal_a_policy_or_a_person_says_becomes_a_link_or_a_mention() -> None:
    said = variant(
        text=EVIL,
        segment=EVIL,
        sources=(GroundedIn(kind="article", name=EVIL, quote=EVIL, url="https://a.example|<!here>"),),
        findings=(LawFinding(rule=EVIL, weight=Weight.WARNS, text=EVIL),),
    )
    counts = {axis: {EVIL: 3} for axis in COUNTS}
    of = frozen(variants=(said,), facts={EVIL: EVIL}, why=EVIL, counts=counts, composer=EVIL, policy_version=EVIL)
    card = shown(blocks(of, CampaignState.HELD, reason=EVIL, votes=(vote(of, role=EVIL),)))
    assert "<!channel" not in card
    assert "<http" not in card


def worst(text: str, texts: int) -> Standing:
    """As much of everything as anybody could put there."""
    findings = tuple(LawFinding(rule=text[:90], weight=weight, text=text) for weight in Weight)
    said = tuple(
        replace(
            each, text=text, segment=text[:300], findings=findings, sources=(GroundedIn(kind="article", name=text),)
        )
        for each in many(texts)
    )
    counts = {axis: {f"{n}{text[:400]}": 10**9 for n in range(40)} for axis in COUNTS}
    facts = {f"{n}{text[:200]}": text for n in range(40)}
    of = frozen(variants=said, facts=facts, why=text, counts=counts, composer=text, play=text)
    return standing(of, CampaignState.HELD, reason=text)


@settings(max_examples=24, deadline=None)
@given(st.sampled_from(["<&> word " * 900, "x", "<" * 5000, "&" * 3001, "😀" * 3000, "a\n" * 900]), st.integers(1, 40))
def test_no_card_is_too_long_for_slack(text: str, texts: int) -> None:
    held = worst(text, texts)
    votes = (vote(held.campaign, role=text[:300]), vote(held.campaign, "tom@larkfield.example"))
    assert complaints(campaign_card(card_of(held, votes, policy(), NOW)).blocks) == []
    for state in ENDED:
        no = vote(held.campaign, yes=False, reason=text[:500])
        assert complaints(campaign_card(card_of(replace(held, state=state), (no,), policy(), NOW)).blocks) == []


@pytest.mark.parametrize("ahead", ["", "x", "xy", "xyz"])
def test_nothing_on_a_card_is_cut_within_an_escaped_character(ahead: str) -> None:
    held = worst(f"{ahead}{'&' * 900}", 3)
    no = vote(held.campaign, yes=False, role=ahead + "&" * 90, reason=ahead + "&" * 400)
    for state in (held.state, *ENDED):
        markup = json.dumps(campaign_card(card_of(replace(held, state=state), (no,), policy(), NOW)).blocks[1:])
        assert re.findall(r"&(?!amp;|lt;|gt;)", markup) == []


def test_a_card_without_facts_counts_or_sources_is_whole_too() -> None:
    bare = campaign(facts={}, counts={}, why="", variants=(variant(sources=()),))
    assert complaints(blocks(bare)) == []
    assert complaints(blocks(campaign(variants=()))) == []


WHATSAPP = variant(name="default/whatsapp/en", channel=Channel.WHATSAPP, text="On WhatsApp: a fault in west.")
PLUS = variant(name="plus/sms/en", segment="plus", text="Plus: a fault in west. Reply STOP to opt out.")


def test_a_card_shows_the_texts_that_somebody_gets_what_most_get_first_and_how_many_they_are() -> None:
    counts = COUNTS | {"variant": {"default/sms/en": 1, "plus/sms/en": 1233}}
    card = shown(blocks(frozen(variants=(variant(), PLUS, WHATSAPP), counts=counts)))
    assert "*Plus · SMS · English* · 1,233 people" in card
    assert "*Default · SMS · English* · 1 person" in card
    assert card.index("Plus: a fault") < card.index("Cloud has a fault")
    assert "On WhatsApp" not in card


def test_where_nobody_was_counted_every_text_is_shown() -> None:
    assert "On WhatsApp" in shown(blocks(frozen(variants=(variant(), WHATSAPP))))


def test_a_yes_of_somebody_who_may_no_longer_decide_is_not_shown_as_counted() -> None:
    gone = vote(frozen(people=2), email="gone@larkfield.example", user_id="U-GONE")
    card = blocks(frozen(people=2), votes=(gone,))
    assert "Yes so far" not in shown(card)
    assert buttons(card)[APPROVE]["text"]["text"] == "Approve (1 of 2)"
