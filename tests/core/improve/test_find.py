"""From what agents sent to proposals, and from a yes to what is in force."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from apps.bootstrap import enacter
from apps.policy_file import parse_policy, read_text
from apps.policy_rewrite import with_disclaimers, with_wording
from connectors.sql.store import SqlStore
from core.answer.style import StyleCard
from core.answer.style_changes import accepted_changes, changed
from core.errors import ConflictError, RejectedError
from core.improve.accepting import Deciding
from core.improve.digest import ProposalDigest
from core.improve.find import Lessons
from core.measure.learn import Reply, record_outcome
from core.model.conversation import Role
from core.model.customer import Channel, Customer
from core.model.draft import Draft, DraftState, Sentence, SentenceKind
from core.model.effect_payloads import ArticleDraftPayload, SlackPayload
from core.model.ids import ArticleId, ConversationId, CustomerId, DecisionId, DraftId, EventId, MessageId, TicketId
from core.model.knowledge import Article, Citation
from core.model.lesson import Cause, Proposal, ProposalKind, ProposalState
from tests.core import samples
from tests.core.encoder import WordEncoder
from tests.core.people import MINUTE, NOW
from tests.core.rules import policy

TEXT = "Hold the dial for ten seconds."
LATER = NOW + timedelta(days=1)


def replied(store: SqlStore, number: int, sent: str, agent: str = "", cited: str = TEXT) -> None:
    """A ticket of a customer of their own, whose draft an agent changed to this."""
    name, at = str(number), NOW + number * MINUTE
    conversation_id, customer_id = ConversationId(f"co_{name}"), CustomerId(f"cu_{name}")
    passage = samples.passage(text=cited, end=len(cited))
    quoted = Citation(passage=passage, start=0, end=len(cited))
    draft: Draft = samples.draft(
        id=DraftId(f"dr_{name}"),
        sentences=(
            Sentence(text="Hello Emma,", kind=SentenceKind.COURTESY),
            Sentence(text=cited, kind=SentenceKind.CITED, paragraph=1, citation=quoted),
        ),
    )
    comment = samples.message(
        9, id=MessageId(f"rp_{name}"), conversation_id=conversation_id, channel=Channel.EMAIL, role=Role.AGENT,
        author=agent or f"agent {number % 3}", text=sent, vendor_ref=f"c{name}", at=at,
    )  # fmt: skip
    mail = samples.message(
        1, id=MessageId(f"ms_{name}"), conversation_id=conversation_id, channel=Channel.EMAIL, vendor_ref=f"m{name}"
    )
    with store.begin() as unit:
        unit.customers.save(Customer(id=customer_id, name="Emma Fields"))
        unit.conversations.add(
            samples.conversation(id=conversation_id, customer_id=customer_id, ticket_id=TicketId(name))
        )
        unit.conversations.add_message(mail)
        unit.decisions.add(
            samples.decision(
                id=DecisionId(f"de_{name}"),
                event_id=EventId(f"ev_{name}"),
                conversation_id=conversation_id,
                message_id=mail.id,
                draft=draft,
            )
        )
        record_outcome(unit, draft, DraftState.INSERTED, Reply(comment=comment), at)


def lessons(store: SqlStore) -> Lessons:
    return Lessons(store=store, encoder=WordEncoder, card=StyleCard)


def open_ones(store: SqlStore) -> list[Proposal]:
    with store.read() as unit:
        return unit.proposals.listed(ProposalState.OPEN)


def deciding(store: SqlStore, now: datetime = LATER) -> Deciding:
    return Deciding(
        store=store,
        enacter=enacter(store, lambda: now),
        with_lines=with_disclaimers,
        with_wording=with_wording,
        now=lambda: now,
    )


def only(found: Sequence[Proposal]) -> Proposal:
    assert len(found) == 1, [each.title for each in found]
    return found[0]


@pytest.fixture
def greeted(store: SqlStore) -> Proposal:
    """Six agents' replies that begin with Hi."""
    for number in range(1, 7):
        replied(store, number, f"Hi Emma,\n\n{TEXT}")
    return only(lessons(store).find(LATER))


def test_a_greeting_that_agents_change_alike_is_a_style_rule(store: SqlStore, greeted: Proposal) -> None:
    assert (greeted.kind, greeted.cause) == (ProposalKind.STYLE_RULE, Cause.TONE)
    assert (greeted.says, greeted.matters, greeted.could, greeted.agents) == ("Hi {name},", 6, 6, 3)
    assert "6 come nearer to what was sent" in greeted.replayed
    with store.read() as unit:
        kept = unit.proposals.get(greeted.id)
    assert kept is not None
    assert {each.after for each in kept.evidence} == {"Hi [name],"}


@pytest.mark.parametrize(
    "replies",
    [
        [(number, f"Hi Emma,\n\n{TEXT}", "the same agent") for number in range(1, 7)],
        [(number, f"Hi Emma,\n\n{TEXT}", "") for number in range(1, 4)],
        [(number, f"Hello Emma,\n\nI have checked order LK-1000{number}.\n\n{TEXT}", "") for number in range(1, 7)],
        [(number, f"H{'ai'[number % 2]} Emma,\n\n{TEXT}" if number < 3 else f"Hello Emma,\n\n{TEXT}", "")
         for number in range(1, 12)],
    ],
    ids=["one agent's habit", "too few", "true once", "rarely"],
)  # fmt: skip
def test_noise_is_not_proposed(store: SqlStore, replies: list[tuple[int, str, str]]) -> None:
    for number, sent, agent in replies:
        replied(store, number, sent, agent)
    assert lessons(store).find(LATER) == []


OTHERWISE = ("Good morning to you,", "Dear customer of ours,", "Greetings from Leicester,")


def test_a_line_that_nobody_leaves_is_a_style_rule_though_each_has_other_words_for_it(store: SqlStore) -> None:
    for number in range(1, 10):
        replied(store, number, f"{OTHERWISE[number % 3]}\n\n{TEXT}")
    found = only(lessons(store).find(LATER))
    assert (found.kind, found.matters, found.could, found.agents) == (ProposalKind.STYLE_RULE, 9, 9, 3)
    assert found.says in OTHERWISE


def test_of_two_agents_each_may_have_a_habit(store: SqlStore) -> None:
    for number in range(1, 10):
        replied(store, number, f"{OTHERWISE[number % 2]}\n\n{TEXT}", f"agent {number % 2}")
    assert lessons(store).find(LATER) == []


def test_accepted_it_is_on_the_card_and_can_be_taken_back(store: SqlStore, greeted: Proposal) -> None:
    deciding(store).accept(greeted.id, "priya@larkfield.example")
    with store.read() as unit:
        card = changed(StyleCard(), accepted_changes(unit))
    assert card.greeting("en", "Emma") == "Hi Emma,"
    assert card.version != StyleCard().version
    with pytest.raises(ConflictError):
        deciding(store).accept(greeted.id, "priya@larkfield.example")
    deciding(store).take_back(greeted.id, "priya@larkfield.example")
    with store.read() as unit:
        assert accepted_changes(unit) == ()


def test_edited_it_says_something_else_and_stays_open(store: SqlStore, greeted: Proposal) -> None:
    deciding(store).edit(greeted.id, "Good day {name},", "priya@larkfield.example")
    lessons(store).find(LATER)
    assert only(open_ones(store)).says == "Good day {name},"
    with pytest.raises(RejectedError):
        deciding(store).edit(greeted.id, "Good day {surname},", "priya@larkfield.example")


def test_refused_it_comes_back_with_twice_the_evidence(store: SqlStore, greeted: Proposal) -> None:
    deciding(store).refuse(greeted.id, "priya@larkfield.example", "we say hello")
    for number in range(7, 12):
        replied(store, number, f"Hi Emma,\n\n{TEXT}")
    assert lessons(store).find(LATER) == []
    replied(store, 12, f"Hi Emma,\n\n{TEXT}")
    assert only(lessons(store).find(LATER)).id == greeted.id


def test_two_wordings_for_one_sentence_are_one_proposal_and_refused_for_good(store: SqlStore) -> None:
    for number in range(1, 13):
        sent = f"Hold the dial for {'five' if number % 2 else 'seven'} seconds."
        replied(store, number, f"Hello Emma,\n\n{sent}")
    found = only(lessons(store).find(LATER))
    deciding(store).refuse(found.id, "priya@larkfield.example")
    assert lessons(store).find(LATER) == []
    assert open_ones(store) == []


def test_what_nobody_does_any_more_goes(store: SqlStore, greeted: Proposal) -> None:
    lessons(store).find(NOW + timedelta(days=60))
    assert open_ones(store) == []


def test_a_fact_becomes_a_draft_of_the_article(store: SqlStore) -> None:
    article = Article(id=ArticleId("ar_reset"), title="Resetting", text=f"{TEXT}\n\nThen let go.", locale="en-gb")
    with store.begin() as unit:
        unit.articles.save(article, (), WordEncoder().encode([]), "words")
    for number in range(1, 7):
        replied(store, number, "Hello Emma,\n\nHold the dial for five seconds.")
    found = only(lessons(store).find(LATER))
    assert (found.kind, found.cause) == (ProposalKind.ARTICLE_CHANGE, Cause.FACT)
    deciding(store).accept(found.id, "priya@larkfield.example")
    with store.begin() as unit:
        due = [unit.outbox.get(each) for each in unit.outbox.due(LATER + timedelta(minutes=5), 9)]
    payload = [row.effect.payload for row in due if row is not None]
    assert payload == [
        ArticleDraftPayload(title="Resetting", text="Hold the dial for five seconds.\n\nThen let go.", locale="en-gb")
    ]


def test_what_agents_add_about_an_intent_is_a_line_of_the_policy(store: SqlStore) -> None:
    enacter(store, lambda: NOW).start(read_text(Path("apps/demo/policy.yaml")))
    for number in range(1, 7):
        replied(store, number, f"Hello Emma,\n\n{TEXT}\n\nWe refund the delivery charge.")
    found = only(lessons(store).find(LATER))
    assert (found.kind, found.cause) == (ProposalKind.POLICY_LINE, Cause.POLICY)
    intent = found.change["policy"]["disclaimers"][0]
    known = replace(found, change={**found.change, "policy": {"disclaimers": ["delivery_delay"]}})
    with store.begin() as unit:
        unit.proposals.save(known)
    assert intent
    done = deciding(store).accept(found.id, "priya.nair@larkfield.example")
    with store.read() as unit:
        version = unit.policies.version()
        stored = unit.policies.text(version or "")
    assert stored is not None
    assert f"policy {version}" in done.outcome
    assert parse_policy(stored.text, "it").fields["disclaimers"]["delivery_delay"] == "We refund the delivery charge."


def test_the_digest_comes_once_a_week_with_ten_at_most(store: SqlStore, greeted: Proposal) -> None:
    told = policy()
    told = replace(told, alerts=replace(told.alerts, digest="#leads"))
    digest = ProposalDigest(store=store, policy=told)
    (posted,) = digest.run(LATER + timedelta(days=7))
    assert isinstance(posted.payload, SlackPayload)
    assert posted.target == "#leads"
    assert digest.run(LATER + timedelta(days=7, minutes=1)) == []
    (pressed,) = [each["elements"] for each in posted.payload.blocks if each["type"] == "actions"]
    assert [(each["text"]["text"], each["value"]) for each in pressed] == [
        (name, greeted.id) for name in ("Accept", "Edit", "Refuse", "Evidence")
    ]
