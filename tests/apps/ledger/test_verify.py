"""`handrail ledger verify`: one changed byte anywhere in what was decided and sent is found and named."""

import json
import re
from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import ColumnElement, select

from connectors.sql import codec
from connectors.sql.tables import campaign_recipients, campaign_seals, campaigns, ledger, outbox
from core.model.campaign import Campaign
from tests.apps.ledger.conftest import Written, run
from tests.core.container import Container

SENT = "SELECT * FROM outbox WHERE approval_id IS NOT NULL ORDER BY serial LIMIT 1"
MESSAGE = (
    "SELECT * FROM outbox WHERE kind = 'message' AND approval_id IS NULL AND state = 'sent' ORDER BY serial LIMIT 1"
)


def flipped(value: Any) -> Any:
    """With one byte, or one bit, other than it was; it stays the kind of text that stands there."""
    if isinstance(value, int):
        return value ^ 1
    at = len(value) // 2
    while not value[at].isalnum():
        at += 1
    return f"{value[:at]}{'1' if value[at] != '1' else '2'}{value[at + 1 :]}"


def faults() -> list[str]:
    outcome = run("verify", "--json")
    told = json.loads(outcome.stdout)
    assert (outcome.exit_code, told["fits"]) == ((1, False) if told["faults"] else (0, True))
    return [fault["text"] for fault in told["shown"]]


def test_an_untouched_day_fits(written: Written) -> None:
    outcome = run("verify")
    records = len(written.rows("SELECT serial FROM ledger"))
    assert outcome.exit_code == 0, outcome.output
    first, second, third = outcome.stdout.splitlines()
    assert re.search(rf"/handrail\.db has {records} records since 20.* UTC; the newest is {records}, of ", first)
    assert second.startswith("1 sealed campaign with 3 recipients; 3 messages under them, ")
    assert third == "All of it fits: no record, recipient or message was changed, and nothing left without leave."


# ---------------------------------------------------------------- the ledger


@pytest.mark.parametrize("column", [column.name for column in ledger.c])
@pytest.mark.parametrize("kind", ["sent", "sealed", "decision"])
def test_a_byte_of_any_column_of_the_ledger_is_found(written: Written, column: str, kind: str) -> None:
    row = written.rows("SELECT * FROM ledger WHERE kind = :kind ORDER BY serial DESC LIMIT 1", kind=kind)[0]
    other = row["serial"] + 100_000 if column == "serial" else flipped(row[column])
    written.put("ledger", {"serial": row["serial"]}, **{column: other})
    assert any(f"{row['serial']}" in fault for fault in faults())


@pytest.mark.parametrize("serial", [1, 2, 5])
def test_a_missing_record_is_found(written: Written, serial: int) -> None:
    written.drop("ledger", serial=serial)
    assert "records are missing" in faults()[0]


def test_that_the_end_was_cut_off_is_seen_by_who_noted_it(written: Written, container: Container) -> None:
    with container.store.begin() as unit:
        unit.ledger.append("note", {"by": "Priya"}, container.clock())
    noted = run("head").stdout.splitlines()[0]
    written.drop("ledger", hash=noted)
    assert faults() == []  # a chain cannot show it
    assert "was cut off" in run("verify", "--head", noted).stdout


def test_an_end_that_said_what_left_is_missed_by_what_left(written: Written) -> None:
    newest = written.rows("SELECT * FROM ledger ORDER BY serial DESC LIMIT 1")[0]
    assert newest["kind"] == "sent"
    written.drop("ledger", serial=newest["serial"])
    assert faults() == [f"effect {json.loads(newest['facts'])['effect']}: it left, and no record says so"]


def test_who_noted_the_newest_hash_finds_it_again_however_much_came_since(
    written: Written, container: Container
) -> None:
    noted = run("head").stdout.splitlines()[0]
    with container.store.begin() as unit:
        unit.ledger.append("note", {"by": "Priya"}, container.clock())
    assert run("verify", "--head", noted).exit_code == 0
    assert run("verify", "--head", noted[:10].upper()).exit_code == 0
    assert run("verify", "--head", "f" * 64).exit_code == 1
    assert run("verify", "--head", "nonsense").exit_code == 2


def test_a_ledger_that_was_written_anew_is_found_by_its_head(written: Written, container: Container) -> None:
    """Who can write the store can also make a new chain that fits by itself."""
    noted = run("head").stdout.splitlines()[0]
    rows = written.rows("SELECT * FROM ledger ORDER BY serial DESC LIMIT 1")
    written.drop("ledger", serial=rows[0]["serial"])
    with container.store.begin() as unit:
        unit.ledger.append(rows[0]["kind"], {"another": "story"}, container.clock())
    assert "no record has the hash" in run("verify", "--head", noted).stdout


# ---------------------------------------------------------------- what was sealed


def with_beside(row: Mapping[str, Any], column: str, other: Any) -> dict[str, Any]:
    """The change, with that of what is encrypted beside a hash: the hash is only for finding it."""
    beside = f"{column}_sealed"
    return {column: other} | ({beside: other} if beside in row else {})


UNSEALED = {"campaign_id", "opens_at", "time_zone", "state", "effect_id", "queued_at", "parts"}


@pytest.mark.parametrize("column", sorted({c.name for c in campaign_recipients.c} - UNSEALED))
def test_a_byte_of_a_recipient_is_found(written: Written, column: str) -> None:
    row = written.rows("SELECT * FROM campaign_recipients WHERE ordinal = 2")[0]
    other = 77 if column == "ordinal" else flipped(row[column])
    written.put("campaign_recipients", {"ordinal": 2}, **with_beside(row, column, other))
    assert "recipient" in faults()[0]


@pytest.mark.parametrize("column", [column.name for column in campaign_seals.c])
def test_a_byte_of_the_seal_is_found(written: Written, column: str) -> None:
    row = written.rows("SELECT * FROM campaign_seals")[0]
    value = row[column] or "play:outage"
    written.put("campaign_seals", {"campaign_id": row["campaign_id"]}, **{column: flipped(value)})
    assert "its seal is not what the ledger says" in faults()[0]


def test_a_byte_anywhere_in_what_the_supervisor_saw_is_found(written: Written) -> None:
    """But for one in the name of a field that says nothing: read again, it still says nothing."""
    stored: str = written.rows("SELECT campaign FROM campaigns")[0]["campaign"]
    missed = []
    for at in range(1, len(stored), max(1, len(stored) // 60)):
        if not stored[at].isalnum():
            continue
        other = f"{stored[:at]}{'1' if stored[at] != '1' else '2'}{stored[at + 1 :]}"
        written.put("campaigns", {}, campaign=other)
        if not faults() and codec.decode(Campaign, other) != codec.decode(Campaign, stored):
            missed.append(stored[max(0, at - 20) : at + 20])
    assert missed == []


def in_clear(container: Container, column: ColumnElement[Any], *where: ColumnElement[bool]) -> Any:
    """What is put back in clear reads as it stands."""
    with container.store.reader.connect() as connection:
        return connection.execute(select(column).where(*where).limit(1)).scalar_one()


def test_words_that_were_changed_are_told_from_what_stands_beside_them_on_the_card(
    written: Written, container: Container
) -> None:
    stored = in_clear(container, campaigns.c.campaign)
    written.put("campaigns", {}, campaign=stored.replace("Hello", "Hallo"))
    assert "its words, facts or sources are not those that were sealed" in faults()[0]
    written.put("campaigns", {}, campaign=stored.replace("would call", "will call"))
    assert "something on its card is not what was sealed" in faults()[0]


def test_a_campaign_that_is_gone_is_found(written: Written) -> None:
    written.drop("campaigns")
    assert "it is not there any more" in faults()[0]


# ---------------------------------------------------------------- what left

WATCHED = ["id", "key", "kind", "target", "payload", "rule", "policy_version", "vendor_ref", "state"]
OTHERS = {"kind": "ticket_note", "state": "refused"}


@pytest.mark.parametrize("column", [*WATCHED, "approval_id"])
@pytest.mark.parametrize("query", [SENT, MESSAGE], ids=["campaign", "automatic reply"])
def test_a_byte_of_a_message_that_left_is_found(written: Written, query: str, column: str) -> None:
    row = written.rows(query)[0]
    other = OTHERS.get(column) or flipped(row[column] or "ap_one")
    written.put("outbox", {"serial": row["serial"]}, **with_beside(row, column, other))
    found = faults()
    assert found
    assert row["id"] in found[0]


def test_every_byte_of_the_words_counts(written: Written) -> None:
    row = written.rows(SENT)[0]
    for at in range(0, len(row["payload"]), 7):
        other = f"{row['payload'][:at]}{'~' if row['payload'][at] != '~' else '-'}{row['payload'][at + 1 :]}"
        written.put("outbox", {"serial": row["serial"]}, payload=other)
        assert faults(), other


@pytest.mark.parametrize("beside", ['"w": 1, ', '"v": 1, "added": "", '])
def test_a_key_beside_the_words_counts(written: Written, container: Container, beside: str) -> None:
    row = written.rows(SENT)[0]
    payload = json.dumps(in_clear(container, outbox.c.payload, outbox.c.serial == row["serial"]))
    other = payload.replace('"v": 1, ', beside)
    assert other != payload
    written.put("outbox", {"serial": row["serial"]}, payload=other)
    assert "text" in faults()[0]


def test_what_is_recorded_as_sent_twice_is_found(written: Written, container: Container) -> None:
    """Each of the two records is sound, and what they say is true; together they say more than was done."""
    row = written.rows(SENT)[0]
    (said,) = (
        json.loads(each["facts"])
        for each in written.rows("SELECT facts FROM ledger WHERE kind = 'sent'")
        if row["id"] in each["facts"]
    )
    with container.store.begin() as unit:
        unit.ledger.append("sent", said, container.clock())
    assert faults() == [f"effect {row['id']}: its leaving is recorded 2 times"]


@pytest.mark.parametrize("kind", ["message", "ticket_note"])
def test_what_left_without_a_record_is_found(written: Written, kind: str) -> None:
    rows = written.rows("SELECT * FROM outbox WHERE state = 'pending'")
    row = written.rows(SENT)[0]
    columns = [name for name in row if name not in ("serial", "id", "key", "kind")]
    copied = f"INSERT INTO outbox (id, key, kind, {', '.join(columns)}) SELECT 'fx_copy', 'copy', '{kind}', "
    assert rows == []
    written.run(f"{copied}{', '.join(columns)} FROM outbox WHERE id = :id", id=row["id"])
    assert faults() == ["effect fx_copy: it left, and no record says so"]


def test_a_message_without_leave_is_found_however_well_its_record_is_chained(
    written: Written, container: Container
) -> None:
    facts = {"kind": "message", "rule": "approved", "approval": "ap_none", "policy": container.policy.version}
    with container.store.begin() as unit:
        unit.ledger.append("sent", {"effect": "fx_none", "target": "+44", **facts}, container.clock())
        unit.ledger.append("sent", {"effect": "fx_two", **facts, "approval": None, "rule": "whim"}, container.clock())
    found = faults()
    assert "left without leave: approval ap_none" in found[0]
    assert "its row in the outbox is gone" in found[1]
    assert "left without leave: rule 'whim'" in found[2]


def test_a_standing_rule_counts_only_where_its_policy_grants_it_and_was_in_force(
    written: Written, container: Container
) -> None:
    facts = {"kind": "message", "effect": "fx_none", "approval": None}
    with container.store.begin() as unit:
        one = facts | {"rule": "automatic_reply", "policy": "other"}
        two = facts | {"rule": "play:outage", "policy": container.policy.version}
        unit.ledger.append("sent", one, container.clock())
        unit.ledger.append("sent", two, container.clock())
    assert sum("without leave" in fault for fault in faults()) == 2


def test_a_policy_text_that_was_changed_is_found(written: Written) -> None:
    kept = written.rows("SELECT text FROM policies")[0]["text"]
    written.put("policies", {}, text=kept.replace("handoff_notice", "handoff_notise"))
    assert "the text of policy" in faults()[0]


def test_an_approval_of_the_time_before_there_were_seals_is_one(written: Written, container: Container) -> None:
    facts = {"kind": "message", "effect": "fx_old", "rule": "approved", "approval": "ap_old", "policy": "p"}
    with container.store.begin() as unit:
        unit.ledger.append("approval", {"approval": "ap_old", "verdict": "approved", "by": "priya"}, container.clock())
        unit.ledger.append("sent", facts, container.clock())
    assert not any("without leave" in fault for fault in faults())


def test_many_faults_are_counted_and_the_first_are_shown(written: Written, container: Container) -> None:
    with container.store.begin() as unit:
        for number in range(30):
            unit.ledger.append("sent", {"kind": "message", "effect": f"fx_{number}", "rule": "whim"}, container.clock())
    outcome = run("verify")
    assert outcome.exit_code == 1
    assert "60 things do not fit:" in outcome.stdout
    assert outcome.stdout.splitlines()[-1] == "  … and 40 more"


# ---------------------------------------------------------------- reading it


def test_the_newest_records_are_shown_the_oldest_of_them_first(written: Written) -> None:
    lines = run("show", "--last", "3").stdout.splitlines()
    count = len(written.rows("SELECT serial FROM ledger"))
    assert [int(line.split()[0]) for line in lines] == [count - 2, count - 1, count]


def test_records_are_found_by_kind_and_by_what_they_are_about(written: Written) -> None:
    sealed = run("show", "--kind", "sealed").stdout.splitlines()
    assert len(sealed) == 1
    assert "  sealed " in sealed[0]
    rows = [json.loads(line) for line in run("show", "--about", "ap_one", "--json").stdout.splitlines()]
    assert [row["kind"] for row in rows] == ["proposed", "sealed", "sent", "sent", "sent"]
    assert rows[1]["facts"]["sealers"][0]["email"] == "priya@larkfield.example"
    assert run("show", "--kind", "whim").stderr == "There is no such record.\n"
