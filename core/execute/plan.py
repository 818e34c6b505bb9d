"""Which effects a decision has: pure, so that what would leave can be read before anything does."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from core.alerts.raising import alert_effect
from core.answer.style import StyleCard
from core.calendar.appointment_words import lines_of
from core.consent.opt_outs import withdrawn
from core.execute.decision_alerts import alerts_of
from core.execute.files import plan_files
from core.execute.plan_code import plan_code
from core.execute.plan_ticket import Ticketing
from core.execute.plan_words import Saying
from core.execute.planning import DeliverySettings, Planning
from core.knowledge.sentences import sentence_spans
from core.model.appointment import Arrangement
from core.model.conversation import CaseContext, MessageKind
from core.model.customer import TEXTED, Channel
from core.model.decision import Action, Decision
from core.model.draft import Draft, SentenceKind
from core.model.outbound import Effect, EffectKind
from core.policy import Policy
from core.procedure.verify_identity import COMPOSER as PROVING
from core.text.call_words import LINES, line
from core.text.speech import brief, links
from core.text.verification import say_aloud

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

    def heard(self) -> list[Effect]:
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
        plan = _Plan(policy=self.policy, settings=self.settings, style=self.style, case=case, decision=decision)
        return plan_call(plan, plan.all())


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
            return [self.opened({"group": self.group, **self.changes()})]
        return [*self.heard(), *self.mirrored(), *self.marked()]

    def reply(self) -> list[Effect]:
        text, standing = self.answer()
        said = self.to_customer(text, standing, then=self.once_said(text), choices=self.choices())
        said = [*plan_code(self), *plan_appointment(self, said)]
        return [*said, *self.mirrored(), *self.marked(answered=False)]

    def handoff(self) -> list[Effect]:
        notice = self.told_of_handoff()
        over = self.handed_over(self.unnamed(notice))
        passed = [self.passed()] if self.messaging and over.kind is not EffectKind.CONTROL else []
        return [*self.mirrored(), over, *notice, *passed]

    def alerts(self) -> list[Effect]:
        """What supervisors are told of this turn."""
        decision = self.decision
        at = max(decision.at, self.latest.at)
        raised = alerts_of(self.case, decision, self.policy)
        return [alert_effect(each, self.policy, at, decision.disposition.rule) for each in raised]


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
    payload = {
        **_told(booking, plan),
        "answers": {name: value for name, value in progress.known.items() if "." not in name},
        "said": [{"kind": each.kind, "target": each.target, "payload": dict(each.payload)} for each in said],
        "gone": f"{lines_of(progress.language).gone}\n\n{ending}",
    }
    return [plan.effect(EffectKind.APPOINTMENT, APPOINTMENT, booking.visit, payload, APPOINTMENT)]


def _told(booking: Arrangement, plan: Planning) -> Mapping[str, Any]:
    slot, customer = booking.slot, plan.case.customer
    times = (
        {}
        if slot is None
        else {
            "slot": slot.id,
            "starts_at": slot.starts_at.isoformat(),
            "ends_at": slot.ends_at.isoformat(),
            "place": slot.place,
            "zone": slot.zone,
        }
    )
    return {
        "do": booking.do,
        "ref": booking.ref,
        "who": customer.id,
        "name": customer.name,
        "phone": customer.phone,
        "email": customer.email,
        **times,
    }


# ------------------------------------------------------------------
# What a plan says in a call: short and speakable, and what the call does after it.


CALL_WORDS = "call"  # the standing approval of the fixed words
NOTICE = "handoff_notice"
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
    silent = not over and not any(map(_speaks, made))
    return [*made, *(_fixed(plan) if silent else ())]


def _speaks(effect: Effect) -> bool:
    return effect.kind is EffectKind.APPOINTMENT or _to_the_call(effect.kind, effect.payload)


def _to_the_call(kind: str, payload: Mapping[str, Any]) -> bool:
    return kind == EffectKind.MESSAGE and payload["channel"] == Channel.VOICE


def _on_the_call(plan: Planning, effect: Effect) -> Effect:
    payload = effect.payload
    if effect.kind is EffectKind.APPOINTMENT:
        rows = [
            {**row, "payload": _said(plan, row["payload"])} if _to_the_call(row["kind"], row["payload"]) else row
            for row in payload["said"]
        ]
        gone = str(payload["gone"]).partition("\n\n")[0]  # below it stands what to write for a person
        return replace(effect, payload={**payload, "said": rows, "gone": brief(_sentences(gone))})
    if _to_the_call(effect.kind, payload):
        return replace(effect, payload=_said(plan, payload, effect.authority.rule))
    return effect


def _said(plan: Planning, written: Mapping[str, Any], rule: str = "") -> dict[str, Any]:
    payload, body = dict(written), str(written["body"])
    payload.pop("choices", None)
    draft = plan.decision.draft
    if rule == NOTICE and plan.decision.disposition.action is Action.HANDOFF:
        text, on_call = brief(_sentences(body), MOST_OF_NOTICE), THROUGH
    elif draft is not None and draft.composer == PROVING:
        text, on_call = say_aloud(_answer(draft), _language(plan)), CODE
    elif draft is not None:
        text, on_call = _answer(draft), LINK if _texted(plan, draft) else ""
    else:
        text, on_call = brief(_sentences(body)), ""
    payload |= {"body": text, "on_call": on_call, "language": _language(plan)}
    if "then" in payload and "note" in payload["then"]:
        payload["then"] = {**payload["then"], "note": str(payload["then"]["note"]).replace(body, text)}
    payload |= {"links": list(_links(draft))} if on_call == LINK and draft is not None else {}
    return payload


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
    payload: dict[str, Any] = {
        "channel": Channel.VOICE,
        "body": line("goodbye" if done else "offered", language),
        "ai_generated": True,
        "language": language,
        "on_call": END if done else "",
    }
    yield plan.effect(EffectKind.MESSAGE, CALL_WORDS, address, payload, CALL_WORDS)


def _language(plan: Planning) -> str:
    """As the call is heard: a text in another language would be read aloud as if it were this one."""
    draft = plan.decision.draft
    spoken = draft.language if draft is not None else plan.language
    return spoken if spoken in LINES else "en"


def _sentences(text: str) -> list[str]:
    flat = " ".join(text.split())
    return [flat[start:end] for start, end in sentence_spans(flat, 0, len(flat))]
