import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from connectors.sql.store import SqlStore
from connectors.sql.tables import ledger
from core.answer.style import StyleCard
from core.context.ownership import mark_solved
from core.errors import TransientError
from core.execute.timers import Timekeeper
from core.model.customer import Channel, Consent, Purpose
from core.model.outbound import EffectKind, EffectState, Occasion, outgoing
from core.policy import Policy, Timers
from core.profile.facts import write_fact
from tests.core import samples
from tests.core.container import Container
from tests.core.day import RESET, answers, emma, gives_back, mails, texts
from tests.core.execute.timing import TIMED, only, rows, swept, timed
from tests.core.people import EMMA_PHONE, consent
from tests.core.procedure.test_run import OFFLINE
from tests.core.rules import policy
from tests.core.samples import payload_of

ANNA_PHONE = "+447700900199"


@pytest.fixture
def container(store: SqlStore) -> Container:
    return timed(store)


# ---------------------------------------------------------------- the question whether all is well


def test_after_two_quiet_days_one_asks_once_on_the_channel_of_the_customer(container: Container) -> None:
    texts(container, RESET)
    container.wait(hours=47)
    assert swept(container) == 0
    container.wait(hours=1)
    assert swept(container) == 1
    asked = container.messenger.sent_to(EMMA_PHONE)[-1]
    assert "just reply" in asked
    assert "Reply AGENT for a person." in asked
    for _ in range(3):
        container.wait(hours=20)
        swept(container)
    assert len(container.messenger.sent) == 2
    (row,) = rows(container, "follow_up")
    assert (row.state, row.effect.kind) == (EffectState.SENT, EffectKind.MESSAGE)


def test_the_question_says_its_language_so_that_it_goes_in_the_right_template(store: SqlStore) -> None:
    container = timed(store)
    container.answer.language = "de"
    texts(container, RESET)
    container.wait(hours=48)
    swept(container)
    (row,) = rows(container, "follow_up")
    assert "Vor einiger Zeit" in payload_of(row.effect).body
    assert outgoing(row.effect, payload_of(row.effect)).language == "de"


def test_two_sweeps_at_once_ask_once(container: Container) -> None:
    texts(container, RESET)
    container.wait(hours=48)
    timers = Timekeeper(store=container.store, policy=container.policy, style=StyleCard())
    first, second = timers.run(container.clock()), timers.run(container.clock())
    assert (len(first), second) == (1, [])


def test_by_mail_the_question_is_a_public_comment(store: SqlStore) -> None:
    container = timed(store, replace(TIMED, automatic=frozenset({Channel.EMAIL})))
    ticket = mails(container)
    container.wait(hours=48)
    swept(container)
    assert "just reply" in container.helpdesk.comments(ticket, public=True)[-1]


def test_nobody_is_asked_where_a_person_has_it(container: Container) -> None:
    texts(container, "I want to talk to a person")
    container.wait(hours=500)
    swept(container)
    assert rows(container, "follow_up") == []
    assert rows(container, "auto_close") == []


def test_nobody_is_asked_who_has_not_had_an_answer(container: Container) -> None:
    mails(container)  # a draft for an agent, who has not sent it yet
    container.wait(hours=500)
    assert swept(container) == 0


def test_who_takes_it_while_the_question_waits_for_its_hour_is_not_talked_over(store: SqlStore) -> None:
    container = timed(store, now=datetime(2026, 3, 10, 19, 30, tzinfo=UTC))
    ticket = mails(container)
    texts(container, RESET)
    container.wait(hours=49)  # half past eight in the evening
    swept(container)
    (row,) = rows(container, "follow_up")
    assert row.state is EffectState.HELD
    answers(container, ticket, "Maria here, did it work?")
    container.wait(hours=13)
    swept(container)
    assert not [text for text in container.messenger.sent_to(EMMA_PHONE) if "just reply" in text]


def test_outside_the_hours_the_question_waits_for_the_morning(store: SqlStore) -> None:
    container = timed(store, now=datetime(2026, 3, 10, 19, 30, tzinfo=UTC))
    texts(container, RESET)
    container.wait(hours=49)
    swept(container)
    assert len(container.messenger.sent) == 1
    container.wait(hours=11)  # half past seven
    swept(container)
    assert len(container.messenger.sent) == 1
    container.wait(hours=1)
    swept(container)
    assert len(container.messenger.sent) == 2


def test_whoever_writes_before_the_question_leaves_is_not_asked(store: SqlStore) -> None:
    container = timed(store, now=datetime(2026, 3, 10, 19, 30, tzinfo=UTC))
    texts(container, RESET)
    container.wait(hours=49)
    swept(container)
    container.wait(minutes=1)
    texts(container, "Which button?")
    (row,) = rows(container, "follow_up")
    assert row.state is EffectState.REFUSED
    container.wait(hours=47)
    swept(container)
    assert len(rows(container, "follow_up")) == 1
    container.wait(hours=15)  # two days after the new answer, by daylight
    swept(container)
    assert len(rows(container, "follow_up")) == 2


def test_without_a_standing_rule_the_question_is_refused_at_the_gate(store: SqlStore) -> None:
    container = timed(store, replace(TIMED, standing=policy().standing))
    texts(container, RESET)
    container.wait(hours=48)
    swept(container)
    (row,) = rows(container, "follow_up")
    assert row.state is EffectState.REFUSED


BY_TEMPLATE = replace(TIMED, texting=replace(TIMED.texting, templates=frozenset({Occasion.FOLLOW_UP, Occasion.REPLY})))


@pytest.mark.parametrize(
    ("agreed", "rules", "channel", "why"),
    [
        (True, BY_TEMPLATE, "whatsapp", "asked for WhatsApp"),
        (False, BY_TEMPLATE, "sms", "asked for WhatsApp: no consent"),
        (True, TIMED, "sms", "asked for WhatsApp: no approved template"),
    ],
)
def test_the_question_goes_by_the_channel_that_they_asked_for_where_they_agreed_to_it(
    store: SqlStore, agreed: bool, rules: Policy, channel: str, why: str
) -> None:
    container = timed(store, rules)
    who = emma(container).id
    with container.store.begin() as unit:
        write_fact(unit, who, "preferred_channel", "whatsapp", "Maria", container.clock())
        write_fact(unit, who, "language", "German", "Maria", container.clock())
        unit.customers.add_consent(who, consent(channel=Channel.WHATSAPP, granted=agreed))
    texts(container, RESET)
    container.wait(hours=48)
    swept(container)
    (row,) = rows(container, "follow_up")
    assert (row.state, payload_of(row.effect).channel) == (EffectState.SENT, channel)
    assert "Vor einiger Zeit" in payload_of(row.effect).body
    with store.reader.connect() as connection:
        (told,) = connection.execute(select(ledger.c.facts).where(ledger.c.kind == "channel_wished")).scalars()
    assert (json.loads(told)["channel"], json.loads(told)["why"]) == (channel, why)


def test_on_whatsapp_nothing_unasked_is_written_a_day_after_the_customers_last_word(container: Container) -> None:
    texts(container, RESET, channel=Channel.WHATSAPP)
    container.wait(hours=48)
    swept(container)
    assert rows(container, "follow_up") == []
    container.wait(hours=500)
    swept(container)
    assert only(container).open  # who was not asked is not closed upon


def test_on_whatsapp_a_question_that_would_wait_too_long_for_its_hour_is_not_made(store: SqlStore) -> None:
    evening = datetime(2026, 3, 10, 21, 30, tzinfo=UTC)
    container = timed(store, replace(TIMED, timers=Timers(follow_up=timedelta(hours=23))), evening)
    texts(container, RESET, channel=Channel.WHATSAPP)
    container.wait(hours=23)  # half past eight in the evening: it would leave eleven hours later
    swept(container)
    assert rows(container, "follow_up") == []


def test_a_question_of_ours_is_not_asked_after_and_counts_as_having_asked(store: SqlStore) -> None:
    steps = replace(OFFLINE, intents=frozenset({"reset"}))
    rules = replace(TIMED, procedures={"offline": steps}, standing=TIMED.standing | {"procedure"})
    container = timed(store, rules)
    texts(container, "It is offline, need a reset")
    assert container.messenger.sent_to(EMMA_PHONE)[-1].count("?") == 1
    container.wait(hours=48)
    swept(container)
    assert (len(container.messenger.sent), rows(container, "follow_up")) == (1, [])
    container.wait(hours=119)
    swept(container)
    assert only(container).open
    container.wait(hours=1)
    swept(container)
    assert not only(container).open


def test_who_said_thanks_is_not_asked_and_the_matter_is_closed_in_its_time(container: Container) -> None:
    texts(container, RESET)
    texts(container, "Thanks!")
    container.wait(hours=48)
    swept(container)
    assert (len(container.messenger.sent), rows(container, "follow_up")) == (1, [])
    container.wait(hours=120)
    swept(container)
    assert not only(container).open


def test_who_wants_no_messages_is_not_asked(container: Container) -> None:
    texts(container, "stop")
    container.wait(hours=2)
    texts(container, RESET)
    container.wait(hours=48)
    swept(container)
    assert rows(container, "follow_up") == []


def test_who_takes_the_consent_back_before_the_question_leaves_is_not_asked(store: SqlStore) -> None:
    container = timed(store, now=datetime(2026, 3, 10, 19, 30, tzinfo=UTC))
    texts(container, RESET)
    container.wait(hours=49)
    swept(container)
    with container.store.begin() as unit:
        no = Consent(
            channel=Channel.SMS, purpose=Purpose.SERVICE, granted=False, at=container.clock(), source="settings"
        )
        unit.customers.add_consent(emma(container).id, no)
    container.wait(hours=12)
    swept(container)
    (row,) = rows(container, "follow_up")
    assert (row.state, row.error) == (EffectState.REFUSED, "the customer wants no messages")


# ---------------------------------------------------------------- closing


def mail_answered(container: Container) -> str:
    """A ticket whose mail Maria has answered, and given back."""
    ticket = mails(container)
    answers(container, ticket, "Maria here.")
    gives_back(container, ticket)
    container.drain()
    return ticket


def test_while_a_mail_waits_the_timer_closes_nothing(container: Container) -> None:
    ticket = mails(container)
    texts(container, RESET)
    container.wait(hours=48)
    swept(container)
    container.wait(hours=200)
    swept(container)
    assert (rows(container, "auto_close"), container.helpdesk.tickets[ticket].status) == ([], "new")


def test_five_days_after_the_question_the_ticket_is_solved_by_the_timer(container: Container) -> None:
    ticket = mail_answered(container)
    texts(container, RESET)
    container.wait(hours=48)
    swept(container)
    container.wait(hours=119)
    swept(container)
    assert rows(container, "auto_close") == []
    container.wait(hours=1)
    swept(container)
    assert container.helpdesk.tickets[ticket].status == "solved"
    assert "timer" in container.helpdesk.comments(ticket, public=False)[-1]
    assert (only(container).open, only(container).solved_at) == (False, container.clock())
    container.ticket(ticket)  # and the helpdesk's own word on it changes nothing
    container.wait(hours=500)
    swept(container)
    assert len(rows(container, "auto_close")) == 1


def test_who_takes_it_while_the_closing_waits_keeps_it_open_and_nobody_is_alarmed(container: Container) -> None:
    ticket = mail_answered(container)
    texts(container, RESET)
    container.wait(hours=48)
    swept(container)
    container.wait(hours=120)
    container.helpdesk.fail(TransientError("busy"))
    swept(container)
    container.wait(seconds=1)
    container.helpdesk.says(ticket, container.helpdesk.staff["agent-maria"], "Maria here.")
    container.ticket(ticket)
    container.wait(minutes=10)
    container.drain()
    (row,) = rows(container, "auto_close")
    assert (row.state, container.helpdesk.tickets[ticket].status) == (EffectState.REFUSED, "new")
    assert (only(container).owner.name, only(container).open) == ("Maria Lopez", True)
    assert container.desk.posts == []


def test_without_a_question_it_is_closed_after_the_answer(store: SqlStore) -> None:
    container = timed(store, replace(TIMED, timers=Timers(close=timedelta(hours=120))))
    ticket = mail_answered(container)
    texts(container, RESET)
    container.wait(hours=120)
    swept(container)
    assert container.helpdesk.tickets[ticket].status == "solved"


def test_a_customer_who_answers_keeps_it_open(container: Container) -> None:
    texts(container, RESET)
    container.wait(hours=48)
    swept(container)
    container.wait(hours=20)
    texts(container, "Which button?")
    container.wait(hours=47)
    swept(container)
    assert only(container).open


# ---------------------------------------------------------------- what is overtaken


def test_closing_counts_from_when_the_question_left_not_from_when_it_was_planned(store: SqlStore) -> None:
    timers = Timers(follow_up=timedelta(hours=1), close=timedelta(hours=6))
    container = timed(store, replace(TIMED, timers=timers), datetime(2026, 3, 10, 19, 30, tzinfo=UTC))
    texts(container, RESET)
    container.wait(hours=1)
    swept(container)  # held for the night
    container.wait(hours=10)
    swept(container)
    assert only(container).open
    container.wait(hours=2)
    swept(container)  # half past eight: it leaves
    assert len(container.messenger.sent) == 2
    container.wait(hours=5)
    swept(container)
    assert only(container).open
    container.wait(hours=1)
    swept(container)
    assert not only(container).open


def test_a_question_that_waits_for_its_hour_does_not_leave_after_the_matter_was_closed(store: SqlStore) -> None:
    container = timed(store, now=datetime(2026, 3, 10, 19, 30, tzinfo=UTC))
    texts(container, RESET)
    container.wait(hours=49)
    swept(container)
    with container.store.begin() as unit:
        unit.conversations.save(mark_solved(only(container), container.clock()))
    container.wait(hours=12)
    swept(container)
    (row,) = rows(container, "follow_up")
    assert (row.state, row.error) == (EffectState.REFUSED, "the matter is closed")


def test_who_writes_while_the_closing_waits_keeps_the_ticket_open_before_anything_is_decided(
    container: Container,
) -> None:
    ticket = mail_answered(container)
    texts(container, RESET)
    container.wait(hours=48)
    swept(container)
    container.wait(hours=120)
    container.helpdesk.fail(TransientError("busy"))
    swept(container)
    with container.store.begin() as unit:  # received, and not yet decided
        unit.conversations.add_message(samples.message(9, conversation_id=only(container).id, at=container.clock()))
    container.wait(minutes=10)
    container.drain()
    (row,) = rows(container, "auto_close")
    assert (row.state, row.error) == (EffectState.REFUSED, "the customer has written")
    assert container.helpdesk.tickets[ticket].status != "solved"


class Unwritten(StyleCard):
    """Has no words for the brand of Emma's conversation."""

    def of(self, brand: str) -> StyleCard:
        if brand == "broken":
            raise ValueError("no such brand")
        return super().of(brand)


def test_one_conversation_that_cannot_be_handled_stops_none_of_the_others(container: Container) -> None:
    texts(container, RESET)
    texts(container, RESET, phone=ANNA_PHONE)
    with container.store.begin() as unit:
        unit.conversations.save(replace(only(container), brand="broken"))
    container.wait(hours=48)
    timers = Timekeeper(store=container.store, policy=container.policy, style=Unwritten())
    assert sorted(effect.kind for effect in timers.run(container.clock())) == [
        EffectKind.MESSAGE,
        EffectKind.SLACK_POST,
    ]
    assert timers.run(container.clock()) == []  # told once
