"""Intents to add, to split, to merge, and examples to retire: from what agents corrected to a draft of the intents."""

import os
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from apps.bootstrap import enacter
from apps.intents.drafting import FILE, IntentsDraft
from apps.intents_file import Intents, intents_in, read_intents
from apps.policy_rewrite import with_disclaimers, with_wording
from connectors.sql.store import SqlStore
from core.answer.style import StyleCard
from core.decide.evaluation import circumstances_of
from core.errors import RejectedError
from core.improve.accepting import Deciding
from core.improve.find import Lessons
from core.improve.intents import IntentChanges
from core.model.conversation import CaseContext, Role
from core.model.customer import Customer
from core.model.decision import Action
from core.model.ids import ConversationId, CustomerId, DecisionId, MessageId, TicketId
from core.model.lesson import Proposal, ProposalKind
from core.model.signals import OUT_OF_SCOPE, Correction
from core.policy import Policy
from tests.core import rules, samples
from tests.core.encoder import WordEncoder
from tests.core.people import MINUTE, NOW

LATER = NOW + timedelta(hours=6)
PRIYA = "priya@x.example"
FILE_IN_FORCE = """# Ours.
intents:
  - name: refund
    label: Refund status
    urgency_hint: high
    examples: [where is my refund, when do I get my money, refund please, money back when, refund not there, pay me]
    examples_de: [wo ist mein geld]
  - name: payout
    label: Payout
    examples: [where is my payout, payout date, payout missing, when is payday, payout please]
  - name: reset
    label: Reset
    examples: [reset the dial, factory reset, how to reset it, reset needed, start it anew, wifi forgotten]
"""
# Six messages that want the same, and some that want something of their own each.
DOORBELL = [
    "doorbell camera shows no picture", "no picture on doorbell camera", "doorbell camera picture gone",
    "camera of doorbell shows no picture", "doorbell picture camera black", "picture of doorbell camera missing",
]  # fmt: skip
OTHERS = ["what colour is the hallway lamp", "can hedgehogs live near it", "is brass polish allowed there"]


class Office:
    def __init__(self, store: SqlStore, folder: Path, policy: Policy | None = None) -> None:
        self.store, self.policy, self._number = store, policy or rules.policy(), 0
        self.file, self.folder = folder / "intents.yaml", folder / "data"
        self.file.write_text(FILE_IN_FORCE, encoding="utf-8")

    @property
    def intents(self) -> Intents:
        return read_intents(str(self.file))

    def asks(
        self,
        text: str,
        read: str = "",
        *,
        agent: str = "",
        customer: str = "",
        silent: bool = False,
        language: str = "en",
    ) -> str:
        """A customer writes, this intent is read, and an agent answers."""
        self._number += 1
        name, at = str(self._number), NOW + self._number * MINUTE
        who = Customer(id=CustomerId(customer or f"cu_{name}"), name="Emma Fields")
        ticket = samples.conversation(
            id=ConversationId(f"co_{name}"), customer_id=who.id, ticket_id=TicketId(name), updated_at=at
        )
        message = samples.message(
            1, id=MessageId(f"ms_{name}"), conversation_id=ticket.id, text=text, vendor_ref=f"m{name}", at=at
        )
        case = CaseContext(customer=who, conversation=ticket, timeline=(message,), now=at)
        action = Action.SILENT if silent else Action.SUGGEST
        decision = samples.decision(
            action,
            id=DecisionId(f"de_{name}"),
            conversation_id=ticket.id,
            message_id=message.id,
            signals=samples.signals(intents=(samples.scored(read),) if read else (), language=samples.scored(language)),
            draft=None,
            at=at,
            circumstances=circumstances_of(case),
        )
        with self.store.begin() as unit:
            unit.customers.save(who)
            unit.conversations.add(ticket)
            unit.conversations.add_message(message)
            unit.decisions.add(decision)
            if agent:
                unit.conversations.add_message(
                    samples.message(
                        2, id=MessageId(f"an_{name}"), conversation_id=ticket.id, role=Role.AGENT, author=agent,
                        text="I look.", vendor_ref=f"a{name}", at=at + MINUTE,
                    )
                )  # fmt: skip
        return name

    def corrects(self, ticket: str, text: str, intent: str, by: str) -> None:
        with self.store.begin() as unit:
            unit.corrections.add(
                Correction(
                    message_id=MessageId(f"ms_{ticket}"), conversation_id=ConversationId(f"co_{ticket}"), text=text,
                    intent=intent, by=by, at=LATER - 60 * MINUTE,
                )
            )  # fmt: skip

    def corrected(self, texts: Sequence[str], read: str, intent: str, by: Sequence[str] = ("Maria", "Jonas")) -> None:
        for number, text in enumerate(texts):
            self.corrects(self.asks(text, read), text, intent, by[number % len(by)])

    def finds(self) -> list[Proposal]:
        changes = IntentChanges(
            policy=lambda: self.policy,
            encoder=WordEncoder,
            english=WordEncoder,
            examples=lambda: self.intents.examples,
            labels=lambda: self.intents.labels,
        )
        return Lessons(store=self.store, encoder=WordEncoder, card=StyleCard, further=(changes,)).find(LATER)

    @property
    def deciding(self) -> Deciding:
        return Deciding(
            store=self.store,
            enacter=enacter(self.store, lambda: LATER),
            with_lines=with_disclaimers,
            with_wording=with_wording,
            draft_intents=IntentsDraft(source=str(self.file), folder=self.folder),
            now=lambda: LATER,
        )

    @property
    def drafted(self) -> Intents:
        return intents_in(str(self.folder / FILE))


@pytest.fixture
def office(store: SqlStore, tmp_path: Path) -> Office:
    return Office(store, tmp_path)


def unread(office: Office, count: int = 6) -> None:
    for number, text in enumerate(DOORBELL[:count]):
        office.asks(text, agent=("Maria", "Jonas")[number % 2])
    for text in OTHERS:
        office.asks(text, agent="Maria")


def test_what_has_no_intent_and_people_answer_again_and_again_is_a_new_one(office: Office) -> None:
    unread(office)
    (found,) = office.finds()
    assert found.kind is ProposalKind.INTENT_NEW
    assert {"camera", "doorbell", "picture"} == set(found.says.lower().split())
    assert (found.matters, found.agents, found.customers) == (6, 2, 6)
    assert found.replayed == "would have given an intent to 6 of your last 9 messages that had none of yours"
    before = office.file.read_text()
    done = office.deciding.edit(found.id, "Doorbell camera", PRIYA)
    done = office.deciding.accept(found.id, PRIYA)
    assert f"handrail intents check {office.folder / FILE}" in done.outcome
    assert not done.reversible
    assert set(office.drafted.examples["doorbell_camera"]) == set(DOORBELL)
    assert office.drafted.labels["doorbell_camera"] == "Doorbell camera"
    assert (office.drafted.urgency, office.drafted.translated) == (office.intents.urgency, office.intents.translated)
    assert office.file.read_text() == before
    assert office.finds() == []


def test_what_is_written_in_another_language_belongs_to_the_group_that_it_is_like(office: Office) -> None:
    unread(office)
    for text in ("camera doorbell picture schwarz", "doorbell picture camera weg"):
        office.asks(text, agent="Jonas", language="de")
    (found,) = office.finds()
    assert found.matters == 8


def test_what_nobody_asks_in_english_is_a_new_one_too(office: Office) -> None:
    for number, text in enumerate(DOORBELL):
        office.asks(text, agent=("Maria", "Jonas")[number % 2], language=("de", "fr")[number % 2])
    (found,) = office.finds()
    assert (found.kind, found.matters) == (ProposalKind.INTENT_NEW, 6)


def test_nothing_that_a_customer_wrote_stands_in_a_proposal_but_its_evidence(office: Office) -> None:
    unread(office)
    (found,) = office.finds()
    kept = f"{found.title} {found.says} {found.change}"
    assert not [text for text in (*DOORBELL, *OTHERS) if text in kept]
    with office.store.begin() as unit:
        unit.privacy.erase(unit.privacy.subject(CustomerId("cu_1")), "er_1")
        unit.privacy.erase(unit.privacy.subject(CustomerId("cu_2")), "er_2")
    with pytest.raises(RejectedError, match="5 different examples"):
        office.deciding.accept(found.id, PRIYA)
    assert not (office.folder / FILE).exists()


@pytest.mark.parametrize("agents", [("Maria",), ("",)])
def test_what_one_person_answered_or_nobody_is_no_intent(office: Office, agents: tuple[str, ...]) -> None:
    for text in DOORBELL:
        office.asks(text, agent=agents[0])
    assert office.finds() == []


def test_few_alike_thanks_and_what_was_read_are_no_intent(office: Office) -> None:
    unread(office, 3)
    for number, text in enumerate(DOORBELL):
        office.asks(text, "reset", agent=("Maria", "Jonas")[number % 2])
        office.asks("Thank you!", agent=("Maria", "Jonas")[number % 2])
        office.asks(text, agent=("Maria", "Jonas")[number % 2], silent=True)
    assert office.finds() == []


def test_what_agents_say_is_none_of_ours_is_split_off_from_what_it_was_read_as(office: Office) -> None:
    office.corrected(DOORBELL, "reset", OUT_OF_SCOPE)
    (found,) = office.finds()
    assert found.kind is ProposalKind.INTENT_SPLIT
    assert found.title.endswith("are an intent of their own, apart from “Reset”")
    office.deciding.accept(found.id, PRIYA)
    (name,) = set(office.drafted.examples) - {"refund", "payout", "reset"}
    assert set(office.drafted.examples[name]) == set(DOORBELL)


def test_two_that_agents_take_for_one_another_are_one(office: Office) -> None:
    office.corrected(["my payout", "a payout, please", "payout"], "refund", "payout")
    office.corrected(["my money", "money soon?"], "payout", "refund")
    (found,) = office.finds()
    assert found.kind is ProposalKind.INTENT_MERGE
    assert found.title == "“Payout” and “Refund status” are one intent: agents take each for the other"
    assert (found.matters, found.could, found.agents) == (5, 5, 2)
    assert found.replayed == "would have spared 5 of your last 5 corrections"
    office.deciding.accept(found.id, PRIYA)
    assert set(office.drafted.examples) == {"refund", "reset"}
    assert "payout date" in office.drafted.examples["refund"]
    assert office.drafted.translated == {"refund": ["wo ist mein geld"]}


def test_corrected_one_way_only_they_stay_two(office: Office) -> None:
    office.corrected(["my payout", "a payout, please", "payout", "payout now", "payday"], "refund", "payout")
    assert [each.kind for each in office.finds()] == []


def test_what_the_policy_does_not_treat_alike_is_not_merged(store: SqlStore, tmp_path: Path) -> None:
    policy = rules.policy(owners__intents__payout={"owner": "human", "group": "Billing", "tier": 2})
    office = Office(store, tmp_path, policy)
    office.corrected(["my payout", "a payout, please", "payout"], "refund", "payout")
    office.corrected(["my money", "money soon?"], "payout", "refund")
    assert office.finds() == []


def test_an_example_that_misleads_is_to_be_retired(office: Office) -> None:
    office.corrected(["wifi forgotten", "forgotten wifi", "Wifi forgotten!", "wifi... forgotten"], "reset", "refund")
    (found,) = office.finds()
    assert found.kind is ProposalKind.INTENT_RETIRE
    assert found.title == "“wifi forgotten” is no example of “Reset” any more"
    with pytest.raises(RejectedError, match="nothing in it could have other words"):
        office.deciding.edit(found.id, "another", PRIYA)
    office.deciding.accept(found.id, PRIYA)
    assert "wifi forgotten" not in office.drafted.examples["reset"]
    assert len(office.drafted.examples["reset"]) == 5


def test_of_five_examples_none_is_retired(office: Office) -> None:
    office.corrected(["payout date", "date payout", "Payout date!", "payout... date"], "payout", "reset")
    assert office.finds() == []


def test_a_draft_is_carried_on_until_the_file_in_force_is_newer(office: Office) -> None:
    office.corrected(["my payout", "a payout, please", "payout"], "refund", "payout")
    office.corrected(["my money", "money soon?"], "payout", "refund")
    office.corrected(["wifi forgotten", "forgotten wifi", "Wifi forgotten!", "wifi: forgotten"], "reset", OUT_OF_SCOPE)
    merge, retire = sorted(office.finds(), key=lambda each: each.kind)
    office.deciding.accept(merge.id, PRIYA)
    office.deciding.accept(retire.id, PRIYA)
    assert set(office.drafted.examples) == {"refund", "reset"}
    assert "wifi forgotten" not in office.drafted.examples["reset"]
    text = (office.folder / FILE).read_text()
    assert text.count("# A draft") == 1
    assert f"# {merge.title}\n# {retire.title}\n" in text
    unread(office)
    (new,) = office.finds()
    future = (office.folder / FILE).stat().st_mtime + 5
    os.utime(office.file, (future, future))
    office.deciding.accept(new.id, PRIYA)
    assert len(office.drafted.examples) == 4
    assert "wifi forgotten" in office.drafted.examples["reset"]


def test_intents_of_a_table_are_drafted_too(office: Office) -> None:
    rows = yaml.safe_load(FILE_IN_FORCE)["intents"]
    table = office.file.with_suffix(".csv")
    lines = [f'"{text}",{row["name"]}' for row in rows for text in row["examples"]] + ['"hello there",out_of_scope']
    table.write_text("\n".join(["text,label", *lines]) + "\n", encoding="utf-8")
    office.file = table
    unread(office)
    (found,) = office.finds()
    office.deciding.accept(found.id, PRIYA)
    assert office.drafted.out_of_scope == ("hello there",)
    assert len(office.drafted.examples) == 4


def test_below_the_bar_nothing_is_merged_or_retired(office: Office) -> None:
    office.corrected(["my payout"], "refund", "payout")
    office.corrected(["my money", "money soon?"], "payout", "refund")
    office.corrected(["wifi forgotten", "forgotten wifi", "Wifi forgotten!"], "reset", "refund")
    office.corrected(DOORBELL, "reset", OUT_OF_SCOPE, by=("Maria",))
    assert office.finds() == []


def test_where_the_policy_learns_nothing_from_corrections_nothing_is_proposed_from_them(
    store: SqlStore, tmp_path: Path
) -> None:
    office = Office(store, tmp_path, rules.policy(learning={"corrections": "off"}))
    office.corrected(DOORBELL, "reset", OUT_OF_SCOPE)
    assert office.finds() == []


def test_without_intents_of_its_own_an_installation_is_told_so(office: Office) -> None:
    unread(office)
    (found,) = office.finds()
    deciding = Deciding(
        store=office.store,
        enacter=enacter(office.store, lambda: LATER),
        with_lines=with_disclaimers,
        with_wording=with_wording,
        now=lambda: LATER,
    )
    with pytest.raises(RejectedError, match="no intents of its own"):
        deciding.accept(found.id, PRIYA)


def test_refused_it_comes_back_with_twice_the_evidence_and_not_before(office: Office) -> None:
    unread(office)
    (found,) = office.finds()
    office.deciding.refuse(found.id, PRIYA)
    for number, text in enumerate(DOORBELL):
        if number < 5:
            office.asks(f"please: {text}", agent="Jonas")
    assert office.finds() == []
    office.asks(f"please: {DOORBELL[5]}", agent="Jonas")
    (again,) = office.finds()
    assert (again.id, again.matters) == (found.id, 12)
