"""An action as a step of a procedure: examined, asked about, and done once the customer has said yes.

What was asked is kept among what the procedure knows, under the step's id and a dot, as an appointment's times are: a
yes is about exactly that, and what has changed meanwhile is asked anew. Where the policy wants a picture first, it is
asked for; only a file that came counts, never words about one.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from core.actions.examine import Actions, Examined, Whose
from core.actions.expressions import at_place, plain, value_of, with_unit
from core.errors import HandrailError
from core.model.action import SeenPicture
from core.model.conversation import Attachment, CaseContext, Message, Role
from core.model.customer import DIRECT
from core.model.ids import MessageId
from core.policy import ProcedureStep
from core.policy.actions import PLACE, ActionSpec, Approver, Identity, InputKind, PictureWanted
from core.privacy.mask import mask
from core.procedure.booking import Said, agreed
from core.procedure.verify_identity import is_proved
from core.read.turn_input import message_before
from core.scenarios.compute import Spoken
from core.text.action_lines import ACTION_LINES, ActionLines

NO_ANSWER = "“{action}” could not be looked at: {error}."
NOT_KNOWN = "For “{action}” it is not known: {what}."
NO_WORDS = "The policy has no words for “{action}” in the customer's language."
NO_PICTURE = "The customer was asked for a picture, and sent none."
LOOKS = "A person looks whether {files} shows {what}."
PROOF_FIRST = "Before this is done it has to be proved who asks."  # no customer reads it
SENT_BEFORE = "The customer sent a picture that was sent before, and for which something was done already."
NOT_SAID = frozenset({"", "unknown", "none"})
TAPPED = ("1", "2")  # a button, by its number
_NUMBER = re.compile(r"\d+")
_OTHERWISE = re.compile(
    r"(?<!\w)(?:but|except|instead|only|rather|unless|aber|außer|ausser|lieber|nur|sondern|statt(?:dessen)?|pero|sino|salvo"
    r"|solo|sólo|en (?:vez|lugar)|sauf|plutôt|seulement|à la place|mas|exceto|apenas|em vez)(?!\w)"
    r"|mais (?!merci)|でも|けど|ただし|だけ|代わりに",
    re.IGNORECASE,
)
YES, NO, AGENT, AGAIN = "yes", "no", "agent", "again"
PICTURE = "picture"  # what a run's evidence calls it, and under which the step keeps that it asked for one
LOOKED_AT = 2  # pictures in one turn: the customer waits
RECENT = timedelta(days=1)  # an older picture was sent for something else


@dataclass(frozen=True, slots=True)
class Acting:
    """One turn of a step that acts, for the customer of the case. `look` examines a picture: whether it shows this, of
    that thing; None where nobody but a person can say."""

    actions: Actions
    spoken: Spoken
    case: CaseContext
    look: Callable[[Attachment, str, str], SeenPicture | None] = lambda *_: None

    def begin(self, step: ProcedureStep, known: Mapping[str, str], evidence: Mapping[str, str], language: str) -> Said:
        """The question whether to do it; or what it comes to where nobody is asked."""
        spec = self.actions.policy.actions[step.name]
        if self._is_unproved(spec):
            return Said(text=PROOF_FIRST)
        taken_from = {name: step.given.get(name, name) for name in spec.input}
        given = {name: known[of] for name, of in taken_from.items() if known.get(of, "") not in NOT_SAID}
        told = {name: evidence.get(taken_from[name], "the procedure") for name in given}
        fixed = {name: value for name, value in step.fixed.items() if name in spec.input}
        told |= dict.fromkeys(fixed, "the procedure")
        try:
            return self._asked(self.actions.examine(spec, given | fixed, self._whose, told), step, language)
        except HandrailError as error:
            return Said(reason=NO_ANSWER.format(action=spec.label, error=error))

    def go_on(self, step: ProcedureStep, known: Mapping[str, str], words: str, language: str) -> Said:
        """What follows from the customer's answer: a picture, or their yes or no."""
        spec, lines = self.actions.policy.actions[step.name], ACTION_LINES[language]
        inputs = json.loads(known.get(f"{step.id}.inputs", "{}"))
        evidence = json.loads(known.get(f"{step.id}.evidence", "{}"))
        reply = agreed(words, lines.yes, lines.no)
        try:
            if known.get(f"{step.id}.{PICTURE}"):
                made = self.actions.examine(spec, inputs, self._whose, evidence)
                if made.allowed and not self._pictures and self._sent_again:
                    return self._for_a_person(made, step, SENT_BEFORE)
                if made.allowed and not self._pictures:
                    # Whatever is written of a picture, there is none.
                    last = reply == NO or known[f"{step.id}.{PICTURE}"] == AGAIN
                    asked = self._asked(made, step, language)
                    return self._for_a_person(made, step, NO_PICTURE) if last else _once_more(asked, step, lines)
                return self._asked(made, step, language)
            if reply is None or (reply == YES and self._wants_otherwise(words, known.get(f"{step.id}.inputs", ""))):
                return Said(unclear=True)
            if reply == NO:
                return Said(text=lines.left, over=True, known=_into(step, NO))
            made = self.actions.examine(spec, inputs, self._whose, {**dict.fromkeys(inputs, "the record"), **evidence})
            if made.call.digest != known.get(f"{step.id}.digest"):
                # The record or the policy has changed since: what they said yes to is another thing now.
                return self._asked(made, step, language)
            return self._against(made, step) or self._agreed(made, step, language)
        except HandrailError as error:
            return Said(reason=NO_ANSWER.format(action=spec.label, error=error))

    def _is_unproved(self, spec: ActionSpec) -> bool:
        """Whether the next step is to prove who asks, where that can be asked for: `ask_for_proof` puts it in place of
        whatever is said here. On a ticket a person looks."""
        spoken = self.case.latest is not None and self.case.latest.channel in DIRECT
        return spec.identity is Identity.PROVED and spoken and not self._whose.proved

    def _wants_otherwise(self, words: str, inputs: str) -> bool:
        """A yes that goes on to say something else ("yes, but only 20") is no yes to exactly what was asked."""
        if words.strip(" .)") in TAPPED:
            return False
        asked = set(_NUMBER.findall(f"{message_before(self.case)} {inputs}"))
        return _OTHERWISE.search(words) is not None or not set(_NUMBER.findall(words)) <= asked

    def _asked(self, made: Examined, step: ProcedureStep, language: str) -> Said:
        spec, lines = made.spec, ACTION_LINES.get(language)
        if against := self._against(made, step):
            return against
        question = spec.question.get(language, "")
        if lines is None or not spec.done.get(language) or (spec.confirm and not question):
            return Said(reason=NO_WORDS.format(action=spec.label))
        wanted = made.picture
        if wanted is not None and PICTURE not in made.call.evidence:
            if wanted.asks.get(language) is None:
                return Said(reason=NO_WORDS.format(action=spec.label))
            if not (sent := self._pictures):
                return Said(text=self._filled(wanted.asks[language], made, language), known=_kept(step, made, YES))
            proof, doubt = self._looked(sent, wanted, made.facts)
            if not proof:
                return self._for_a_person(made, step, doubt)
            made = replace(made, call=replace(made.call, evidence={**made.call.evidence, PICTURE: proof}))
        if not spec.confirm:
            return self._agreed(made, step, language)
        return Said(
            text=self._filled(question, made, language),
            choices=(lines.yes, lines.no),
            known=_kept(step, made),
            wants=_wish(made),  # for a person, should one take over with this turn
        )

    @property
    def _whose(self) -> Whose:
        return Whose(customer=self.case.customer, proved=is_proved(self.case, self.actions.policy))

    def _against(self, made: Examined, step: ProcedureStep) -> Said | None:
        """Why it is not done with this turn. A step that keeps its outcome lets the procedure go on with it."""
        label = made.spec.label
        if made.missing:
            return Said(reason=NOT_KNOWN.format(action=label, what=", ".join(made.missing)))
        if made.refused:
            first = made.refused[0]
            if step.into and first.rule in made.spec.rules:
                return Said(over=True, known=_into(step, first.rule))
            return Said(reason=f"“{label}” is not allowed: {first.why} ({first.rule}).")
        if made.approver is Approver.AGENT and step.into:
            return replace(self._for_a_person(made, step, ""), over=True, known=_kept(step, made) | _into(step, AGENT))
        if made.approver is Approver.AGENT:
            return self._for_a_person(made, step, f"A person does “{label}”: {_told(made)}.")
        return None

    def _for_a_person(self, made: Examined, step: ProcedureStep, reason: str) -> Said:
        """With everything that is known of it, so that a person need only look and agree."""
        return Said(reason=reason, wants=_wish(made), known=_kept(step, made))

    @property
    def _pictures(self) -> list[tuple[Message, Attachment]]:
        """What the customer sent of late and no other action rests on, the newest first; the same picture once."""
        messages, digests = self._used
        found: list[tuple[Message, Attachment]] = []
        for message in reversed(self.case.timeline):
            if message.role is not Role.CUSTOMER or message.at <= self.case.now - RECENT or message.id in messages:
                continue
            for each in message.attachments:
                if each.is_image and each.digest not in digests:
                    found.append((message, each))
                    digests |= {each.digest} - {""}
        return found

    @property
    def _used(self) -> tuple[set[str], set[str]]:
        """The messages whose pictures an action of this customer rests on, and the digests of these pictures."""
        with self.actions.store.read() as unit:
            runs = unit.actions.of_customer(self.case.customer.id)
            named = {run.call.evidence.get(PICTURE, "").partition(":")[0] for run in runs} - {""}
            messages = [unit.conversations.message(MessageId(name)) for name in sorted(named)]
        digests = {each.digest for message in messages if message for each in message.attachments if each.digest}
        return named, digests

    @property
    def _sent_again(self) -> bool:
        """Whether the newest message brings a picture that another action rests on already."""
        latest = self.case.latest
        return latest is not None and any(each.digest in self._used[1] for each in latest.attachments)

    def _looked(
        self, sent: list[tuple[Message, Attachment]], wanted: PictureWanted, facts: Mapping[str, Any]
    ) -> tuple[str, str]:
        """(what proves it, or empty; why a person has to look)."""
        of = plain(value_of(wanted.item, facts)) if wanted.item else ""
        told = ""
        for message, each in sent[:LOOKED_AT]:
            seen = self.look(each, wanted.shows, of)
            if seen is None:
                continue
            told = f"{seen.made_by}, {seen.sure:.0%} sure: “{mask(seen.words).text}”"
            if seen.shows and seen.fits and seen.sure >= wanted.sure:
                return f"{message.id}: {told}", ""
            against = ", which may be another thing" if seen.shows else ", which does not show it"
            told = f"{told}{'' if seen.shows and seen.fits else against}."
        named = ", ".join(each.name for _, each in sent[:LOOKED_AT])
        what = f"{wanted.shows} ({of})" if of else wanted.shows
        return "", f"{LOOKS.format(files=named, what=what)} {told}".strip()

    def _agreed(self, made: Examined, step: ProcedureStep, language: str) -> Said:
        lines = ACTION_LINES[language]
        done = self._filled(made.spec.done[language], made, language)
        waits = made.call.approvers > 0
        call = replace(made.call, done=done, waiting=lines.waiting if waits else "", failed=lines.failed)
        return Said(text=lines.waiting if waits else done, over=True, call=call, known=_into(step, YES))

    def _filled(self, text: str, made: Examined, language: str) -> str:
        return filled(text, made, self.spoken, language)


def filled(text: str, made: Examined, spoken: Spoken, language: str) -> str:
    """With what a customer reads in its places: sums in their currency, which is what a fraction in a record is."""

    def told(place: str) -> str:
        spec, inputs = made.spec, made.call.arguments
        if place in spec.input:
            value = inputs.get(place)
            if value is not None and spec.input[place].kind is InputKind.MONEY and made.call.currency:
                return spoken.money(Decimal(str(value)), made.call.currency, language)
            return plain("" if value is None else value)
        value = at_place(place, made.facts)
        if isinstance(value, float) and made.call.currency:
            return spoken.money(Decimal(str(value)), made.call.currency, language)
        return plain(value)

    return PLACE.sub(lambda place: told(place[1]), text)


def _wish(made: Examined) -> str:
    return f"{made.spec.label}: {_told(made)}"


def _told(made: Examined) -> str:
    """The arguments, and what changes."""
    shown = "; ".join(f"{name}: {before} → {after}" for name, (before, after) in made.call.changes.items())
    told = ", ".join(f"{name} {with_unit(value, made.call.currency)}" for name, value in made.call.arguments.items())
    return f"{told}{f' ({shown})' if shown else ''}"


def _kept(step: ProcedureStep, made: Examined, asks_for_picture: str = "") -> dict[str, str]:
    """What the next turn has to know of this one."""
    asked = {
        "digest": made.call.digest,
        "inputs": json.dumps(dict(made.call.arguments)),
        "evidence": json.dumps(dict(made.call.evidence)),
        PICTURE: asks_for_picture,
    }
    return {f"{step.id}.{name}": value for name, value in asked.items()}


def _once_more(asked: Said, step: ProcedureStep, lines: ActionLines) -> Said:
    again = {**asked.known, f"{step.id}.{PICTURE}": AGAIN}
    return replace(asked, text=f"{lines.no_picture} {asked.text}", known=again)


def _into(step: ProcedureStep, value: str) -> dict[str, str]:
    return {step.into: value} if step.into else {}
