from dataclasses import replace

from core.handoff.card import LONGEST_QUOTE, handoff_card, note_text, quote_line
from core.model.conversation import Attachment, CaseContext, Role
from core.model.customer import Channel, Customer, Identity, IdentityKind
from core.model.decision import Action, Handoff
from tests.core import rules, samples
from tests.core.people import EMMA_PHONE, customer
from tests.core.samples import message, scored, signals

ASKED = message(1, text="My thermostat is offline")
ANSWERED = message(2, role=Role.ASSISTANT, author="Virtual assistant", text="Hold the button")
NOTE = message(3, role=Role.AGENT, author="Maria", text="She sounded upset", public=False)
AGAIN = message(4, text="I did that, it still does not work")
NOW = message(5, text="I want a person")


def made(case: CaseContext, *, label: str = "Reset", moods: tuple[float, ...] = (-0.1, -0.5)) -> Handoff:
    read = signals(intents=(scored("reset", label=label),) if label else ())
    return handoff_card(
        case, read, None, samples.disposition(Action.HANDOFF, reason="They asked for it."), moods, rules.policy()
    )


def test_the_card_says_what_they_want_what_was_tried_and_what_is_open() -> None:
    card = made(samples.case(ASKED, ANSWERED, NOTE, AGAIN, NOW))
    assert (card.group, card.reason) == ("Customer care", "They asked for it.")
    assert "I want a person" in card.wants
    assert "Reset" in card.wants
    assert len(card.tried) == 1
    assert "Hold the button" in card.tried[0]
    assert any("it still does not work" in line for line in card.open)
    assert "My thermostat is offline" in card.summary
    assert "Emma Clarke" in card.summary
    assert card.sentiment_trend == (-0.1, -0.5)


def words_in(card: Handoff, case: CaseContext) -> str:
    return "\n".join((note_text(card, case, "v1", "vip"), *card.tried, *card.open, card.summary, card.wants))


def test_every_quotation_stands_in_the_record() -> None:
    case = samples.case(ASKED, ANSWERED, AGAIN, NOW)
    record = "\n".join(m.text for m in case.timeline)
    quotations = [part.split("”")[0] for part in words_in(made(case), case).split("“")[1:]]
    assert len(quotations) >= 4
    assert [q for q in quotations if q not in record] == []


def test_an_internal_note_is_not_told_as_something_that_the_customer_heard() -> None:
    case = samples.case(ASKED, NOTE, NOW)
    assert made(case).tried == ()
    assert "She sounded upset" not in words_in(made(case), case)


def test_nothing_is_said_where_the_record_says_nothing() -> None:
    card = made(samples.case(NOW), label="", moods=(0.0,))
    assert (card.tried, card.open, card.agent) == ((), (), None)
    assert card.wants == "“I want a person”"
    assert "Reset" not in card.wants


def test_who_asks_for_a_person_is_told_with_what_they_had_asked_before() -> None:
    read = signals(risks=(samples.risk("human_request", "I want a person"),))
    for said, before in (((ASKED, ANSWERED, NOW), "“My thermostat is offline”"), ((NOW,), "")):
        card = handoff_card(
            samples.case(*said), read, None, samples.disposition(Action.HANDOFF), (0.0,), rules.policy()
        )
        assert card.wants.partition("and before that: ")[2] == before


def test_what_the_draft_could_not_answer_is_open() -> None:
    draft = samples.draft(unknown=("When will it ship?",))
    card = handoff_card(
        samples.case(NOW), signals(), draft, samples.disposition(Action.HANDOFF), (0.0,), rules.policy()
    )
    assert "“When will it ship?”" in card.open


def test_the_beginning_of_what_was_read_of_a_file_stands_on_the_card_and_personal_data_does_not() -> None:
    log = Attachment(
        name="hub.log", type="text/plain", size=900, text="E42 at boot,\nask emma@customer.example " + "x " * 900
    )
    photo = Attachment(name="box.jpg", type="image/jpeg")
    card = made(samples.case(message(1, attachments=(log, photo))))
    read, unseen = card.open
    assert read.startswith("File hub.log, 900 bytes, read: “E42 at boot, ask [email 1] x")
    assert len(read) < 350
    assert unseen == "Photo box.jpg, not seen by the assistant"


def test_only_the_latest_attempts_and_moods_are_shown() -> None:
    many = [message(n, role=Role.ASSISTANT, text=f"Answer {n}", author="Virtual assistant") for n in range(1, 9)]
    card = made(samples.case(*many, message(9)), moods=tuple(n / 10 for n in range(10)))
    assert ["Answer 6" in card.tried[0], "Answer 8" in card.tried[-1], len(card.tried)] == [True, True, 3]
    assert card.sentiment_trend == (0.4, 0.5, 0.6, 0.7, 0.8, 0.9)


def known_by(kind: IdentityKind, *, verified: bool) -> Customer:
    value = EMMA_PHONE if kind is IdentityKind.PHONE else "emma@example.com"
    record = Identity(kind=IdentityKind.HELPDESK, value="user-emma", verified=True)
    return customer(identities=(record, Identity(kind=kind, value=value, verified=verified)))


def identity(channel: Channel, of: Customer, address: str = EMMA_PHONE) -> str:
    return made(samples.case(message(1, channel=channel, address=address), customer=of)).identity


def test_an_identity_is_verified_only_by_the_channel_that_proves_it() -> None:
    by_phone = known_by(IdentityKind.PHONE, verified=True)
    by_mail = known_by(IdentityKind.EMAIL, verified=True)
    assert identity(Channel.SMS, by_phone) == "verified"
    assert identity(Channel.WHATSAPP, by_phone) == "verified"
    newcomer = replace(by_phone, identities=by_phone.identities[::-1])  # whose record was made of the number
    assert identity(Channel.SMS, newcomer) == "unverified"
    assert identity(Channel.EMAIL, by_mail) == "known"  # whoever types an address is not proved to own it
    assert identity(Channel.EMAIL, by_phone) == "unverified"
    assert identity(Channel.SMS, by_mail) == "unverified"
    assert identity(Channel.SMS, known_by(IdentityKind.PHONE, verified=False)) == "known"
    assert identity(Channel.SMS, by_phone, "+447700900999") == "known"


def test_a_number_proves_nobody_where_the_policy_takes_none_for_a_proof() -> None:
    case = samples.case(
        message(1, channel=Channel.SMS, address=EMMA_PHONE), customer=known_by(IdentityKind.PHONE, verified=True)
    )
    strict = rules.policy(verification__accept=["code"])
    card = handoff_card(case, signals(), None, samples.disposition(Action.HANDOFF), (0.0,), strict)
    assert card.identity == "known"


def test_the_number_that_a_call_claims_to_come_from_proves_nobody() -> None:
    assert identity(Channel.VOICE, known_by(IdentityKind.PHONE, verified=True), "CA" + "1a" * 16) == "known"


def test_a_sign_in_of_another_day_proves_nobody_who_writes_without_one() -> None:
    assert identity(Channel.CHAT, known_by(IdentityKind.EXTERNAL, verified=True), "conv-1") == "known"


def test_a_web_form_proves_nothing() -> None:
    assert identity(Channel.WEB, customer()) == "unverified"


def test_a_quotation_is_one_line_cut_at_a_word() -> None:
    assert quote_line("  two\n lines  ") == "two lines"
    cut = quote_line("word " * 100)
    assert len(cut) <= LONGEST_QUOTE + 2
    assert cut.endswith("word …")


def test_the_note_names_rule_and_policy() -> None:
    case = samples.case(ASKED, NOW)
    note = note_text(made(case), case, "abc123", "trigger:human_request")
    for words in ("Customer care", "They asked for it.", "Emma Clarke", "trigger:human_request", "abc123"):
        assert words in note


def test_of_a_long_history_what_was_said_between_the_first_and_the_last_message_is_told_with_its_source() -> None:
    words = ("My hub is dark.", "The serial is HX-204471.", "I paid £89.00 for it.", "Are you there?")
    long = samples.case(*(message(place, text=text) for place, text in enumerate(words, 1)))
    told = made(long).summary
    assert "first wrote: “My hub is dark.” and last: “Are you there?”. 4 messages" in told
    between = told.split("Between them: ")[1]
    assert "Emma Clarke: “The serial is HX-204471.” (message of " in between
    assert "“I paid £89.00 for it.”" in between
    assert told.count("“My hub is dark.”") == 1
