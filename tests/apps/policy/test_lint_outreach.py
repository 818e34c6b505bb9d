"""What in the plays of a policy can never happen, or could never be approved."""

from typing import Any

import pytest

from apps.policy_lint import lint
from core.policy.lint import Level
from tests.core.rules import policy

TEXTS = {"default": "Larkfield: {service} has a fault in {region}. Reply STOP to opt out."}
PLAY: dict[str, Any] = {"match": "region", "purpose": "service", "channel": "sms", "texts": TEXTS}
FIXED = {"default": "Larkfield: it works again. Reply STOP to opt out."}
BEGAN = PLAY | {"matter": {"fact": "incident"}, "facts": ["incident", "service"]}
OVER = PLAY | {"match": "told", "after": "mine", "matter": {"fact": "incident"}, "texts": FIXED, "ends": True}
SOUND: dict[str, Any] = {
    "tests": [{"name": "One", "given": {}, "expect": {"action": "suggest"}}],
    "standing": ["automatic_reply", "procedure", "handoff_notice", "agent_reply"],
    "groups": {},
}


def said(level: Level, known: frozenset[str] | None = None, **changes: Any) -> list[str]:
    found = lint(policy(**SOUND | changes), known)
    return [f"{remark.key}: {remark.text}" for remark in found if remark.level is level]


def of_play(level: Level, **changes: Any) -> list[str]:
    told = said(level, outreach__plays__mine=PLAY | changes)
    return [line.removeprefix("outreach.plays.mine.") for line in told]


def errors(**changes: Any) -> list[str]:
    return of_play(Level.ERROR, **changes)


def warnings(**changes: Any) -> list[str]:
    return of_play(Level.WARNING, **changes)


def test_about_a_sound_play_there_is_nothing_to_say() -> None:
    assert errors() == warnings() == []


def test_about_a_story_of_three_messages_there_is_nothing_to_say() -> None:
    update = OVER | {"ends": False}
    plays = {"mine": BEGAN, "more": update, "over": OVER}
    assert said(Level.ERROR, outreach__plays=plays) == said(Level.WARNING, outreach__plays=plays) == []


# ---------------------------------------------------------------- who approves


def test_nobody_need_approve_what_leaves_by_itself() -> None:
    alone = {"mine": PLAY | {"approval": "standing"}}
    changes: dict[str, Any] = {"outreach__plays": alone, "outreach__approval__approvers": []}
    assert said(Level.ERROR, **SOUND | changes | {"standing": [*SOUND["standing"], "play:mine"]}) == []


def test_two_people_have_to_be_there_where_two_have_to_approve() -> None:
    [told] = said(Level.ERROR, outreach__second_person={"above_recipients": 100})
    assert told.startswith("outreach.second_person: two people have to approve what is large, and only one may")
    two = ["a@x.example", "b@x.example"]
    changes: dict[str, Any] = {
        "outreach__second_person": {"above_recipients": 100},
        "outreach__approval__approvers": two,
    }
    assert said(Level.ERROR, **changes) == []


def test_a_standing_rule_for_a_play_that_waits_for_a_person_changes_nothing() -> None:
    [told] = said(Level.WARNING, standing=[*SOUND["standing"], "play:outage"])
    assert told == "standing: play:outage changes nothing: outage waits for a person (approval: person)"


def test_advertising_that_leaves_by_itself_is_told() -> None:
    play = PLAY | {"purpose": "marketing", "approval": "standing"}
    told = said(Level.WARNING, outreach__plays__mine=play, standing=[*SOUND["standing"], "play:mine"])
    assert told == ["outreach.plays.mine.approval: standing: advertising leaves without anybody having looked at it"]


def test_a_phone_for_tests_needs_their_rule() -> None:
    priya = [{"email": "priya@x.example", "phone": "+442079460100"}]
    [told] = said(Level.WARNING, outreach__approval__approvers=priya)
    assert told == "standing: test_message is missing: Test to me sends nothing to priya@x.example"
    both: dict[str, Any] = {"outreach__approval__approvers": priya, "standing": [*SOUND["standing"], "test_message"]}
    assert said(Level.WARNING, **both) == []


# ---------------------------------------------------------------- hours, caps, tiers


def test_hours_beyond_the_law_are_told() -> None:
    [told] = said(Level.WARNING, outreach__hours={"opens": "07:00", "closes": "20:00"})
    assert told.startswith("outreach.hours: wider than 08:00 to 21:00")


def test_a_country_that_is_never_open_is_an_error_and_one_that_is_cut_short_is_told() -> None:
    never = {"GB": {"weekdays": ["06:00-07:30"]}}
    assert said(Level.ERROR, outreach__hours_in=never) == [
        "outreach.hours_in.GB: never open: hours are 08:00 to 20:00, and these lie outside of them"
    ]
    [told] = said(Level.WARNING, outreach__hours_in={"GB": {"weekdays": ["07:00-19:00"]}})
    assert told.startswith("outreach.hours_in.GB: only what lies inside of 08:00 to 20:00 counts")
    assert said(Level.WARNING, outreach__hours_in={"GB": {"weekdays": ["09:00-19:00"]}}) == []


def test_a_cap_that_no_play_meets_and_a_tier_that_nobody_has_are_told() -> None:
    caps = [{"purpose": "marketing", "messages": 1, "within_days": 7}]
    assert said(Level.WARNING, outreach__caps=caps) == ["outreach.caps[0]: is never reached: no play is for marketing"]
    [told] = said(Level.WARNING, outreach__plays__mine=PLAY | {"vip": False}, vip__tiers=[])
    assert told.startswith("outreach.plays.mine.vip: leaves nobody out")


# ---------------------------------------------------------------- the law, beforehand


def test_words_that_could_never_be_approved_are_an_error_with_the_rule() -> None:
    shortened = {"default": "Larkfield: {service} in {region}: bit.ly/x. Reply STOP to opt out."}
    [told] = errors(texts=shortened)
    assert told.startswith("texts.default: could not be approved (link_shortener): bit.ly shortens links")


def test_words_in_another_language_are_looked_at_too() -> None:
    german = {"de": {"default": "Larkfield: {service} in {region} ist gestört. Reply STOP to opt out."}}
    assert warnings(texts_in=german) == [
        "texts_in.de.default: how to get no more of them is said in English (language)"
    ]


def test_what_a_text_should_say_is_told() -> None:
    [told] = warnings(texts={"default": "Larkfield: {service} has a fault in {region}."})
    assert told.startswith("texts.default: it does not say how to get no more of them")


def test_who_writes_is_only_looked_for_where_the_policy_says_it() -> None:
    nameless = {"default": "{service} has a fault in {region}. Reply STOP to opt out."}
    assert warnings(texts=nameless) == []
    told = said(Level.WARNING, outreach__sender="Larkfield", outreach__plays={"mine": PLAY | {"texts": nameless}})
    assert told == ["outreach.plays.mine.texts.default: it does not say that it is from Larkfield (sender_identity)"]


# ---------------------------------------------------------------- words that nothing fills


def test_an_answer_needs_a_question_and_a_question_its_answer() -> None:
    answered = {"default": "Larkfield, {region}: {answer} Reply STOP to opt out."}
    assert errors(texts=answered) == ["texts: {answer} stays empty: write the question for the articles under article"]
    assert warnings(texts=answered, article="How do I reset it?") == []
    [told] = warnings(article="How do I reset it?")
    assert told == "article: no text has {answer} or {article_url} in it"


def test_facts_that_a_text_needs_and_the_play_does_not_ask_for_are_told() -> None:
    [told] = warnings(facts=["region"])
    assert told == "facts: its texts need service too: a signal without it is refused"
    assert warnings(facts=["service"]) == []


def test_a_timetable_has_to_say_all_that_its_texts_need() -> None:
    assert errors(every="0 9 * * *", given={"region": "north", "service": "Cloud"}) == []
    assert errors(every="0 9 * * *", given={"region": "north"}) == ["given: lacks service, which its texts need"]
    assert "given: finds nobody: it does not say which region" in errors(every="0 9 * * *", given={"service": "Cloud"})


def test_a_timetable_for_people_says_where_they_come_from() -> None:
    visits = {
        "match": "people",
        "every": "0 9 * * *",
        "texts": {"default": "Larkfield: {visit} at {time}. STOP ends it."},
    }
    assert errors(**visits, given={"people": "booked_visits"}) == []
    assert errors(**visits, given={"people": "booked_visit"}) == [
        "given.people: found booked_visit, expected one of booked_visits, solved_conversations"
    ]
    assert "given: names nobody: write people, one of booked_visits, solved_conversations" in errors(**visits)


def test_a_text_that_asks_for_a_number_says_so_in_its_play() -> None:
    asks = {"texts": {"default": "Larkfield: how was it, from 1 (poor) to 5 (good)? Reply STOP to opt out."}}
    timed = {"match": "people", "every": "0 9 * * *", "given": {"people": "solved_conversations"}}
    [told] = warnings(**asks, **timed)
    assert told == "texts: seems to ask for a number from 1 to 5: it is kept only with `given: {unless: rated}`"
    assert warnings(**asks, **timed | {"given": timed["given"] | {"unless": "rated"}}) == []


def test_what_narrows_down_a_timetables_people_has_to_be_there() -> None:
    visits = {"match": "people", "every": "0 9 * * *", "texts": {"default": "Larkfield: {time}. STOP ends it."}}
    [told] = errors(**visits, given={"people": "booked_visits", "visit": "instaler"})
    assert told == "given.visit: no appointment is called instaler"
    solved = visits | {"texts": {"default": "Larkfield: {matter} is done. STOP ends it."}}
    [told] = errors(**solved, given={"people": "solved_conversations", "after_minutes": "soon"})
    assert told == "given.after_minutes: soon is no number of minutes up to 43200"
    [told] = errors(**solved, given={"people": "solved_conversations", "unless": "answered"})
    assert told == "given.unless: found answered, expected rated or recommended"


@pytest.mark.parametrize("day", ["tomorrow", "today + 1", "today+1000", "2026-02-30"])
def test_a_day_that_cannot_be_counted_is_told_before_its_time_comes(day: str) -> None:
    visits = {"match": "people", "every": "0 9 * * *", "texts": {"default": "Larkfield: {time}. STOP ends it."}}
    [told] = errors(**visits, given={"people": "booked_visits", "day": day})
    assert told == f"given.day: {day} is no day such as today, today+14 or 2026-12-01"


def test_a_day_is_not_said_to_customers_as_the_policy_spells_it() -> None:
    given = {"region": "north", "service": "Cloud of today", "until": "today + 14"}
    [told] = errors(every="0 9 * * *", given=given)
    assert told.startswith("given.until: today + 14 is no day")


# ---------------------------------------------------------------- one matter, several messages


def test_an_update_needs_the_fact_that_ties_it_to_the_first() -> None:
    nameless = {"mine": BEGAN, "over": OVER | {"matter": {}}}
    [told] = said(Level.ERROR, outreach__plays=nameless)
    assert told.startswith("outreach.plays.over.matter: never finds whom it is for: fact has to name")
    forgotten = {"mine": PLAY, "over": OVER}
    [told] = said(Level.ERROR, outreach__plays=forgotten)
    assert told == "outreach.plays.mine.matter: fact is missing: over would not find those it told"


def test_an_update_finds_its_people_by_the_same_fact_as_the_first() -> None:
    other = OVER | {"matter": {"fact": "outage"}}
    [told] = said(Level.WARNING, outreach__plays={"mine": BEGAN, "over": other})
    assert told.startswith("outreach.plays.over.matter.fact: found outage, but mine names its matter by incident")
    follows = {"follow_up": {"play": "over", "after_hours": 24}}
    [told] = said(Level.ERROR, outreach__plays={"mine": BEGAN | follows, "over": other})
    assert told.startswith("outreach.plays.over.matter.fact: found outage, but mine names its matter by incident")


def test_a_first_message_has_to_ask_for_what_its_updates_are_found_by() -> None:
    careless = BEGAN | {"facts": ["service"]}
    [told] = said(Level.WARNING, outreach__plays={"mine": careless, "over": OVER})
    assert told == (
        "outreach.plays.mine.facts: a signal without incident is told to people whom over does not find then: "
        "write it under facts"
    )
    follows = {"follow_up": {"play": "over", "after_hours": 24}}
    assert said(Level.WARNING, outreach__plays={"mine": careless | follows, "over": OVER}) == []


def test_a_follow_up_that_says_what_names_its_matter_needs_it_named_by_the_first() -> None:
    follows = {"follow_up": {"play": "over", "after_hours": 24}}
    says = OVER | {"texts": {"default": "Larkfield: {incident} is over. Reply STOP to opt out."}}
    [told] = said(Level.ERROR, outreach__plays={"mine": PLAY | follows, "over": says})
    assert told == "outreach.plays.mine.matter: fact is missing: over would not find those it told"


def test_a_follow_up_goes_to_those_who_got_the_first() -> None:
    after = {"play": "over", "after_hours": 24}
    assert said(Level.ERROR, outreach__plays={"mine": PLAY | {"follow_up": after}, "over": OVER}) == []
    [told] = said(Level.ERROR, outreach__plays={"mine": PLAY | {"follow_up": after}, "over": PLAY})
    assert told.startswith("outreach.plays.mine.follow_up.play: over goes to others than those who got this")


def test_follow_ups_that_come_round_are_an_error_once() -> None:
    def told_after(name: str, then: str) -> dict[str, Any]:
        return OVER | {"after": name, "ends": False, "follow_up": {"play": then, "after_hours": 1}}

    plays = {"a": told_after("c", "b"), "b": told_after("a", "c"), "c": told_after("b", "a")}
    assert said(Level.ERROR, outreach__plays=plays) == [
        "outreach.plays.a.follow_up: goes round in a circle: a → b → c → a"
    ]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"ends": True}, "ends: ends nothing: only a play with `match: told` knows what came before"),
        ({"match": "people", "holdout": 0.1}, "holdout: nothing is learned from signals of a few people each"),
    ],
)
def test_what_has_no_effect_is_told(changes: dict[str, Any], told: str) -> None:
    assert any(line.startswith(told) for line in warnings(**changes))


def test_who_heard_of_a_matter_hears_how_it_went_on() -> None:
    [told] = said(Level.WARNING, outreach__plays={"mine": BEGAN, "over": OVER | {"holdout": 0.1}})
    assert told == "outreach.plays.over.holdout: some who heard of the matter would not hear how it went on"


def test_a_matter_of_an_intent_that_nobody_recognises_is_an_error() -> None:
    known = frozenset({"reset", "upgrade", "dispute"})
    [told] = said(Level.ERROR, known, outreach__plays__mine=PLAY | {"matter": {"intents": ["rest"]}})
    assert told == "outreach.plays.mine.matter.intents: no intent is called rest; did you mean reset?"
