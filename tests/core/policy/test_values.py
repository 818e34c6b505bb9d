from pathlib import Path
from typing import Any

import pytest

from apps.policy_file import read_policy
from apps.sandbox.company_rows import company_rows
from core.errors import ConfigurationError
from core.model.customer import Channel
from core.model.reading import ReaderMode
from core.policy import Shadow, Way, read
from tests.core import people
from tests.core.rules import policy, policy_fields

DEMO = Path("apps/demo/policy.yaml")
COMPANY = Path("apps/sandbox/company")


def problems(**changes: Any) -> str:
    with pytest.raises(ConfigurationError) as told:
        read(policy_fields(**changes))
    return str(told.value)


def test_the_version_is_the_same_for_the_same_words_in_any_order() -> None:
    fields = policy_fields()
    assert read(fields).version == read(dict(reversed(fields.items()))).version


@pytest.mark.parametrize(
    "change",
    [
        {"mood__floor": -0.7},
        {"standing": ["automatic_reply"]},
        {"triggers__fraud__alert": False},
        {"outreach__plays__outage__texts__default": "Another text"},
        {"vip__tiers": []},
    ],
)
def test_any_change_is_another_version(change: dict[str, Any]) -> None:
    assert policy(**change).version != policy().version


def test_the_owner_table_falls_back_to_its_default() -> None:
    rules = policy()
    assert (rules.owner_of("dispute").way, rules.owner_of("dispute").group) == (Way.HUMAN, "Billing")
    assert rules.owner_of("never_seen") == rules.default_owner


def test_all_problems_are_told_at_once_with_what_was_found() -> None:
    told = problems(channels__automatic=["fax"], alerts__channel=None, outreach__hours__opens="eight")
    assert "channels.automatic: found ['fax']" in told
    assert "alerts.channel: found nothing" in told
    assert "outreach.hours.opens: found 'eight'" in told


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"confidence__automatic": -0.1}, "confidence.automatic"),
        ({"confidence__automatic": 1.1}, "confidence.automatic"),
        ({"confidence__intent": float("nan")}, "confidence.intent"),
        ({"mood__floor": -1.1}, "mood.floor"),
        ({"owners__default": {"owner": "robot", "group": "x", "tier": 1}}, "owners.default.owner"),
        ({"ownership__hand_back_on_solve": "no"}, "ownership.hand_back_on_solve"),
        ({"triggers__fraud__alert": "false"}, "triggers.fraud.alert"),
        ({"standing": "automatic_reply"}, "standing"),
        ({"outreach__plays__outage__texts": {"business": "no default"}}, "outreach.plays.outage.texts.default"),
        ({"outreach__plays__outage__texts": {"default": "a {brace is open"}}, "outreach.plays.outage.texts.default"),
        ({"outreach__plays__outage__texts": {"default": "a {} has no name"}}, "outreach.plays.outage.texts.default"),
        ({"outreach__hours": {"opens": "20:00", "closes": "08:00"}}, "outreach.hours.closes"),
    ],
)
def test_a_wrong_value_is_refused_at_the_start(change: dict[str, Any], key: str) -> None:
    assert f"{key}: " in problems(**change)


def test_shadow_and_tags_may_be_left_out() -> None:
    fields = policy_fields()
    del fields["shadow"], fields["tags"]
    rules = read(fields)
    assert (rules.shadow, rules.tags) == (Shadow(), {})
    assert rules.automatic == {Channel.SMS, Channel.WHATSAPP}


def test_the_demo_has_a_play_for_each_signal_that_its_company_sends() -> None:
    outreach = read_policy(DEMO).outreach
    sent = {row["kind"] for row in company_rows(COMPANY, "status_events", "events")}
    assert sent <= {play.signal or name for name, play in outreach.plays.items()}
    assert {name: play.match for name, play in outreach.plays.items() if play.match != "people"} == {
        "outage": "region",
        "outage_update": "told",
        "outage_over": "told",
        "renewal": "renews_on",
        "churn_risk": "churn_risk",
    }


def test_only_what_the_policy_names_of_a_profile_is_used_in_an_answer() -> None:
    somebody = people.customer(tier="gold", attributes={"region": "north", "notes": "owes us"})
    assert policy(answers={"known_fields": ["region", "tier", "plan"]}).known_of(somebody) == "north\ngold"
    assert policy().known_of(somebody) == ""


@pytest.mark.parametrize(
    ("wrong", "least"), [(1.0, 0.5), (0.2, 0.5), (0.19, 0.75), (0.1, 0.75), (0.05, 0.9), (0.0, 0.9)]
)
def test_how_many_answers_may_be_wrong_says_how_sure_one_must_be(wrong: float, least: float) -> None:
    rules = policy(confidence={"automatic": 0.5, "at_most_wrong": wrong, "intents": {"reset": 0.95}})
    assert rules.automatic_from("status") == least
    assert rules.automatic_from("reset") == 0.95


def test_what_a_language_model_may_do_is_said_by_channel_and_by_intent() -> None:
    said = {"default": "lead", "channels": {"sms": False, "email": "assist"}, "intents": {"dispute": False}}
    models = policy(models={"reader": said}).models
    assert [models.reader_on(channel) for channel in (Channel.SMS, Channel.EMAIL, Channel.CHAT)] == [
        ReaderMode.OFF,  # unquoted, YAML reads `off` as a no
        ReaderMode.ASSIST,
        ReaderMode.LEAD,
    ]
    assert (models.words_about("dispute"), models.words_about("reset")) == (False, True)
    assert policy().models.reader_on(Channel.SMS) is ReaderMode.ASSIST
    assert "one of off, assist, lead" in problems(models={"reader": {"default": "on"}})
