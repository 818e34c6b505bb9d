"""Which effects a decision has: pure, so that what would leave can be read before anything does."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from core.alerts.raising import alert_effect
from core.answer.style import StyleCard
from core.calendar.appointment_words import lines_of
from core.consent.reachable import withdrawn
from core.control.passing import mark_of
from core.execute.actions import agreed_run
from core.execute.decision_alerts import alert_of_turn
from core.execute.files import plan_files
from core.execute.plan_words import Saying
from core.execute.planning import DeliverySettings, Planning, plan_code
from core.handoff.card import CHANNEL_WORDS, note_text, quote_line, wrote
from core.handoff.ways import RULE as CHOICE
from core.handoff.ways import TAGS, Way, describe_way
from core.knowledge.passages import sentence_spans
from core.model.action import ActionRun, RunState
from core.model.conversation import CaseContext, Control, Message, MessageKind, OwnerKind, Role
from core.model.customer import CHATTED, DIRECT, TEXTED, Channel, IdentityKind
from core.model.decision import Action, Decision
from core.model.draft import Draft, SentenceKind
from core.model.effect_payloads import (
    AppointmentPayload,
    ControlPayload,
    MessagePayload,
    Said,
    TicketCreatePayload,
    TicketNotePayload,
    TicketReplyPayload,
    TicketUpdatePayload,
    UnnamedNotice,
)
from core.model.outbound import NOTICE, Effect, EffectKind
from core.policy import Policy
from core.procedure.verify_identity import COMPOSER as PROVING
from core.text.call_words import LINES, line
from core.text.speech import brief, links
from core.text.verification import say_aloud

# ------------------------------------------------------------------
# What a decision writes on the ticket, or on a new one.

FIRST = "urgent"  # the helpdesk's priority of what jumps the queue
SPAM_TAG = "handrail_spam"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticketing(Planning):
    """The helpdesk's side of a plan."""

    @property
    def shown_nowhere(self) -> bool:
        conversation, action = self.case.conversation, self.decision.disposition.action
        on_phone = self.latest.channel in DIRECT
        unseen = conversation.ticket_id is None and not conversation.owner.is_human
        return action is Action.SUGGEST and on_phone and unseen

    @property
    def group(self) -> str:
        """The team that the owner table names for what is wanted."""
        policy, intent = self.policy, self.decision.signals.intent
        sure = intent.confidence >= policy.confidence_intent
        return (policy.owner_of(intent.value) if sure else policy.default_owner).group

    def once_said(self, text: str) -> TicketUpdatePayload:
        """What the ticket is told when the reply has left, and not before: it may yet be stopped."""
        on_phone, settings = self.latest.channel in DIRECT, self.settings
        note = f"The virtual assistant answered by {CHANNEL_WORDS[self.latest.channel]}:\n{text}"
        if self._way is not None:
            note = f"{describe_way(self._way, self.case, self.policy)}\n\n{note}"
        return TicketUpdatePayload(note=note if on_phone and settings.notes else None, add_tags=self._tags())

    @property
    def told_first(self) -> tuple[Message, ...]:
        """The texts that no turn has put on the ticket before this one."""
        fresh = tuple(m for m in self.case.unanswered if m.id not in self.case.decided and self._is_unseen(m))
        return fresh or (self.latest,)

    def _is_unseen(self, message: Message) -> bool:
        return message.channel in DIRECT or (self.case.beside is not None and message.id == self.latest.id)

    def mirror(self) -> list[Effect]:
        """A phone message as an internal note, so that the agent's ticket tells the whole story."""
        ticket = self.case.conversation.ticket_id
        unseen = self.latest.channel in DIRECT or self.case.beside is not None
        if ticket is None or not unseen or not self.settings.notes or self.case.in_workspace:
            return []
        body = "\n".join(wrote(self.case.customer.name, message) for message in self.told_first)
        return [self.effect(EffectKind.TICKET_NOTE, "mirror", ticket, TicketNotePayload(body=body))]

    def mark(self, *, answered: bool = True) -> list[Effect]:
        """Tags and fields; the tag of an answer is not set before it is `answered`."""
        ticket = self.case.conversation.ticket_id
        changes = self.changes() if answered else replace(self.changes(), add_tags=())
        if ticket is None or not changes:
            return []
        return [self.effect(EffectKind.TICKET_UPDATE, "marks", ticket, changes)]

    @property
    def _way(self) -> Way | None:
        """How the customer wants to be reached, where this turn is about that."""
        kind, _, way = self.decision.disposition.rule.partition(":")
        return Way(way) if f"{kind}:" == CHOICE else None

    def _tags(self) -> tuple[str, ...]:
        disposition = self.decision.disposition
        if self._way is not None:
            return (TAGS[self._way],)  # how to reach them, whatever else is tagged: a task for the team
        # While a person has the conversation every turn is a suggestion, also one with nothing to suggest.
        empty = disposition.action is Action.SUGGEST and self.decision.draft is None
        tag = None if empty else self.policy.tags.get(disposition.action)
        tags = (*([tag] if tag else []), *([SPAM_TAG] if disposition.rule == "spam" else []))
        return tags if self.settings.tags else ()

    def changes(self) -> TicketUpdatePayload:
        disposition, routed, signals = self.decision.disposition, self.decision.routed, self.decision.signals
        set_aside = disposition.rule == "spam" and disposition.owner.kind is OwnerKind.TEAM  # there for review
        unseen = disposition.action is Action.SUGGEST and not self.case.conversation.open  # who looks at a solved one?
        values = {
            "intent": signals.intent.value,
            "sentiment": signals.sentiment.value,
            "urgency": signals.urgency.value,
        }
        fields = {field_id: values[name] for name, field_id in self.settings.fields.items() if name in values}
        return TicketUpdatePayload(
            add_tags=self._tags(),
            priority=FIRST if disposition.first or (routed and routed.priority == FIRST) else None,
            assignee=routed.agent_id or None if routed else None,
            group=disposition.owner.name if set_aside else None,
            status="open" if unseen else None,
            fields=fields,
        )

    def handed_over(self, unnamed: UnnamedNotice | None) -> Effect:
        """Group, tags and card on the ticket; where there is none, a new one that gets them."""
        assert self.decision.handoff is not None  # noqa: S101 - a handoff has its card
        disposition = self.decision.disposition
        way = self.decision.routed.reason if self.decision.routed else ""
        card = note_text(self.decision.handoff, self.case, self.decision.policy_version, disposition.rule, way)
        # Open again, should it be solved: a person is to see it in their queue.
        changes = replace(
            self.changes(), group=disposition.owner.name, status="open", note=card, unnamed_notice=unnamed
        )
        ticket = self.case.conversation.ticket_id
        if ticket is not None:
            return self.effect(EffectKind.TICKET_UPDATE, "handoff", ticket, changes)
        return self.open(changes)

    def open(self, changes: TicketUpdatePayload) -> Effect:
        """A ticket where there is none. On messaging the helpdesk opens it by itself, when agents get control."""
        return self.pass_control(changes) if self.messaging else self.new_ticket(changes)

    @property
    def messaging(self) -> str:
        """The messaging conversation that the newest message came from; empty where that came another way."""
        return (self.case.reply_to or self.latest.address) if self.latest.channel in CHATTED else ""

    def pass_control(self, then: TicketUpdatePayload | None = None) -> Effect:
        """Control of the messaging conversation, to agents. The ticket that the helpdesk opens for it begins with the
        first message and has the tag by which we know it again; `then` are its changes."""
        ours = [m for m in self.case.timeline if m.address == self.messaging and m.role is Role.CUSTOMER]
        payload = ControlPayload(
            to=Control.AGENTS,
            subject=quote_line(self.case.conversation.subject or self.latest.text, 80),
            tags=(mark_of(self.case.conversation.id),),
            first=ours[0].vendor_ref.partition(":")[2] if ours else "",
            then=then,
        )
        return self.effect(EffectKind.CONTROL, "control", self.messaging, payload)

    def new_ticket(self, changes: TicketUpdatePayload) -> Effect:
        """`covers` are the messages that it tells; what comes before it is linked is added to it then."""
        customer = self.case.customer
        payload = TicketCreatePayload(
            subject=quote_line(self.case.conversation.subject or self.latest.text, 80),
            text=self._transcript(),
            requester_id=customer.current(IdentityKind.HELPDESK),
            name=customer.name,
            phone=customer.phone,
            then=changes,
            covers=tuple(message.id for message in self.case.timeline),
        )
        return self.effect(EffectKind.TICKET_CREATE, "ticket", customer.id, payload)

    def _transcript(self) -> str:
        """What was said in public; of a team that may not see it, the summary alone."""
        card = self.decision.handoff
        if card is not None and not self.policy.may_see(self.decision.disposition.owner.name, "transcript"):
            return card.summary
        return "\n\n".join(
            f"{m.author} by {CHANNEL_WORDS[m.channel]}, {m.at:%Y-%m-%d %H:%M} UTC: {m.text}"
            for m in self.case.timeline
            if m.public
        )


# ------------------------------------------------------------------

CONFIRMATION = "opt_out_confirmation"
OPTED_OUT, OPTED_IN = "opted_out", "opted_in"
# No question and nothing besides: a confirmation of an opt-out may say no more than that.
HEARD = {
    OPTED_OUT: {
        "en": "You will get no more messages from {company}. Reply START if you want them again.",
        "de": "Sie erhalten keine Nachrichten mehr von {company}. Antworten Sie START, wenn Sie wieder welche möchten.",
        "es": "No recibirá más mensajes de {company}. Responda START si quiere recibirlos de nuevo.",
        "fr": "Vous ne recevrez plus de messages de {company}. Répondez START pour en recevoir à nouveau.",
        "pt": "Não receberá mais mensagens de {company}. Responda START se quiser voltar a recebê-las.",
        "ja": "{company}からのメッセージを停止しました。再開するには START と返信してください。",
    },
    OPTED_IN: {
        "en": "You will get messages from {company} here again. Reply STOP to end them.",
        "de": "Sie erhalten hier wieder Nachrichten von {company}. Antworten Sie STOP, um sie zu beenden.",
        "es": "Volverá a recibir aquí mensajes de {company}. Responda STOP para dejar de recibirlos.",
        "fr": "Vous recevrez à nouveau ici des messages de {company}. Répondez STOP pour les arrêter.",
        "pt": "Voltará a receber aqui mensagens de {company}. Responda STOP para deixar de as receber.",
        "ja": "{company}からのメッセージを再開しました。停止するには STOP と返信してください。",
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Opting(Saying):
    """What is said to a customer who opts out or in."""

    def confirm(self) -> list[Effect]:
        """Once, by text message or WhatsApp, under a standing approval of its own; nothing where the vendor has said it
        or the customer was told before."""
        words = HEARD.get(self.decision.disposition.rule)
        if words is None or self.latest.channel not in TEXTED or self.latest.kind is not MessageKind.WORDS:
            return []
        if CONFIRMATION not in self.policy.standing or self._known:
            return []
        text = words.get(self.language, words["en"]).format(company=self.style.company)
        return self.to_customer(text, CONFIRMATION)

    @property
    def _known(self) -> bool:
        is_out = withdrawn(self.case.customer, self.latest.channel)
        return is_out is (self.decision.disposition.rule == OPTED_OUT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Planner:
    policy: Policy
    settings: DeliverySettings
    style: StyleCard

    def effects(self, case: CaseContext, decision: Decision) -> list[Effect]:
        """In the order in which they should leave. Each key follows from the decision: planned twice, done once."""
        plan = self._plan(case, decision)
        return plan_call(plan, plan.all())

    def run(self, case: CaseContext, decision: Decision) -> ActionRun | None:
        """The action that the customer said yes to with this turn."""
        return self._plan(case, decision).run()

    def _plan(self, case: CaseContext, decision: Decision) -> "_Plan":
        return _Plan(policy=self.policy, settings=self.settings, style=self.style, case=case, decision=decision)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan(Opting, Ticketing):
    """Both sides in one: what is said and what is written."""

    def all(self) -> list[Effect]:
        plans = {Action.HANDOFF: self.handoff, Action.AUTO_REPLY: self.reply}
        made = plans.get(self.decision.disposition.action, self.whisper)()
        return [*made, *plan_files(self, self.told_first), *self.alerts()]

    def whisper(self) -> list[Effect]:
        """For people only: the customer's words on the ticket, tags and fields. Where no ticket shows a suggestion to
        anybody, one is opened."""
        if self.shown_nowhere:
            changes = self.changes()
            return [self.open(replace(changes, group=changes.group or self.group))]
        return [*self.confirm(), *self.mirror(), *self.mark()]

    def reply(self) -> list[Effect]:
        said = [*plan_code(self), *plan_appointment(self, self.said())]
        run = agreed_run(self, said)
        if run is not None and run.state is RunState.READY:
            said = []  # told once it is done
        return [*said, *self.mirror(), *self.mark(answered=False)]

    def said(self) -> list[Effect]:
        """The draft, to the customer."""
        text, standing = self.answer()
        return self.to_customer(text, standing, then=self.once_said(text), choices=self.choices())

    def run(self) -> ActionRun | None:
        """The action that the customer said yes to."""
        if self.decision.disposition.action is not Action.AUTO_REPLY:
            return None
        if self.latest.channel is not Channel.VOICE:
            return agreed_run(self, self.said())
        run = agreed_run(self, [_on_the_call(self, each) for each in self.said()])
        return None if run is None else _run_as_heard(run)

    def handoff(self) -> list[Effect]:
        notice = self.told_of_handoff()
        over = self.handed_over(self.without_name(notice))
        passed = [self.pass_control()] if self.messaging and over.kind is not EffectKind.CONTROL else []
        return [*self.mirror(), over, *notice, *passed]

    def alerts(self) -> list[Effect]:
        """What supervisors are told of this turn."""
        decision = self.decision
        at = max(decision.at, self.latest.at)
        raised = alert_of_turn(self.case, decision, self.policy)
        return [alert_effect(raised, self.policy, at, decision.disposition.rule)] if raised else []


# ------------------------------------------------------------------
# What a customer said yes to in the calendar: arranged first, and told once it is true.


APPOINTMENT = "appointment"


def plan_appointment(plan: Planning, said: Sequence[Effect]) -> list[Effect]:
    """The words wait for the calendar: they leave once it has the time, or others in their place where somebody else
    had it first. As they are, where nothing is arranged with this turn."""
    progress = plan.decision.procedure
    booking = progress.booking if progress else None
    if booking is None or plan.decision.disposition.rule != APPOINTMENT or progress is None:
        return list(said)
    ending = plan.style.of(plan.case.brand).ending(progress.language, compact=True, disclosed=False)
    slot, customer = booking.slot, plan.case.customer
    payload = AppointmentPayload(
        do=booking.do,
        ref=booking.ref,
        who=customer.id,
        name=customer.name,
        phone=customer.phone,
        email=customer.email,
        slot=slot.id if slot else None,
        starts_at=slot.starts_at if slot else None,
        ends_at=slot.ends_at if slot else None,
        place=slot.place if slot else None,
        zone=slot.zone if slot else None,
        answers={name: value for name, value in progress.known.items() if "." not in name},
        said=tuple(
            Said(kind=each.kind, target=each.target, payload=each.payload)
            for each in said
            if isinstance(each.payload, MessagePayload | TicketReplyPayload)
        ),
        gone=f"{lines_of(progress.language).gone}\n\n{ending}",
    )
    return [plan.effect(EffectKind.APPOINTMENT, APPOINTMENT, booking.visit, payload, APPOINTMENT)]


# ------------------------------------------------------------------
# What a plan says in a call: short and speakable, and what the call does after it.


CALL_WORDS = "call"  # the standing approval of the fixed words
THROUGH, END, LINK, CODE = "through", "end", "link", "code"
MOST_OF_NOTICE = 4  # sentences: what cannot be done, who takes over, when
MOST_OF_PROCEDURE = 5


def plan_call(plan: Planning, effects: Sequence[Effect]) -> list[Effect]:
    """The plan for a caller; any other plan as it is. A caller hears something after every turn of theirs, unless a
    person has the conversation, or gets it with this turn: where nothing is said of that, the call is put through
    without a word. What waits for the calendar is heard when the calendar has answered."""
    if plan.latest.channel is not Channel.VOICE:
        return list(effects)
    made = [_on_the_call(plan, effect) for effect in effects]
    over = plan.case.conversation.owner.is_human or plan.decision.disposition.action is Action.HANDOFF
    acts = plan.decision.disposition.rule.startswith("action:")  # what came of it is heard when it is known
    silent = not over and not acts and not any(map(_speaks, made))
    return [*made, *(_fixed(plan) if silent else ())]


def _speaks(effect: Effect) -> bool:
    return effect.kind is EffectKind.APPOINTMENT or effect.channel is Channel.VOICE


def _on_the_call(plan: Planning, effect: Effect) -> Effect:
    payload = effect.payload
    if isinstance(payload, AppointmentPayload):
        said = tuple(replace(each, payload=_as_heard(plan, each.payload)) for each in payload.said)
        gone = payload.gone.partition("\n\n")[0]  # below it stands what to write for a person
        return replace(effect, payload=replace(payload, said=said, gone=brief(_sentences(gone))))
    if isinstance(payload, MessagePayload):
        return replace(effect, payload=_as_heard(plan, payload, effect.authority.rule))
    return effect


def _as_heard(
    plan: Planning, written: MessagePayload | TicketReplyPayload, rule: str = ""
) -> MessagePayload | TicketReplyPayload:
    """What goes to the call in words to be heard, the rest as it is."""
    if not isinstance(written, MessagePayload) or written.channel is not Channel.VOICE:
        return written
    body, then, draft = written.body, written.then, plan.decision.draft
    if rule == NOTICE and plan.decision.disposition.action is Action.HANDOFF:
        text, on_call = brief(_sentences(body), MOST_OF_NOTICE), THROUGH
    elif draft is not None and draft.composer == PROVING:
        text, on_call = say_aloud(_answer(draft), _language(plan)), CODE
    elif draft is not None:
        text, on_call = _answer(draft), LINK if _texted(plan, draft) else ""
    else:
        text, on_call = brief(_sentences(body)), ""
    if then is not None and then.note is not None:
        then = replace(then, note=then.note.replace(body, text))
    links = _links(draft) if on_call == LINK and draft is not None else ()
    return replace(written, body=text, choices=(), then=then, on_call=on_call, language=_language(plan), links=links)


def _run_as_heard(run: ActionRun) -> ActionRun:
    """What comes of it is told in the call: without what is to be written for a person."""
    said = tuple(replace(each, payload=replace(each.payload, body=_heard(each.payload.body))) for each in run.said)
    return replace(run, said=said, call=replace(run.call, failed=_heard(run.call.failed)))


def _heard(text: str) -> str:
    return brief(_sentences(text.partition("\n\n")[0]))


def _answer(draft: Draft) -> str:
    sentences = [s.text for s in draft.sentences if s.kind is not SentenceKind.COURTESY]
    return brief(sentences or [draft.body], MOST_OF_PROCEDURE if draft.composer == "procedure" else 3)


def _links(draft: Draft) -> tuple[str, ...]:
    return links([citation.passage.url or "" for citation in draft.cited])


def _texted(plan: Planning, draft: Draft) -> bool:
    """Whether there is a page to send, a number to send it to, and nobody there who wants no texts."""
    customer = plan.case.customer
    return bool(_links(draft)) and customer.phone is not None and not withdrawn(customer, Channel.SMS)


def _fixed(plan: Planning) -> Iterator[Effect]:
    """Nobody asked anything yet, or nobody asks anything more."""
    language, address = _language(plan), plan.case.reply_to or plan.latest.address
    if not address:
        return
    done = plan.decision.disposition.action is Action.SILENT
    payload = MessagePayload(
        channel=Channel.VOICE,
        body=line("goodbye" if done else "offered", language),
        ai_generated=True,
        language=language,
        on_call=END if done else "",
    )
    yield plan.effect(EffectKind.MESSAGE, CALL_WORDS, address, payload, CALL_WORDS)


def _language(plan: Planning) -> str:
    """As the call is heard: a text in another language would be read aloud as if it were this one."""
    draft = plan.decision.draft
    spoken = draft.language if draft is not None else plan.language
    return spoken if spoken in LINES else "en"


def _sentences(text: str) -> list[str]:
    flat = " ".join(text.split())
    return [flat[start:end] for start, end in sentence_spans(flat, 0, len(flat))]
