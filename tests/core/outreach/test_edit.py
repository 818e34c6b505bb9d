from dataclasses import replace
from typing import Any

import pytest

from connectors.sql.store import SqlStore
from core.answer.guardrails import HouseRules
from core.answer.style import StyleCard
from core.model.campaign import Campaign, CampaignState, GroundedIn, Standing, Weight
from core.model.outreach import Verdict
from core.outreach.edit import change_words, edit_errors, field_id, prepared_again
from tests.core.campaigns import asked, campaign, line, standing, variant
from tests.core.outreach.clicking import card, click, press, said, stands
from tests.core.outreach.slack_limits import buttons, shown
from tests.core.people import NOW
from tests.core.rules import policy

STYLE = StyleCard(company="Larkfield Home")
SMS = variant(text="Larkfield Home: Cloud has a fault in west, {name}. Reply STOP to opt out.", personal=("name",))
GERMAN = replace(SMS, name="default/sms/de", language="de", text="Larkfield Home: Störung in west. STOPP für Ende.")
OF = campaign(variants=(SMS, GERMAN))
NEW = "Larkfield Home: {service} is down in {region}, {name}. We look into it. Reply STOP to opt out."


def asking(of: Campaign = OF, **changes: Any) -> Standing:
    return standing(of, slack_channel="C1", slack_ts="1.0", **changes)


def errors(text: str, of: Campaign = OF) -> dict[str, str]:
    return edit_errors(asking(of), {"default/sms/en": text}, policy(), STYLE)


# ---------------------------------------------------------------- what may be said


def test_good_words_have_no_fault() -> None:
    assert errors(NEW) == {}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "Write what is to be said"),
        ("Hello {surname}. Reply STOP to opt out.", "Nothing is known for {surname}. You may use {name}, {region}"),
        ("Larkfield Home: a fault {. Reply STOP to opt out.", "A brace stands alone"),
        ("x" * 3001, "No more than 3,000 characters"),
    ],
)
def test_a_fault_is_told_at_the_field_that_has_it(text: str, told: str) -> None:
    ((field, fault),) = errors(text).items()
    assert (field, told in fault) == (field_id(0), True)


def test_what_the_channel_law_forbids_is_told_in_words() -> None:
    ((_, fault),) = errors("Larkfield Home: see https://bit.ly/x1, {name}. Reply STOP to opt out.").items()
    assert "networks filter it" in fault
    assert "link_shortener" not in fault


def test_everything_that_stands_against_the_words_is_told_at_once() -> None:
    ((_, fault),) = errors("Larkfield Home: 35% off, see https://bit.ly/x1, {name}. Reply STOP to opt out.").items()
    assert "service messages only" in fault
    assert "networks filter it" in fault


def test_the_house_rules_hold_for_what_a_supervisor_writes_too() -> None:
    strict = replace(STYLE, rules=HouseRules(forbidden=("teething trouble",)))
    text = {SMS.name: "Larkfield Home: {name}, it is teething trouble. Reply STOP to opt out."}
    assert edit_errors(asking(), text, policy(), STYLE) == {}
    (fault,) = edit_errors(asking(), text, policy(), strict).values()
    assert "The house rules forbid it" in fault


def test_words_that_were_left_alone_are_not_judged() -> None:
    bad = replace(OF, variants=(replace(SMS, text="{"), GERMAN))
    assert edit_errors(asking(bad), {"default/sms/en": "{"}, policy(), STYLE) == {}


def test_words_for_a_variant_that_there_is_not_change_nothing() -> None:
    assert change_words(asking(), {"vip/sms/en": "Hello"}, "Priya", policy(), STYLE) is None


def made(texts: dict[str, str]) -> Campaign:
    new = change_words(asking(), texts, "Priya", policy(), STYLE)
    assert new is not None
    return new


def test_an_edit_makes_another_campaign_of_which_every_earlier_yes_is_void() -> None:
    new = made({"default/sms/en": NEW})
    english, german = new.variants
    assert english.text == "Larkfield Home: Cloud is down in west, {name}. We look into it. Reply STOP to opt out."
    assert (english.personal, german.text) == (("name",), GERMAN.text)
    assert (new.revision, new.id) == (2, OF.id)
    assert new.digest != OF.digest
    assert new.composer == "policy template, edited by Priya"
    again = change_words(asking(new), {"default/sms/de": "Neu. STOPP"}, "Tom", policy(), STYLE)
    assert again is not None
    assert (again.revision, again.composer) == (3, "policy template, edited by Tom")


def test_new_words_rest_on_who_wrote_them_the_facts_they_state_and_the_passages_they_keep() -> None:
    quoting = replace(
        SMS,
        text="Hold the button. Reply STOP to opt out.",
        sources=(
            GroundedIn(kind="policy", name="play text"),
            GroundedIn(kind="article", name="Resetting", quote="Hold the button."),
            GroundedIn(kind="article", name="Other", quote="Not any more."),
        ),
    )
    of = asking(campaign(variants=(quoting,)))
    new = change_words(
        of, {SMS.name: "Hold the button in west. Hold the button. STOP ends it."}, "Priya", policy(), STYLE
    )
    assert new is not None
    assert [(s.kind, s.name) for s in new.variants[0].sources] == [
        ("supervisor", "Priya"),
        ("signal", "region"),
        ("article", "Resetting"),
    ]


def test_a_figure_that_nobody_stated_is_found_for_whoever_approves() -> None:
    new = made({SMS.name: "Larkfield Home: we pay you 500 pounds, {name}. Reply STOP to opt out."})
    assert [each.rule for each in new.variants[0].findings if each.weight is not Weight.TELLS]


def test_a_place_in_a_fact_is_not_a_place() -> None:
    sly = asking(campaign(variants=(SMS,), facts={"region": "{name}"}))
    new = change_words(
        sly, {SMS.name: "Larkfield Home: a fault in {region}. Reply STOP to opt out."}, "P", policy(), STYLE
    )
    assert new is not None
    assert new.variants[0].text == "Larkfield Home: a fault in (name). Reply STOP to opt out."
    assert new.variants[0].personal == ()


def test_after_an_edit_the_list_is_made_again_from_its_beginning() -> None:
    of = asking(frozen_to="cu_9", facts={"customers": "a@b.example", "freezing": {"size": 3}})
    again = prepared_again(of, replace(OF, revision=2, root="r", size=3, counts={"arm": {"treated": 3}}), "Priya", NOW)
    assert (again.state, again.frozen_to, again.facts) == (
        CampaignState.PREPARING,
        "",
        {"customers": "a@b.example"},
    )
    assert (again.campaign.root, again.campaign.size, again.campaign.counts) == ("", 0, {})


# ---------------------------------------------------------------- the click that brings it


@pytest.fixture
def shown_card(store: SqlStore) -> Campaign:
    with store.begin() as unit:
        stored = asked(unit, OF, [line(OF, n, fields={"name": "Emma"}) for n in range(1, 4)])
        unit.campaigns.note_post(stored.id, "C1", "1.0")
    return stored


def edit(store: SqlStore, of: Campaign, text: str, **changes: Any) -> Any:
    return press(store, click(of, Verdict.EDIT, texts={"default/sms/en": text}, **changes))


def test_edited_words_are_prepared_and_the_card_has_no_buttons_meanwhile(store: SqlStore, shown_card: Campaign) -> None:
    settled = edit(store, shown_card, NEW)
    now = stands(store)
    assert (settled.result, now.state, now.campaign.revision) == ("edited", CampaignState.PREPARING, 2)
    assert not buttons(card(settled))
    assert "edited by Priya" in shown(card(settled))
    late = press(store, click(shown_card, event_id="ev_late"))
    assert (late.result, "It is being prepared again" in said(late)) == ("settled_before", True)


def test_of_two_who_edit_at_once_the_second_is_told(store: SqlStore, shown_card: Campaign) -> None:
    edit(store, shown_card, NEW)
    second = edit(store, shown_card, NEW.replace("We look", "Tom looks"), event_id="ev_second")
    assert second.result == "settled_before"
    assert "It is being prepared again (edited by Priya" in said(second)
    assert "We look" in stands(store).campaign.variants[0].text


def test_words_that_cannot_be_said_change_nothing_whoever_let_them_through(
    store: SqlStore, shown_card: Campaign
) -> None:
    settled = edit(store, shown_card, "Hello {surname}")
    assert (settled.result, stands(store).campaign.revision) == ("not_sayable", 1)
    assert "Nothing is known for {surname}" in said(settled)


def test_no_word_changed_is_no_edit(store: SqlStore, shown_card: Campaign) -> None:
    settled = edit(store, shown_card, SMS.text)
    assert (settled.result, stands(store).state) == ("unchanged", CampaignState.PENDING)


def test_only_who_may_approve_may_edit(store: SqlStore, shown_card: Campaign) -> None:
    pressed = click(shown_card, Verdict.EDIT, "U-MARIA", texts={"default/sms/en": NEW})
    assert press(store, pressed, "maria@larkfield.example").result == "not_allowed"
    assert stands(store).campaign.revision == 1
