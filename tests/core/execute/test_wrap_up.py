"""A matter that has ended is written down once: by an agent's word, or by the policy when nobody objects."""

from dataclasses import replace
from typing import Any

import pytest

from connectors.sql.store import SqlStore
from core.actions.examine import Actions
from core.errors import RejectedError
from core.execute.wrap_up import RULE, WrapUps, Written
from core.model.effect_payloads import TicketUpdatePayload
from core.model.outbound import EffectState
from core.policy import Policy
from core.wrap_up.filing import Ended, wrap_up_of
from tests.core.container import Container
from tests.core.day import answers, mails, texts
from tests.core.execute.timing import only, rows, swept, timed
from tests.core.rules import policy

AUTOMATIC: dict[str, Any] = {
    "automatic": ["email"],
    "after_minutes": 60,
    "dispositions": {"dispute": "billing"},
    "fields": {"disposition": "3601", "outcome": "3602", "next_step": "3603"},
}


@pytest.fixture
def container(store: SqlStore) -> Container:
    """The first sweep has begun to look: what ended before it is not taken up."""
    started = timed(store, policy(wrap_up=AUTOMATIC))
    swept(started)
    started.wait(minutes=1)
    return started


def solved(container: Container, text: str = "Dear Emma, I've sent the refund. You'll have it on Friday.") -> str:
    ticket = mails(container, "Where is my refund for LK-10401?")
    answers(container, ticket, text, status="solved")
    assert not only(container).open
    return ticket


def written(container: Container) -> TicketUpdatePayload:
    (row,) = rows(container, RULE)
    assert isinstance(row.effect.payload, TicketUpdatePayload)
    return row.effect.payload


def wrap_ups(container: Container, rules: Policy | None = None) -> WrapUps:
    return WrapUps(store=container.store, policy=rules or container.policy)


def made(container: Container, by: str = "Maria Lopez", **changes: Any) -> Written:
    with container.store.read() as unit:
        found = wrap_up_of(unit, only(container), container.policy)
    return replace(Written.as_made(found, by), **changes)


def test_an_hour_after_the_end_it_is_written_with_all_that_is_known(container: Container) -> None:
    solved(container)
    container.wait(minutes=50)
    swept(container)
    assert rows(container, RULE) == []
    container.wait(minutes=10)
    swept(container)
    payload = written(container)
    assert payload.add_tags == ("code_billing", "outcome_done", "handrail_follow_up")
    assert payload.fields == {"3601": "billing", "3602": "done", "3603": "You'll have it on Friday."}
    assert payload.note is not None
    assert payload.note.startswith("Wrap-up by the policy: done. Disposition: billing.\nWanted:\n")
    assert "Where is my refund for LK-10401?" in payload.note
    assert "I've sent the refund." in payload.note
    assert payload.note.endswith("Next step: You'll have it on Friday.")


def test_it_reaches_the_ticket_once_however_often_the_sweep_comes(container: Container) -> None:
    ticket = solved(container)
    container.wait(minutes=61)
    for _ in range(3):
        swept(container)
        container.wait(minutes=1)
    assert len(rows(container, RULE)) == 1
    (written_there,) = [
        each for each in container.helpdesk.writes if "code_billing" in each.changes.get("add_tags", ())
    ]
    assert written_there.ticket_id == ticket


def test_by_default_nothing_is_written_by_itself(store: SqlStore) -> None:
    container = timed(store)
    swept(container)
    solved(container)
    container.wait(hours=3)
    swept(container)
    assert rows(container, RULE) == []


def test_on_a_channel_that_is_not_named_nothing_is_written_by_itself(store: SqlStore) -> None:
    container = timed(store, policy(wrap_up={**AUTOMATIC, "automatic": ["sms"]}))
    swept(container)
    solved(container)
    container.wait(minutes=61)
    swept(container)
    assert rows(container, RULE) == []


def test_what_ended_before_the_policy_said_so_is_not_dug_out(store: SqlStore) -> None:
    container = timed(store, policy(wrap_up=AUTOMATIC))
    solved(container)
    container.wait(hours=5)
    for _ in range(2):
        swept(container)
        container.wait(minutes=61)
    assert rows(container, RULE) == []


def test_who_writes_again_stops_it(container: Container) -> None:
    ticket = solved(container)
    container.wait(minutes=30)
    emma = container.helpdesk.staff["user-emma"]
    container.helpdesk.says(ticket, emma, "I want to talk to a person about my refund", status="open")
    container.ticket(ticket)
    container.drain()
    container.wait(minutes=31)
    swept(container)
    assert rows(container, RULE) == []


def test_what_an_agent_has_written_is_not_written_again(container: Container) -> None:
    solved(container)
    wrap_ups(container).write(
        only(container).id, made(container, disposition="other", text="As I see it."), container.clock()
    )
    container.wait(minutes=61)
    swept(container)
    note = written(container).note
    assert note is not None
    assert note.startswith("Wrap-up by Maria Lopez: done. Disposition: other.\nAs I see it.")
    with pytest.raises(RejectedError, match="written already"):
        wrap_ups(container).write(only(container).id, made(container), container.clock())


def test_an_agent_who_objects_is_heard(container: Container) -> None:
    solved(container)
    wrap_ups(container).object(only(container).id, "Maria Lopez", container.clock())
    container.wait(minutes=61)
    swept(container)
    (row,) = rows(container, RULE)
    assert (row.state, row.error) == (EffectState.REFUSED, "Maria Lopez objected")


def test_it_stands_in_the_ledger_who_wrote_it_and_as_what(container: Container) -> None:
    solved(container)
    wrap_ups(container).write(only(container).id, made(container), container.clock())
    with container.store.read() as unit:
        last = unit.ledger.last()
        assert last is not None
        assert last.kind == "wrapped_up"
        assert unit.ledger.verify() is None


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("Refunds take 5 working days.", Ended.ANSWERED),
        ("I've refunded it.", Ended.DONE),
        ("Which order is it about?", Ended.NOT_SOLVED),
    ],
)
def test_the_outcome_follows_from_what_was_said(container: Container, answer: str, outcome: Ended) -> None:
    solved(container, answer)
    assert made(container).outcome is outcome


def test_handed_over_and_left_is_its_own_outcome(container: Container) -> None:
    texts(container, "I want to talk to a person about my refund")
    assert made(container).outcome is Ended.HANDED_OVER


def test_where_nobody_named_a_code_it_is_other(container: Container) -> None:
    ticket = mails(container, "How do I reset it?")
    answers(container, ticket, "Hold the button.", status="solved")
    assert made(container).disposition == "other"


def test_what_the_crm_cannot_take_is_told_on_the_ticket(store: SqlStore) -> None:
    note = {
        "crm_note": {
            "input": {"text": {"kind": "text", "most": 2000}},
            "approve": "nobody",
            "confirm": False,
            "done": {"en": "Noted."},
            "call": {"system": "crm", "post": "/notes", "body": {"text": "{input.text}"}},
            "read_back": {"system": "crm", "get": "/notes", "holds": "true"},
        }
    }
    container = timed(store, policy(actions=note, wrap_up={**AUTOMATIC, "note": "crm_note"}))
    solved(container)

    class NoSystems:
        def parse(self, spec: object, given: object) -> dict[str, Any]:
            raise AssertionError("who it is for is looked at first")

    actions = Actions(systems=NoSystems(), store=store, policy=container.policy, now=container.clock)  # type: ignore[arg-type]
    asking = WrapUps(store=store, policy=container.policy, actions=actions)
    effects = asking.write(only(container).id, made(container), container.clock())
    assert len(effects) == 1
    text = written(container).note
    assert text is not None
    assert text.endswith("Not written to the CRM: it is not proved who asks")
