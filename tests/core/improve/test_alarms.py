"""Wordings of triggers that people said were wrong or missed: from their word on it to a policy that counts it."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from apps.bootstrap import enacter
from apps.bootstrap.policies import candidate
from apps.policy_rewrite import with_disclaimers, with_wording
from connectors.sql.store import SqlStore
from core.alerts.raising import add_or_count, alert_effect
from core.answer.style import StyleCard
from core.assist.agent_actions import AgentActions, HandBack, HandBackWay
from core.decide.evaluation import circumstances_of
from core.errors import RejectedError
from core.improve.accepting import Deciding
from core.improve.alarms import TriggerWordings, wordings_in
from core.improve.find import Lessons
from core.model.alert import AlertClick, AlertKind, Raised, Wish
from core.model.conversation import CaseContext, Role
from core.model.customer import Customer
from core.model.decision import Action
from core.model.ids import ConversationId, CustomerId, DecisionId, MessageId, TicketId
from core.model.lesson import Proposal, ProposalKind
from core.model.signals import Evidence, Scored
from core.policy import Policy
from core.supervision.alert_click import settle_alert
from tests.core import samples
from tests.core.encoder import WordEncoder
from tests.core.fakes import FakePublisher
from tests.core.people import MINUTE, NOW

LATER = NOW + timedelta(hours=6)
PRIYA, AISHA = "priya@x.example", "aisha@x.example"
TEXT = """version: 1
owners:
  default: {owner: assistant, group: Customer care, tier: 0}
# Who is told of what.
triggers:
  fraud: {group: Specialists, tier: 2, alert: true, first: true}
  legal_threat: {group: Specialists, tier: 1}   # the lawyers sit there
  human_request: {group: Customer care, tier: 1, alert: true}
alerts: {channel: "#alerts", roles: {supervisor: [priya@x.example, aisha@x.example]}}
"""
POLICY = candidate(TEXT).policy
FALSE = ("fraud prevention", "Is your fraud prevention office open, asks Emma?")
# Each in words of its own, but for what they have in common.
MISSED = [
    "My bailiff letter came; write to emma@home.example about it.",
    "There is a bailiff letter at my door!",
    "Hello, a bailiff letter again.",
    "Why do I get a bailiff letter? I paid.",
    "Your bailiff letter frightens my mother.",
    "One more bailiff letter and I move out.",
    "About that bailiff letter: it is wrong.",
    "A bailiff letter was in the post.",
]


class Office:
    """Matters that are decided, and what people make of their alarms."""

    def __init__(self, store: SqlStore, policy: Policy = POLICY) -> None:
        self.store, self.policy, self._number = store, policy, 0
        self.likely: dict[str, float] = {}  # how likely a sentence shows each trigger
        self.acting = AgentActions(store=store, publisher=FakePublisher(), policy=policy)

    def asks(self, text: str, *risks: Scored, rule: str = "", customer: str = "") -> str:
        """A customer writes, and it is decided; the ticket. With a rule it was handed over."""
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
        action = Action.HANDOFF if rule else Action.SUGGEST
        decision = samples.decision(
            action,
            id=DecisionId(f"de_{name}"),
            conversation_id=ticket.id,
            message_id=message.id,
            signals=samples.signals(risks=risks),
            disposition=samples.disposition(action, **({"rule": rule} if rule else {})),
            handoff=samples.card(group="Specialists") if rule else None,
            draft=None,
            at=at,
            circumstances=circumstances_of(case),
        )
        with self.store.begin() as unit:
            unit.customers.save(who)
            unit.conversations.add(ticket)
            unit.conversations.add_message(message)
            unit.decisions.add(decision)
        return name

    def alarms(self, text: str = FALSE[1], shown: str = "your fraud prevention office", customer: str = "") -> str:
        """As above, and fraud was heard in these words."""
        start = text.index(shown)
        evidence = (Evidence(start=start, end=start + len(shown), words=shown),)
        return self.asks(text, samples.scored("fraud", evidence=evidence), rule="trigger:fraud", customer=customer)

    def marks_false(self, ticket: str, by: str = PRIYA, wish: Wish = Wish.FALSE_ALARM) -> None:
        """A supervisor, on the alert."""
        at, place = LATER - 60 * MINUTE, ConversationId(f"co_{ticket}")
        raised = Raised(
            kind=AlertKind.HANDOFF, key=f"message:{place}", source=f"de_{ticket}:alert", text="Possible fraud",
            conversation_id=place, reasons=("fraud", "mood_drop"),
        )  # fmt: skip
        with self.store.begin() as unit:
            add_or_count(unit, alert_effect(raised, self.policy, at))
            (alert,) = unit.alerts.of_conversation(place)
            click = AlertClick(alert_id=alert.id, wish=wish, user_id="U1", user_name=by, event_id=f"ev_{ticket}")
            assert settle_alert(unit, click, by, None, self.policy, at).sign is None

    def gives_back(self, ticket: str, by: str = "Maria Lopez", how: HandBackWay = HandBackWay.GO_ON) -> None:
        said = HandBack(how=how, agent=by, agent_id="a1", text="Yes." if how is HandBackWay.SAY else "")
        self.acting.hand_back(TicketId(ticket), said, LATER - 60 * MINUTE)

    def passes_on(self, ticket: str, by: str = "Maria Lopez", group: str = "Specialists") -> None:
        self.acting.escalate(TicketId(ticket), group, "", by, LATER - 60 * MINUTE)

    def missed(self, count: int = 4, agents: Sequence[str] = ("Maria Lopez", "Jonas"), customer: str = "") -> None:
        for number in range(count):
            ticket = self.asks(MISSED[number], customer=customer)
            self.passes_on(ticket, agents[number % len(agents)])

    def answers(self, ticket: str) -> None:
        """An agent, in public, after it was handed over."""
        with self.store.begin() as unit:
            unit.conversations.add_message(
                samples.message(
                    8, id=MessageId(f"an_{ticket}"), conversation_id=ConversationId(f"co_{ticket}"), role=Role.AGENT,
                    author="Maria Lopez", text="I look.", vendor_ref=f"a{ticket}", at=LATER - 90 * MINUTE,
                )
            )  # fmt: skip

    def finds(self, at_policy: Policy | None = None) -> list[Proposal]:
        wordings = TriggerWordings(policy=lambda: at_policy or self.policy, likely=lambda text: self.likely)
        return Lessons(store=self.store, encoder=WordEncoder, card=StyleCard, further=(wordings,)).find(LATER)

    def evidence(self, proposal: Proposal) -> str:
        with self.store.read() as unit:
            kept = unit.proposals.get(proposal.id)
        assert kept is not None
        return " | ".join(each.before + each.after for each in kept.evidence)

    @property
    def deciding(self) -> Deciding:
        return Deciding(
            store=self.store,
            enacter=enacter(self.store, lambda: LATER),
            with_lines=with_disclaimers,
            with_wording=with_wording,
            now=lambda: LATER,
        )

    @property
    def in_force(self) -> str:
        with self.store.read() as unit:
            stored = unit.policies.text(unit.policies.version() or "")
        assert stored is not None
        return stored.text


@pytest.fixture
def office(store: SqlStore) -> Office:
    enacter(store, lambda: NOW).start(TEXT)
    return Office(store)


def said_false(office: Office, count: int = 4) -> None:
    for number in range(count):
        office.marks_false(office.alarms(), (PRIYA, AISHA)[number % 2])


# ------------------------------------------------------------------ false alarms


def test_a_wording_that_supervisors_marked_as_false_is_proposed_as_no_sign(office: Office) -> None:
    said_false(office)
    real = office.alarms("Somebody used my card", "Somebody used my card")
    office.marks_false(real, wish=Wish.DONE)
    (found,) = office.finds()
    assert (found.kind, found.says) == (ProposalKind.TRIGGER_FALSE, "fraud prevention office")
    assert found.title == "Possible fraud: “fraud prevention office” is no sign of it"
    assert (found.matters, found.agents, found.customers, found.could) == (4, 2, 4, 4)
    assert found.replayed == "would have raised 4 fewer of its last 5 alarms, 4 of them said to be false"
    assert office.evidence(found).count("your fraud prevention office") == 4


def test_what_agents_give_back_without_a_word_counts_as_well(office: Office) -> None:
    said_false(office, 2)
    for by in ("Maria Lopez", "Jonas"):
        office.gives_back(office.alarms(), by)
    (found,) = office.finds()
    assert (found.matters, found.agents) == (4, 4)


@pytest.mark.parametrize("how", [HandBackWay.SAY, HandBackWay.WATCH])
def test_what_was_answered_before_it_was_given_back_does_not(office: Office, how: HandBackWay) -> None:
    said_false(office, 2)
    answered = office.alarms()
    office.answers(answered)
    office.gives_back(answered)
    office.gives_back(office.alarms(), how=how)
    assert office.finds() == []


def test_accepted_the_policy_has_a_new_version_that_no_longer_acts_on_these_words(office: Office) -> None:
    said_false(office)
    (found,) = office.finds()
    done = office.deciding.accept(found.id, PRIYA)
    assert done.outcome.startswith("in force with policy ")
    assert not done.reversible
    after = candidate(office.in_force).policy
    assert after.triggers["fraud"].unless == ("fraud prevention office",)
    assert "# the lawyers sit there" in office.in_force
    assert office.finds(after) == []


def test_an_alarm_that_others_left_as_it_was_weighs_against_it(office: Office) -> None:
    said_false(office, 4)
    for _ in range(3):
        office.alarms()
    assert office.finds() == []  # 4 of 7
    office.marks_false(office.alarms(), AISHA)
    said_false(office, 1)
    (found,) = office.finds()
    assert (found.matters, found.could) == (6, 9)


@pytest.mark.parametrize("wish", [Wish.DONE, Wish.SNOOZE])
def test_an_alert_that_is_only_closed_was_not_false(office: Office, wish: Wish) -> None:
    for number in range(5):
        office.marks_false(office.alarms(), (PRIYA, AISHA)[number % 2], wish)
    assert office.finds() == []


# ------------------------------------------------------------------ missed ones


def test_words_that_agents_pass_on_by_hand_are_proposed_as_a_sign(office: Office) -> None:
    office.missed()
    office.asks("Where is my parcel, please?")
    (found,) = office.finds()
    assert (found.kind, found.says) == (ProposalKind.TRIGGER_MISSED, "bailiff letter")
    # Of the two triggers of this team the one that does less: it neither alerts nor jumps the queue.
    assert found.title == "Legal steps: “bailiff letter” is a sign of it"
    assert (found.matters, found.agents, found.customers, found.could) == (4, 2, 4, 4)
    told = "would have raised 4 more alarms in your last 5 matters, 4 of them passed on to Specialists by hand"
    assert found.replayed == told
    seen = office.evidence(found)
    assert seen.count("bailiff letter") == 4
    assert "emma@home" not in seen


def test_accepted_they_raise_the_alarm(office: Office) -> None:
    office.missed()
    (found,) = office.finds()
    office.deciding.accept(found.id, PRIYA)
    after = candidate(office.in_force).policy
    assert after.triggers["legal_threat"].words == ("bailiff letter",)
    assert office.finds(after) == []


def test_of_a_teams_triggers_it_is_the_one_that_the_sentences_show_most(office: Office) -> None:
    office.missed()
    office.likely = {"fraud": 0.3, "legal_threat": 0.2, "human_request": 0.9}
    (found,) = office.finds()
    assert found.change["trigger"] == {"name": "fraud", "list": "words"}


def test_of_triggers_that_are_as_likely_it_is_the_one_that_does_least_besides(office: Office) -> None:
    office.missed()
    office.likely = {"fraud": 0.301, "legal_threat": 0.299}
    (found,) = office.finds()
    assert found.change["trigger"] == {"name": "legal_threat", "list": "words"}


def test_words_that_others_write_as_often_are_no_sign(office: Office) -> None:
    office.missed()
    for _ in range(7):
        office.asks("Thanks for the bailiff letter template")
    assert office.finds() == []


def test_what_the_team_had_anyway_was_not_missed(office: Office) -> None:
    for number, text in enumerate(MISSED[:4]):
        office.passes_on(office.asks(text, rule="owner:dispute"), ("Maria Lopez", "Jonas")[number % 2])
    assert office.finds() == []


def test_a_team_without_a_trigger_is_none_of_ours(office: Office) -> None:
    other = candidate(TEXT.replace("  fraud: {group: Specialists", "  fraud: {group: Money")).policy
    office.missed()
    (found,) = office.finds(other)
    assert found.change["trigger"]["name"] == "legal_threat"
    lone = candidate(TEXT.replace("group: Specialists", "group: Money")).policy
    assert office.finds(lone) == []


# ------------------------------------------------------------------ both


def test_below_the_bar_nothing_is_proposed(office: Office) -> None:
    said_false(office, 3)
    office.missed(3)
    assert office.finds() == []


def test_one_person_or_two_customers_are_too_few(office: Office) -> None:
    for _ in range(4):
        office.marks_false(office.alarms())
    office.missed(agents=("Maria Lopez",))
    assert office.finds() == []
    for number in range(4):
        ticket = office.alarms(customer=f"cu_same{number % 2}")
        office.marks_false(ticket, AISHA)
    found = office.finds()
    assert [each.kind for each in found] == [ProposalKind.TRIGGER_FALSE]


def test_two_customers_alone_are_too_few(office: Office) -> None:
    for number in range(6):
        office.marks_false(office.alarms(customer=f"cu_same{number % 2}"), (PRIYA, AISHA)[number // 2 % 2])
    assert office.finds() == []


def test_refused_it_comes_back_with_twice_the_evidence_and_not_before(office: Office) -> None:
    office.missed(4)
    (found,) = office.finds()
    office.deciding.refuse(found.id, PRIYA, "they mean another letter")
    for text in MISSED[4:7]:
        office.passes_on(office.asks(text), "Jonas")
    assert office.finds() == []
    office.passes_on(office.asks(MISSED[7]), "Jonas")
    (again,) = office.finds()
    assert (again.id, again.matters) == (found.id, 8)


def test_found_again_it_is_the_same_proposal_and_its_other_words_stay(office: Office) -> None:
    office.missed(4)
    (found,) = office.finds()
    office.deciding.edit(found.id, "letter of a  bailiff", PRIYA)
    office.passes_on(office.asks(MISSED[4]), "Jonas")
    assert office.finds() == []
    with office.store.read() as unit:
        (kept,) = unit.proposals.listed()
    assert (kept.id, kept.says, kept.matters) == (found.id, "letter of a bailiff", 5)
    office.deciding.accept(found.id, PRIYA)
    assert candidate(office.in_force).policy.triggers["legal_threat"].words == ("letter of a bailiff",)


@pytest.mark.parametrize("says", ["", " ?! ", "word " * 30])
def test_other_words_must_be_a_wording(office: Office, says: str) -> None:
    office.missed(4)
    (found,) = office.finds()
    with pytest.raises(RejectedError, match="one line of words"):
        office.deciding.edit(found.id, says, PRIYA)


def test_a_trigger_that_the_policy_no_longer_has_gets_no_wording_and_it_stays_open(office: Office) -> None:
    office.missed(4)
    (found,) = office.finds()
    gone = TEXT.replace("  legal_threat: {group: Specialists, tier: 1}   # the lawyers sit there\n", "")
    enacter(office.store, lambda: LATER).apply(gone, by=PRIYA)
    with pytest.raises(RejectedError, match="no trigger legal_threat any more"):
        office.deciding.accept(found.id, PRIYA)
    with office.store.read() as unit:
        assert unit.proposals.listed()[0].state == "open"


def test_a_policy_whose_examples_would_not_come_out_is_not_brought_into_force(office: Office) -> None:
    bound = TEXT + (
        "tests:\n  - {name: letters, given: {words: a bailiff letter came, draft: 0.9}, expect: {action: suggest}}\n"
    )
    enacter(office.store, lambda: LATER).apply(bound, by=PRIYA)
    office.missed(4)
    (found,) = office.finds()
    with pytest.raises(RejectedError, match="letters"):
        office.deciding.accept(found.id, PRIYA)
    assert office.in_force == bound


def test_of_an_erased_customer_no_word_stays_in_the_evidence(office: Office) -> None:
    office.missed(4)
    (found,) = office.finds()
    assert "frightens" not in office.evidence(found)
    before = office.evidence(found).count("bailiff letter")
    with office.store.begin() as unit:
        subject = unit.privacy.subject(CustomerId("cu_1"))
        unit.privacy.erase(subject, "er_1")
    assert office.evidence(found).count("bailiff letter") == before - 1
    assert office.finds() == []
    with office.store.read() as unit:
        assert unit.proposals.listed() == []  # three matters are left: too few


def test_what_can_be_a_wording() -> None:
    found = wordings_in("I got the bailiff's letter, order 4711 of [name]. See you")
    assert {"bailiff's letter", "letter", "bailiff's"} <= found
    assert not {each for each in found if "4711" in each or "name" in each or each.endswith(" the") or "see" in each}
