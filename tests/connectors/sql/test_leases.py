"""Many who want one conversation at the same moment: exactly one of them gets it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from connectors.sql.store import SqlStore
from core.context.ownership import give_back, take_by_agent, wants_closing, wants_follow_up
from core.errors import ConflictError
from core.execute.commit import commit
from core.model.conversation import ASSISTANT, TOO_LATE, Conversation, Owner, OwnerKind, Quiet, Role
from core.model.decision import Action
from core.model.ids import ConversationId
from core.model.outbound import EffectKind, EffectState
from tests.core import people, samples
from tests.core.people import MINUTE, NOW
from tests.core.samples import MARIA
from tests.together import together

NAME = ConversationId("co_one")
CONTENDERS = 8
DAY = timedelta(days=1)


@pytest.fixture
def conversation(store: SqlStore) -> Conversation:
    """A conversation that the assistant has, with one message of the customer's."""
    one = samples.conversation(owner=ASSISTANT)
    with store.begin() as unit:
        unit.customers.save(people.customer())
        unit.conversations.add(one)
        unit.conversations.add_message(samples.message())
    return one


def stored(store: SqlStore) -> Conversation:
    with store.read() as unit:
        found = unit.conversations.get(NAME)
    assert found is not None
    return found


def contend(acts: list[Callable[[], None]]) -> list[int]:
    """Run all at once; the numbers of those that succeeded. ConflictError is how one loses; any other is raised."""

    def won(number: int) -> bool:
        try:
            acts[number]()
        except ConflictError:
            return False
        return True

    return [number for number, succeeded in enumerate(together(len(acts), won)) if succeeded]


def take(store: SqlStore, read: Conversation, who: str) -> None:
    with store.begin() as unit:
        unit.conversations.save(take_by_agent(read, who, NOW))


def test_of_many_agents_who_take_it_at_once_exactly_one_has_it(store: SqlStore, conversation: Conversation) -> None:
    def taking(number: int) -> Callable[[], None]:
        return lambda: take(store, conversation, f"Agent {number}")

    (winner,) = contend([taking(number) for number in range(CONTENDERS)])
    after = stored(store)
    assert (after.owner.name, after.version, after.owner_since) == (f"Agent {winner}", 1, NOW)


def test_an_agent_and_the_assistant_never_both_have_it(store: SqlStore, conversation: Conversation) -> None:
    """Whoever of an agent's comment and the assistant's answer comes first: after the comment nothing automatic waits
    to be sent, and the agent has the conversation."""
    case = samples.case(conversation=conversation)
    answer = samples.effect(EffectKind.MESSAGE, conversation_id=NAME)

    def answers() -> None:
        with store.begin() as unit:
            commit(unit, case, samples.decision(Action.AUTO_REPLY), [answer], NOW)

    (winner,) = contend([answers, lambda: take(store, conversation, "Maria Lopez")])
    with store.read() as unit:
        row = unit.outbox.get(answer.id)
        decided = unit.decisions.of_message(samples.message().id)
    assert (row is not None) == (decided is not None) == (winner == 0)
    assert stored(store).owner == (ASSISTANT if winner == 0 else MARIA)


def test_a_reply_is_claimed_or_withdrawn_and_never_both(store: SqlStore, conversation: Conversation) -> None:
    answer = samples.effect(EffectKind.MESSAGE, conversation_id=NAME)
    with store.begin() as unit:
        unit.outbox.add(answer)
    claimed, stopped = list[bool](), list[int]()

    def claim() -> None:
        with store.begin() as unit:
            claimed.append(unit.outbox.claim(answer.id, NOW) is not None)

    def withdraw() -> None:
        with store.begin() as unit:
            unit.conversations.save(take_by_agent(conversation, "Maria Lopez", NOW))
            stopped.append(unit.outbox.cancel(NAME, "automatic_reply", "Maria Lopez has answered", NOW))

    assert sorted(contend([claim, withdraw])) == [0, 1]
    assert claimed[0] != bool(stopped[0])
    with store.read() as unit:
        row = unit.outbox.get(answer.id)
    assert row is not None
    assert row.state is (EffectState.SENDING if claimed[0] else EffectState.REFUSED)


def test_giving_back_and_taking_at_once_leaves_one_owner(store: SqlStore, conversation: Conversation) -> None:
    take(store, conversation, "Maria Lopez")
    read = stored(store)

    def give() -> None:
        with store.begin() as unit:
            unit.conversations.save(give_back(read, NOW))

    winners = contend([give, lambda: take(store, read, "Jonas Weber"), give, lambda: take(store, read, "Aisha Rahman")])
    assert len(winners) == 1
    assert stored(store).owner.name in {0: [ASSISTANT.name], 2: [ASSISTANT.name]}.get(
        winners[0], ["Jonas Weber", "Aisha Rahman"]
    )


def test_the_lease_is_stored_whole(store: SqlStore, conversation: Conversation) -> None:
    whole = replace(
        conversation, owner=MARIA, owner_since=NOW, owner_group="Billing", solved_at=NOW + MINUTE, followed_up_at=NOW
    )
    with store.begin() as unit:
        unit.conversations.save(whole)
    assert stored(store) == replace(whole, version=1)


# ---------------------------------------------------------------- what has been quiet

ASSISTED = {"owner": ASSISTANT}
LAST = {"role": Role.ASSISTANT, "at": NOW, "vendor_ref": "last"}


def test_thanks_are_no_last_word_and_a_word_that_is_not_decided_yet_is_one(store: SqlStore) -> None:
    with store.begin() as unit:
        unit.customers.save(people.customer())
        unit.conversations.add(samples.conversation(updated_at=NOW - MINUTE, **ASSISTED))
        unit.conversations.add_message(samples.message(1, role=Role.ASSISTANT, at=NOW - 9 * MINUTE))
        thanks = samples.message(2, at=NOW - MINUTE)
        unit.conversations.add_message(thanks)
        assert unit.conversations.quiet(Quiet(), NOW, 10) == []
        silent = samples.disposition(Action.SILENT)
        unit.decisions.add(samples.decision(message_id=thanks.id, disposition=silent))
        assert unit.conversations.quiet(Quiet(), NOW, 10) == [NAME]


@pytest.mark.parametrize(
    ("changes", "last", "wanted", "found"),
    [
        (ASSISTED, LAST, Quiet(), True),
        (ASSISTED, {**LAST, "at": NOW + MINUTE}, Quiet(), False),
        (ASSISTED, {**LAST, "role": Role.CUSTOMER}, Quiet(), False),
        ({"owner": MARIA}, LAST, Quiet(), False),
        ({**ASSISTED, "open": False}, LAST, Quiet(), False),
        ({**ASSISTED, "updated_at": NOW + MINUTE}, LAST, Quiet(), False),
        ({"owner": MARIA}, {**LAST, "role": Role.AGENT}, Quiet(owner=OwnerKind.AGENT, said_by=Role.AGENT), True),
        (ASSISTED, LAST, Quiet(asked=False), True),
        ({**ASSISTED, "followed_up_at": NOW}, LAST, Quiet(asked=False), False),
        ({**ASSISTED, "followed_up_at": NOW - MINUTE}, LAST, Quiet(asked=False), True),
        (ASSISTED, LAST, Quiet(asked=True), False),
        ({**ASSISTED, "followed_up_at": NOW}, LAST, Quiet(asked=True), True),
        ({**ASSISTED, "followed_up_at": NOW + MINUTE}, LAST, Quiet(asked=True), False),
    ],
)
def test_the_quiet_ones_are_found_by_owner_last_word_and_question(
    store: SqlStore, changes: dict[str, object], last: dict[str, object], wanted: Quiet, found: bool
) -> None:
    with store.begin() as unit:
        unit.customers.save(people.customer())
        unit.conversations.add(samples.conversation(**{"updated_at": NOW - MINUTE, **changes}))
        unit.conversations.add_message(samples.message(1, at=NOW - 9 * MINUTE))
        unit.conversations.add_message(samples.message(2, **last))
        unit.conversations.add_message(samples.message(3, role=Role.AGENT, public=False, at=NOW - MINUTE))
        unit.conversations.add_message(samples.message(4, role=Role.SYSTEM, at=NOW + 9 * MINUTE))
    with store.read() as unit:
        assert unit.conversations.quiet(wanted, NOW, 10) == ([NAME] if found else [])
        assert unit.conversations.quiet(wanted, NOW - DAY, 10) == []
        one, spoken = stored(store), samples.message(2, **last)
    # The pure rule, asked again inside the transaction, says the same of what was found.
    if found and wanted.owner is OwnerKind.ASSISTANT:
        due = wants_closing(one, spoken, DAY, NOW + DAY, asks=True)
        assert due if wanted.asked else wants_follow_up(one, spoken, DAY, NOW + DAY)


@pytest.mark.parametrize(
    ("owner", "wanted", "found"),
    [
        (ASSISTANT, Quiet(asked=False), False),
        (MARIA, Quiet(owner=OwnerKind.AGENT, said_by=Role.AGENT), True),
    ],
)
def test_what_is_long_over_is_not_asked_after_and_still_given_back(
    store: SqlStore, owner: Owner, wanted: Quiet, found: bool
) -> None:
    with store.begin() as unit:
        unit.customers.save(people.customer())
        unit.conversations.add(samples.conversation(updated_at=NOW, owner=owner))
        unit.conversations.add_message(samples.message(1, role=wanted.said_by, at=NOW))
    with store.read() as unit:
        assert unit.conversations.quiet(wanted, NOW + TOO_LATE, 10) == [NAME]
        assert unit.conversations.quiet(wanted, NOW + TOO_LATE + MINUTE, 10) == ([NAME] if found else [])
