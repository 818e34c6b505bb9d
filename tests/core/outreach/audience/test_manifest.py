"""In which words, from which hour on and at what cost each person is written to."""

from datetime import UTC, datetime, timedelta

from connectors.sql.store import SqlStore
from core.model.arm import Arm
from core.model.campaign import message_to
from core.model.customer import Channel, Preferences
from core.text.segments import segments
from tests.core.outreach.freezing import NOW, begin, campaign, freeze, person, said
from tests.core.samples import payload_of


def test_each_reads_words_for_their_tier_in_a_language_that_they_read(store: SqlStore) -> None:
    variants = (
        said("Hello."),
        said("Hello, Business.", segment="business"),
        said("Hallo.", language="de"),
    )
    people = (
        person("ada", tier="business"),
        person("bea", tier="business", locale="de-AT"),
        person("cleo", tier="plus", locale="fr"),
        person("dot", preferences=Preferences(language="de")),
    )
    made, lines = freeze(store, begin(store, *people, of=campaign(*variants)))
    assert [each.variant for each in lines] == ["business/sms/en", "default/sms/de", "default/sms/en", "default/sms/de"]
    assert made.counts["segment"] == {"business": 2, "plus": 1, "standard": 1}
    assert made.counts["language"] == {"en": 2, "de": 2}


def test_a_wish_for_another_channel_is_followed_where_there_are_words_for_it(store: SqlStore) -> None:
    people = (
        person("ada", preferences=Preferences(channel=Channel.WHATSAPP)),
        person("bea", preferences=Preferences(channel=Channel.EMAIL)),
    )
    variants = (said("Hello."), said("Hello.", channel=Channel.WHATSAPP))
    made, lines = freeze(store, begin(store, *people, of=campaign(*variants)))
    assert [each.variant for each in lines] == ["default/whatsapp/en", "default/sms/en"]
    assert made.counts["wishes"] == {
        "asked for WhatsApp": 1,
        "asked for e-mail: nothing of this kind is sent there": 1,
    }
    assert made.cost == 50_000 + 40_000


def test_what_is_one_persons_own_comes_from_the_signal_and_the_others_are_left_out(store: SqlStore) -> None:
    rows = [
        {"customer": "ada@shop.example", "minutes": 40, "secret": "x"},
        {"customer": "bea@shop.example", "minutes": "{minutes}"},
        {"customer": "cleo@shop.example", "minutes": ""},
        {"customer": "nobody@shop.example", "minutes": "5"},
    ]
    of = campaign(said("It takes {minutes} minutes."), play="usage_friction")
    standing = begin(store, *map(person, ("ada", "bea", "cleo")), of=of, facts={"people": rows})
    made, lines = freeze(store, standing)
    assert [dict(each.fields) for each in lines] == [{"minutes": "40"}, {"minutes": "{minutes}"}]
    assert payload_of(message_to(made, lines[1], NOW)).body == "It takes {minutes} minutes."
    assert made.counts["left_out"] == {"a fact of theirs is missing": 1, "unknown customer": 1}


def test_a_message_waits_for_the_hour_and_who_has_none_in_time_is_left_out(store: SqlStore) -> None:
    people = (
        person("ada", time_zone="Asia/Tokyo"),
        person("bea", time_zone="America/Los_Angeles"),
        person("cleo"),
    )
    of = campaign(not_after=NOW + timedelta(hours=6))
    made, lines = freeze(store, begin(store, *people, of=of))
    assert [(each.customer_id, each.opens_at) for each in lines] == [
        ("cu_bea", datetime(2026, 11, 21, 16, tzinfo=UTC)),
        ("cu_cleo", NOW),
    ]
    assert made.counts["left_out"] == {"no allowed hour": 1}


def test_a_long_text_costs_each_of_its_parts(store: SqlStore) -> None:
    long = "Larkfield Home tells you \u2013 at length. " * 10
    made, (line,) = freeze(store, begin(store, person("ada"), of=campaign(said(long))))
    assert line.parts == segments(long.replace("\u2013", "-")) > 1
    assert made.cost == line.parts * 40_000


def test_the_holdout_costs_nothing_and_is_in_the_manifest(store: SqlStore) -> None:
    made, (line,) = freeze(store, begin(store, person("ada"), of=campaign(holdout=1.0)))
    assert (line.arm, made.cost, made.treated, made.size) == (Arm.HOLDOUT, 0, 0, 1)
