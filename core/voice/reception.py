"""What a call is answered at once. What the loop decides reaches the call later."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from core.calendar.opening_hours import is_open
from core.context.outreach_messages import grounds
from core.model.call import Call
from core.model.decision import Decision
from core.model.event import Event
from core.model.event_payloads import (
    CallAccepted,
    CallLanguage,
    CallLink,
    CallRinging,
    CallStarted,
    CallUnanswered,
    Insistence,
)
from core.model.ids import ConversationId, EffectId
from core.model.outbound import EffectKind, EffectState, OutboxRow
from core.policy import Policy
from core.ports import Now, Store, Unit
from core.text.call_words import NAMES, agrees, declines, find_wished_language, line
from core.text.speech import brief, speakable
from core.voice.arrival import GREETED, Arrival, Heard, Place, call_changed, utterance
from core.voice.greeting import Matter, language_of, matter_of
from core.voice.live_call import CODE, asking
from core.voice.script import Ask, Dial, Go, HangUp, Say, Script, StopTranscribing, Transcribe, Verb, Wait, Way

MOST_TRIES = 2  # times that somebody is asked to say it again
SPEAKS = "call"  # the standing approval of the fixed words
TO_A_PERSON, LINK, TAKE = "0", "1", "1"
FIRST_LANGUAGE_KEY = 2
STEP = 1  # seconds between two looks
LONGEST_PREPARATION = timedelta(seconds=20)  # for the ticket, before a person is rung without it
GIVEN_UP = timedelta(seconds=25)  # after the patience is over, with nobody having been rung
OPEN = frozenset({EffectState.PENDING, EffectState.SENDING, EffectState.UNKNOWN})
ON_TICKET = frozenset({EffectKind.TICKET_CREATE, EffectKind.TICKET_UPDATE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Turned:
    """What the call does next, and what the workers are told."""

    script: Script
    events: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reception:
    """`company` is as customers know it, `caller_id` the number that agents see ringing."""

    store: Store
    policy: Callable[[], Policy]
    company: str
    caller_id: str
    now: Now

    # ------------------------------------------------------------ the assistant's part

    def answer(self, arrival: Arrival) -> Turned:
        """A call comes in."""
        policy = self.policy()
        with self.store.read() as unit:
            matter = matter_of(unit, arrival.number, policy, self.now())
        language = language_of(arrival, matter, policy.voice)
        place = Place(sid=arrival.sid, language=language, turn=GREETED)
        began = CallStarted(number=arrival.number, language=language)
        if SPEAKS not in policy.standing:
            return self._unattended(policy, place, call_changed(place, began, self.now()))
        if matter.conversation is not None and matter.conversation.owner.is_human:
            joined = call_changed(place, replace(began, conversation=matter.conversation.id), self.now())
            return Turned(script=(self._say(place, "yours"), self._to_a_person(place)), events=(joined,))
        greeting = self._greeting(place, matter, policy)
        return Turned(script=greeting, events=(call_changed(place, began, self.now()),))

    def hear(self, place: Place, heard: Heard) -> Turned:
        """Somebody spoke, pressed a key, or did neither."""
        policy = self.policy()
        if len(heard.digits) > 1:
            heard = Heard(words=heard.digits)  # a code, keyed in
        wished = self._wished(heard, place, policy)
        if heard.digits == TO_A_PERSON:
            return self._insisted(place, Insistence.PRESSED_0)
        if wished:
            other = replace(place, language=wished, turn=f"{place.turn}.{wished}", asked="")
            changed = call_changed(other, CallLanguage(language=wished), self.now())
            return Turned(script=self._greeting(other, Matter(), policy), events=(changed,))
        if heard.digits == LINK and place.asked == "link":
            answer = place.turn.partition(".")[0]  # what was said before they were asked to say it again
            texted = call_changed(place, CallLink(answer=EffectId(answer)), self.now())
            again = replace(place, turn=f"{place.turn}.l", asked="")
            return Turned(script=(self._asking(again, line("texted", place.language)),), events=(texted,))
        if not heard.words or heard.confidence < policy.voice.least_confidence:
            return self._again(place)
        if place.asked == "matter" and (agrees(heard.words, place.language) or declines(heard.words, place.language)):
            name = "go_on" if agrees(heard.words, place.language) else "else"
            on = replace(place, turn=f"{place.turn}.m", asked="", tries=0)
            return Turned(script=(self._asking(on, line(name, place.language)),))
        answering = replace(place, asked="", tries=0)  # they were understood: from here on it is our turn
        return Turned(script=self._wait(answering), events=(utterance(place, heard, self.now()),))

    def waiting(self, place: Place) -> Turned:
        """The caller waits for what the loop decides; it comes by itself, so here is only told that somebody works."""
        policy, waited = self.policy(), self.now() - place.since
        with self.store.read() as unit:
            with_a_person = self._with_a_person(unit, place)
        if with_a_person:
            return Turned(script=(self._say(place, "through"), self._to_a_person(place)))
        if waited > policy.voice.patience + GIVEN_UP:
            return self._nobody(place, policy)
        if waited > policy.voice.patience and not place.asked:
            gone = replace(place, asked="person", turn=f"{place.turn}.p")
            slow = utterance(
                gone, Heard(words=line("too_slow", place.language)), self.now(), insists=Insistence.TOO_SLOW
            )
            return Turned(script=(self._say(place, "through"), *self._wait(gone)), events=(slow,))
        if waited > policy.voice.filler and place.tries == 0:
            return Turned(script=(self._say(place, "moment"), *self._wait(replace(place, tries=1))))
        return Turned(script=self._wait(place))

    # ------------------------------------------------------------ a person's part

    def through(self, place: Place) -> Turned:
        """Ring the team that has the conversation, once its ticket tells what they need to know."""
        policy = self.policy()
        with self.store.read() as unit:
            call = unit.calls.get(place.sid)
            group, ready = self._prepared(unit, call, policy)
        number = policy.voice.number_of(group)
        if not number or self._closed(group, policy):
            return self._nobody(place, policy)
        if not ready and self.now() - place.since < LONGEST_PREPARATION:
            return Turned(script=(Wait(seconds=STEP), Go(to=place.way("through"))))
        ringing = call_changed(place, CallRinging(group=group), self.now())
        return Turned(script=self._ring(place, policy, number), events=(ringing,))

    def whisper(self, sid: str) -> Turned:
        """What the person hears before the two are connected."""
        policy = self.policy()
        place = Place(sid=sid, language=policy.language, turn="w")
        with self.store.read() as unit:
            call = unit.calls.get(sid)
            said = whisper_lines(unit, call, policy, policy.language)
        lines = tuple(Say(text=each, language=policy.language) for each in said)
        taken = Way(path="accepted", told=(*place.way("accepted").told, ("call", sid)))
        ask = Ask(lines=lines, language=policy.language, then=taken, keys_only=True)
        return Turned(script=(ask, HangUp()))

    def connect(self, place: Place, digits: str) -> Turned:
        """An empty script connects the two."""
        if digits != TAKE:
            return Turned(script=(HangUp(),))
        return Turned(script=(), events=(call_changed(place, CallAccepted(), self.now()),))

    def rung(self, place: Place, status: str) -> Turned:
        """The ringing is over: they have spoken, or nobody took it."""
        if status == "completed":
            with self.store.read() as unit:
                call = unit.calls.get(place.sid)
            if call is None or call.answered_by_person:
                return Turned(script=(HangUp(),))
        policy = self.policy()
        missed = self._nobody(place, policy)
        if not policy.voice.transcribe or SPEAKS not in policy.standing:
            return missed
        # What the assistant says now, and is told, is not said to a person.
        return replace(missed, script=(StopTranscribing(), *missed.script))

    def take_message(self, place: Place, heard: Heard) -> Turned:
        """What somebody said for us to know who could not be put through."""
        bye = self._say(place, "left" if heard.words else "goodbye")
        events = (utterance(place, heard, self.now()),) if heard.words else ()
        return Turned(script=(bye, HangUp()), events=events)

    # ------------------------------------------------------------ pieces

    def _greeting(self, place: Place, matter: Matter, policy: Policy) -> Script:
        language = place.language
        others = [
            Say(text=NAMES[code].format(key=number), language=code)
            for number, code in enumerate(policy.voice.languages[1:], start=FIRST_LANGUAGE_KEY)
            if code in NAMES and code != language
        ]
        known = replace(place, asked="matter") if matter.conversation is not None else place
        lines = (Say(text=line("greeting", language, company=self.company), language=language), *others)
        question = Say(text=matter.question(language, policy.language), language=language)
        return (Ask(lines=(*lines, question), language=language, then=known.way("said")),)

    def _wished(self, heard: Heard, place: Place, policy: Policy) -> str | None:
        languages = policy.voice.languages
        keyed = languages[1:] if place.asked != CODE else ()  # a lone digit of a code wishes for nothing
        keys = {str(n): code for n, code in enumerate(keyed, start=FIRST_LANGUAGE_KEY)}
        wished = keys.get(heard.digits) or find_wished_language(heard.words)
        return wished if wished in languages else None

    def _again(self, place: Place) -> Turned:
        if place.tries >= MOST_TRIES:
            return self._insisted(place, Insistence.SILENCE)
        more = replace(place, tries=place.tries + 1, turn=f"{place.turn}.{place.tries + 1}")
        return Turned(script=(self._asking(more, line("again", place.language)),))

    def _insisted(self, place: Place, why: Insistence) -> Turned:
        said = utterance(place, Heard(words=line(why, place.language)), self.now(), insists=why)
        return Turned(script=self._wait(replace(place, asked="person", tries=0)), events=(said,))

    def _asking(self, place: Place, text: str) -> Verb:
        return asking(place, Say(text=text, language=place.language))

    def _to_a_person(self, place: Place) -> Verb:
        """From now on their ticket has its time to be there before the telephone rings."""
        return Go(to=replace(place, since=self.now()).way("through"))

    def _wait(self, place: Place) -> Script:
        since = place.since if place.waits else self.now()
        return (Wait(seconds=STEP), Go(to=replace(place, since=since).way("wait")))

    def _say(self, place: Place, name: str, **filled: str) -> Say:
        return Say(text=line(name, place.language, **filled), language=place.language)

    def _with_a_person(self, unit: Unit, place: Place) -> bool:
        """A person had it before and nothing will be said: what is on its way to the call puts it through itself."""
        call = unit.calls.get(place.sid)
        if call is None or call.conversation_id is None:
            return False
        conversation = unit.conversations.get(call.conversation_id)
        if conversation is None or not conversation.owner.is_human:
            return False
        return not any(_speaks(row, place) for row in unit.outbox.of_conversation(conversation.id))

    def _prepared(self, unit: Unit, call: Call | None, policy: Policy) -> tuple[str, bool]:
        """The team to ring, and whether its ticket is there and told."""
        found = unit.conversations.get(call.conversation_id) if call and call.conversation_id else None
        if found is None or not found.owner.is_human:
            return policy.default_owner.group, False
        waiting = any(r.effect.kind in ON_TICKET and r.state in OPEN for r in unit.outbox.of_conversation(found.id))
        group = found.owner_group or found.owner.name
        known = group if group in policy.teams else policy.default_owner.group
        return known, found.ticket_id is not None and not waiting

    def _ring(self, place: Place, policy: Policy, number: str) -> Script:
        dial = Dial(
            number=number,
            caller_id=self.caller_id,
            seconds=int(policy.voice.ring.total_seconds()),
            whisper=Way(path="whisper", told=(("call", place.sid),)),
            then=place.way("rung"),
        )
        if not policy.voice.transcribe:
            return (dial,)
        return (self._say(place, "transcribed"), Transcribe(language=place.language, to=Way(path="lines")), dial)

    def _nobody(self, place: Place, policy: Policy) -> Turned:
        with self.store.read() as unit:
            call = unit.calls.get(place.sid)
            group, _ = self._prepared(unit, call, policy)
        speaks = SPEAKS in policy.standing
        # After hours the promise would be none; when somebody is there again, the notice has told.
        promised_here = speaks and place.language == policy.language and not self._closed(group, policy)
        within = policy.reply_within(group) if promised_here else ""
        told = CallUnanswered(group=group, within=within, promised=speaks)
        missed = call_changed(place, told, self.now())
        if not speaks:
            return Turned(script=(HangUp(),), events=(missed,))
        if call is not None and not call.number:
            text = line("withheld", place.language)
        else:
            text = line("nobody_within" if within else "nobody", place.language, within=within)
        said = Say(text=text, language=place.language)
        ask = Ask(lines=(said,), language=place.language, then=replace(place, turn=f"{place.turn}.v").way("left"))
        return Turned(script=(ask,), events=(missed,))

    def _closed(self, group: str, policy: Policy) -> bool:
        hours = policy.hours(group)
        return hours is not None and not is_open(hours, self.now())

    def _unattended(self, policy: Policy, place: Place, began: Event) -> Turned:
        """Without a standing approval for its words the assistant takes no call: it is put through as it is."""
        group = policy.default_owner.group
        number = policy.voice.number_of(group)
        if not number:
            return Turned(script=(HangUp(unanswered=True),), events=(began,))
        ringing = call_changed(place, CallRinging(group=group), self.now())
        return Turned(script=self._ring(place, replace_transcription(policy), number), events=(began, ringing))


def replace_transcription(policy: Policy) -> Policy:
    """Nothing is written down where nobody could be told of it."""
    return replace(policy, voice=replace(policy.voice, transcribe=False))


def _speaks(row: OutboxRow, place: Place) -> bool:
    ours = row.effect.kind is EffectKind.MESSAGE and row.effect.target == place.sid
    sent = row.state is EffectState.SENT and row.effect.created_at >= place.since
    return ours and (row.state in OPEN or sent)


# ------------------------------------------------------------------
# The card as an agent hears it before they take a call.


WORDS = {
    "en": {
        "call": "Call for {group} from {name}.",
        "nameless": "Call for {group} from an unknown caller.",
        "wants": "They want: {wants}.",
        "why": "Why you: {reason}.",
        "unhappy": "They are unhappy.",
        "known": "Their number is known, they are not verified.",
        "unverified": "They are not verified.",
        "ticket": "It is ticket {ticket}.",
        "wrote": "We had written to them first: {facts}.",
        "take": "Press one to take the call.",
    },
    "de": {
        "call": "Anruf für {group} von {name}.",
        "nameless": "Anruf für {group}, unbekannter Anrufer.",
        "wants": "Anliegen: {wants}.",
        "why": "Grund: {reason}.",
        "unhappy": "Die Stimmung ist schlecht.",
        "known": "Die Nummer ist bekannt, die Identität nicht geprüft.",
        "unverified": "Die Identität ist nicht geprüft.",
        "ticket": "Ticket {ticket}.",
        "wrote": "Wir hatten zuerst geschrieben: {facts}.",
        "take": "Drücken Sie die Eins, um den Anruf anzunehmen.",
    },
    "es": {
        "call": "Llamada para {group} de {name}.",
        "nameless": "Llamada para {group}, persona desconocida.",
        "wants": "Quiere: {wants}.",
        "why": "Motivo: {reason}.",
        "unhappy": "No está satisfecho.",
        "known": "El número es conocido, la identidad no está verificada.",
        "unverified": "La identidad no está verificada.",
        "ticket": "Es el ticket {ticket}.",
        "wrote": "Le habíamos escrito antes: {facts}.",
        "take": "Pulse uno para aceptar la llamada.",
    },
    "fr": {
        "call": "Appel pour {group} de {name}.",
        "nameless": "Appel pour {group}, personne inconnue.",
        "wants": "Demande : {wants}.",
        "why": "Motif : {reason}.",
        "unhappy": "La personne est mécontente.",
        "known": "Le numéro est connu, l'identité n'est pas vérifiée.",
        "unverified": "L'identité n'est pas vérifiée.",
        "ticket": "C'est le ticket {ticket}.",
        "wrote": "Nous avions écrit en premier : {facts}.",
        "take": "Appuyez sur un pour prendre l'appel.",
    },
    "pt": {
        "call": "Ligação para {group} de {name}.",
        "nameless": "Ligação para {group}, pessoa desconhecida.",
        "wants": "Quer: {wants}.",
        "why": "Motivo: {reason}.",
        "unhappy": "A pessoa está insatisfeita.",
        "known": "O número é conhecido, a identidade não foi verificada.",
        "unverified": "A identidade não foi verificada.",
        "ticket": "É o ticket {ticket}.",
        "wrote": "Tínhamos escrito antes: {facts}.",
        "take": "Pressione um para atender.",
    },
    "ja": {
        "call": "{group}への電話、{name}様からです。",
        "nameless": "{group}への電話、お名前は不明です。",
        "wants": "ご用件、{wants}。",
        "why": "理由、{reason}。",
        "unhappy": "ご不満の様子です。",
        "known": "番号は既知ですが、本人確認はまだです。",
        "unverified": "本人確認はまだです。",
        "ticket": "チケット{ticket}です。",
        "wrote": "先にこちらから連絡済み、{facts}。",
        "take": "一を押すとつながります。",
    },
}
UNHAPPY = -0.2
LONGEST = 240


def whisper_lines(unit: Unit, call: Call | None, policy: Policy, language: str) -> tuple[str, ...]:
    """Who, what they want, why it comes here, how they feel, whether they are who they say, what we wrote to them
    first; then how to take it."""
    words = WORDS.get(language, WORDS["en"])
    conversation = unit.conversations.get(call.conversation_id) if call and call.conversation_id else None
    if conversation is None:
        return (words["nameless"].format(group=policy.default_owner.group), words["take"])
    customer = unit.customers.get(conversation.customer_id)
    group = conversation.owner_group or conversation.owner.name or policy.default_owner.group
    # A customer without a name is called by their number.
    named = customer is not None and bool(customer.name) and not customer.name.startswith("+")
    who = words["call"].format(group=group, name=customer.name) if named and customer else words["nameless"]
    decided = [d for d in unit.decisions.of_conversation(conversation.id) if d.handoff is not None]
    card = _card(decided[-1], words) if decided else ()
    ticket = (words["ticket"].format(ticket=conversation.ticket_id),) if conversation.ticket_id else ()
    return (who.format(group=group), *card, *_wrote_first(unit, conversation.id, words), *ticket, words["take"])


def _wrote_first(unit: Unit, conversation: ConversationId, words: dict[str, str]) -> tuple[str, ...]:
    """What the company's systems had reported when we wrote: that is what they call about."""
    known = [facts for _, facts in grounds(unit, unit.conversations.messages(conversation)) if facts]
    return (words["wrote"].format(facts=speakable(known[-1])),) if known else ()


def _card(decision: Decision, words: dict[str, str]) -> tuple[str, ...]:
    assert decision.handoff is not None  # noqa: S101 - asked only of handoffs
    card = decision.handoff
    wants = brief([card.wants.replace("“", "").replace("”", "")], 1, LONGEST).strip(" .")
    return (
        words["wants"].format(wants=wants),
        words["why"].format(reason=speakable(card.reason).rstrip(".")),
        *([words["unhappy"]] if card.sentiment_trend and card.sentiment_trend[-1] < UNHAPPY else []),
        # Whose number it is tells nobody who is calling.
        words["unverified" if card.identity == "unverified" else "known"],
    )
