"""Nobody changes what runs by writing somebody else's address: who gives a command proves it."""

import json
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from apps.bootstrap import now
from apps.cli import main
from apps.proof import key_file
from connectors.sql.store import SqlStore
from core.govern.pause import current_pause
from core.govern.proof import confirm, people, question_of, record_proof
from core.model.seal import Record
from tests.apps.policy.conftest import Installation
from tests.keys import master_keys
from tests.policies import MARIA, PRIYA, TOM

PAUSE = ("outreach", "pause", "--by")


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [*map(str, words)])


@pytest.fixture
def store(installation: Installation) -> Iterator[SqlStore]:
    opened = SqlStore(f"sqlite:///{installation.folder / 'handrail.db'}", keys=master_keys)
    yield opened
    opened.close()


def records(store: SqlStore, kind: str) -> list[Record]:
    with store.read() as unit:
        return [each for each in unit.ledger.records(0, 1000) if each.kind == kind]


def paused(store: SqlStore) -> bool:
    with store.read() as unit:
        return current_pause(unit) is not None


def test_a_key_proves_who_asked_and_that_is_recorded_with_what_was_asked(store: SqlStore) -> None:
    assert run(*PAUSE, PRIYA).exit_code == 0
    (record,) = records(store, "identity_proved")
    facts = dict(record.said)
    assert (facts["by"], facts["what"], facts["way"]) == (PRIYA, "outreach pause", "key")
    assert len(str(facts["signature"])) == 128


@pytest.mark.parametrize(
    "words",
    [
        PAUSE,
        ("outreach", "resume", "--by"),
        ("parked", "send", "fx_one", "--by"),
        ("policy", "apply", "policy.yaml", "--by"),
        ("policy", "sign", "policy.yaml", "--section", "triggers", "--role", "legal", "--by"),
        ("policy", "restore", "v1", "--reason", "so", "--by"),
        ("people", "remove", TOM, "--by"),
    ],
)
def test_whoever_has_no_key_and_no_slack_changes_nothing(words: tuple[str, ...], store: SqlStore) -> None:
    done = run(*words, MARIA)
    assert done.exit_code in (1, 2)
    assert not paused(store)
    with store.read() as unit:
        assert unit.policies.version() is None
        assert set(people(unit)) == {PRIYA, TOM}
    assert records(store, "identity_proved") == []


def test_somebody_elses_key_proves_nothing(store: SqlStore) -> None:
    done = run(*PAUSE, PRIYA, "--key", key_file(TOM))
    assert (done.exit_code, "does not prove that this is" in done.stderr, paused(store)) == (2, True, False)


def test_what_is_no_key_is_said_so(store: SqlStore, tmp_path: Path) -> None:
    (tmp_path / "some.key").write_text("hush", encoding="utf-8")
    done = run(*PAUSE, PRIYA, "--key", tmp_path / "some.key")
    assert (done.exit_code, "is no key of `handrail people add`" in done.stderr) == (2, True)


def test_who_is_no_approver_of_the_policy_may_not_pause(store: SqlStore, installation: Installation) -> None:
    installation.write(outreach={"approval": {"channel": "#a", "approvers": [PRIYA]}})
    assert run("policy", "apply", "--by", PRIYA).exit_code == 0
    done = run(*PAUSE, TOM)
    assert (done.exit_code, "the policy names who may" in done.stderr, paused(store)) == (2, True, False)
    assert run(*PAUSE, PRIYA).exit_code == 0


def test_further_people_are_added_by_somebody_who_proves_who_they_are(store: SqlStore) -> None:
    assert run("people", "add", MARIA).exit_code == 2
    assert run("people", "add", MARIA, "--by", PRIYA).exit_code == 0
    assert run(*PAUSE, MARIA).exit_code == 0
    listed = run("people", "list").stdout
    assert f"{MARIA}  key" in listed
    assert f"added by {PRIYA}" in listed
    assert run("people", "remove", MARIA, "--by", PRIYA).exit_code == 0
    assert run(*PAUSE, MARIA).exit_code == 2


def test_whoever_was_handed_a_key_makes_one_that_nobody_else_has_seen(store: SqlStore) -> None:
    handed = key_file(TOM).read_text(encoding="utf-8")
    assert run("people", "add", TOM, "--by", TOM).exit_code == 0
    assert key_file(TOM).read_text(encoding="utf-8") != handed
    assert run(*PAUSE, TOM).exit_code == 0


def test_the_key_can_be_read_by_its_owner_alone(store: SqlStore) -> None:
    assert key_file(PRIYA).stat().st_mode & 0o077 == 0


def test_without_a_key_it_is_confirmed_in_slack(
    store: SqlStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HANDRAIL_SLACK_BOT_TOKEN", "xoxb-made-up")
    said: list[Result] = []
    waiting = threading.Thread(target=lambda: said.append(run(*PAUSE, MARIA)))
    waiting.start()
    code = _asked_code(tmp_path)
    assert not paused(store)
    with store.begin() as unit:
        question = question_of(unit, code, now())
        assert question is not None
        assert (question.by, question.what) == (MARIA, "outreach pause")
        confirm(unit, question, "U0MARIA")
    waiting.join(timeout=20)
    assert said[0].exit_code == 0, said[0].output
    assert f"/handrail confirm {code}" in said[0].stderr
    assert paused(store)
    (record,) = records(store, "identity_proved")
    assert json.loads(record.facts)["user"] == "U0MARIA"


def _asked_code(folder: Path) -> str:
    """What the command waits for, as it stands in the store."""
    for _ in range(100):
        with closing(sqlite3.connect(folder / "handrail.db")) as found:
            row = found.execute("select name from cursors where name like 'proof:%'").fetchone()
        if row is not None:
            return str(row[0]).removeprefix("proof:")
        time.sleep(0.1)
    raise AssertionError("nothing was asked")


def test_the_ledger_is_verified_with_the_keys_that_were_good_at_the_time(store: SqlStore) -> None:
    assert run(*PAUSE, PRIYA).exit_code == 0
    assert run("people", "add", PRIYA, "--by", PRIYA).exit_code == 0
    assert run("outreach", "resume", "--by", PRIYA).exit_code == 0
    assert run("ledger", "verify").exit_code == 0
    said = {"way": "key", "key": "00", "at": now().isoformat(), "signature": "00" * 64}
    with store.begin() as unit:
        record_proof(unit, TOM, "outreach stop ap_one", said, now())
    done = run("ledger", "verify")
    assert done.exit_code == 1
    assert f"no key of {TOM} signed “outreach stop ap_one”" in done.stdout


def test_nobody_makes_a_key_for_a_colleague_who_has_one(store: SqlStore, tmp_path: Path) -> None:
    done = run("people", "add", TOM, "--by", PRIYA, "--file", tmp_path / "tom.key")
    assert (done.exit_code, "Nobody but" in done.stderr, (tmp_path / "tom.key").exists()) == (2, True, False)
    assert run(*PAUSE, TOM).exit_code == 0


def test_where_slack_is_connected_a_further_person_is_known_by_their_own_word_alone(
    store: SqlStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HANDRAIL_SLACK_BOT_TOKEN", "xoxb-made-up")
    assert "Nobody but" in run("people", "add", MARIA, "--by", PRIYA).stderr
    said: list[Result] = []
    waiting = threading.Thread(target=lambda: said.append(run("people", "add", MARIA)))
    waiting.start()
    code = _asked_code(tmp_path)
    with store.begin() as unit:
        question = question_of(unit, code, now())
        assert question is not None
        assert question.by == MARIA
        confirm(unit, question, "U0MARIA")
    waiting.join(timeout=20)
    assert said[0].exit_code == 0, said[0].output
    assert run(*PAUSE, MARIA).exit_code == 0
