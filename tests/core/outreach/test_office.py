"""What a supervisor asks in Slack, over a store on SQLite."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from apps.slack.cards.commands import plain, show_history, show_parked, show_status
from apps.slack.cards.home import found_line, home_view
from connectors.sql.store import SqlStore
from core.errors import ConfigurationError, RejectedError
from core.execute.parked import list_parked
from core.govern.pause import current_pause, pause
from core.govern.proof import GOOD_FOR, ask, question_of, spend
from core.model.campaign import CampaignState
from core.model.conversation import Owner, OwnerKind
from core.model.customer import Identity, IdentityKind
from core.model.decision import Action
from core.model.event import Event, EventKind
from core.model.event_payloads import SupervisorAsked, Wanted
from core.model.ids import ApprovalId, CustomerId, TicketId
from core.model.proof import Question
from core.outreach.office import Office, history_of, home_of, search, status_of
from core.ports.cards import Rendered
from tests.clock import NOW
from tests.core.campaigns import campaign, standing
from tests.core.container import Container
from tests.core.execute.delivering import ONE, one_waits
from tests.core.fakes import FakeDesk, FakePublisher
from tests.core.people import NOW as THEN
from tests.core.people import customer
from tests.core.rules import policy
from tests.core.samples import conversation, decision, event, message, stand_in_store

PRIYA = "U0PRIYA"


@pytest.fixture
def desk() -> FakeDesk:
    return FakeDesk({PRIYA: "priya@larkfield.example", "U0MARIA": "maria@larkfield.example"})


@pytest.fixture
def office(store: SqlStore, desk: FakeDesk) -> Office:
    return Office(store=store, desk=desk, publisher=FakePublisher(), policy=policy(), now=lambda: NOW)


def asked(at: datetime = NOW, wanted: Wanted = Wanted.COMMAND, user: str = PRIYA, text: str = "") -> Event:
    told = SupervisorAsked(wanted=wanted, user_id=user, text=text, address="https://hooks.slack.com/1")
    name = f"{at.isoformat()}:{text}"
    return event(EventKind.SUPERVISOR_ASKED, PRIYA, name, payload=told, occurred_at=at, received_at=at)


def answered(office: Office, desk: FakeDesk, text: str) -> str:
    office.hear(asked(text=text))
    return desk.answers[-1][1]


def said(answer: Rendered) -> str:
    (block,) = answer.blocks
    return str(block["text"]["text"])


def test_pausing_twice_keeps_the_first_word(office: Office, desk: FakeDesk) -> None:
    assert "All sending is paused." in answered(office, desk, "pause wrong texts")
    assert "It is paused already, by Priya@larkfield.example" in answered(office, desk, "pause again")
    assert "wrong texts" in answered(office, desk, "status")


def test_a_word_that_is_no_command_is_named_and_help_is_not(office: Office, desk: FakeDesk) -> None:
    assert answered(office, desk, "puase <!channel>").startswith("I do not know puase. What I understand\n")
    assert answered(office, desk, "help").startswith("What I understand\n")


def at_once(office: Office, seconds: int) -> Office:
    """The same office, so much later."""
    return replace(office, now=lambda: NOW + timedelta(seconds=seconds))


@pytest.mark.parametrize("again_by", ["pause", "cli"])
def test_a_resume_whose_answer_was_lost_does_not_lift_a_later_pause(
    office: Office, store: SqlStore, desk: FakeDesk, again_by: str
) -> None:
    office.hear(asked(text="pause"))
    resuming = asked(NOW + timedelta(seconds=10), text="resume")
    at_once(office, 10).hear(resuming)
    later = at_once(office, 20)
    if again_by == "pause":
        later.hear(asked(NOW + timedelta(seconds=20), text="pause wrong texts"))
    else:
        with store.begin() as unit:
            pause(unit, "the command line", "wrong texts", later.now())
    at_once(office, 30).hear(resuming)
    assert "All sending is paused" in desk.answers[-1][1]
    with store.read() as unit:
        assert current_pause(unit) is not None


def test_a_pause_whose_answer_was_lost_does_not_pause_what_was_resumed_since(
    office: Office, store: SqlStore, desk: FakeDesk
) -> None:
    pausing = asked(text="pause")
    office.hear(pausing)
    at_once(office, 10).hear(asked(NOW + timedelta(seconds=10), text="resume"))
    at_once(office, 20).hear(pausing)
    assert desk.answers[-1][1] == "Sending is on."
    with store.read() as unit:
        assert current_pause(unit) is None


def test_a_resume_of_nothing_does_not_stand_in_the_way_of_a_pause_that_was_asked_before(
    office: Office, store: SqlStore
) -> None:
    at_once(office, 10).hear(asked(NOW + timedelta(seconds=10), text="resume"))
    at_once(office, 20).hear(asked(text="pause"))
    with store.read() as unit:
        assert current_pause(unit) is not None


def test_slack_is_asked_for_addresses_outside_of_any_transaction(desk: FakeDesk, store: SqlStore) -> None:
    class Watched:
        open = 0

        def __getattr__(self, name: str) -> Any:
            return getattr(store, name)

        @contextmanager
        def read(self) -> Iterator[Any]:
            self.open += 1
            with store.read() as unit:
                yield unit
            self.open -= 1

    watched, seen = Watched(), list[int]()

    class Looking(FakeDesk):
        def link(self, ref: str) -> str:
            seen.append(watched.open)
            return super().link(ref)

    with store.begin() as unit:
        unit.campaigns.add(replace(standing(campaign()), slack_channel="C1", slack_ts="1.2"))
    office = Office(
        store=watched,
        desk=Looking({PRIYA: "priya@larkfield.example"}),
        publisher=FakePublisher(),
        policy=policy(),
        now=lambda: NOW,
    )
    office.hear(asked(wanted=Wanted.HOME))
    assert seen == [0]


def test_what_was_not_paused_goes_on_as_it_did(office: Office, desk: FakeDesk) -> None:
    assert answered(office, desk, "resume") == "Sending was not paused."


def test_an_answer_that_slack_refuses_undoes_nothing(office: Office, desk: FakeDesk) -> None:
    desk.fail(RejectedError("used up"), after_doing=False)
    # The first request is the look-up of the member, so it is the one that fails: nothing was done, and it is told.
    with pytest.raises(RejectedError):
        office.hear(asked(text="pause"))
    assert answered(office, desk, "status").startswith("Sending is on.")


def test_the_home_shows_what_the_store_knows(office: Office, store: SqlStore, desk: FakeDesk) -> None:
    shown = replace(standing(campaign()), slack_channel="C1", slack_ts="1.2")
    running = standing(campaign(id=ApprovalId("ap_two")), CampaignState.RUNNING)
    with store.begin() as unit:
        unit.campaigns.add(shown)
        unit.campaigns.add(replace(running, began_at=NOW))
    assert office.hear(asked(wanted=Wanted.HOME)) == "home"
    told = str(desk.homes[PRIYA])
    assert "To approve (1)" in told
    assert "Being sent (1)" in told
    assert "https://larkfield.slack.example/C1:1.2" in told


def test_the_status_counts_what_waits_and_what_is_sent(store: SqlStore) -> None:
    with store.begin() as unit:
        unit.campaigns.add(standing(campaign()))
        unit.campaigns.add(replace(standing(campaign(id=ApprovalId("ap_2")), CampaignState.PAUSED), began_at=NOW))
        lines = said(show_status(status_of(unit, NOW))).split("\n")
    assert "1 waits for a yes: Outage" in lines[1]
    assert ":double_vertical_bar: Outage: 0 of" in lines[2]


@pytest.fixture
def emma(store: SqlStore) -> SqlStore:
    """A customer with a conversation, two decisions and a namesake."""
    with store.begin() as unit:
        person = customer()
        unit.customers.save(person)
        unit.customers.save(replace(customer("emmanuel"), id=CustomerId("cu_2"), identities=()))
        unit.conversations.add(
            conversation(
                customer_id=person.id,
                ticket_id=TicketId("42"),
                subject="My order <is> late",
                owner=Owner(kind=OwnerKind.TEAM, id="billing", name="Billing"),
            )
        )
        unit.conversations.add_message(message(1))
        unit.decisions.add(decision(Action.HANDOFF, message_id=message(1).id))
    return store


def test_a_decision_is_told_in_plain_words(emma: SqlStore) -> None:
    with emma.read() as unit:
        told = said(show_history(history_of(unit, "#42")))
    assert told.startswith("*Ticket #42: My order &lt;is&gt; late* · with Billing")
    assert "*Handrail handed it to a person*" in told
    assert "handrail policy explain 42" in told


@pytest.mark.parametrize("ticket", ["", "4711", "#4711", "42; DROP TABLE", "é"])
def test_a_ticket_that_is_not_there_is_told_as_such(emma: SqlStore, ticket: str) -> None:
    with emma.read() as unit:
        told = said(show_history(history_of(unit, ticket)))
    assert told.startswith(("No ticket", "Which ticket?"))


@pytest.mark.parametrize("words", ["emma", "EMMA", "42", "#42"])
def test_customers_are_found_by_name_and_tickets_by_number(emma: SqlStore, words: str) -> None:
    with emma.read() as unit:
        lines = [found_line(each) for each in search(unit, words, THEN)]
    assert any("Ticket #42" in line for line in lines)


def test_customers_are_found_by_address_and_number(emma: SqlStore) -> None:
    with emma.begin() as unit:
        person = customer()
        unit.customers.save(
            replace(
                person,
                identities=(
                    Identity(kind=IdentityKind.EMAIL, value="emma@found.example"),
                    Identity(kind=IdentityKind.PHONE, value="+447700900999"),
                ),
            )
        )
        for words in ("Emma@Found.example", "+44 7700 900-999", "0044 7700 900999"):
            assert any(person.name in found_line(each) for each in search(unit, words, NOW)), words


@pytest.mark.parametrize("words", ["%", "_", "\\", "mma", "zzz"])
def test_a_name_is_looked_up_as_it_is_written(emma: SqlStore, words: str) -> None:
    with emma.read() as unit:
        assert search(unit, words, NOW) == []


def test_campaigns_are_found_by_their_id_and_not_by_a_figure_within_it(store: SqlStore) -> None:
    with store.begin() as unit:
        unit.campaigns.add(standing(campaign(id=ApprovalId("ap_77aa77bb"))))
        assert len(search(unit, "AP_77aa77bb", NOW)) == len(search(unit, "ap_77a", NOW)) == 1
        assert search(unit, "77", NOW) == []


def test_campaigns_are_found_by_what_they_say(store: SqlStore) -> None:
    with store.begin() as unit:
        unit.campaigns.add(standing(campaign()))
        assert any("ap_one" in found_line(each) for each in search(unit, "cloud has a fault", NOW))
        assert search(unit, "gas leak", NOW) == []


def test_numbers_of_today_are_drawn(emma: SqlStore) -> None:
    with emma.read() as unit:
        at = decision(Action.HANDOFF).at
        told = str(home_view(home_of(unit, at)))
    assert "Handed to a person" in told


def test_a_notification_shows_no_markup() -> None:
    assert plain(":lock: *No* since <!date^1^{time}|22 Nov 05:14 UTC>, `/handrail`") == (
        "No since 22 Nov 05:14 UTC, /handrail"
    )


@pytest.mark.parametrize("payload", ['{"asked": "anything", "user_id": "U1"}', '{"asked": "home"}'])
def test_what_our_listeners_did_not_write_is_left_to_the_workers(
    store: SqlStore, office: Office, desk: FakeDesk, payload: str
) -> None:
    assert office.handle(stand_in_store(store, asked(), payload)) == "later"
    assert desk.answers == []


def test_an_event_of_another_kind_is_refused(office: Office) -> None:
    with pytest.raises(RejectedError):
        office.hear(event(EventKind.ARTICLE_CHANGED, "article-1"))


def test_what_did_not_leave_is_listed_with_buttons_and_settled_by_them(
    office: Office, store: SqlStore, desk: FakeDesk
) -> None:
    assert "Nothing waits for a decision" in answered(office, desk, "parked")
    container = Container(store)
    one_waits(container)
    container.messenger.fail(ConfigurationError("the number is <not> ours"))
    container.delivery.deliver(ONE.id)
    assert "1 message did not reach a customer" in answered(office, desk, "parked")
    with store.read() as unit:
        told = json.dumps(show_parked(list_parked(unit, 5)).blocks)
    assert all(word in told for word in ("Emma Clarke", "Send again", "Dismiss", "&lt;not&gt;", ONE.id))
    assert "1 did not leave" in answered(office, desk, "status")
    assert answered(office, desk, f"parked send {ONE.id}").startswith("It is being sent again")
    assert (ONE.id, None) in office.publisher.effects  # type: ignore[attr-defined]
    assert answered(office, desk, f"parked dismiss {ONE.id}").startswith("Nothing was changed")
    assert answered(office, desk, "parked send fx_none") == "No such message is known."


def test_a_command_on_the_server_is_confirmed_by_whom_it_names_alone(office: Office, desk: FakeDesk) -> None:
    question = Question(code="AB12-CD34", by="Maria@larkfield.example", what="policy sign", at=NOW)
    with office.store.begin() as unit:
        ask(unit, question)

    def says(user: str, text: str) -> str:
        office.hear(asked(user=user, text=text, at=NOW + timedelta(seconds=len(desk.answers))))
        return desk.answers[-1][1]

    def confirmed() -> bool:
        with office.store.read() as unit:
            kept = question_of(unit, question.code, NOW)
        return kept is not None and bool(kept.user_id)

    assert "no such code for you" in says(PRIYA, "confirm AB12-CD34")
    assert "no such code for you" in says(PRIYA, "confirm yes AB12-CD34")
    assert "Is it you?" in says("U0MARIA", "confirm ab12-cd34")
    assert not confirmed()
    assert "Confirmed" in says("U0MARIA", "confirm yes AB12-CD34")
    assert confirmed()
    with office.store.begin() as unit:
        assert not spend(unit, question.code, NOW + GOOD_FOR + timedelta(seconds=1))
        assert spend(unit, question.code, NOW)
        assert not spend(unit, question.code, NOW)
