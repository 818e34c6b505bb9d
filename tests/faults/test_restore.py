"""A backup of an installation that works, made while it works; that one is killed, and another goes on from the backup:
nobody is answered twice, nobody is forgotten."""

import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from apps.demo.environment import DemoEnvironment
from apps.demo.outside import Outside, wait_for
from benchmarks import machine
from connectors.sql.master import MasterKeys
from connectors.sql.store import SqlStore
from core.govern.pause import resume
from core.model.outbound import EffectState
from tests.faults.running_up import ROOT, SENDERS, Up, gone, running, vendors

BEFORE, AFTER, PAUSED, RESUMED = SENDERS[:3], SENDERS[3], SENDERS[4], SENDERS[5]


def handrail(environment: DemoEnvironment, cwd: Path, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "apps.cli", *words],
        env=environment.connected() | {"PYTHONPATH": str(ROOT)},
        cwd=cwd,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def answered(up: Up, name: str) -> int:
    return len(up.outside.sent_to(up.phone(name)))


def store_of(environment: DemoEnvironment) -> SqlStore:
    keys = MasterKeys((environment.folder / "master.key").read_text(encoding="utf-8").strip())
    return SqlStore(f"sqlite:///{environment.folder / 'handrail.db'}", keys=lambda *, new=False: keys)


@pytest.mark.timeout(900)
@pytest.mark.usefixtures("long")
def test_nothing_is_lost_or_doubled_by_going_on_from_a_backup(tmp_path: Path) -> None:
    with vendors(ROOT / "var" / "test-restore") as old:
        with running(old) as up:
            up.wait_said("Ready after")
            for name in BEFORE:
                up.ask(name)
            told = handrail(old, tmp_path, "backup", str(tmp_path / "copies"))
            place = Path(told.split(": ")[0])
            for name in (*BEFORE, AFTER):
                if name == AFTER:
                    up.ask(name)
                wait_for(f"an answer to {name}", lambda name=name: answered(up, name) or None, 90)  # type: ignore[misc]
            left = machine.family(up.process.pid)
            for pid in left:
                os.kill(pid, signal.SIGKILL)
            gone(left[1:])
        new = replace(old, folder=tmp_path / "new")
        new.folder.mkdir()
        # What an operator keeps elsewhere: the secrets, and what connect wrote (it names the app's key where it was).
        for kept in ("handrail.toml", "secrets", "master.key"):
            shutil.move(old.folder / kept, new.folder / kept)
        for cache in ("models",):
            (new.folder / cache).symlink_to((old.folder / cache).resolve())
        assert "paused" in handrail(new, tmp_path, "restore", str(place))
        with running(new) as up:
            up.wait_said("Ready after")
            up.ask(PAUSED)
            store = store_of(new)

            def settled() -> bool | None:
                with store.read() as unit:
                    counts, events = unit.outbox.counts(), unit.events.counts()
                waiting = sum(counts[each] for each in (EffectState.PENDING, EffectState.SENDING, EffectState.UNKNOWN))
                return (waiting == 0 and not any(events.get(each, 0) for each in ("received", "working"))) or None

            time.sleep(80)  # what came after the backup is read from the vendors' lists once a minute
            wait_for("the end of all that was under way", settled, 180)
            assert {name: answered(up, name) for name in (*BEFORE, AFTER, PAUSED)} == {
                **dict.fromkeys((*BEFORE, AFTER), 1),
                PAUSED: 0,
            }
            with store.begin() as unit:
                resume(unit, "priya@larkfield.example", datetime.now(UTC))
            store.close()
            up.ask(RESUMED)
            wait_for(f"an answer to {RESUMED}", lambda: answered(up, RESUMED) or None, 90)
            assert {name: answered(up, name) for name in (*BEFORE, AFTER)} == dict.fromkeys((*BEFORE, AFTER), 1)
            # Whoever was not answered by it has an agent who knows.
            assert handed_over(up.outside, up.phone(PAUSED))


def handed_over(outside: Outside, phone: str) -> bool:
    return any(phone in message["text"] or "paused" in message["text"] for message in outside.slack("care-alerts"))
