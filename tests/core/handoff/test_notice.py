import pytest

from core.handoff.notice import CANNOT, LIMITS, NOTICES, PERSON, TEAM, WHEN, Limit, handoff_notice, limit_of
from core.text.courtesies import BUILT_IN

TWO_HOURS = {"en": "2 hours", "de": "2 Stunden", "es": "2 horas", "fr": "2 heures", "pt": "2 horas", "ja": "2時間"}


EMERGENCY = {
    "en": "emergency number",
    "de": "Notruf",
    "es": "emergencias",
    "fr": "secours",
    "pt": "emergência",
    "ja": "緊急",
}


@pytest.mark.parametrize("language", sorted(NOTICES))
def test_the_customer_is_told_who_takes_over_and_when(language: str) -> None:
    notice = handoff_notice(language, "Billing", "2 hours")
    assert "Billing" in notice
    assert TWO_HOURS[language] in notice
    assert "{" not in notice


@pytest.mark.parametrize(
    ("within", "said"),
    [
        ("1 hour", "innerhalb von 1 Stunde."),
        ("30 minutes", "innerhalb von 30 Minuten."),
        ("2 business days", "innerhalb von 2 Werktagen."),
        ("next business day", "meist am nächsten Werktag."),
        ("the next working day", "meist am nächsten Werktag."),
        ("zwei Stunden", "innerhalb von zwei Stunden."),
    ],
)
def test_a_plain_promise_is_said_in_the_customers_language_and_any_other_as_it_stands(within: str, said: str) -> None:
    assert said in handoff_notice("de", "Billing", within)


def test_a_day_that_is_promised_is_said_as_a_day() -> None:
    assert handoff_notice("en", "Billing", "next business day").endswith("They usually reply on the next working day.")


@pytest.mark.parametrize("language", sorted(NOTICES))
def test_of_danger_the_emergency_number_comes_first(language: str) -> None:
    word = EMERGENCY[language]
    notice = handoff_notice(language, "Specialists", "1 hour", limit=limit_of("trigger:health_urgency"))
    assert word in notice.replace("。", ".").split(".")[0]


@pytest.mark.parametrize("limit", [Limit.ANSWER, Limit.DECIDE, Limit.DO])
@pytest.mark.parametrize("language", sorted(NOTICES))
def test_what_the_assistant_cannot_do_it_says_first_and_names_who_can(language: str, limit: Limit) -> None:
    notice = handoff_notice(language, "Billing", None, agent="Maria Lopez", limit=limit)
    assert notice.startswith(CANNOT[language][limit])
    assert CANNOT[language][limit] not in handoff_notice(language, "Billing", None)
    assert notice.index("Maria Lopez") < notice.index("Billing")


def test_nobody_is_named_where_nobody_is_known() -> None:
    assert handoff_notice("en", "Billing", None, limit=Limit.ANSWER) == (
        "I can't answer this myself. Our Billing team takes over now, with everything you've told us, so you won't "
        "have to repeat it."
    )


def test_a_rule_says_what_kind_of_thing_the_assistant_cannot_do() -> None:
    assert limit_of("no_source") is Limit.ANSWER
    assert limit_of("owner:billing_dispute") is Limit.DECIDE
    assert limit_of("trigger:high_risk_transaction") is Limit.DO
    assert limit_of("trigger:human_request") is Limit.NONE
    assert limit_of("owner:speak_to_person") is Limit.NONE
    assert Limit.NONE not in LIMITS.values()


@pytest.mark.parametrize("language", sorted(NOTICES))
def test_no_time_is_named_where_none_is_promised(language: str) -> None:
    notice = handoff_notice(language, "Billing", None)
    assert WHEN[language].split("{")[0].strip() not in notice
    assert notice == notice.strip()


def test_a_language_that_we_do_not_write_gets_english() -> None:
    assert handoff_notice("pl", "Billing", None) == handoff_notice("en", "Billing", None)


def test_all_tables_speak_the_same_languages() -> None:
    for table in (WHEN, CANNOT, PERSON, TEAM, BUILT_IN):
        assert set(NOTICES) == set(table)
    assert all(set(said) == set(Limit) for said in CANNOT.values())
