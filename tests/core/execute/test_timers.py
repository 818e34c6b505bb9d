import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from connectors.sql.store import SqlStore
from connectors.sql.tables import ledger
from core.answer.style import StyleCard
from core.context.ownership import solved
from core.errors import TransientError
from core.execute.timers import Timekeeper
from core.model.customer import Channel, Consent, Purpose
from core.model.outbound import EffectKind, EffectState, Occasion, outgoing
from core.policy import Policy, Timers
from core.profile.facts import written
from tests.core import samples
from tests.core.day import RESET, answers, emma, mails, texts
from tests.core.execute.timing import TIMED, only, rows, swept, timed
from tests.core.house import House
from tests.core.people import EMMA_PHONE, consent
from tests.core.procedure.test_run import OFFLINE
from tests.core.rules import policy

ANNA_PHONE = "+447700900199"


@pytest.fixture
def house(store: SqlStore) -> House:
    return timed(store)


# ---------------------------------------------------------------- the question whether all is well


def test_after_two_quiet_days_one_asks_once_on_the_channel_of_the_customer(house: House) -> None:
    texts(house, RESET)
    house.wait(hours=47)
    assert swept(house) == 0
    house.wait(hours=1)
    assert swept(house) == 1
    asked = house.messenger.sent_to(EMMA_PHONE)[-1]
    assert "just reply" in asked
    assert "Reply AGENT for a person." in asked
    for _ in range(3):
        house.wait(hours=20)
        swept(house)
    assert len(house.messenger.sent) == 2
    (row,) = rows(house, "follow_up")
    assert (row.state, row.effect.kind) == (EffectState.SENT, EffectKind.MESSAGE)


def test_the_question_says_its_language_so_that_it_goes_in_the_right_template(store: SqlStore) -> None:
    house = timed(store)
    house.answer.language = "de"
    texts(house, RESET)
    house.wait(hours=48)
    swept(house)
    (row,) = rows(house, "follow_up")
    assert "Vor einiger Zeit" in row.effect.payload["body"]
    assert outgoing(row.effect).language == "de"


def test_two_sweeps_at_once_ask_once(house: House) -> None:
    texts(house, RESET)
    house.wait(hours=48)
    timers = Timekeeper(store=house.store, policy=house.policy, style=StyleCard())
    first, second = timers.run(house.clock()), timers.run(house.clock())
    assert (len(first), second) == (1, [])


def test_by_mail_the_question_is_a_public_comment(store: SqlStore) -> None:
    house = timed(store, replace(TIMED, automatic=frozenset({Channel.EMAIL})))
    ticket = mails(house)
    house.wait(hours=48)
    swept(house)
    assert "just reply" in house.helpdesk.comments(ticket, public=True)[-1]


def test_nobody_is_asked_where_a_person_has_it(house: House) -> None:
    texts(house, "I want to talk to a person")
    house.wait(hours=500)
    swept(house)
    assert rows(house, "follow_up") == []
    assert rows(house, "auto_close") == []


def test_nobody_is_asked_who_has_not_had_an_answer(house: House) -> None:
    mails(house)  # a draft for an agent, who has not sent it yet
    house.wait(hours=500)
    assert swept(house) == 0


def test_who_takes_it_while_the_question_waits_for_its_hour_is_not_talked_over(store: SqlStore) -> None:
    house = timed(store, now=datetime(2026, 3, 10, 19, 30, tzinfo=UTC))
    ticket = mails(house)
    texts(house, RESET)
    house.wait(hours=49)  # half past eight in the evening
    swept(house)
    (row,) = rows(house, "follow_up")
    assert row.state is EffectState.HELD
    answers(house, ticket, "Maria here, did it work?")
    house.wait(hours=13)
    swept(house)
    assert not [text for text in house.messenger.sent_to(EMMA_PHONE) if "just reply" in text]


def test_outside_the_hours_the_question_waits_for_the_morning(store: SqlStore) -> None:
    house = timed(store, now=datetime(2026, 3, 10, 19, 30, tzinfo=UTC))
    texts(house, RESET)
    house.wait(hours=49)
    swept(house)
    assert len(house.messenger.sent) == 1
    house.wait(hours=11)  # half past seven
    swept(house)
    assert len(house.messenger.sent) == 1
    house.wait(hours=1)
    swept(house)
    assert len(house.messenger.sent) == 2


def test_whoever_writes_before_the_question_leaves_is_not_asked(store: SqlStore) -> None:
    house = timed(store, now=datetime(2026, 3, 10, 19, 30, tzinfo=UTC))
    texts(house, RESET)
    house.wait(hours=49)
    swept(house)
    house.wait(minutes=1)
    texts(house, "Which button?")
    (row,) = rows(house, "follow_up")
    assert row.state is EffectState.REFUSED
    house.wait(hours=47)
    swept(house)
    assert len(rows(house, "follow_up")) == 1
    house.wait(hours=15)  # two days after the new answer, by daylight
    swept(house)
    assert len(rows(house, "follow_up")) == 2


def test_without_a_standing_rule_the_question_is_refused_at_the_gate(store: SqlStore) -> None:
    house = timed(store, replace(TIMED, standing=policy().standing))
    texts(house, RESET)
    house.wait(hours=48)
    swept(house)
    (row,) = rows(house, "follow_up")
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
    house = timed(store, rules)
    who = emma(house).id
    with house.store.begin() as unit:
        written(unit, who, "preferred_channel", "whatsapp", "Maria", house.clock())
        written(unit, who, "language", "German", "Maria", house.clock())
        unit.customers.add_consent(who, consent(channel=Channel.WHATSAPP, granted=agreed))
    texts(house, RESET)
    house.wait(hours=48)
    swept(house)
    (row,) = rows(house, "follow_up")
    assert (row.state, row.effect.payload["channel"]) == (EffectState.SENT, channel)
    assert "Vor einiger Zeit" in row.effect.payload["body"]
    with store.reader.connect() as connection:
        (told,) = connection.execute(select(ledger.c.facts).where(ledger.c.kind == "channel_wished")).scalars()
    assert (json.loads(told)["channel"], json.loads(told)["why"]) == (channel, why)


def test_on_whatsapp_nothing_unasked_is_written_a_day_after_the_customers_last_word(house: House) -> None:
    texts(house, RESET, channel="whatsapp")
    house.wait(hours=48)
    swept(house)
    assert rows(house, "follow_up") == []
    house.wait(hours=500)
    swept(house)
    assert only(house).open  # who was not asked is not closed upon


def test_on_whatsapp_a_question_that_would_wait_too_long_for_its_hour_is_not_made(store: SqlStore) -> None:
    evening = datetime(2026, 3, 10, 21, 30, tzinfo=UTC)
    house = timed(store, replace(TIMED, timers=Timers(follow_up=timedelta(hours=23))), evening)
    texts(house, RESET, channel="whatsapp")
    house.wait(hours=23)  # half past eight in the evening: it would leave eleven hours later
    swept(house)
    assert rows(house, "follow_up") == []


def test_a_question_of_ours_is_not_asked_after_and_counts_as_having_asked(store: SqlStore) -> None:
    steps = replace(OFFLINE, intents=frozenset({"reset"}))
    rules = replace(TIMED, procedures={"offline": steps}, standing=TIMED.standing | {"procedure"})
    house = timed(store, rules)
    texts(house, "It is offline, need a reset")
    assert house.messenger.sent_to(EMMA_PHONE)[-1].count("?") == 1
    house.wait(hours=48)
    swept(house)
    assert (len(house.messenger.sent), rows(house, "follow_up")) == (1, [])
    house.wait(hours=119)
    swept(house)
    assert only(house).open
    house.wait(hours=1)
    swept(house)
    assert not only(house).open


def test_who_said_thanks_is_not_asked_and_the_matter_is_closed_in_its_time(house: House) -> None:
    texts(house, RESET)
    texts(house, "Thanks!")
    house.wait(hours=48)
    swept(house)
    assert (len(house.messenger.sent), rows(house, "follow_up")) == (1, [])
    house.wait(hours=120)
    swept(house)
    assert not only(house).open


def test_who_wants_no_messages_is_not_asked(house: House) -> None:
    texts(house, "stop")
    house.wait(hours=2)
    texts(house, RESET)
    house.wait(hours=48)
    swept(house)
    assert rows(house, "follow_up") == []


def test_who_takes_the_consent_back_before_the_question_leaves_is_not_asked(store: SqlStore) -> None:
    house = timed(store, now=datetime(2026, 3, 10, 19, 30, tzinfo=UTC))
    texts(house, RESET)
    house.wait(hours=49)
    swept(house)
    with house.store.begin() as unit:
        no = Consent(channel=Channel.SMS, purpose=Purpose.SERVICE, granted=False, at=house.clock(), source="settings")
        unit.customers.add_consent(emma(house).id, no)
    house.wait(hours=12)
    swept(house)
    (row,) = rows(house, "follow_up")
    assert (row.state, row.error) == (EffectState.REFUSED, "the customer wants no messages")


# ---------------------------------------------------------------- closing


def test_five_days_after_the_question_the_ticket_is_solved_by_the_timer(house: House) -> None:
    ticket = mails(house)
    texts(house, RESET)
    house.wait(hours=48)
    swept(house)
    house.wait(hours=119)
    swept(house)
    assert rows(house, "auto_close") == []
    house.wait(hours=1)
    swept(house)
    assert house.helpdesk.tickets[ticket].status == "solved"
    assert "timer" in house.helpdesk.comments(ticket, public=False)[-1]
    assert (only(house).open, only(house).solved_at) == (False, house.clock())
    house.ticket(ticket)  # and the helpdesk's own word on it changes nothing
    house.wait(hours=500)
    swept(house)
    assert len(rows(house, "auto_close")) == 1


def test_who_takes_it_while_the_closing_waits_keeps_it_open_and_nobody_is_alarmed(house: House) -> None:
    ticket = mails(house)
    texts(house, RESET)
    house.wait(hours=48)
    swept(house)
    house.wait(hours=120)
    house.helpdesk.fail(TransientError("busy"))
    swept(house)
    house.wait(seconds=1)
    house.helpdesk.says(ticket, house.helpdesk.staff["agent-maria"], "Maria here.")
    house.ticket(ticket)
    house.wait(minutes=10)
    house.drain()
    (row,) = rows(house, "auto_close")
    assert (row.state, house.helpdesk.tickets[ticket].status) == (EffectState.REFUSED, "new")
    assert (only(house).owner.name, only(house).open) == ("Maria Lopez", True)
    assert house.desk.posts == []


def test_without_a_question_it_is_closed_after_the_answer(store: SqlStore) -> None:
    house = timed(store, replace(TIMED, timers=Timers(close=timedelta(hours=120))))
    ticket = mails(house)
    texts(house, RESET)
    house.wait(hours=120)
    swept(house)
    assert house.helpdesk.tickets[ticket].status == "solved"


def test_a_customer_who_answers_keeps_it_open(house: House) -> None:
    texts(house, RESET)
    house.wait(hours=48)
    swept(house)
    house.wait(hours=20)
    texts(house, "Which button?")
    house.wait(hours=47)
    swept(house)
    assert only(house).open


# ---------------------------------------------------------------- what is overtaken


def test_closing_counts_from_when_the_question_left_not_from_when_it_was_planned(store: SqlStore) -> None:
    timers = Timers(follow_up=timedelta(hours=1), close=timedelta(hours=6))
    house = timed(store, replace(TIMED, timers=timers), datetime(2026, 3, 10, 19, 30, tzinfo=UTC))
    texts(house, RESET)
    house.wait(hours=1)
    swept(house)  # held for the night
    house.wait(hours=10)
    swept(house)
    assert only(house).open
    house.wait(hours=2)
    swept(house)  # half past eight: it leaves
    assert len(house.messenger.sent) == 2
    house.wait(hours=5)
    swept(house)
    assert only(house).open
    house.wait(hours=1)
    swept(house)
    assert not only(house).open


def test_a_question_that_waits_for_its_hour_does_not_leave_after_the_matter_was_closed(store: SqlStore) -> None:
    house = timed(store, now=datetime(2026, 3, 10, 19, 30, tzinfo=UTC))
    texts(house, RESET)
    house.wait(hours=49)
    swept(house)
    with house.store.begin() as unit:
        unit.conversations.save(solved(only(house), house.clock()))
    house.wait(hours=12)
    swept(house)
    (row,) = rows(house, "follow_up")
    assert (row.state, row.error) == (EffectState.REFUSED, "the matter is closed")


def test_who_writes_while_the_closing_waits_keeps_the_ticket_open_before_anything_is_decided(house: House) -> None:
    ticket = mails(house)
    texts(house, RESET)
    house.wait(hours=48)
    swept(house)
    house.wait(hours=120)
    house.helpdesk.fail(TransientError("busy"))
    swept(house)
    with house.store.begin() as unit:  # received, and not yet decided
        unit.conversations.add_message(samples.message(9, conversation_id=only(house).id, at=house.clock()))
    house.wait(minutes=10)
    house.drain()
    (row,) = rows(house, "auto_close")
    assert (row.state, row.error) == (EffectState.REFUSED, "the customer has written")
    assert house.helpdesk.tickets[ticket].status != "solved"


class Unwritten(StyleCard):
    """Has no words for the brand of Emma's conversation."""

    def of(self, brand: str) -> StyleCard:
        if brand == "broken":
            raise ValueError("no such brand")
        return super().of(brand)


def test_one_conversation_that_cannot_be_handled_stops_none_of_the_others(house: House) -> None:
    texts(house, RESET)
    texts(house, RESET, phone=ANNA_PHONE)
    with house.store.begin() as unit:
        unit.conversations.save(replace(only(house), brand="broken"))
    house.wait(hours=48)
    timers = Timekeeper(store=house.store, policy=house.policy, style=Unwritten())
    assert sorted(effect.kind for effect in timers.run(house.clock())) == [EffectKind.MESSAGE, EffectKind.SLACK_POST]
    assert timers.run(house.clock()) == []  # told once
