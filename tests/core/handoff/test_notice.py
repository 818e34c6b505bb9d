import pytest

from core.handoff.notice import NOTICES, WHEN, handoff_notice


@pytest.mark.parametrize("language", sorted(NOTICES))
def test_the_customer_is_told_who_takes_over_and_when(language: str) -> None:
    notice = handoff_notice(language, "Billing", "2 hours")
    assert "Billing" in notice
    assert "2 hours" in notice
    assert "{" not in notice


@pytest.mark.parametrize("language", sorted(NOTICES))
def test_no_time_is_named_where_none_is_promised(language: str) -> None:
    notice = handoff_notice(language, "Billing", None)
    assert WHEN[language].split("{")[0].strip() not in notice
    assert notice == notice.strip()


def test_a_language_that_we_do_not_write_gets_english() -> None:
    assert handoff_notice("pl", "Billing", None) == handoff_notice("en", "Billing", None)


def test_both_tables_speak_the_same_languages() -> None:
    assert set(NOTICES) == set(WHEN)
