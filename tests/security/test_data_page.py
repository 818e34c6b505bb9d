"""What customers are told about their data is what the settings do."""

from pathlib import Path

import pytest

from apps.privacy.page import as_html, as_markdown
from apps.privacy.page_words import WORDS
from apps.settings import Settings, read_settings
from tests.apps.container import environ


def settings(folder: Path, **changes: str) -> Settings:
    return read_settings(environ(folder) | {"HANDRAIL_COMPANY": "Larkfield <Home>"} | changes)


def told(folder: Path, **changes: str) -> str:
    return as_markdown(settings(folder, **changes), "en", automatic=True)


def test_without_a_language_model_it_says_that_none_reads(tmp_path: Path) -> None:
    assert WORDS["en"]["no_model"] in told(tmp_path)


def test_a_language_model_is_named_by_its_address_with_what_it_is_not_told(tmp_path: Path) -> None:
    model = {"HANDRAIL_OPENAI_BASE_URL": "https://models.example/v1", "HANDRAIL_OPENAI_MODEL": "some"}
    said = told(tmp_path, **model)
    assert "A language model at models.example" in said
    assert WORDS["en"]["no_model"] not in said
    assert WORDS["en"]["pictures"] not in said
    assert WORDS["en"]["pictures"] in told(tmp_path, **model, HANDRAIL_OPENAI_VISION="eyes")


def test_ages_and_whom_to_ask_are_the_settings_own(tmp_path: Path) -> None:
    said = told(
        tmp_path, HANDRAIL_RETENTION_CALLS="30", HANDRAIL_RETENTION_DRAFTS="0", HANDRAIL_PRIVACY_CONTACT="dpo@x.example"
    )
    assert "calls and what was said in them: 30 days" in said
    assert "drafts of answers: until you ask us to erase it" in said
    assert "Ask us: dpo@x.example" in said


def test_only_channels_that_are_set_up_are_named(tmp_path: Path) -> None:
    assert "WhatsApp" not in told(tmp_path).split("##")[1]
    assert "telephone" in told(tmp_path, HANDRAIL_TWILIO_VOICE_NUMBER="+15005550007")


def test_an_assistant_that_never_answers_by_itself_is_not_claimed_to(tmp_path: Path) -> None:
    assert WORDS["en"]["automatic"] in told(tmp_path)
    assert WORDS["en"]["automatic"] not in as_markdown(settings(tmp_path), "en", automatic=False)


@pytest.mark.parametrize("language", WORDS)
def test_every_language_says_all_of_it_and_a_name_is_no_markup(language: str, tmp_path: Path) -> None:
    assert set(WORDS[language]) == set(WORDS["en"])
    page = as_html(settings(tmp_path), language, automatic=True)
    assert f'lang="{language}"' in page
    assert "Larkfield &lt;Home&gt;" in page
    assert "{" not in page.partition("</style>")[2]
