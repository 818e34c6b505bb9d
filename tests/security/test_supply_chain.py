"""What Handrail is built of: every package is held by a hash, and an audit never says more than it knows."""

import base64
import json
import re
from pathlib import Path

import pytest

from tests.security.audit import FOUND, NOT_KNOWN, UNAUDITED, npm_report, python_report

ROOT = Path(__file__).parents[2]
LOCK = ROOT / "apps" / "zendesk" / "app" / "package-lock.json"


def test_every_npm_package_is_held_by_a_sha512() -> None:
    packages = {name: row for name, row in json.loads(LOCK.read_text("utf-8"))["packages"].items() if name}
    assert len(packages) > 300
    for name, row in packages.items():
        kind, _, digest = str(row.get("integrity", "")).partition("-")
        assert (kind, len(base64.b64decode(digest))) == ("sha512", 64), name
        # From wherever a registry or its mirror has it: what counts is the hash. Never from a file, git or plain http.
        assert not row.get("link"), name
        assert str(row.get("resolved", "https://")).startswith("https://"), name


@pytest.mark.parametrize("lock", ["runtime.txt", "demo.txt", "dev.txt"])
def test_every_python_package_is_held_by_a_sha256(lock: str) -> None:
    text = (ROOT / "requirements" / lock).read_text("utf-8")
    pinned = re.split(r"\n(?=\S)", text.strip())
    assert len(pinned) > 50
    for each in pinned:
        if not each.startswith("#"):
            assert re.match(r"[\w.\[\],-]+==[\w.!+-]+ ", each), each[:80]
            assert re.search(r"--hash=sha256:[0-9a-f]{64}", each), each[:80]


def test_everything_is_installed_by_its_hash() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert makefile.count("pip install") == makefile.count("pip install --quiet --require-hashes") + 3  # ours, and live
    assert "$(NPM) ci " in makefile


def test_an_audit_without_advisories_is_no_audit() -> None:
    """A mirror knows no package: pip-audit calls that skipped, and ends well."""
    skipped = {"dependencies": [{"name": "flask", "skip_reason": "Dependency not found on PyPI"}]}
    assert python_report(skipped) == (NOT_KNOWN, [UNAUDITED])
    assert python_report({}) == (NOT_KNOWN, [UNAUDITED])
    assert npm_report({"message": "405 Method Not Allowed", "error": {}}, 435) == (NOT_KNOWN, [UNAUDITED])
    assert npm_report({}, 435) == (NOT_KNOWN, [UNAUDITED])


def test_an_audit_of_a_part_says_of_which_part_nothing_is_known() -> None:
    audited = {"name": "flask", "version": "3.1.3", "vulns": []}
    code, (line,) = python_report({"dependencies": [audited, {"name": "jinja2", "skip_reason": "not found"}]})
    assert code == NOT_KNOWN
    assert line == f"{UNAUDITED} for 1 of 2: jinja2"


def test_an_audit_names_what_is_known() -> None:
    bad = {"name": "flask", "version": "0.1", "vulns": [{"id": "PYSEC-1", "fix_versions": []}]}
    assert python_report({"dependencies": [bad]}) == (FOUND, ["flask 0.1: PYSEC-1"])
    told = {"auditReportVersion": 2, "vulnerabilities": {"vite": {"severity": "high"}}}
    assert npm_report(told, 435) == (FOUND, ["vite: high"])
    good = {"name": "flask", "version": "3.1.3", "vulns": []}
    assert python_report({"dependencies": [good]}) == (0, ["1 packages, no known vulnerability"])
    assert npm_report({"auditReportVersion": 2, "vulnerabilities": {}}, 435)[0] == 0
