"""What supervisors say in Slack to what is proposed, over a store on SQLite."""

from dataclasses import replace

import pytest

from apps.bootstrap import enacter
from apps.policy_rewrite import with_disclaimers, with_wording
from connectors.sql.store import SqlStore
from core.answer.style_changes import accepted_changes
from core.errors import TransientError
from core.improve.accepting import Deciding
from core.model.lesson import Proposal, ProposalState
from core.outreach.office import Office
from tests.apps.slack.cards.test_proposals import GREETING
from tests.clock import NOW
from tests.core.fakes import FakeDesk, FakePublisher
from tests.core.outreach.test_office import asked
from tests.core.rules import policy

PRIYA, MARIA = "U0PRIYA", "U0MARIA"
STYLE = {"style": {"step": "line", "name": "greeting", "language": "en", "text": "Hi {name},"}}


@pytest.fixture
def desk() -> FakeDesk:
    return FakeDesk({PRIYA: "priya@larkfield.example", MARIA: "maria@larkfield.example"})


@pytest.fixture
def office(store: SqlStore, desk: FakeDesk) -> Office:
    with store.begin() as unit:
        unit.proposals.save(replace(GREETING, change=STYLE, evidence=()))
        unit.proposals.save(replace(GREETING, id="pr_2", key="2", title="A second one", words=1, evidence=()))
    deciding = Deciding(
        store=store,
        enacter=enacter(store, lambda: NOW),
        with_lines=with_disclaimers,
        with_wording=with_wording,
        now=lambda: NOW,
    )
    return Office(
        store=store, desk=desk, publisher=FakePublisher(), policy=policy(), now=lambda: NOW, rulings=deciding
    )  # fmt: skip


def says(office: Office, desk: FakeDesk, text: str, user: str = PRIYA) -> str:
    office.hear(asked(text=text, user=user))
    return desk.answers[-1][1]


def found(store: SqlStore, name: str = "pr_1") -> Proposal:
    with store.read() as unit:
        proposal = unit.proposals.get(name)
    assert proposal is not None
    return proposal


def test_all_are_listed_and_one_is_shown_by_its_id(office: Office, desk: FakeDesk) -> None:
    assert says(office, desk, "improve").startswith("What agents changed alike")
    assert says(office, desk, "improve show pr_2") == "A second one"
    assert "There is no proposal pr_9" in says(office, desk, "improve show pr_9")


def test_accepted_it_is_in_force_by_whoever_said_so_and_a_second_press_says_how_it_stands(
    office: Office, desk: FakeDesk, store: SqlStore
) -> None:
    assert "in force on the style card" in says(office, desk, "improve accept pr_1")
    assert found(store).decided_by == "Priya@larkfield.example"
    with store.read() as unit:
        assert [each.text for each in accepted_changes(unit)] == ["Hi {name},"]
    assert "it was accepted by Priya@larkfield.example" in says(office, desk, "improve accept pr_1")
    assert found(store, "pr_2").state is ProposalState.OPEN


def test_refused_with_a_reason_and_edited_with_words_of_several_lines(
    office: Office, desk: FakeDesk, store: SqlStore
) -> None:
    assert says(office, desk, "improve refuse pr_2 Too familiar for us.").startswith("Refused: A second one")
    assert found(store, "pr_2").outcome == "Too familiar for us."
    says(office, desk, "improve edit pr_1 Hey {name},\nnice to hear from you.")
    assert (found(store).says, found(store).state) == ("Hey {name},\nnice to hear from you.", ProposalState.OPEN)
    assert "Nothing was changed" in says(office, desk, "improve edit pr_1 Hey {surname},")


def test_whom_the_policy_does_not_name_decides_nothing(office: Office, desk: FakeDesk, store: SqlStore) -> None:
    for wish in ("accept pr_1", "refuse pr_1", "edit pr_1 Hey", ""):
        assert "Only the people whom the policy names" in says(office, desk, f"improve {wish}", MARIA)
    assert found(store).state is ProposalState.OPEN


def test_a_store_that_is_away_is_no_refusal(office: Office, desk: FakeDesk) -> None:
    class Away:
        def accept(self, proposal_id: str, by: str) -> Proposal:
            raise TransientError("locked")

        edit = refuse = take_back = accept

    away: object = Away()
    with pytest.raises(TransientError):
        replace(office, rulings=away).hear(asked(text="improve accept pr_1"))  # type: ignore[arg-type]
    assert desk.answers == []
