"""The drafts of ../mutations and a bounded sample of those made by mutators, with floors below what was measured."""

from itertools import islice

import pytest

from benchmarks.quality.mutations import FAIR, make_cases, read_cases


@pytest.mark.parametrize("part", ["dev", "report"])
def test_changed_drafts_are_struck_and_fair_ones_stay(part: str) -> None:
    cases = read_cases(part)
    changed = [case.struck for case in cases if case.kind != FAIR]
    fair = [case.struck for case in cases if case.kind == FAIR]
    assert sum(changed) / len(changed) >= FLOORS[part][0]
    assert sum(fair) / len(fair) <= FLOORS[part][1]


FLOORS = {"dev": (0.99, 0.02), "report": (0.90, 0.10)}


def test_spoilt_sentences_of_the_articles_are_struck() -> None:
    struck = [case.struck for case in islice(make_cases(1), 300)]
    assert len(struck) == 300
    assert sum(struck) / len(struck) >= 0.98


def test_the_suite_holds_every_kind() -> None:
    cases = [*read_cases("dev"), *read_cases("report")]
    kinds = {case.kind for case in cases}
    assert kinds >= {"number", "date", "unit", "negation", "entity", "condition", "promise", "merged", FAIR}
    assert len(cases) >= 300
