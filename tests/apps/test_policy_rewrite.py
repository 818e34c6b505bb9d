from pathlib import Path

import pytest
import yaml

from apps.policy_rewrite import rewrite, with_wording
from core.errors import RejectedError

TEXT = """# Ours.
version: 1

channels:
  automatic: [sms]   # for now

# Who owns what.
owners: {default: {owner: human}}
"""


def test_one_section_is_written_anew_and_the_rest_stays_letter_for_letter() -> None:
    changed = rewrite(TEXT, {"channels": {"automatic": []}})
    assert changed == TEXT.replace("  automatic: [sms]   # for now", "  automatic: []")


def test_a_section_that_is_not_there_comes_at_the_end() -> None:
    changed = rewrite(TEXT, {"shadow": {"channels": ["sms"]}})
    assert changed.startswith(TEXT)
    assert yaml.safe_load(changed) == yaml.safe_load(TEXT) | {"shadow": {"channels": ["sms"]}}


def test_a_section_is_taken_out() -> None:
    changed = rewrite(TEXT, {"channels": None, "nothing": None})
    assert yaml.safe_load(changed) == {"version": 1, "owners": {"default": {"owner": "human"}}}
    assert "# Who owns what." in changed


@pytest.mark.parametrize("file", ["apps/demo/policy.yaml", "apps/starter/policy.yaml"])
def test_each_section_of_a_real_policy_can_be_written_as_it_is(file: str) -> None:
    text = Path(file).read_text(encoding="utf-8")
    fields = yaml.safe_load(text)
    for name, value in fields.items():
        assert yaml.safe_load(rewrite(text, {name: value})) == fields, name


TRIGGERS = """version: 1
triggers:
  # The gravest first.
  fraud: {group: Money, tier: 2}   # asked for by risk
  legal_threat:
    group: Law   # they know
    tier: 1
    why: >
      The law
      is meant

  press:
    words:
      - "on air"   # said by radio
      - live
    group: Press
    tier: 1
# Below.
alerts: {channel: "#a"}
"""


@pytest.mark.parametrize(
    ("trigger", "line"),
    [
        ("fraud", '  fraud: {group: Money, tier: 2, words: ["“a” or: b"]}   # asked for by risk'),
        ("legal_threat", '    words: ["“a” or: b"]\n    group: Law   # they know'),
        ("press", '      ["on air", "live", "“a” or: b"]\n    group: Press'),
    ],
)
def test_a_wording_is_put_into_its_trigger_and_the_comments_stay(trigger: str, line: str) -> None:
    changed = with_wording(TRIGGERS, trigger, "words", "“a” or: b")
    assert line in changed
    assert changed.count("#") == TRIGGERS.count("#") - (trigger == "press")
    before, after = yaml.safe_load(TRIGGERS), yaml.safe_load(changed)
    assert after["triggers"][trigger]["words"] == [*before["triggers"][trigger].get("words", ()), "“a” or: b"]
    del after["triggers"][trigger]["words"]
    before["triggers"][trigger].pop("words", None)
    assert (after, list(after["triggers"])) == (before, list(before["triggers"]))


def test_several_come_one_after_the_other_into_lists_of_their_own() -> None:
    text = TRIGGERS
    for key, wording in (("words", "one"), ("unless", "two"), ("words", "three"), ("unless", "four")):
        text = with_wording(text, "fraud", key, wording)
    row = yaml.safe_load(text)["triggers"]["fraud"]
    assert (row["words"], row["unless"]) == (["one", "three"], ["two", "four"])


def test_where_the_layout_allows_no_line_more_the_section_is_written_anew() -> None:
    shared = "version: 1\ntriggers:\n  fraud: &same {group: Money, tier: 2}\n  press: *same\n"
    changed = yaml.safe_load(with_wording(shared, "press", "unless", "on air"))
    assert changed["triggers"] == {
        "fraud": {"group": "Money", "tier": 2},
        "press": {"group": "Money", "tier": 2, "unless": ["on air"]},
    }


@pytest.mark.parametrize(
    ("trigger", "wording", "told"), [("churn", "x", "no trigger churn"), ("press", "live", "already")]
)
def test_a_wording_that_has_no_place_or_is_there_is_refused(trigger: str, wording: str, told: str) -> None:
    with pytest.raises(RejectedError, match=told):
        with_wording(TRIGGERS, trigger, "words", wording)
