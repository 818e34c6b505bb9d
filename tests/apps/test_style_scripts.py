"""The style card's lines for agents, as a file writes them."""

from pathlib import Path

import pytest

from apps.style_file import read_style
from core.errors import ConfigurationError


def card(folder: Path, text: str) -> str:
    path = folder / "style.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_line_has_its_languages_its_matters_and_whether_it_is_an_obligation(tmp_path: Path) -> None:
    written = """
scripts:
  - {name: Complaint, intents: [formal_complaint], must_say: true, text: {en: Recorded., de: Aufgenommen.}}
  - {name: Stay, triggers: [churn], text: {en: May I ask why.}}
"""
    complaint, stay = read_style(card(tmp_path, written), "Larkfield Home").scripts
    assert (set(complaint.intents), complaint.must_say, complaint.text_in("de")) == (
        {"formal_complaint"},
        True,
        "Aufgenommen.",
    )
    assert (set(stay.triggers), stay.must_say, stay.text_in("fr")) == ({"churn"}, False, "May I ask why.")


def test_a_brand_has_the_companys_lines_and_its_own(tmp_path: Path) -> None:
    written = """
scripts: [{name: One, intents: [a], text: {en: One.}}]
brands: {nest: {scripts: [{name: Two, intents: [a], text: {en: Two.}}]}}
"""
    style = read_style(card(tmp_path, written), "Larkfield Home")
    assert [script.name for script in style.of("nest").scripts] == ["One", "Two"]
    assert [script.name for script in style.scripts] == ["One"]


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("{name: One, text: {en: One.}}", "triggers"),
        ("{name: One, intents: [a], text: {de: Eins.}}", "fallback"),
        ("{intents: [a], text: {en: One.}}", "name"),
        ("{name: One, intents: [a], text: {en: ''}}", "text"),
    ],
)
def test_a_line_that_is_not_whole_is_refused_by_name_of_its_fault(tmp_path: Path, row: str, fault: str) -> None:
    with pytest.raises(ConfigurationError, match=fault):
        read_style(card(tmp_path, f"scripts: [{row}]\n"), "Larkfield Home")
