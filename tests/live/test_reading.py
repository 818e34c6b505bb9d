"""A real model of 1.5 billion parameters reads: what it shows in the probe, and how much it brings.

Its answers to the probe's cases are written down beside this file, so that `tests/apps/doctor/test_probe.py` gives them
again without it. The conversations are in the shared folder, half of them were used for the prompts: the other half is
reported on.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from apps.bootstrap.offline import model_at
from apps.doctor.probe import probe_model
from apps.evaluate.recorded import RecordedModel
from apps.metered import Metered
from core.model.reading import ReaderRole
from core.read.probe import role_of

pytestmark = pytest.mark.timeout(7200)
ROOT = Path(__file__).parents[2]
RECORDING = Path(__file__).with_name("recorded_probe.jsonl")
COMPANY = ROOT / "apps" / "sandbox" / "company"


def test_the_probe_finds_a_rewriter_and_nothing_more(endpoint: str) -> None:
    RECORDING.unlink(missing_ok=True)
    marks = probe_model(Metered(RecordedModel(RECORDING, model_at(endpoint, "qwen2.5-1.5b"))))
    for mark in marks:
        print(f"{mark.role} {mark.figure}: {mark.right} of {mark.cases}")  # noqa: T201 - one runs this for the figures
    assert role_of(marks) is ReaderRole.REWRITER


def test_as_a_rewriter_it_sends_no_more_wrong_answers(endpoint: str, shared: Path, tmp_path: Path) -> None:
    arguments = {
        "--set": shared / "real" / "larkfield_dev.jsonl",
        "--knowledge": COMPANY / "articles",
        "--policy": ROOT / "apps" / "demo" / "policy.yaml",
        "--intents": COMPANY / "intents.yaml",
        "--endpoint": endpoint,
        "--model": "qwen2.5-1.5b",
        "--half": "report",
        "--recording": tmp_path / "recording.jsonl",
        "--cache": ROOT / "var" / "cache",
    }
    command = [sys.executable, "-m", "apps.cli", "eval", "reading", "--json"]
    ran = subprocess.run(
        [*command, *(str(part) for pair in arguments.items() for part in pair)],
        check=True, capture_output=True, text=True, env=os.environ,
    )  # fmt: skip
    found = {(row["system"], row["figure"]): row["value"] for row in json.loads(ran.stdout)["scores"]}
    for (system, figure), value in sorted(found.items()):
        print(f"{system:24} {figure:32} {value:.2f}")  # noqa: T201 - one runs this for the figures
    wrong = "automatic: wrong or unwanted"
    both = next(system for system, _ in found if system.endswith("and embedded"))
    assert found.get((both, wrong), 0.0) <= found.get(("embedded", wrong), 0.0)
