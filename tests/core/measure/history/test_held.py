"""How the judge without a model judges, held against a person's reading of pairs of the sandbox's tickets.

A line of `pairs.jsonl` is what was asked, what the articles answered and what the agent replied; `right` is whether a
person finds that the draft would have done instead. On those `kept_apart` nothing was tuned, and they were read before
anybody saw what the judge says of them."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from apps.replay.told import HOW_SURE
from core.measure.history.held import Did, Verdict, hold, what_was_done
from core.model.draft import Draft, Sentence, SentenceKind
from core.model.knowledge import Citation
from tests.core.samples import draft, passage

PAIRS = [json.loads(line) for line in (Path(__file__).parent / "pairs.jsonl").read_text("utf-8").splitlines()]


def as_draft(pair: dict[str, Any]) -> Draft:
    def cited() -> Iterator[Sentence]:
        for place, title in enumerate(pair["titles"]):
            text = pair["draft"] if place == 0 else title
            locale = ("en" if pair["language"] != "en" else "de") if pair["foreign"] else pair["language"]
            of = passage(title=title, text=text, start=0, end=len(text), locale=locale)
            citation = Citation(passage=of, start=0, end=len(text))
            yield Sentence(text=text, kind=SentenceKind.CITED, citation=citation)

    return draft(sentences=tuple(cited()), language=pair["language"])


def counted(*, kept_apart: bool) -> Counter[tuple[bool, Verdict]]:
    pairs = [pair for pair in PAIRS if pair["kept_apart"] is kept_apart]
    return Counter((pair["right"], hold(as_draft(pair), pair["reply"]).verdict) for pair in pairs)


def test_what_the_report_says_of_the_judge_is_what_it_does_on_the_pairs_kept_apart() -> None:
    found = counted(kept_apart=True)
    same, other, left = (
        sum(count for (_, said), count in found.items() if said is verdict)
        for verdict in (Verdict.SAME, Verdict.OTHER, Verdict.OPEN)
    )
    told = (
        f"of {same + other + left} pairs",
        f"called {same} right, of which {found[True, Verdict.SAME]} were",
        f"and {other} wrong, of which {found[False, Verdict.OTHER]} were; {left} it left open",
    )
    assert [each for each in told if each not in HOW_SURE] == []


def test_on_those_it_was_made_with_it_is_no_worse() -> None:
    found = counted(kept_apart=False)
    assert found[True, Verdict.SAME] >= 9 * found[False, Verdict.SAME]
    assert found[False, Verdict.OTHER] >= 7 * found[True, Verdict.OTHER]


@pytest.mark.parametrize(
    ("reply", "did"),
    [
        ("Hi [name], hold the button for ten seconds.", Did.ANSWERED),
        ("Hi [name], which order is it about?", Did.ASKED),
        ("Sorry about that! Which order is it?", Did.ASKED),
        ("Hi [name], I've refunded the 10 EUR.", Did.ACTED),
        ("The order had not left yet, so I cancelled it.", Did.ACTED),
        ("It arrives tomorrow before noon.", Did.ACTED),
        ("A refund takes 3 to 5 working days once it is sent.", Did.ANSWERED),
        ("The button disappears once the parcel has been packed.", Did.ANSWERED),
        ("", Did.NOTHING),
    ],
)
def test_what_an_agent_did_is_read_off_the_reply(reply: str, did: Did) -> None:
    assert what_was_done(reply) is did


def test_a_figure_of_the_agent_that_the_draft_has_not_is_another_answer() -> None:
    same = "Hold the button for ten seconds, the light turns blue."
    whole = as_draft({"titles": ["Resetting"], "draft": same, "language": "en", "foreign": False})
    assert hold(whole, same).verdict is Verdict.SAME
    assert hold(whole, same.replace("ten", "45")).verdict is not Verdict.SAME
