from pathlib import Path

import pytest
import yaml

from apps.policy_rewrite import rewrite

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
