from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from shutil import copy
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.sql.store import SqlStore
from core.errors import ConflictError, RejectedError
from core.model.action import ActionCall, ActionRun
from core.model.conversation import Conversation, Message, Role
from core.model.customer import Channel, Consent, Customer, Identity, IdentityKind, Purpose
from core.model.ids import ApprovalId, ConversationId, CustomerId, MessageId
from core.model.profile import Asked, FactSource, Merge, ProfileFact
from core.profile.merge import choose_kept, merge, unmerge
from tests.core.people import NOW

EMMA, OTHER, THIRD = CustomerId("cu_emma"), CustomerId("cu_other"), CustomerId("cu_third")
HOUR = timedelta(hours=1)
MAIL = Identity(kind=IdentityKind.EMAIL, value="emma@example.com", verified=True)
PHONE = Identity(kind=IdentityKind.PHONE, value="+447700900123", verified=True)
THIRD_PHONE = Identity(kind=IdentityKind.PHONE, value="+447700900199", verified=True)


def consent(granted: bool, hours: float, channel: Channel = Channel.SMS) -> Consent:
    at = NOW + HOUR * hours
    return Consent(channel=channel, purpose=Purpose.SERVICE, granted=granted, at=at, source="form", wording="said")


def person(name: CustomerId, *identities: Identity, consents: tuple[Consent, ...] = ()) -> Customer:
    return Customer(id=name, name="Emma Clarke", identities=identities, consents=consents)


def talk(name: str, customer: CustomerId, hours: float, address: str = "") -> tuple[Conversation, Message]:
    at = NOW + HOUR * hours
    made = Conversation(id=ConversationId(name), customer_id=customer, subject="Offline", updated_at=at)
    said = Message(
        id=MessageId(f"ms_{name}"),
        conversation_id=made.id,
        channel=Channel.SMS,
        role=Role.CUSTOMER,
        author="Emma Clarke",
        text="It is offline",
        at=at,
        vendor_ref=f"twilio:{name}",
        address=address,
    )
    return made, said


def store_with(store: SqlStore, people: tuple[Customer, ...], talks: tuple[tuple[Conversation, Message], ...]) -> None:
    with store.begin() as unit:
        for each in people:
            unit.customers.save(each)
        for conversation, message in talks:
            unit.conversations.add(conversation)
            unit.conversations.add_message(message)


def merged(store: SqlStore, kept: CustomerId = EMMA, other: CustomerId = OTHER, hours: float = 10) -> Merge:
    with store.begin() as unit:
        return merge(unit, kept, other, "Maria Lopez", "the same number", NOW + HOUR * hours)


def undone(store: SqlStore, made: Merge, hours: float = 20) -> Merge:
    with store.begin() as unit:
        return unmerge(unit, made.id, "Maria Lopez", NOW + HOUR * hours)


def read(store: SqlStore, name: CustomerId) -> Customer:
    with store.read() as unit:
        found = unit.customers.get(name)
    assert found is not None
    return found


def whose(store: SqlStore, name: CustomerId) -> set[str]:
    with store.read() as unit:
        return {each.id for each in unit.conversations.recent(name, NOW - HOUR * 1000)}


@pytest.fixture
def two(store: SqlStore) -> SqlStore:
    people = (person(EMMA, MAIL), person(OTHER, PHONE))
    store_with(store, people, (talk("co_mail", EMMA, 1), talk("co_text", OTHER, 2, PHONE.value)))
    return store


def test_one_person_is_found_by_every_address_of_both(two: SqlStore) -> None:
    merged(two)
    with two.read() as unit:
        assert [unit.customers.find(each) == read(two, EMMA) for each in (MAIL, PHONE)] == [True, True]
    assert whose(two, EMMA) == {"co_mail", "co_text"}
    assert read(two, OTHER).identities == ()


def test_what_is_ones_own_comes_before_what_came_with_the_other(two: SqlStore) -> None:
    with two.begin() as unit:
        unit.customers.save(person(OTHER, Identity(kind=IdentityKind.EMAIL, value="e2@example.com", verified=True)))
    merged(two)
    assert read(two, EMMA).email == "emma@example.com"


def test_undoing_puts_everything_back(two: SqlStore) -> None:
    before = [read(two, EMMA), read(two, OTHER)]
    made = merged(two)
    assert undone(two, made).undone_by == "Maria Lopez"
    assert [read(two, EMMA), read(two, OTHER)] == before
    assert (whose(two, EMMA), whose(two, OTHER)) == ({"co_mail"}, {"co_text"})


def test_a_refusal_of_either_holds_for_both_and_stays_with_who_said_it(store: SqlStore) -> None:
    people = (person(EMMA, MAIL, consents=(consent(True, 5),)), person(OTHER, PHONE, consents=(consent(False, 1),)))
    store_with(store, people, ())
    made = merged(store)
    assert not read(store, EMMA).has_consented(Channel.SMS, Purpose.SERVICE)
    undone(store, made)
    assert read(store, EMMA).has_consented(Channel.SMS, Purpose.SERVICE)
    assert not read(store, OTHER).has_consented(Channel.SMS, Purpose.SERVICE)
    assert read(store, EMMA).consents == (consent(True, 5),)


def test_who_agrees_again_after_the_merge_is_heard(store: SqlStore) -> None:
    people = (person(EMMA, MAIL, consents=(consent(True, 5),)), person(OTHER, PHONE, consents=(consent(False, 1),)))
    store_with(store, people, ())
    merged(store)
    with store.begin() as unit:
        unit.customers.add_consent(EMMA, consent(True, 11))
    assert read(store, EMMA).has_consented(Channel.SMS, Purpose.SERVICE)


def test_a_refusal_that_came_while_they_were_one_holds_for_both_after(two: SqlStore) -> None:
    made = merged(two)
    with two.begin() as unit:
        unit.customers.add_consent(EMMA, consent(False, 12))
    undone(two, made)
    assert [read(two, name).consents for name in (EMMA, OTHER)] == [(consent(False, 12),)] * 2


def test_what_was_written_meanwhile_goes_with_the_address_it_came_from(two: SqlStore) -> None:
    made = merged(two)
    store_with(two, (), (talk("co_new_text", EMMA, 12, PHONE.value), talk("co_new_mail", EMMA, 13, "elsewhere")))
    undone(two, made)
    assert whose(two, OTHER) == {"co_text", "co_new_text"}
    assert whose(two, EMMA) == {"co_mail", "co_new_mail"}


def test_a_new_matter_in_the_same_messaging_window_goes_back_with_it(store: SqlStore) -> None:
    window = Identity(kind=IdentityKind.EXTERNAL, value="sunshine:p1")
    store_with(store, (person(EMMA, MAIL, PHONE), person(OTHER, window)), (talk("co_chat", OTHER, 2, "conv-1"),))
    made = merged(store)
    _, of_emma = talk("co_chat", EMMA, 11, PHONE.value)  # Emma's own words in the same matter
    with store.begin() as unit:
        unit.conversations.add_message(replace(of_emma, id=MessageId("ms_emma"), vendor_ref="twilio:emma"))
    store_with(store, (), (talk("co_more", EMMA, 12, "conv-1"), talk("co_text", EMMA, 13, PHONE.value)))
    undone(store, made)
    assert (whose(store, OTHER), whose(store, EMMA)) == ({"co_chat", "co_more"}, {"co_text"})


def test_what_other_systems_answered_is_asked_again_after_a_merge_and_after_its_end(two: SqlStore) -> None:
    answer = Asked(source="Billing", at=NOW)

    def asked() -> int:
        with two.begin() as unit:
            found = sum(len(unit.profiles.last_answers(name)) for name in (EMMA, OTHER))
            for name in (EMMA, OTHER):
                unit.profiles.keep(name, answer)
        return found

    asked()
    made = merged(two)
    assert asked() == 0
    undone(two, made)
    assert asked() == 0


def test_of_two_merges_at_the_same_moment_one_is_refused(two: SqlStore) -> None:
    """Both have looked before either was written."""
    store_with(two, (person(THIRD, THIRD_PHONE),), ())
    made = merged(two)
    with pytest.raises(ConflictError), two.begin() as unit:
        unit.merges.add(replace(made, id="mg_late", kept=THIRD))
    undone(two, made)
    with two.begin() as unit:
        unit.merges.add(replace(made, id="mg_later", kept=THIRD))


def test_facts_move_and_come_back(two: SqlStore) -> None:
    fact = ProfileFact(name="device", value="Hub", source=FactSource.SAID, at=NOW)
    with two.begin() as unit:
        unit.profiles.add(OTHER, fact)
    made = merged(two)
    with two.read() as unit:
        assert (unit.profiles.facts(EMMA), unit.profiles.facts(OTHER)) == ([fact], [])
    undone(two, made)
    with two.read() as unit:
        assert (unit.profiles.facts(EMMA), unit.profiles.facts(OTHER)) == ([], [fact])


def test_of_two_merges_the_later_is_undone_first(two: SqlStore) -> None:
    store_with(two, (person(THIRD, THIRD_PHONE),), ())
    first = merged(two)
    second = merged(two, THIRD, EMMA, 11)
    with pytest.raises(RejectedError, match="undo that first"):
        undone(two, first)
    undone(two, second)
    undone(two, first, 21)
    assert read(two, OTHER).identities == (PHONE,)
    assert read(two, THIRD).identities == (THIRD_PHONE,)


def test_nobody_is_merged_with_themselves_or_twice(two: SqlStore) -> None:
    merged(two)
    for kept, other in ((EMMA, EMMA), (EMMA, OTHER), (OTHER, EMMA), (EMMA, CustomerId("cu_nobody"))):
        with pytest.raises(RejectedError):
            merged(two, kept, other, 12)


def test_nothing_is_undone_twice(two: SqlStore) -> None:
    made = merged(two)
    undone(two, made)
    with pytest.raises(RejectedError, match="nothing to undo"):
        undone(two, made)


def test_the_one_whom_the_helpdesk_knows_is_kept() -> None:
    known = person(OTHER, Identity(kind=IdentityKind.HELPDESK, value="17", verified=True))
    assert choose_kept(person(EMMA, PHONE), known) == (known, person(EMMA, PHONE))
    assert choose_kept(known, person(EMMA, PHONE))[0] == known
    assert choose_kept(person(EMMA), person(OTHER))[0].id == EMMA


consents = st.lists(
    st.builds(
        consent,
        st.booleans(),
        st.floats(0, 9, allow_nan=False),
        st.sampled_from([Channel.SMS, Channel.WHATSAPP, Channel.EMAIL]),
    ),
    max_size=5,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ours=consents, theirs=consents, talks=st.lists(st.booleans(), max_size=5))
def test_merging_and_undoing_changes_nothing(
    migrated: Path, ours: list[Consent], theirs: list[Consent], talks: list[bool]
) -> None:
    with TemporaryDirectory() as folder:
        copy(migrated, Path(folder) / "one.db")
        store = SqlStore(f"sqlite:///{folder}/one.db")
        people = (person(EMMA, MAIL, consents=tuple(ours)), person(OTHER, PHONE, consents=tuple(theirs)))
        held = [talk(f"co_{number}", EMMA if mine else OTHER, number) for number, mine in enumerate(talks)]
        store_with(store, people, tuple(held))
        before = [(read(store, name), whose(store, name)) for name in (EMMA, OTHER)]
        made = merged(store)
        both = read(store, EMMA)
        for channel in Channel:
            said_no = any(
                refused(replace(each, consents=words), channel)
                for each, words in zip(people, (tuple(ours), tuple(theirs)), strict=True)
            )
            assert not (said_no and both.has_consented(channel, Purpose.SERVICE))
        undone(store, made)
        after = [(read(store, name), whose(store, name)) for name in (EMMA, OTHER)]
        store.close()
    assert after == before


def refused(customer: Customer, channel: Channel) -> bool:
    said = [each for each in customer.consents if each.channel is channel and each.purpose is Purpose.SERVICE]
    return bool(said) and not customer.has_consented(channel, Purpose.SERVICE)


def test_what_was_done_for_the_other_counts_for_the_one_person_and_goes_back(store: SqlStore) -> None:
    """Else whoever has two profiles has every limit twice, and what was agreed to is of nobody any more."""
    store_with(store, (person(EMMA, MAIL), person(OTHER, PHONE)), (talk("co_theirs", OTHER, 1),))
    call = ActionCall(action="refund", label="Pay back", arguments={}, spec="one", amount=1200)
    run = ActionRun(
        id=ApprovalId("ac_1"),
        call=call,
        customer_id=OTHER,
        conversation_id=ConversationId("co_theirs"),
        policy_version="one",
        created_at=NOW,
        expires_at=NOW + HOUR,
    )
    with store.begin() as unit:
        assert unit.actions.add(run)
        made = merge(unit, EMMA, OTHER, "maria", "the same person", NOW + HOUR)

    def counted(whose: CustomerId) -> tuple[int, int]:
        with store.read() as unit:
            return unit.actions.spent("refund", whose, NOW - HOUR, ApprovalId(""))

    def whose() -> CustomerId | None:
        with store.read() as unit:
            found = unit.actions.get(run.id)
        return found.customer_id if found else None

    assert (counted(made.kept), counted(made.merged), whose()) == ((1, 1200), (0, 0), made.kept)
    with store.begin() as unit:
        unmerge(unit, made.id, "maria", NOW + 2 * HOUR)
    assert (counted(OTHER), counted(EMMA), whose()) == ((1, 1200), (0, 0), OTHER)
