"""What a decision says to the customer: on which channel, to which address, in which words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import takewhile

from core.answer.question import COMPOSER as ASKING_BACK
from core.answer.receipt_link import COMPOSER as RECEIPT
from core.answer.style import StyleCard
from core.calendar.moments import clock_of
from core.context.sender import address_of
from core.execute.planning import Planning
from core.handoff.instruction import COMPOSER as INSTRUCTION
from core.handoff.notice import handoff_notice, limit_of, when_told
from core.handoff.ways import COMPOSER as CONTACT_CHOICE
from core.handoff.ways import Way, ask_contact_way, labels
from core.model.conversation import CaseContext, Role
from core.model.customer import CHATTED, DIRECT, Channel
from core.model.draft import Draft, Sentence, SentenceKind
from core.model.effect_payloads import MessagePayload, TicketReplyPayload, TicketUpdatePayload, UnnamedNotice
from core.model.knowledge import Passage
from core.model.outbound import NOTICE, Effect, EffectKind
from core.procedure.guide import COMPOSER as BY_PROCEDURE
from core.procedure.verify_identity import COMPOSER as VERIFYING
from core.read.repeats import references
from core.read.turn_input import customer_words
from core.text.call_words import line
from core.text.segments import segments, simplify_signs

BUTTONED = CHATTED | {Channel.WHATSAPP}
STANDING_OF = {
    BY_PROCEDURE: "procedure",
    ASKING_BACK: "clarifying_question",
    RECEIPT: "receipt",
    VERIFYING: "verification_code",
    CONTACT_CHOICE: NOTICE,
    INSTRUCTION: "instruction",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying(Planning):
    """The customer's side of a plan."""

    @property
    def directly(self) -> bool:
        """Whether the customer wrote where we speak ourselves, and not through the helpdesk."""
        return self.latest.channel in DIRECT

    def answer(self) -> tuple[str, str]:
        """The automatic reply, and the standing approval that it leaves under."""
        draft = self.decision.draft
        assert draft is not None  # noqa: S101 - only a draft is ever sent automatically
        style = self.style.of(self.case.brand)
        frame = Frame(
            compact=self.directly,
            spoken=self.latest.channel is Channel.VOICE,
            disclosed=discloses(self.case, style, self.policy.self_service.disclose_after),
            understood=self._understood(draft),
            most_segments=self._most_segments(draft),
            named=references(customer_words(self.case)),
        )
        text = automatic_text(draft, draft.language, style, frame)
        return text, STANDING_OF.get(draft.composer, "automatic_reply")

    def _most_segments(self, draft: Draft) -> int | None:
        """An answer is kept short where each part of it is paid for; of a question or a step nothing is left out."""
        is_answer = draft.composer not in STANDING_OF
        return self.policy.texting.most_segments if is_answer and self.latest.channel is Channel.SMS else None

    def choices(self) -> tuple[str, ...]:
        """What may be tapped under the reply; where there are buttons anyway, one of them leads to a person."""
        draft = self.decision.draft
        offered = draft.choices if draft is not None else ()
        if draft is None or self.latest.channel not in BUTTONED or not (offered or self.latest.channel in CHATTED):
            return offered
        agent = self.style.of(self.case.brand).courtesies(draft.language).agent
        return (*offered, agent) if agent else offered

    def _understood(self, draft: Draft) -> str:
        """One line on top of an answer, where the policy wants one for what the message is about."""
        rules, intent = self.policy.self_service, self.decision.signals.intent.value
        words = rules.matter(intent, draft.language) if intent in rules.confirm and draft.states else ""
        line = self.style.of(self.case.brand).courtesies(draft.language).understood
        if not words or not line or draft.composer in STANDING_OF:
            return ""
        return line.format(matter=words, company=self.style.company, name="")

    def told_of_handoff(self) -> list[Effect]:
        """Who takes over and when, where the customer is to be told."""
        if not self.decision.disposition.notify_customer:
            return []
        return self.to_customer(self._notice(self._agent), NOTICE, choices=labels(self.language, self._ways))

    def without_name(self, notice: Sequence[Effect]) -> UnnamedNotice | None:
        """The notice without a name, for a helpdesk that will not have the agent."""
        if not notice or not self._agent:
            return None
        return UnnamedNotice(instead_of=notice[0].key, body=self._notice(None))

    def to_customer(
        self, text: str, rule: str, then: TicketUpdatePayload | None = None, choices: tuple[str, ...] = ()
    ) -> list[Effect]:
        """On the channel of the customer's last message; `then` is written on the ticket once it has left."""
        channel, then = self.latest.channel, then or None
        address = self.case.reply_to or address_of(self.latest, self.case.customer)
        if channel in DIRECT and address:
            draft = self.decision.draft if rule != NOTICE else None
            spoken = draft.language if draft else self.language
            text = simplify_signs(text) if channel is Channel.SMS else text
            said = MessagePayload(
                channel=channel, body=text, ai_generated=True, language=spoken, then=then, choices=choices
            )
            return [self.effect(EffectKind.MESSAGE, rule, address, said, rule)]
        if self.case.conversation.ticket_id is None:
            return []
        reply = TicketReplyPayload(body=text, ai_generated=True, then=then, choices=choices)
        return [self.effect(EffectKind.TICKET_REPLY, rule, self.case.conversation.ticket_id, reply, rule)]

    @property
    def _agent(self) -> str | None:
        return self.decision.handoff.agent if self.decision.handoff else None

    @property
    def _ways(self) -> tuple[Way, ...]:
        card = self.decision.handoff
        return tuple(Way(name) for name in card.ways) if card else ()

    def _notice(self, agent: str | None) -> str:
        disposition, card = self.decision.disposition, self.decision.handoff
        team, reply, hours = disposition.owner.name, card.reply if card else None, None
        hours = self.policy.hours(team)
        clock = clock_of(self.case.customer.time_zone, self.latest.address, self.decision.at)
        zone = clock.key if clock else None
        later = reply is not None and reply.closed
        when = when_told(reply, self.decision.at, self.language, zone, hours.zone if hours else None)
        if self.latest.channel is Channel.VOICE and self.policy.voice.number_of(team) and not later:
            when = line("through", self.language)  # they are rung at once, whenever they would answer a letter
        return handoff_notice(
            self.language,
            team,
            self.policy.reply_within(team),
            agent=agent,
            limit=limit_of(disposition.rule),
            when=when,
            later=later,
            asks=ask_contact_way(self.language, self._ways),
        )


# ------------------------------------------------------------------
# Whether the customer is told now that an assistant writes: at first contact and after every switch, not each time.


def discloses(case: CaseContext, style: StyleCard, after: timedelta) -> bool:
    """Unless it was said on this channel within `after`, and no person has spoken or had the conversation since."""
    latest, given = case.latest, case.conversation.owner_since
    if latest is None:
        return True
    said = (m for m in reversed(case.timeline) if m.public and m.role in (Role.AGENT, Role.ASSISTANT))
    ours = takewhile(lambda m: m.role is Role.ASSISTANT and m.channel is latest.channel, said)
    fresh = takewhile(lambda m: case.now - m.at < after and (given is None or m.at >= given), ours)
    lines = style.disclosures
    return not any(line in message.text for message in fresh for line in lines)


# ------------------------------------------------------------------
# An automatic reply as it leaves: who is speaking, the draft, its sources, the way to a person.


# Above the address of a source of which not everything fitted.
REST = {"en": "The rest", "de": "Alles Weitere", "es": "El resto", "fr": "La suite", "pt": "O resto", "ja": "続き"}
SOURCES = {"en": "Source", "de": "Quelle", "es": "Fuente", "fr": "Source", "pt": "Fonte", "ja": "出典"}
LONGEST_TEXT = 1500  # characters; Twilio refuses a body of more than 1,600 (error 21617)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """How an automatic text stands before the customer. `compact`, for a phone: what is stated without courtesies or
    empty lines, of a source its address alone, and never more than a text message holds. `spoken`: it is read out on a
    call. `disclosed`: it says that an assistant writes. `understood` is one line on top: what the message is taken to
    be about. `most_segments`: how many SMS it may take, where it goes by SMS. `named`: the codes and numbers that the
    customer names; what speaks of them is left out last."""

    compact: bool = False
    spoken: bool = False
    disclosed: bool = True
    understood: str = ""
    most_segments: int | None = None
    named: frozenset[str] = frozenset()

    def fits(self, text: str) -> bool:
        """Whether a text message may be as long as this."""
        few = self.most_segments is None or segments(simplify_signs(text)) <= self.most_segments
        return few and len(text) <= LONGEST_TEXT


def automatic_text(draft: Draft, language: str, style: StyleCard, frame: Frame = Frame()) -> str:
    """The draft's own words with each source once, above the way to a person.

    EU AI Act, article 50: people are told that they interact with an AI system, at the latest at first interaction."""
    if not frame.compact:
        return _assembled(draft, draft.body, language, style, frame, SOURCES)
    sentences = [s for s in draft.sentences if s.kind is not SentenceKind.COURTESY] or list(draft.sentences)
    text = _brief(draft, sentences, language, style, frame)
    # The best article is quoted first, so what does not fit is cut at the end, a whole sentence at a time.
    while not frame.fits(text) and len(sentences) > 1:
        others = [place for place, each in enumerate(sentences) if not frame.named & references(each.text)]
        sentences.pop(others[-1] if others else -1)
        text = _brief(draft, sentences, language, style, frame)
    return text


FOLLOW_UP = {
    "en": "A while ago we answered your question. If that solved it, you need do nothing. If not, just reply and we "
    "will go on from there.",
    "de": "Vor einiger Zeit haben wir Ihre Frage beantwortet. Wenn das geholfen hat, müssen Sie nichts tun. Wenn "
    "nicht, antworten Sie einfach; dann machen wir dort weiter.",
    "es": "Hace un tiempo respondimos a su pregunta. Si con eso quedó resuelta, no tiene que hacer nada. Si no, "
    "responda a este mensaje y seguiremos desde ahí.",
    "fr": "Nous avons répondu à votre question il y a quelque temps. Si elle est réglée, vous n'avez rien à faire. "
    "Sinon, répondez simplement à ce message et nous reprendrons là où nous en étions.",
    "pt": "Há algum tempo respondemos à sua pergunta. Se ficou resolvida, não precisa de fazer nada. Se não, responda "
    "a esta mensagem e continuamos a partir daí.",
    "ja": "先日ご質問に回答いたしました。解決した場合は何もしていただく必要はありません。まだの場合は、このメッセージに"
    "ご返信ください。続きから対応いたします。",
}


def follow_up_text(language: str, style: StyleCard, *, compact: bool = False, receipt: str = "") -> str:
    """Whether all is well, without a question mark: thanks are answer enough, and so is silence. `receipt`: the line
    that says where it can be read how this was decided."""
    said = FOLLOW_UP.get(style.language(language), FOLLOW_UP["en"])
    parts = (said, receipt, style.ending(language, compact=compact))
    return (" " if compact else "\n\n").join(part for part in parts if part)


def _brief(draft: Draft, sentences: Sequence[Sentence], language: str, style: StyleCard, frame: Frame) -> str:
    """What was left out can be read at its source, so every source of the whole draft stays."""
    whole = [sentence for sentence in draft.sentences if sentence.kind is not SentenceKind.COURTESY]
    label = REST if len(sentences) < len(whole) else SOURCES
    body = replace(draft, sentences=tuple(sentences)).body.replace("\n\n", "\n")
    return _assembled(draft, body, language, style, frame, label)


def _assembled(
    draft: Draft, body: str, language: str, style: StyleCard, frame: Frame, labels: Mapping[str, str]
) -> str:
    label = labels.get(style.language(language), labels["en"])
    passages = {c.passage.article_id: c.passage for c in draft.cited}.values()
    sources = "\n".join(f"{label}: {_named(passage, frame.compact)}" for passage in passages)
    ending = style.ending(language, compact=frame.compact, spoken=frame.spoken, disclosed=frame.disclosed)
    return "\n\n".join(part for part in (frame.understood, body, sources, ending) if part)


def _named(passage: Passage, compact: bool) -> str:
    if not passage.url:
        return passage.title
    return passage.url if compact else f"{passage.title}, {passage.url}"
