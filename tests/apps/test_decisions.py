from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from apps.decisions import decision_log
from connectors.sql.store import SqlStore
from core.model.conversation import Owner, OwnerKind
from core.model.customer import Customer
from core.model.decision import Action, Disposition
from core.model.ids import CustomerId
from tests.clock import NOW, Clock
from tests.connectors.sql.samples import conversation, decision, effect, message
from webhooks.signals.key import ApiKey

KEY = "fake-api-key"


class Log:
    """The decision log over a store with one conversation."""

    def __init__(self, store: SqlStore, clock: Clock) -> None:
        self.store = store
        app = Flask(__name__)
        app.register_blueprint(decision_log(store, ApiKey(KEY), clock))
        self.client = app.test_client()
        with store.begin() as unit:
            unit.customers.save(Customer(id=CustomerId("cu_dana"), name="Dana Kim"))
            unit.conversations.add(conversation())
            unit.conversations.add_message(message())

    def decide(self, number: int, **changes: Any) -> None:
        with self.store.begin() as unit:
            unit.decisions.add(decision(number, at=NOW + timedelta(minutes=number), **changes))

    def ask(self, query: str = "", key: str = KEY) -> TestResponse:
        return self.client.get(f"/decisions{query}", headers={"X-Api-Key": key})

    def rows(self, query: str = "") -> list[dict[str, Any]]:
        answer = self.ask(query)
        assert answer.status_code == 200
        found: list[dict[str, Any]] = answer.get_json()["decisions"]
        return found


@pytest.fixture
def log(store: SqlStore, clock: Clock) -> Log:
    return Log(store, clock)


def test_an_empty_log_is_an_empty_list(log: Log) -> None:
    assert log.rows() == []


@pytest.mark.parametrize("key", ["", "another", "fäke"])
def test_the_log_needs_the_api_key(log: Log, key: str) -> None:
    log.decide(1)
    answer = log.ask(key=key)
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (401, "unauthorized")


def test_a_decision_is_told_with_what_was_seen_and_why(log: Log) -> None:
    log.decide(1)
    (row,) = log.rows()
    assert (row["ticket_id"], row["customer"], row["channel"]) == ("t-one", "Dana Kim", "email")
    assert (row["disposition"], row["rule"], row["reason"]) == ("suggest", "default", "An agent decides.")
    assert (row["intent"], row["sentiment"], row["mood"]) == ("Device offline", "negative", -0.4)
    assert (row["confidence"], row["sources"]) == (0.82, ["Resetting your thermostat"])
    assert (row["policy_version"], row["timings"], row["effects"]) == ("p-1", {"sense": 1.25}, [])


def test_a_decision_without_a_draft_says_what_it_abstained_from(log: Log) -> None:
    owner = Owner(kind=OwnerKind.TEAM, name="Billing")
    handed = Disposition(action=Action.HANDOFF, owner=owner, rule="no_article", reason="Nothing found.")
    log.decide(1, draft=None, abstained="No article answers this.", disposition=handed)
    (row,) = log.rows()
    assert (row["confidence"], row["sources"], row["abstained"]) == (None, [], "No article answers this.")


def test_only_a_decisions_own_effects_stand_beside_it(log: Log) -> None:
    log.decide(1)
    with log.store.begin() as unit:
        unit.outbox.add(effect("de_1:reply"))
        unit.outbox.add(effect("de_2:reply"))
    (row,) = log.rows()
    assert row["effects"] == [{"kind": "ticket_reply", "state": "pending", "delivery": None, "rule": "auto.reply"}]


def test_a_reader_goes_on_where_it_stopped(log: Log) -> None:
    log.decide(1)
    first = log.rows()[-1]["serial"]
    log.decide(2)
    assert [row["id"] for row in log.rows(f"?after={first}")] == ["de_2"]
    assert [row["id"] for row in log.rows()] == ["de_1", "de_2"]


@pytest.mark.parametrize("after", ["words", "", "-5"])
def test_a_place_that_is_none_is_the_beginning(log: Log, after: str) -> None:
    log.decide(1)
    assert len(log.rows(f"?after={after}")) == 1


def test_a_place_beyond_every_database_is_the_end(log: Log) -> None:
    log.decide(1)
    assert log.rows(f"?after={10**40}") == []
    assert len(log.rows(f"?after=-{10**40}")) == 1
