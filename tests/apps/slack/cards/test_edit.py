import json
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from apps.slack.cards.actions import EDITED, PICK, TEXT
from apps.slack.cards.edit import A_VIEW, edit_view, metadata_of, texts_of
from core.model.campaign import Campaign, GroundedIn, Standing, variant_name
from core.model.customer import Channel
from core.outreach.edit import field_id
from tests.core.campaigns import campaign, standing, variant
from tests.core.outreach.slack_limits import buttons, shown, view_complaints

SMS = variant(text="Larkfield Home: Cloud has a fault in west, {name}. Reply STOP to opt out.", personal=("name",))
GERMAN = replace(SMS, name="default/sms/de", language="de", text="Larkfield Home: Störung in west. STOPP für Ende.")
OF = campaign(variants=(SMS, GERMAN))
NEW = "Larkfield Home: {service} is down in {region}, {name}. We look into it. Reply STOP to opt out."


def asking(of: Campaign = OF, **changes: Any) -> Standing:
    return standing(of, slack_channel="C1", slack_ts="1.0", **changes)


def submitted(view: dict[str, Any], written: dict[int, str | None]) -> dict[str, Any]:
    """The modal as Slack gives it back: what was not touched comes with what it held."""
    fields = {b["block_id"]: b["element"].get("initial_value") for b in view["blocks"] if b["type"] == "input"}
    fields |= {field_id(number): text for number, text in written.items()}
    return {**view, "state": {"values": {name: {TEXT: {"value": text}} for name, text in fields.items()}}}


def test_the_modal_has_a_field_for_each_text_and_says_what_it_is_for() -> None:
    view = edit_view(asking())
    assert view_complaints(view) == []
    fields = [block for block in view["blocks"] if block["type"] == "input"]
    assert [field["element"]["initial_value"] for field in fields] == [SMS.text, GERMAN.text]
    assert [field["label"]["text"] for field in fields] == ["Default · SMS · English", "Default · SMS · German"]
    assert "`{name}`" in shown(view["blocks"])
    assert view["callback_id"] == EDITED


def test_the_modal_carries_which_campaign_it_is_and_where_its_card_stands() -> None:
    carried = metadata_of(edit_view(asking()))
    assert carried == {
        "approval": "ap_one",
        "digest": OF.digest,
        "revision": 1,
        "channel": "C1",
        "ts": "1.0",
        "page": 0,
    }
    assert (
        metadata_of({"private_metadata": "not ours"})
        == metadata_of({})
        == metadata_of({"private_metadata": "[]"})
        == {}
    )


def test_what_is_written_once_is_for_every_variant_that_says_the_same() -> None:
    both = campaign(variants=(SMS, replace(SMS, name="default/whatsapp/en", channel=Channel.WHATSAPP), GERMAN))
    view = edit_view(asking(both))
    texts = texts_of(asking(both), submitted(view, {0: "New. \r\n Words  "}))
    assert texts == {
        "default/sms/en": "New.\n Words",
        "default/whatsapp/en": "New.\n Words",
        "default/sms/de": GERMAN.text,
    }


def test_a_modal_of_an_earlier_state_gives_no_words() -> None:
    view = submitted(edit_view(asking()), {0: NEW})
    later = asking(replace(OF, revision=2))
    assert texts_of(later, view) == {}


def many(texts: int) -> Campaign:
    return campaign(
        variants=tuple(
            variant(name=variant_name(f"s{n}", Channel.SMS, "en"), segment=f"s{n}", text=f"Text {n}")
            for n in range(texts)
        )
    )


def test_many_texts_are_on_pages_that_a_menu_names() -> None:
    of = many(2 * A_VIEW + 3)
    seen: list[str] = []
    for page in range(3):
        view = edit_view(asking(of), page)
        assert view_complaints(view) == []
        (menu,) = [e for b in view["blocks"] if b["type"] == "actions" for e in b["elements"]]
        assert (menu["action_id"], menu["initial_option"]["value"]) == (PICK, str(page))
        seen += texts_of(asking(of), submitted(view, {}))
    assert seen == [each.name for each in of.variants]


def test_one_page_has_no_menu() -> None:
    assert not buttons(edit_view(asking(many(A_VIEW)))["blocks"])


@settings(max_examples=20, deadline=None)
@given(st.sampled_from(["<&> word " * 900, "x", "{" * 3000, "😀" * 3000, "a\n" * 1500]), st.integers(0, 130))
def test_no_modal_is_too_long_for_slack(text: str, texts: int) -> None:
    of = replace(
        many(texts),
        variants=tuple(
            replace(each, text=text + str(n), segment=text[:400], sources=(GroundedIn(kind="article", name=text),))
            for n, each in enumerate(many(texts).variants)
        ),
    )
    for page in (0, 3):
        view = edit_view(asking(of), page)
        assert view_complaints(view) == []
        assert len(json.dumps(view)) < 250_000


def test_what_somebody_gets_is_offered_first_and_its_field_stays_its_own() -> None:
    counted = replace(OF, counts={"variant": {GERMAN.name: 7}})
    view = edit_view(asking(counted))
    fields = [block for block in view["blocks"] if block["type"] == "input"]
    assert [field["element"]["initial_value"] for field in fields] == [GERMAN.text, SMS.text]
    assert "7 people will get it" in shown(view["blocks"])
    assert "Nobody on the list of recipients gets it" in shown(view["blocks"])
    view["state"] = {"values": {field_id(0): {TEXT: {"value": "Neu. STOPP"}}}}
    assert texts_of(asking(counted), view) == {GERMAN.name: "Neu. STOPP"}
