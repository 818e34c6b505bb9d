"""How good a person's reply is, by the score of whole conversations (`core.measure.quality`).

In production an agent's own words are judged by nobody. In practice they are, by the rules alone that a draft of ours
must keep: each sentence that tells something is looked for in the articles and in what the company's systems said."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from core.answer.contract import faults_of, find_unsupported
from core.answer.contract.stated import find_misstated
from core.answer.guard import Setting, deviations, is_of_card, unfit
from core.answer.style import StyleCard
from core.knowledge.passages import heading, lines
from core.knowledge.stale import STALE_AFTER
from core.measure.history.held import is_act, is_told
from core.measure.quality import score
from core.model.conversation import CaseContext, Message, Role
from core.model.decision import Decision
from core.model.draft import Draft, DraftState, Finding, Sentence, SentenceKind, Severity
from core.model.ids import DraftId, MessageId, PassageId, derive_id
from core.model.knowledge import Audience, Citation, Passage
from core.model.quality import Ground, Part, Quality, Score, Scored

NO_REPLY = "Nothing was written to the customer."
NOTHING_TOLD = {
    Part.GROUNDED: "It states nothing that needs a source.",
    Part.COMPLETE: "No article answers what was asked, so nobody can tell.",
}
# What is masked in a matter reads as a placeholder that nobody filled in.
_MASKED = "unresolved_placeholder"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question of the customer's, and the passages that answer it."""

    words: str
    passages: frozenset[PassageId]


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What a reply is held against: `case` ends with the words that it answers, `decision` is about these. `records`
    are lines of the company's own systems about the customer; `asked` are the questions that the articles answer;
    `passages` are looked at first, and for a sentence that none of them bears out, those that `find` finds for it."""

    case: CaseContext
    decision: Decision
    card: StyleCard
    records: Sequence[str] = ()
    asked: Sequence[Asked] = ()
    passages: Sequence[Passage] = ()
    find: Callable[[str], Sequence[Passage]] = lambda _: ()

    @property
    def language(self) -> str:
        return self.card.language(self.decision.signals.language.value, self.case.customer.locale)

    @property
    def about(self) -> MessageId:
        latest = self.case.latest
        return latest.id if latest else self.decision.about


def score_reply(text: str, matter: Matter) -> Quality:
    """Part by part. An empty text was no reply: only the handoff can be told of it then."""
    decision = replace(matter.decision, message_id=matter.about, again_of=None, draft=draft_of(text, matter))
    if not text.strip():
        found = score(matter.case.conversation, matter.case.timeline, [replace(decision, draft=None)], {})
        return replace(found, parts=tuple(_reworded(each, NO_REPLY) for each in found.parts))
    draft = decision.draft
    states = {draft.id: DraftState.SENT} if draft else {}
    # An agent's own words are passed over in production; these are held to what a draft of ours is held to.
    as_ours, as_theirs = (_with_reply(matter, text, role) for role in (Role.ASSISTANT, Role.AGENT))
    found = score(matter.case.conversation, as_ours, [decision], states)
    handed = score(matter.case.conversation, as_theirs, [decision], states).of(Part.HANDOFF)
    parts = (handed if each.part is Part.HANDOFF else each for each in found.parts)
    return replace(found, parts=tuple(_reworded(each, NOTHING_TOLD.get(each.part, "")) for each in parts))


def _reworded(scored: Scored, why: str) -> Scored:
    if scored.score is not Score.UNKNOWN or scored.part is Part.HANDOFF or not why:
        return scored
    return replace(scored, grounds=(Ground(what=why),))


def _with_reply(matter: Matter, text: str, role: Role) -> list[Message]:
    conversation, timeline = matter.case.conversation, matter.case.timeline
    reply = Message(
        id=MessageId(derive_id("ms", "practice", conversation.id)),
        conversation_id=conversation.id,
        channel=conversation.channel,
        role=role,
        author="",
        text=text,
        at=max((message.at for message in timeline), default=matter.case.now) + timedelta(seconds=1),
        vendor_ref="",
    )
    return [*timeline, reply]


# ------------------------------------------------------------------
# The reply as a draft: its sentences with what bears them out, and its faults.


def draft_of(text: str, matter: Matter) -> Draft:
    """The text as if it were a draft of ours. A sentence that nothing bears out is a finding."""
    sentences, findings = [], []
    for line in lines(text):
        sentence, fault = _proved(line.text, line.block, matter)
        sentences.append(sentence)
        findings += [fault] if fault else []
    cited = tuple(sentence.citation.passage for sentence in sentences if sentence.citation)
    findings += _faults(text, cited, matter)
    return Draft(
        id=DraftId(derive_id("dr", "practice", matter.case.conversation.id, text)),
        sentences=tuple(sentences),
        language=matter.language,
        confidence=1.0,
        composer="person",
        findings=tuple(findings),
        unknown=tuple(each.words for each in matter.asked if not each.passages & {passage.id for passage in cited}),
    )


def _proved(text: str, paragraph: int, matter: Matter) -> tuple[Sentence, Finding | None]:
    """What somebody does is theirs to say, but for a figure in it that nobody has told."""
    polite = Sentence(text=text, kind=SentenceKind.COURTESY, paragraph=paragraph)
    if not is_told(text) or is_of_card(text, matter.card, matter.language):
        return polite, None
    if is_act(text):
        around = setting_of(matter)
        known = "\n".join((around.record, *(passage.text for passage in matter.passages)))
        misstated = next(find_misstated(text, known, "", around.customer), None)
        return polite, _unproved(text, misstated.text) if misstated else None
    for record in matter.records:
        if not find_unsupported(text, record, customer=setting_of(matter).customer):
            return Sentence(text=text, kind=SentenceKind.RECORD, paragraph=paragraph, record=record), None
    for passage in _candidates(text, matter):
        citation = Citation(passage=passage, start=passage.start, end=passage.end)
        cited = Sentence(text=text, kind=SentenceKind.CITED, paragraph=paragraph, citation=citation)
        around = setting_of(matter)
        if not faults_of(cited, customer=around.customer, record=around.record, language=matter.language):
            return cited, None
    return polite, _unproved(text, "")


def _candidates(text: str, matter: Matter) -> Iterator[Passage]:
    """Public ones first: what an internal article says too may be said where a public one says it."""
    seen = {passage.id for passage in matter.passages}
    yield from sorted(matter.passages, key=_is_inside)
    yield from sorted((each for each in matter.find(text) if each.id not in seen), key=_is_inside)


def _is_inside(passage: Passage) -> bool:
    return passage.audience is not Audience.PUBLIC


def _unproved(text: str, why: str) -> Finding:
    # A warning: whether a rule is broken besides is told by the other findings.
    told = f"“{text}” has no source" + (f": {why}." if why else ".")
    return Finding(rule="unsupported_claim", severity=Severity.WARN, text=told)


def _faults(text: str, cited: Sequence[Passage], matter: Matter) -> Iterator[Finding]:
    """What style card and guard say; claims without a source are told sentence by sentence."""
    around = setting_of(matter)
    source = "\n".join(f"{heading(passage)}\n{passage.text}" for passage in (*cited, *matter.passages))
    for finding in deviations(text, style=matter.card, source=source, setting=around):
        if finding.rule not in (_MASKED, "unsupported_claim"):
            yield finding
    for passage in dict.fromkeys(cited):
        yield from unfit(passage, now=matter.case.now, stale_after=STALE_AFTER, brand=matter.case.brand)


def setting_of(matter: Matter) -> Setting:
    """The customer's words are those of the whole case; what anybody else has said in it counts as the record."""
    signals, case = matter.decision.signals, matter.case
    others = (message.text for message in case.timeline if message.role is not Role.CUSTOMER)
    return Setting(
        customer="\n".join(m.text for m in case.timeline if m.role is Role.CUSTOMER),
        record="\n".join((*others, *matter.records)),
        language=matter.language,
        intent=signals.intent.value if signals.intents else "",
        brand=case.brand,
        rules=matter.card.rules,
    )
