from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from connectors.sql.store import SqlStore
from core.errors import ConfigurationError, RejectedError
from core.govern.approvers import Settled
from core.govern.requests import Requests, Wish, overtaken, settle_request
from core.model.conversation import Message, Role
from core.model.customer import Channel
from core.model.decision import Action
from core.model.ids import ApprovalId, ConversationId, DraftId, EffectId, EventId, TicketId
from core.model.outbound import TO_CUSTOMER, EffectKind, EffectState
from core.model.outreach import Click, Verdict
from core.model.request import RequestState, Ruling
from core.ports import Store
from tests.core import people, samples
from tests.core.people import MINUTE, NOW
from tests.core.rules import policy
from tests.core.samples import payload_of
from tests.together import together

PRIYA = "priya@larkfield.example"
TICKET = TicketId("100")
CO = ConversationId("co_one")
TEXT = "Hello Emma,\n\nwe refund 40 pounds as an exception."


class Told:
    """Remembers what was published."""

    def __init__(self) -> None:
        self.effects: list[EffectId] = []

    def event(self, event_id: EventId, *, at: datetime | None = None) -> None:
        raise AssertionError(event_id)

    def effect(self, effect_id: EffectId, *, at: datetime | None = None) -> None:
        self.effects.append(effect_id)

    def statuses(self) -> None:
        raise AssertionError("no status")

    def campaigns(self) -> None:
        raise AssertionError("no campaign")


@pytest.fixture
def asking(store: SqlStore) -> Requests:
    """A ticket with a customer's words and an offered draft."""
    with store.begin() as unit:
        unit.customers.save(people.customer())
        unit.conversations.add(samples.conversation(ticket_id=TICKET))
        unit.conversations.add_message(samples.message(1, channel=Channel.EMAIL))
        unit.decisions.add(samples.decision(Action.SUGGEST))
    return Requests(store=store, publisher=Told(), policy=policy())


def ask(asking: Requests, text: str = TEXT, now: datetime = NOW, **changes: Any) -> Ruling:
    wish = Wish(**{"ticket_id": TICKET, "text": text, "agent": "Maria Lopez", "agent_id": "501", **changes})
    return asking.ask(wish, now)


def press(asking: Requests, of: Ruling, verdict: Verdict = Verdict.APPROVE, **changes: Any) -> Settled:
    pressed: dict[str, Any] = {"email": PRIYA, "now": NOW + MINUTE}
    pressed |= {name: changes.pop(name) for name in list(changes) if name in pressed}
    click = Click(
        **{
            "approval_id": of.request.id,
            "verdict": verdict,
            "digest": of.request.digest,
            "user_id": "U1",
            "user_name": "Priya Nair",
            "channel": "C1",
            "ts": "1.0",
            **changes,
        }
    )
    with asking.store.begin() as unit:
        settled = settle_request(unit, click, pressed["email"], asking.policy, pressed["now"])
        for effect in settled.effects:
            unit.outbox.add(effect)
    return settled


def standing(asking: Requests, now: datetime = NOW + 2 * MINUTE) -> RequestState:
    with asking.store.read() as unit:
        ruling = unit.requests.latest(CO)
    assert ruling is not None
    return ruling.at(now)


def kinds(asking: Requests) -> list[EffectKind]:
    with asking.store.read() as unit:
        return [row.effect.kind for row in unit.outbox.of_conversation(CO)]


def use(asking: Requests, of: Ruling, now: datetime = NOW + 2 * MINUTE) -> bool:
    return asking.use(TICKET, of.request.id, "Maria Lopez", now)[0]


def says(store: Store, number: int, **changes: Any) -> Message:
    said = samples.message(number, channel=Channel.EMAIL, vendor_ref=f"zendesk:{number}", **changes)
    with store.begin() as unit:
        unit.conversations.add_message(said)
    return said


# ---------------------------------------------------------------- asking


def test_a_request_is_stored_with_its_card_and_nothing_goes_to_the_customer(asking: Requests) -> None:
    asked = ask(asking, draft_id=DraftId("dr_one"))
    assert standing(asking) is RequestState.PENDING
    with asking.store.read() as unit:
        ((row),) = unit.outbox.of_conversation(CO)
        assert unit.ledger.verify() is None
    assert (row.effect.kind, row.effect.target) == (EffectKind.SLACK_POST, asking.policy.outreach.channel)
    assert payload_of(row.effect).request_id == asked.request.id
    assert [source.title for source in asked.request.sources] == ["Resetting your thermostat"]


def test_the_same_words_asked_about_again_are_one_request(asking: Requests) -> None:
    first, second = ask(asking), ask(asking, now=NOW + MINUTE)
    assert first.request.id == second.request.id
    assert kinds(asking) == [EffectKind.SLACK_POST]


def test_other_words_take_the_place_of_the_first_and_its_card_is_not_posted_any_more(asking: Requests) -> None:
    first = ask(asking)
    ask(asking, "Hello Emma, we refund 30 pounds.")
    with asking.store.read() as unit:
        before = unit.requests.get(first.request.id)
        rows = unit.outbox.of_conversation(CO)
    assert before is not None
    assert before.state is RequestState.WITHDRAWN
    assert [row.state for row in rows] == [EffectState.REFUSED, EffectState.PENDING]
    assert press(asking, first).result == "settled_before"


def test_a_card_that_stands_there_loses_its_buttons_when_other_words_take_its_place(asking: Requests) -> None:
    first = ask(asking)
    with asking.store.begin() as unit:
        unit.requests.note_post(first.request.id, "C1", "7.0")
    ask(asking, "Hello Emma, we refund 30 pounds.")
    with asking.store.read() as unit:
        (update,) = [r.effect for r in unit.outbox.of_conversation(CO) if r.effect.kind is EffectKind.SLACK_UPDATE]
    assert update.target == "C1:7.0"
    assert not [block for block in payload_of(update).blocks if block["type"] in ("actions", "input")]


def test_what_was_rejected_may_be_asked_again(asking: Requests) -> None:
    first = ask(asking)
    press(asking, first, Verdict.REJECT)
    assert ask(asking).request.id != first.request.id
    assert standing(asking) is RequestState.PENDING


@pytest.mark.parametrize("wrong", [{"ticket_id": TicketId("none")}, {"draft_id": DraftId("dr_none")}])
def test_an_unknown_ticket_or_draft_is_refused(asking: Requests, wrong: dict[str, Any]) -> None:
    with pytest.raises(RejectedError):
        ask(asking, **wrong)
    assert kinds(asking) == []


def test_where_nobody_may_approve_nobody_is_asked(asking: Requests) -> None:
    nobody = replace(asking.policy, outreach=replace(asking.policy.outreach, roles={}))
    with pytest.raises(ConfigurationError):
        ask(replace(asking, policy=nobody))


# ---------------------------------------------------------------- the supervisor's word


def test_a_yes_sends_nothing_and_lets_exactly_these_words_be_used_once(asking: Requests) -> None:
    asked = ask(asking)
    assert press(asking, asked).result == "approved"
    assert (use(asking, asked), use(asking, asked)) == (True, False)
    assert standing(asking) is RequestState.USED
    assert not TO_CUSTOMER & set(kinds(asking))


def test_a_no_comes_with_its_reason_and_nothing_may_be_used(asking: Requests) -> None:
    asked = ask(asking)
    press(asking, asked, Verdict.REJECT, reason="No exceptions this month.")
    with asking.store.read() as unit:
        ruling = unit.requests.get(asked.request.id)
    assert ruling is not None
    assert (ruling.state, ruling.reason, ruling.decided_name) == (
        RequestState.REJECTED,
        "No exceptions this month.",
        "Priya Nair",
    )
    assert not use(asking, asked)


@pytest.mark.parametrize("email", [None, "maria@larkfield.example"])
def test_who_may_not_approve_changes_nothing(asking: Requests, email: str | None) -> None:
    asked = ask(asking)
    assert press(asking, asked, email=email).result == "not_allowed"
    assert standing(asking) is RequestState.PENDING


def test_a_click_on_other_words_than_were_asked_changes_nothing(asking: Requests) -> None:
    asked = ask(asking)
    assert press(asking, asked, digest="0" * 64).result == "digest_differs"
    assert standing(asking) is RequestState.PENDING


def test_of_ten_clicks_at_once_exactly_one_counts(asking: Requests) -> None:
    asked = ask(asking)

    def click(number: int) -> str:
        verdict = Verdict.APPROVE if number % 2 else Verdict.REJECT
        return press(asking, asked, verdict, user_id=f"U{number}").result

    results = together(10, click)
    assert results.count("settled_before") == 9
    assert results.count(standing(asking)) == 1


def test_after_its_time_a_request_is_neither_approved_nor_used(asking: Requests) -> None:
    asked = ask(asking)
    late = asked.request.expires_at
    assert press(asking, asked, now=late).result == "expired"
    assert standing(asking, late) is RequestState.EXPIRED
    press(asking, asked, now=late - timedelta(seconds=1))
    assert not use(asking, asked, late)


# ---------------------------------------------------------------- what makes it void


def test_an_approval_is_void_once_the_customer_has_written_again(asking: Requests) -> None:
    asked = ask(asking)
    press(asking, asked)
    says(asking.store, 5)
    assert not use(asking, asked)


def test_an_approval_is_void_under_another_policy(asking: Requests) -> None:
    asked = ask(asking)
    press(asking, asked)
    assert not use(replace(asking, policy=replace(asking.policy, version="another")), asked)


def test_a_yes_that_comes_too_late_to_be_used_says_so_on_the_card(asking: Requests) -> None:
    asked = ask(asking)
    says(asking.store, 5)
    (update,) = press(asking, asked).effects
    assert "It came too late" in str(payload_of(update).blocks)
    assert "sees it in the ticket" not in str(payload_of(update).blocks)


def test_of_two_who_asked_at_once_only_the_one_that_is_shown_can_be_used(asking: Requests) -> None:
    first = ask(asking)
    with asking.store.begin() as unit:
        unit.requests.add(replace(first.request, id=ApprovalId("rq_at_once"), text="Other words"))
    press(asking, first)
    assert not use(asking, first)


def test_the_digest_covers_text_ticket_question_sources_findings_and_policy(asking: Requests) -> None:
    request = ask(asking, draft_id=DraftId("dr_one")).request
    (source,) = request.sources
    others = [
        replace(request, text=request.text + " "),
        replace(request, ticket_id=TicketId("200")),
        replace(request, message_id=None),
        replace(request, sources=(replace(source, quote="Hold it for an hour."),)),
        replace(request, policy_version="another"),
        replace(request, findings=("A promise",)),
    ]
    assert len({request.digest, *(other.digest for other in others)}) == 7


def answered(asking: Requests, text: str) -> None:
    said = says(asking.store, 9, role=Role.AGENT, author="Maria Lopez", text=text)
    with asking.store.begin() as unit:
        overtaken(unit, CO, said, asking.policy, NOW + 9 * MINUTE)


def test_who_answers_without_waiting_withdraws_the_request(asking: Requests) -> None:
    ask(asking)
    answered(asking, "We cannot do that.")
    assert standing(asking) is RequestState.WITHDRAWN


def test_who_sends_the_approved_words_by_hand_has_used_the_approval(asking: Requests) -> None:
    press(asking, ask(asking))
    answered(asking, TEXT)
    assert standing(asking) is RequestState.USED


def test_another_tickets_request_cannot_be_used(asking: Requests) -> None:
    asked = ask(asking)
    press(asking, asked)
    with pytest.raises(RejectedError):
        asking.use(TicketId("200"), asked.request.id, "Maria Lopez", NOW)
    with pytest.raises(RejectedError):
        asking.withdraw(TICKET, ApprovalId("rq_none"), "Maria Lopez", NOW)
