"""A bounded sample of `make eval`: the command itself, over the sets that need no encoder."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]


def evaluated(out: Path, *arguments: str) -> tuple[int, dict[str, Any], str]:
    command = [sys.executable, "-m", "benchmarks.quality", *arguments, "--out", str(out)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=110, check=False)
    return done.returncode, json.loads(out.read_text()) if out.exists() else {}, done.stdout + done.stderr


def figure(record: dict[str, Any], system: str, name: str) -> dict[str, Any]:
    (row,) = (r for r in record["scores"] if (r["system"], r["figure"]) == (system, name))
    found: dict[str, Any] = row
    return found


def test_several_sets_make_one_record_with_the_aims_they_reach(shared: Path, tmp_path: Path) -> None:
    only = ("--only", "personal", "--only", "grounding")
    code, record, said = evaluated(tmp_path / "out.json", str(shared / "data"), *only)
    assert code == 0, said
    assert record["broken_off"] == []
    supported = figure(record, "handrail", "macro-F1")
    assert supported["reached"]
    assert supported["gain"]["low"] > 0


def test_held_out_files_are_what_is_reported_on(shared: Path, tmp_path: Path) -> None:
    held = tmp_path / "held" / "begin"
    held.mkdir(parents=True)
    shutil.copy(shared / "data" / "begin" / "topicalchat_dev.jsonl.gz", held / "wow_test.jsonl.gz")
    arguments = (str(shared / "data"), "--only", "grounding", "--heldout", str(held.parent))
    code, record, said = evaluated(tmp_path / "out.json", *arguments)
    assert code in (0, 1), said
    assert record["reported_on"] == "held-out files"
    whole = evaluated(tmp_path / "other.json", str(shared / "data"), "--only", "grounding")[1]
    assert figure(record, "handrail", "macro-F1")["cases"] != figure(whole, "handrail", "macro-F1")["cases"]


def test_a_set_that_breaks_off_costs_no_other_its_figures(shared: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(shared / "data" / "begin", data / "begin")
    (data / "pii_presidio_synth").mkdir(parents=True)
    (data / "pii_presidio_synth" / "dev.jsonl").write_text("{broken\n")
    code, record, said = evaluated(tmp_path / "out.json", str(data), "--only", "personal", "--only", "grounding")
    assert code == 2, said
    assert record["broken_off"] == ["personal"]
    assert figure(record, "handrail", "macro-F1")["value"] > 0.5


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    code, _, said = evaluated(tmp_path / "out.json", str(tmp_path / "nowhere"))
    assert code == 2
    assert "nowhere" in said
