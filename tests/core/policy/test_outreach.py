"""The section `outreach` of the policy: every key, its default, and what is said about a slip of the pen."""

from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from apps.policy_file import read_policy
from core.model.customer import Channel, Purpose
from core.policy import read
from core.policy.hours import Shift
from core.policy.outreach import (
    Approver,
    Breaker,
    Cap,
    Consenting,
    CountryHours,
    FollowUp,
    FormCategory,
    Law,
    Matter,
    OpenTickets,
    Play,
)
from core.policy.problem import PolicyError
from tests.core.rules import policy_fields

ROOT = Path(__file__).parents[3]
TEXTS = {"default": "Hello {name}"}
PLAY: dict[str, Any] = {"match": "region", "purpose": "service", "channel": "sms", "texts": TEXTS}
TOLD = PLAY | {"match": "told", "after": "outage", "matter": {"fact": "incident"}}


def problems(**changes: Any) -> list[str]:
    with pytest.raises(PolicyError) as refused:
        read(policy_fields(**changes))
    return [line.removeprefix("policy: ") for line in str(refused.value).splitlines()]


def play(**changes: Any) -> Play:
    return read(policy_fields(outreach__plays__mine=PLAY | changes)).outreach.plays["mine"]


def play_problems(**changes: Any) -> list[str]:
    told = problems(outreach__plays__mine=PLAY | changes)
    return [line.removeprefix("outreach.plays.mine.") for line in told]


# ---------------------------------------------------------------- what is left out, what is written


def test_everything_may_be_left_out() -> None:
    fields = policy_fields()
    del fields["outreach"]
    found = read(fields).outreach
    assert (found.opens, found.closes, found.zone) == (time(8), time(20), "UTC")
    assert (found.channel, found.approvers, found.expires_after) == ("#alerts", (), timedelta(hours=2))
    assert (found.second_above, found.second_above_cost, found.caps) == (None, None, ())
    assert (found.rate(Channel.SMS), found.costs, found.contact_cost, found.currency) == (1.0, {}, 0, "EUR")
    assert (found.vip_tiers, found.breaker, found.law) == (frozenset({"business"}), Breaker(), Law())
    assert (found.plays, found.roles, found.hours_in) == ({}, {}, {})


def test_a_short_play_has_careful_defaults() -> None:
    assert play() == Play(match="region", purpose=Purpose.SERVICE, channel=Channel.SMS, texts=TEXTS)


def test_what_is_written_of_the_section_is_read() -> None:
    found = read(
        policy_fields(
            outreach__zone="Europe/London",
            outreach__sender="Larkfield",
            outreach__approval={
                "channel": "#yes",
                "expires_minutes": 30,
                "approvers": ["a@x.example", {"email": "B@x.example", "role": "lead", "phone": "+442079460100"}],
            },
            outreach__second_person={"above_recipients": 500, "above_cost": 12.5},
            outreach__rates={"sms": 0.5, "whatsapp": 40},
            outreach__caps=[{"purpose": "marketing", "messages": 2, "within_days": 7}],
            outreach__vip_tiers=["plus"],
            outreach__costs={"sms": 0.0415},
            outreach__contact_cost=6.4,
            outreach__currency="GBP",
            outreach__breaker={"after": 20, "filtered": 0.01, "opted_out": 0.1, "errors": 0.5},
            outreach__law={
                "registered": ["US"],
                "registration_needed": ["US", "CA"],
                "opt_out": {"en": ["STOP", "END"]},
                "whatsapp_tier": 250,
                "whatsapp_category": "marketing",
                "whatsapp_languages": ["en", "de"],
            },
        )
    ).outreach
    assert (found.zone, found.channel, found.expires_after) == ("Europe/London", "#yes", timedelta(minutes=30))
    assert found.approvers == ("a@x.example", "B@x.example")
    assert found.roles == {
        "a@x.example": Approver(email="a@x.example"),
        "b@x.example": Approver(email="B@x.example", role="lead", phone="+442079460100"),
    }
    assert (found.second_above, found.second_above_cost) == (500, 12_500_000)
    assert (found.rate(Channel.SMS), found.rate(Channel.WHATSAPP)) == (0.5, 40)
    assert found.caps == (Cap(purpose=Purpose.MARKETING, messages=2, within=timedelta(days=7)),)
    assert (found.vip_tiers, found.costs, found.contact_cost) == (
        frozenset({"plus"}),
        {Channel.SMS: 41_500},
        6_400_000,
    )
    assert found.currency == "GBP"
    assert found.breaker == Breaker(after=20, filtered=0.01, opted_out=0.1, errors=0.5)
    assert found.law == Law(
        sender="Larkfield",
        opt_out={"en": ("STOP", "END")},
        registered=frozenset({"US"}),
        registration_needed=frozenset({"US", "CA"}),
        whatsapp_tier=250,
        whatsapp_category=FormCategory.MARKETING,
        whatsapp_languages=frozenset({"en", "de"}),
    )


def test_a_countrys_own_hours_are_read_as_those_of_a_team() -> None:
    own = {"weekdays": ["10:00-13:00", "14:00-20:00"], "sunday": ["12:00-18:00"], "holidays": ["2026-07-14"]}
    found = read(policy_fields(outreach__hours_in={"FR": own})).outreach.hours_in
    week = (Shift(opens=time(10), closes=time(13)), Shift(opens=time(14), closes=time(20)))
    sunday = (Shift(opens=time(12), closes=time(18)),)
    assert found == {
        "FR": CountryHours(days=(week, week, week, week, week, (), sunday), holidays=frozenset({date(2026, 7, 14)}))
    }


def test_norway_may_be_written_without_quotes() -> None:
    """YAML takes it for a no."""
    assert read(policy_fields(outreach__law={"registered": [False]})).outreach.law.registered == {"NO"}


def test_what_is_written_of_a_play_is_read() -> None:
    found = play(
        signal="incident",
        texts_in={"de": {"default": "Hallo {name}", "plus": "Guten Tag {name}"}},
        facts=["name"],
        article="How do I reset it?",
        matter={"fact": "incident", "intents": ["reset"], "days": 7},
        holdout=0.1,
        open_tickets="leave_out",
        vip=False,
        valid_hours=2,
        every="0 9 * * 1-5",
        given={"region": "north"},
        ends=True,
        why="They would call.",
    )
    assert (found.signal, found.article, found.why, found.every) == (
        "incident",
        "How do I reset it?",
        "They would call.",
        "0 9 * * 1-5",
    )
    assert found.texts_in == {"de": {"default": "Hallo {name}", "plus": "Guten Tag {name}"}}
    assert found.matter == Matter(fact="incident", intents=frozenset({"reset"}), days=7)
    assert (found.holdout, found.open_tickets, found.vip) == (0.1, OpenTickets.LEAVE_OUT, False)
    assert (found.valid_for, found.facts, found.ends) == (timedelta(hours=2), frozenset({"name"}), True)
    assert found.given == {"region": "north"}


def test_a_play_may_follow_another_and_another_may_follow_it() -> None:
    fields = policy_fields(
        outreach__plays__outage__follow_up={"play": "over", "after_hours": 24}, outreach__plays__over=TOLD
    )
    plays = read(fields).outreach.plays
    assert plays["outage"].follow_up == FollowUp(play="over", after=timedelta(hours=24))
    assert plays["over"].after == "outage"


# ---------------------------------------------------------------- standing rules


def test_a_play_that_leaves_by_itself_has_a_standing_rule_of_its_own() -> None:
    standing = ["handoff_notice", "test_message", "play:mine"]
    rules = read(policy_fields(standing=standing, outreach__plays__mine=PLAY | {"approval": "standing"}))
    assert rules.outreach.plays["mine"].approval is Consenting.STANDING
    assert "play:mine" in rules.standing


def test_without_its_rule_that_is_said() -> None:
    assert play_problems(approval="standing") == [
        "approval: found standing, expected play:mine in the list `standing`: without it nothing of it may leave"
    ]


def test_a_rule_for_a_play_that_is_not_there_is_a_slip_with_what_was_meant() -> None:
    [told] = problems(standing=["play:outagge"])
    assert told.startswith("standing: found ['play:outagge'], expected one of")
    assert told.endswith("names; did you mean play:outage?")


# ---------------------------------------------------------------- slips of the pen


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"outreach__hours": {"opens": "20:00", "closes": "08:00"}}, "outreach.hours.closes: found 08:00, expected"),
        ({"outreach__zone": "Mars"}, "outreach.zone: found 'Mars', expected a time zone such as Europe/London"),
        ({"outreach__hours_in": {"UK": {"weekdays": ["09:00-17:00"]}}}, "outreach.hours_in.UK: found the name 'UK'"),
        ({"outreach__hours_in": {"GB": {}}}, "outreach.hours_in.GB: found no hours, expected weekdays or a day"),
        ({"outreach__hours_in": {"GB": {"weekdays": "9-17"}}}, "outreach.hours_in.GB.weekdays: found '9-17', expected"),
        ({"outreach__approval__approvers": "a@x.example"}, "outreach.approval.approvers: found 'a@x.example'"),
        ({"outreach__approval__approvers": ["Priya"]}, "outreach.approval.approvers[0].email: found 'Priya'"),
        (
            {"outreach__approval__approvers": ["a@x.example", {"email": "A@x.example"}]},
            "outreach.approval.approvers[1].email: A@x.example is named twice",
        ),
        (
            {"outreach__approval__approvers": [{"email": "a@x.example", "phone": 441}]},
            "outreach.approval.approvers[0].phone: found 441, expected a telephone number",
        ),
        (
            {"outreach__approval__approvers": [{"email": "a@x.example", "rolle": "lead"}]},
            "outreach.approval.approvers[0].rolle: is no key of the policy; did you mean role?",
        ),
        ({"outreach__second_person": {"above_recipients": -1}}, "outreach.second_person.above_recipients: found -1"),
        ({"outreach__rates": {"smss": 1}}, "outreach.rates.smss: found the name 'smss', expected one of sms, whatsapp"),
        ({"outreach__rates": {"sms": 0}}, "outreach.rates.sms: found 0, expected messages a second, a number over 0"),
        ({"outreach__rates": {"email": 1}}, "outreach.rates.email: found the name 'email', expected one of"),
        ({"outreach__caps": {"purpose": "service"}}, "outreach.caps: found {'purpose': 'service'}, expected a list"),
        ({"outreach__caps": [{"purpose": "service", "messages": 0, "within_days": 1}]}, "outreach.caps[0].messages"),
        ({"outreach__costs": {"sms": -1}}, "outreach.costs.sms: found -1, expected a number from 0 up"),
        ({"outreach__currency": "Euro"}, "outreach.currency: found 'Euro', expected a currency in three capital"),
        ({"outreach__breaker": {"filtered": 2}}, "outreach.breaker.filtered: found 2, expected a number from 0 to 1"),
        ({"outreach__law": {"registered": "US"}}, "outreach.law.registered: found 'US', expected a list of countries"),
        ({"outreach__law": {"registered": ["USA"]}}, "outreach.law.registered: found ['USA'], expected one of"),
        ({"outreach__law": {"opt_out": {"en": []}}}, "outreach.law.opt_out.en: found [], expected a list of words"),
        ({"outreach__law": {"whatsapp_tier": 0}}, "outreach.law.whatsapp_tier: found 0, expected a whole number"),
        ({"outreach__law": {"whatsapp_category": "utilty"}}, "did you mean utility?"),
        ({"outreach__sendr": "us"}, "outreach.sendr: is no key of the policy; did you mean sender?"),
    ],
)
def test_a_slip_in_the_section_is_told(changes: dict[str, Any], told: str) -> None:
    [line] = problems(**changes)
    assert told in line


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"match": "told"}, "after: found nothing, expected the play whose message those people got (match: told)"),
        ({"after": "outage"}, "after: goes with `match: told`: who got the message of outage"),
        ({"match": "told", "after": "outagee"}, "expected one of the plays; did you mean outage?"),
        (
            {"follow_up": {"play": "nobody", "after_hours": 1}},
            "follow_up.play: found nobody, expected one of the plays",
        ),
        ({"follow_up": {"play": "outage"}}, "follow_up.after_hours: found nothing, expected hours"),
        ({"texts": {"default": "Hello {name!r}"}}, "texts.default: found 'Hello {name!r}', expected a text whose"),
        ({"texts": {"default": "Hello {1}"}}, "texts.default: found 'Hello {1}'"),
        ({"texts": {"default": "{{name}}"}}, "texts.default: found '{{name}}'"),
        ({"texts_in": {"de": {"plus": "Hallo"}}}, "texts_in.de.default: found nothing, expected a text"),
        ({"texts_in": {"de": "Hallo"}}, "texts_in.de: found 'Hallo', expected the texts in that language"),
        ({"texts_in": {"en": TEXTS}}, "texts_in.en: en is the language of this policy: `texts` has its words"),
        ({"texts_in": {"German": TEXTS}}, "texts_in.German: found the name 'German', expected a language code"),
        ({"holdout": 0.9}, "holdout: found 0.9, expected a share from 0 to 0.5"),
        ({"approval": "nobody"}, "approval: found 'nobody', expected one of person, standing"),
        ({"open_tickets": False}, "open_tickets: found False, expected one of include, leave_out"),
        ({"every": "daily"}, "every: found 'daily', expected a schedule in quotes"),
        ({"every": "0 25 * * *"}, "every: found '0 25 * * *', expected a schedule in quotes"),
        ({"given": {"region": "north"}}, "given: goes with `every`"),
        ({"matter": {"days": 0}}, "matter.days: found 0, expected a whole number from 1 up"),
        ({"valid_hours": 0}, "valid_hours: found 0, expected hours, a number over 0"),
        ({"holdut": 0.1}, "holdut: is no key of the policy; did you mean holdout?"),
    ],
)
def test_a_slip_in_a_play_is_told(changes: dict[str, Any], told: str) -> None:
    [line] = play_problems(**changes)
    assert told in line


def test_several_slips_are_told_at_once() -> None:
    assert len(play_problems(holdout=2, every="x", purpose="spam")) == 3


@pytest.mark.parametrize(
    "path", [*sorted(ROOT.glob("tests/scenarios/companies/*/policy.yaml")), ROOT / "apps" / "starter" / "policy.yaml"]
)
def test_older_policies_still_read(path: Path) -> None:
    assert read_policy(path).outreach.opens == time(8)
