"""The set is read from HELDOUT when it is there, and the baseline is what it says."""

import gzip
import json
from pathlib import Path
from typing import Any

import phonenumbers
import pytest

from apps.evaluate.personal import RECALL, SYSTEM
from benchmarks.quality.personal import SET, VALID, measure, plain
from benchmarks.quality.sources import Sources
from core.privacy.personal import Kind


def write(path: Path, rows: list[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress("".join(json.dumps(row) + "\n" for row in rows).encode()))


def test_held_out_rows_are_reported_on_and_nothing_else(tmp_path: Path) -> None:
    write(
        tmp_path / "data" / SET / "dev.jsonl.gz", [{"text": "nothing here", "spans": [[0, 7, "US_SSN"]], "template": 1}]
    )
    held = {"text": "ring 020 7946 0991", "spans": [[5, 18, "PHONE_NUMBER"]], "template": 2}
    write(tmp_path / "held" / SET / "test.jsonl.gz", [held])
    with_held = measure(Sources(data=tmp_path / "data", heldout=tmp_path / "held"))
    assert {score.part for score in with_held} == {"held out"}
    (recall,) = [s for s in with_held if s.figure == RECALL and s.system == SYSTEM]
    assert (recall.value, recall.cases, recall.against) == (1.0, 1, VALID)
    without = measure(Sources(data=tmp_path / "data"))
    assert next(s.value for s in without if s.figure == RECALL and s.system == SYSTEM) == 0.0


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("a@b.example", Kind.EMAIL),
        ("http://b.example/x", Kind.LINK),
        ("4242424242424242", Kind.CARD),
        ("10.0.0.1", Kind.IP),
        ("+442079460991", Kind.PHONE),
    ],
)
def test_the_baseline_finds_plain_cases(text: str, kind: Kind) -> None:
    assert [span.kind for span in plain(f"it is {text} now", phonenumbers.Leniency.VALID)] == [kind]
