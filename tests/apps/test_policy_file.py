import copy
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import apps
from apps.policy_file import check_policy, parse_policy, read_policy, read_text
from apps.policy_lint import lint
from core.decide.policy_tests import run
from core.errors import ConfigurationError
from core.model.customer import Channel
from core.policy import FACTS, STANDING, TRIGGERS, PolicyError, read
from core.policy.examples import EXPECT, GIVEN
from core.policy.problem import Place, spell
from tests.core import rules

APPS = Path(str(apps.__file__)).parent
DEMO = APPS / "demo" / "policy.yaml"
STARTER = APPS / "starter" / "policy.yaml"
WRITTEN = parse_policy(read_text(DEMO), "policy.yaml")

SHORT = """\
version: 1
owners:
  default: {owner: hybrid, group: Support, tier: 1}
triggers:
  fraud:
    group: Support
    tier: 2
alerts: {channel: "#alerts"}
"""


def leaves(table: object, place: Place = ()) -> Iterator[Place]:
    """Every place of the file that holds a single value or a list of such."""
    if isinstance(table, dict):
        for key, value in table.items():
            yield from leaves(value, (*place, key))
    elif isinstance(table, list) and table and isinstance(table[0], dict):
        for number, value in enumerate(table):
            yield from leaves(value, (*place, number))
    else:
        yield place


def changed(place: Place, value: Any) -> dict[str, Any]:
    """The demo's policy with another value at a place; `...` takes the key away."""
    whole: Any = copy.deepcopy(dict(WRITTEN.fields))
    *above, last = place
    table = whole
    for key in above:
        table = table[key]
    if value is ...:
        del table[last]
    else:
        table[last] = value
    fields: dict[str, Any] = whole
    return fields


def problems(fields: dict[str, Any]) -> list[str]:
    with pytest.raises(PolicyError) as told:
        read(fields)
    return [problem.key for problem in told.value.problems]


def told_of(text: str) -> list[str]:
    with pytest.raises(PolicyError) as told:
        check_policy(parse_policy(text, "policy.yaml"))
    return str(told.value).splitlines()


@pytest.mark.parametrize("path", [DEMO, STARTER])
def test_the_policies_that_come_with_handrail_are_sound(path: Path) -> None:
    assert read_policy(path).version


def test_the_starter_answers_nobody_by_itself() -> None:
    policy = read_policy(STARTER)
    assert policy.automatic == frozenset()
    assert "automatic_reply" not in policy.standing
    assert policy.timers.follow_up is None
    assert not policy.routing.assign


def test_the_demo_names_every_trigger_but_one() -> None:
    # A draft that is not sure goes to the group of its intent, which one trigger for all would overtake.
    assert set(read_policy(DEMO).triggers) == set(TRIGGERS) - {"low_confidence"}


def test_the_triggers_are_those_that_the_page_defines() -> None:
    page = (APPS.parent / "docs" / "triggers.md").read_text(encoding="utf-8")
    assert {line.split("`")[1] for line in page.splitlines() if line.startswith("| `")} == set(TRIGGERS)


@pytest.mark.timeout(300)  # some hundred policies are read
@pytest.mark.parametrize("every", [5, pytest.param(1, marks=pytest.mark.exhaustive)])
def test_a_value_of_the_wrong_kind_is_named_wherever_it_stands(every: int) -> None:
    missed = [
        spell(place)
        for place in list(leaves(dict(WRITTEN.fields)))[::every]
        if "body" not in place  # of a request: whatever JSON the system takes
        for odd in ([["deep"]], {"odd": {"deep": 1}})
        # What a test is given is told as a whole: `tests[5].given.risks`.
        if not any(
            key.startswith(spell(place[:4] if place[0] == "tests" else place)) for key in problems(changed(place, odd))
        )
    ]
    assert missed == []


@pytest.mark.parametrize(
    "place",
    [
        ("version",),
        ("alerts", "channel"),
        ("owners", "default", "owner"),
        ("owners", "intents", "order_status", "group"),
        ("triggers", "fraud", "tier"),
        ("tiers", 0, "who"),
        ("actions", "cancel_order", "call", "system"),
        ("procedures", "thermostat_offline", "intents"),
        ("procedures", "thermostat_offline", "steps", 1, "then"),
        ("outreach", "plays", "outage", "match"),
        ("outreach", "plays", "outage", "texts", "default"),
    ],
)
def test_a_key_that_must_be_there_is_named(place: Place) -> None:
    assert problems(changed(place, ...)) == [spell(place)]


def test_a_short_file_is_enough_and_careful() -> None:
    policy = check_policy(parse_policy(SHORT, "policy.yaml"))
    assert (policy.automatic, policy.max_turns, policy.confidence_automatic) == (frozenset(), 3, 0.6)
    assert policy.triggers["fraud"].why == "Possible fraud"
    assert (policy.vip.group, policy.outreach.channel) == ("Support", "#alerts")
    assert policy.standing == {"handoff_notice", "agent_reply"}


def test_a_problem_is_told_with_its_line_what_was_found_and_what_was_expected() -> None:
    (line,) = told_of(SHORT.replace("tier: 2", "tier: two"))
    assert line == "policy.yaml:7: triggers.fraud.tier: found 'two', expected a whole number"


def test_a_key_that_is_missing_is_told_at_the_table_that_lacks_it() -> None:
    (line,) = told_of(SHORT.replace("    group: Support\n", ""))
    assert line == "policy.yaml:5: triggers.fraud.group: found nothing, expected a name"


def test_all_problems_are_told_at_once_in_the_order_of_the_file() -> None:
    text = SHORT.replace("hybrid", "robot").replace("tier: 2", "tier: 2\n    alret: true") + "mood: {floor: 7}\n"
    assert [line.split(": ")[:2] for line in told_of(text)] == [
        ["policy.yaml:3", "owners.default.owner"],
        ["policy.yaml:8", "triggers.fraud.alret"],
        ["policy.yaml:10", "mood.floor"],
    ]


def test_a_key_that_stands_twice_is_told_with_both_lines() -> None:
    text = SHORT.replace("    tier: 2\n", "    tier: 2\n    tier: 1\n")
    assert told_of(text) == ["policy.yaml:8: triggers.fraud.tier: stands here and on line 7 too, expected it once"]


def test_keys_that_stand_twice_do_not_hide_other_problems() -> None:
    assert len(told_of(SHORT + 'alerts: {channel: "#two"}\nmood: {floor: 7}\n')) == 2


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("    tier: 2\n    alret: true\n", "alert"),
        ("    tier: 2\n  frodu: {group: Support, tier: 2}\n", "fraud"),
        ("    tier: 2\ntrigers: {}\n", "triggers"),
        ("    tier: 2\nstanding: [agent_replies]\n", ""),
        ("    tier: 2\nchannels: {shadow: []}\n", "shadow.channels"),
        ("    tier: 2\nhandoff: {reply_within: {}}\n", "groups.NAME.reply_within"),
    ],
)
def test_a_misspelt_name_is_told_with_what_was_probably_meant(wrong: str, right: str) -> None:
    (line,) = told_of(SHORT.replace("    tier: 2\n", wrong))
    assert right in line


def test_where_many_names_are_possible_only_the_likely_one_is_told() -> None:
    (line,) = told_of(SHORT.replace("  fraud:", "  frodu:"))
    assert line == (
        "policy.yaml:5: triggers.frodu: found the name 'frodu', expected one of 26 names; did you mean fraud?"
    )


def test_the_texts_are_in_the_language_of_the_policy_unless_they_say_another() -> None:
    policy = check_policy(parse_policy(SHORT + STEPS + "language: de\n", "policy.yaml"))
    assert (policy.language, policy.procedures["one"].language) == ("de", "de")
    policy = check_policy(parse_policy(SHORT + STEPS + "    language: fr\n", "policy.yaml"))
    assert (policy.language, policy.procedures["one"].language) == ("en", "fr")


def test_norwegian_without_quotes_is_no_answer() -> None:
    (line,) = told_of(SHORT + "language: no\n")
    assert "found False, expected a language code in quotes" in line


def test_the_wrong_one_of_a_list_is_told() -> None:
    (line,) = told_of(SHORT + "channels: {automatic: [sms, watsapp]}\n")
    assert line.endswith(f"expected a list of {', '.join(Channel)}; did you mean whatsapp?")


def test_every_problem_has_a_line_that_of_the_file_where_a_section_is_missing() -> None:
    assert told_of(SHORT.replace('alerts: {channel: "#alerts"}', "")) == [
        "policy.yaml:1: alerts.channel: found nothing, expected a name"
    ]


def test_a_name_that_yaml_takes_for_yes_or_no_is_a_problem() -> None:
    (line,) = told_of(SHORT + "disclaimers:\n  on: A text\n")
    assert line.startswith("policy.yaml:10: disclaimers.")


STEPS = """\
procedures:
  one:
    intents: [reset]
    steps:
      - {id: light, ask: "Is it green?"}
      - {id: fork, branch: light == yes, then: done, otherwise: light}
"""


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "then: done",
            "then: ligth",
            "steps[1].then: found 'ligth', expected done, articles or the id of a step; did you mean",
        ),
        (
            "otherwise: light",
            "otherwise: lost",
            "steps[1].otherwise: found 'lost', expected done, articles or the id of a step",
        ),
        ("id: fork", "id: light", "steps[1].id: found 'light', expected a name of its own: another step has it"),
        ("id: light", "id: done", "steps[0].id: found 'done', expected a name of its own: done is an end"),
        ("light == yes", "light is on", "steps[1].branch: found 'light is on', expected a condition such as"),
        ("ask:", "asks:", "steps[0]: found nothing to do, expected one of ask, check"),
        ("ask:", "say: Hello, ask:", "steps[0]: found ask and say to do, expected one of"),
        ("intents: [reset]", "cycles: 3", "cycles: found 3, expected 1 or 2"),
    ],
)
def test_a_procedure_that_could_get_stuck_is_refused(old: str, new: str, told: str) -> None:
    assert check_policy(parse_policy(SHORT + STEPS, "policy.yaml")).procedures
    lines = told_of(SHORT + STEPS.replace(old, new))
    assert any(f"procedures.one.{told}" in line for line in lines)


def test_a_sign_off_by_a_role_that_nobody_has_is_a_problem() -> None:
    lines = told_of(SHORT + "signoffs:\n  roles: {cx: [a@b.example]}\n  sections:\n    triggers: [cx, legal]\n")
    assert lines == [
        "policy.yaml:12: signoffs.sections.triggers: found ['cx', 'legal'], "
        "expected a list of roles that are written under roles (cx)"
    ]


@pytest.mark.parametrize(
    "hour", ["ownership: {same_matter_hours: %s}", "timers: {close_hours: %s}", "timers: {hand_back_hours: %s}"]
)
@pytest.mark.parametrize("value", [".inf", ".nan", "1.0e+300", "100000000", "8761", "-1", "0", "soon"])
def test_a_time_that_never_ends_or_never_was_is_refused(hour: str, value: str) -> None:
    (line,) = told_of(SHORT + hour % value + "\n")
    assert "expected hours, a number over 0 and at most 8760 (a year)" in line


def test_a_tag_for_what_is_never_done_is_a_misspelt_one() -> None:
    (line,) = told_of(SHORT + "tags: {sugest: seen}\n")
    assert "tags.sugest: found the name 'sugest'" in line
    assert "did you mean suggest?" in line


@pytest.mark.parametrize(
    ("trigger", "threshold", "expected"),
    [
        ("fraud", "1.5", "a number from 0 to 1"),
        ("failed_cycles", "1.5", "a whole number from 1 up"),
        ("assistant_time", "0", "minutes, a number over 0"),
        ("mood_drop", "2.5", "a fall of the mood, over 0 and up to 2"),
        ("high_value", "1", "expected none: vip says what is enough"),
        ("low_confidence", "0.5", "expected none: confidence says what is enough"),
    ],
)
def test_a_threshold_is_in_the_unit_of_its_trigger(trigger: str, threshold: str, expected: str) -> None:
    row = f"  {trigger}: {{group: Support, tier: 2, threshold: {threshold}}}\n"
    assert (
        expected
        in told_of(SHORT.replace("triggers:\n  fraud:\n    group: Support\n    tier: 2\n", "triggers:\n" + row))[0]
    )


def test_an_hour_without_quotes_is_refused_and_not_taken_for_another() -> None:
    """YAML reads 20:00 as sixty times twenty, and "1200" would be noon."""
    text = read_text(DEMO).replace('closes: "20:00"', "closes: 20:00")
    assert "outreach.hours.closes: found 1200, expected a time in quotes" in told_of(text)[0]


def test_a_part_that_is_named_once_and_used_again_may_be_written_so() -> None:
    text = SHORT.replace("fraud:\n", "fraud: &care\n").replace("alerts:", "  legal_threat: *care\nalerts:")
    assert check_policy(parse_policy(text, "policy.yaml")).triggers["legal_threat"].tier == 2


def test_a_file_that_repeats_itself_without_end_is_refused() -> None:
    bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{name}: &{name} [*{last}, *{last}, *{last}, *{last}, *{last}, *{last}, *{last}, *{last}]\n"
        for last, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    for text in (bomb, "a: &a\n  b: *a\n"):
        with pytest.raises(ConfigurationError, match="repeats parts of itself"):
            parse_policy(text, "policy.yaml")


def test_the_teams_of_the_policy_are_named_once_in_their_order() -> None:
    assert read_policy(DEMO).teams == ("Customer care", "Technical support", "Billing", "Specialists")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"absent\.yaml: cannot be read .* set HANDRAIL_POLICY"):
        read_policy(tmp_path / "absent.yaml")


@pytest.mark.parametrize(
    "content",
    [
        b"channels: [",
        b"\xff\xfe\xff",
        b"when: 2026-13-45",
        b"a: !!python/object:os.system {}",
        b"? [a]\n: b",
        b"most: !!int",
        b"often: !!bool twice",
    ],
)
def test_a_file_that_is_no_yaml_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "policy.yaml"
    path.write_bytes(content)
    with pytest.raises(ConfigurationError, match=r"policy\.yaml.*: is not YAML"):
        read_policy(path)


def test_a_line_on_which_reading_had_to_stop_is_named() -> None:
    with pytest.raises(ConfigurationError, match=r"policy\.yaml:3: is not YAML: expected ',' or ']'"):
        parse_policy("channels:\n  automatic: [sms\nmood: {}\n", "policy.yaml")


@pytest.mark.parametrize("letter", ["\x00", "\x1b", "\ufffe"])
def test_a_control_character_is_named_with_its_line(letter: str) -> None:
    with pytest.raises(ConfigurationError, match=rf"policy\.yaml:2: is not YAML: the character U\+{ord(letter):04X}"):
        parse_policy(f"mood: {{}}\nshadow: a{letter}b\n", "policy.yaml")


@pytest.mark.parametrize("content", ["", "- a list\n", "just words\n"])
def test_a_file_of_another_shape_is_refused(content: str) -> None:
    with pytest.raises(ConfigurationError, match="expected keys"):
        parse_policy(content, "policy.yaml")


REFERENCE = (APPS.parent / "docs" / "policy.md").read_text(encoding="utf-8")


def test_the_reference_names_every_key_there_is() -> None:
    written_keys = {key for place in leaves(dict(WRITTEN.fields)) for key in place if isinstance(key, str)}
    own = {name for table in ("triggers", "groups", "procedures", "actions") for name in WRITTEN.fields[table]}
    own |= set(WRITTEN.fields["owners"]["intents"]) | set(WRITTEN.fields["outreach"]["plays"])
    own |= set(WRITTEN.fields["confidence"]["intents"]) | set(WRITTEN.fields["signoffs"]["roles"])
    own |= set(WRITTEN.fields["disclaimers"]) | {"E14", "E21", "E37", "business", "plus"}
    own |= set(WRITTEN.fields["journey"]["rules"]) | set(WRITTEN.fields["wrap_up"]["dispositions"])
    for action in WRITTEN.fields["actions"].values():
        own |= {name for part in ("input", "reads", "rules", "changes") for name in action.get(part, {})}
        own |= set(action.get("call", {}).get("body", {}))
    matters = WRITTEN.fields["self_service"]["matters"]
    own |= set(matters) | {language for words in matters.values() for language in words} | {"pt", "ja"}
    words = {word for found in re.findall(r"`([^`\n]*)`", REFERENCE) for word in re.findall(r"\w+", found)}
    words |= set(re.findall(r"\w+", " ".join(re.findall(r"^### (.*)$", REFERENCE, re.MULTILINE))))
    assert written_keys - own - words == set()
    assert set(TRIGGERS) | set(STANDING) | set(FACTS) | set(GIVEN) | set(EXPECT) <= words


def test_the_worked_example_of_the_reference_is_sound_and_passes_its_tests() -> None:
    text = REFERENCE.split("```yaml\n")[1].split("```")[0]
    policy = check_policy(parse_policy(text, "policy.yaml"))
    assert lint(policy) == ()
    assert [outcome.mismatches for outcome in run(policy)] == [(), (), ()]


def test_a_text_that_names_what_no_step_keeps_is_a_problem() -> None:
    steps = [{"id": "look", "check": "order_status", "into": "status"}, {"id": "told", "say": "It is {stauts}."}]
    fields = rules.policy_fields(procedures={"status": {"intents": ["reset"], "steps": steps}})
    with pytest.raises(PolicyError, match=r"steps\[1\]\.say: found \{stauts\}, expected what a step keeps with into"):
        read(fields)
