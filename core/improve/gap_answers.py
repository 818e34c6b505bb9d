"""Questions that no article answers, with what people answered: an article is proposed from sentences that several
agents wrote, each with the tickets that it comes from."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.answer.style import StyleCard
from core.improve.causes import is_courteous, is_once
from core.improve.comparing import courtesies_of
from core.improve.differences import sentences
from core.improve.grouping import BAR, Bar, cluster
from core.improve.spread import Spread
from core.knowledge.gaps import Group, group_gaps
from core.model.conversation import Message, Role
from core.model.ids import CustomerId, DraftId, derive_id
from core.model.knowledge import Gap
from core.model.lesson import Cause, Change, Evidence, Proposal, ProposalKind, SentReply
from core.model.outbound import digest
from core.ports import Encoder, Unit
from core.privacy.find import of_customer
from core.privacy.mask import redact

ALIKE = 0.55  # cosine of spread vectors from which two questions are one, in whichever language
LOOKED_BACK = timedelta(days=28)
SAID_BY = 0.3  # share of the answers that must have a sentence which goes into the article
SHOWN = 12
LONGEST = 400  # characters of an answer that are kept as evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class HumanAnswer:
    """What an agent wrote first after a question that no article answered, masked."""

    gap: Gap
    agent: str
    at: datetime
    text: str
    customer_id: CustomerId
    ticket_id: str


def answer_to(unit: Unit, gap: Gap) -> HumanAnswer | None:
    """None where nobody has answered, or the question itself is gone."""
    messages = unit.conversations.messages(gap.conversation_id)
    conversation = unit.conversations.get(gap.conversation_id)
    place = next((place for place, m in enumerate(messages) if m.id == gap.message_id), None)
    if place is None or conversation is None:
        return None
    said = next((m for m in messages[place + 1 :] if _by_a_person(m)), None)
    if said is None:
        return None
    customer = unit.customers.get(conversation.customer_id)
    return HumanAnswer(
        gap=gap,
        agent=said.author,
        at=said.at,
        text=redact(said.text, known=of_customer(customer) if customer else ()),
        customer_id=conversation.customer_id,
        ticket_id=conversation.ticket_id or "",
    )


def _by_a_person(message: Message) -> bool:
    return message.role is Role.AGENT and message.public and not message.automatic


@dataclass(frozen=True, slots=True, kw_only=True)
class GapArticles:
    """One of `core.improve.find.Further`."""

    encoder: Callable[[], Encoder]
    card: Callable[[], StyleCard]
    bar: Bar = BAR

    def __call__(self, unit: Unit, now: datetime) -> list[Proposal]:
        gaps = unit.gaps.since(now - LOOKED_BACK)
        if len({gap.conversation_id for gap in gaps}) < self.bar.matters:
            return []
        spread = Spread(self.encoder())
        lines = courtesies_of(self.card())
        made = (self._propose(unit, group, spread, lines, now) for group in group_gaps(gaps, spread, ALIKE))
        return [proposal for proposal in made if proposal is not None]

    def _propose(
        self, unit: Unit, group: Group, vectors: Spread, lines: frozenset[str], now: datetime
    ) -> Proposal | None:
        answers = _one_each(answer for gap in group.gaps if (answer := answer_to(unit, gap)) is not None)
        if not self._enough(answers):
            return None
        told = list(_told(answers, vectors, lines, self.bar))
        if not told:
            return None
        title = group.question.splitlines()[0][:120]
        says = "\n\n".join(text for text, _ in told)
        sources = [{"sentence": text, "tickets": tickets} for text, tickets in told]
        key = digest({"kind": ProposalKind.ARTICLE_NEW, "gap": min(gap.message_id for gap in group.gaps)})[:24]
        nearest = group.gaps[0].nearest
        article = {"id": "", "title": title, "before": "", "after": says, "sources": sources}
        near = {"near": nearest[0].article_id} if nearest else {}
        return Proposal(
            id=str(derive_id("pr", key)),
            key=key,
            kind=ProposalKind.ARTICLE_NEW,
            cause=Cause.MISSING_ARTICLE,
            title=f"No article answers “{title}”, and agents answer alike",
            says=says,
            change={"article": article | near, "about": ["", title]},
            matters=len(answers),
            agents=len({answer.agent for answer in answers}),
            customers=len({answer.customer_id for answer in answers}),
            could=group.conversations,
            words=sum(len(answer.text.split()) for answer in answers),
            found_at=now,
            replayed=f"would have answered {group.conversations} of the questions that found no article",
            evidence=tuple(map(_evidence, answers[:SHOWN])),
        )

    def _enough(self, answers: Sequence[HumanAnswer]) -> bool:
        return (
            len(answers) >= self.bar.matters
            and len({answer.agent for answer in answers}) >= self.bar.agents
            and len({answer.customer_id for answer in answers}) >= min(self.bar.customers, self.bar.matters)
        )


def _one_each(answers: Iterator[HumanAnswer]) -> list[HumanAnswer]:
    """The first of each conversation."""
    found: dict[str, HumanAnswer] = {}
    for answer in answers:
        found.setdefault(answer.gap.conversation_id, answer)
    return list(found.values())


def _told(
    answers: Sequence[HumanAnswer], vectors: Spread, lines: frozenset[str], bar: Bar
) -> Iterator[tuple[str, list[str]]]:
    """(sentence, tickets) of what several agents say, in the order in which they say it; of answers in the language
    that most are in."""
    language = Counter(answer.gap.language for answer in answers).most_common(1)[0][0]
    changes = [
        (place, _change(answer, sentence))
        for answer in answers
        if answer.gap.language == language
        for place, sentence in enumerate(sentences(answer.text))
        if not is_once(sentence) and not is_courteous(sentence, lines)
    ]
    places = {id(change): place for place, change in changes}
    parts = cluster([change for _, change in changes], vectors, lambda change: change.after)
    fewest = max(2, SAID_BY * len(answers))
    kept = [
        part
        for part in parts
        if len({change.reply.conversation_id for change in part}) >= fewest
        and len({change.reply.agent for change in part}) >= bar.agents
    ]
    for part in sorted(kept, key=lambda part: sum(places[id(change)] for change in part) / len(part)):
        tickets = sorted({change.reply.ticket_id for change in part if change.reply.ticket_id})
        yield vectors.middle([change.after for change in part]), tickets


def _change(answer: HumanAnswer, sentence: str) -> Change:
    reply = SentReply(
        draft_id=DraftId(""),
        conversation_id=answer.gap.conversation_id,
        customer_id=answer.customer_id,
        ticket_id=answer.ticket_id,
        agent=answer.agent,
        at=answer.at,
        state="",
        intent=answer.gap.intent,
        language=answer.gap.language,
        draft="",
        sent=answer.text,
    )
    return Change(reply=reply, before="", after=sentence, cause=Cause.MISSING_ARTICLE)


def _evidence(answer: HumanAnswer) -> Evidence:
    return Evidence(
        conversation_id=answer.gap.conversation_id,
        customer_id=answer.customer_id,
        ticket_id=answer.ticket_id,
        agent=answer.agent,
        at=answer.at,
        before=answer.gap.question[:LONGEST],
        after=answer.text[:LONGEST],
    )
