from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from core.model.enacted import section_hashes, version_of

FIELDS: dict[str, Any] = {
    "triggers": {"fraud": {"tier": 2, "alert": True}, "churn": {"tier": 1}},
    "groups": {"Billing": {"skills": ["payments", "invoices"]}, "Customer care": {}},
}


def changed(section: str, value: Any) -> dict[str, Any]:
    return FIELDS | {section: value}


def turned(table: dict[str, Any]) -> dict[str, Any]:
    return dict(reversed(table.items()))


def test_the_order_of_triggers_is_their_priority_and_so_another_version() -> None:
    other = changed("triggers", turned(FIELDS["triggers"]))
    assert version_of(other) != version_of(FIELDS)
    assert section_hashes(other)["groups"] == section_hashes(FIELDS)["groups"]


def test_the_order_of_anything_else_is_taste() -> None:
    assert version_of(changed("groups", turned(FIELDS["groups"]))) == version_of(FIELDS)
    assert version_of(turned(FIELDS)) == version_of(FIELDS)
    fraud_first = {"fraud": turned(FIELDS["triggers"]["fraud"]), "churn": {"tier": 1}}
    assert version_of(changed("triggers", fraud_first)) == version_of(FIELDS)


def test_the_order_of_a_list_counts() -> None:
    other = changed("groups", {"Billing": {"skills": ["invoices", "payments"]}, "Customer care": {}})
    assert version_of(other) != version_of(FIELDS)


def test_numbers_and_words_may_be_keys_side_by_side() -> None:
    assert version_of({"codes": {17: "a", "E17": "b"}}) == version_of({"codes": {"E17": "b", 17: "a"}})
    assert version_of({"codes": {17: "a"}}) != version_of({"codes": {"E17": "a"}})


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8) | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5) | st.integers(), inner, max_size=3),
    max_leaves=10,
)


@given(st.dictionaries(st.text(min_size=1, max_size=8), VALUES, max_size=4))
def test_any_file_has_a_version_and_a_hash_for_each_section(fields: dict[str, Any]) -> None:
    assert len(version_of(fields)) == 12
    assert set(section_hashes(fields)) == set(fields)
