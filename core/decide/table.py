"""Who should act on this turn: one pure function over a table of rules, first match wins."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from math import floor

from core.answer.answer import FOUND_OTHERWISE
from core.answer.contract.across import TRANSLATED
from core.answer.contract.own_words import REWORDED
from core.answer.guardrails import foreign_hosts
from core.decide.experiments import leading_intent, left_without
from core.decide.silence import (
    UNWELCOME,
    automatic_mail,
    bounce_loop,
    rule_help,
    rule_opt_in,
    rule_opt_out,
    rule_rating,
    spam,
    unwelcome,
)
from core.decide.triggers import (
    KNOWN_ALREADY,
    OF_THE_ASSISTANT,
    OF_WHO_WAITS,
    READINGS,
    Sign,
    said_just_now,
    sign_of,
)
from core.decide.turn import MESSAGING, SPECIALISTS, Turn, handing_over, silent, suggestion, to_the_row
from core.handoff.instruction import COMPOSER as INSTRUCTION
from core.handoff.ways import COMPOSER as CONTACT_CHOICE
from core.handoff.ways import RULE as CHOICE
from core.handoff.ways import chosen_way
from core.knowledge.passages import Shape, shape_of
from core.model.conversation import ASSISTANT, CaseContext
from core.model.decision import Action, Disposition, Outcome, Progress
from core.model.draft import Draft
from core.model.reading import READERS_DIFFER
from core.model.signals import UNKNOWN_LANGUAGE, Feeling, Signals
from core.policy import AUTOMATIC_WAYS, Policy, Trigger, Way
from core.policy.experiments import Varies
from core.read.course import SAID
from core.read.repeats import says_so
from core.read.turn_input import asked_before, customer_words, join_words, message_before, newest_words

# ------------------------------------------------------------------
# Why a draft is not sent by itself: each ground is a reason in plain words, or empty where nothing is against it.

PUNCTUATION = ".,;:!?…()\"'«»„“”"


def obstacle(turn: Turn) -> tuple[str, str] | None:
    """The first thing that stands against sending the draft: its name and why. None: it may leave."""
    return next(((name, why) for name, read in OBSTACLES.items() if (why := read(turn))), None)


def _unknown_language(turn: Turn) -> bool:
    """A code or a number alone has no language, and needs none; words in a language that nobody knows do. One word
    that answers us is in the language that we asked in."""
    if turn.signals.language.value != UNKNOWN_LANGUAGE.value:
        return False
    words = [word for word in customer_words(turn.case).split() if len(word) > 1 and word.strip(PUNCTUATION).isalpha()]
    return len(words) > 1 or (bool(words) and not message_before(turn.case))


def shadow_reason(turn: Turn) -> str:
    return f"For {turn.shadowed} the policy wants drafts only; a person answers." if turn.shadowed else ""


def unknown_language(turn: Turn) -> str:
    return "The language of the message is not known; a person answers it." if _unknown_language(turn) else ""


def blocked_reason(turn: Turn) -> str:
    return "The draft did not pass the checks." if turn.draft and turn.draft.blocked else ""


def may_be_unwelcome(turn: Turn) -> str:
    return "The customer may want no more messages, or a machine wrote this; a person looks." if unwelcome(turn) else ""


def closed_reason(turn: Turn) -> str:
    intent, row = turn.closing
    if row.way in AUTOMATIC_WAYS:
        return ""
    label = (intent.label or intent.value) if intent else "This"
    return f"{label} is prepared by the assistant and closed by a person{f' ({row.why})' if row.why else ''}."


def not_automatic(turn: Turn) -> str:
    if turn.channel not in turn.policy.automatic:
        return f"The policy has no automatic answers by {turn.channel}."
    if turn.standing not in turn.policy.standing:
        return f"The policy gives no standing approval to {turn.standing.replace('_', ' ')}."
    return ""


def late(turn: Turn) -> str:
    """What was true then may not be now, the customer may have been helped by then, and whoever has waited for hours
    wants a person's word on it."""
    if turn.case.late <= turn.policy.fresh:
        return ""
    hours = f"{turn.case.late / timedelta(hours=1):.1f}"
    return f"This was written {hours} hours before it reached the assistant; a person answers."


def low_confidence(turn: Turn) -> str:
    if turn.draft is None:
        return "There is no draft."
    least = turn.least_confidence
    if turn.draft.confidence < least:
        # Rounded down: one that misses by a hair is not told as reached.
        had = floor(turn.draft.confidence * 100 + 1e-9) / 100
        return f"The draft's confidence is {had:.2f}; the policy asks for {least:.2f}."
    if not turn.draft.states:
        return "The draft states nothing that an article proves."
    found = {finding.rule for finding in turn.draft.findings}
    if TRANSLATED in found:
        return "The draft is a translation, compared with no source; a person reads it first."
    if REWORDED in found:
        return "The language model used other words than the sources; a person reads it first."
    return ""


def unsure_in_language(turn: Turn) -> str:
    """Other languages than the policy's are read less well: there a sure draft is not enough, the intent has to be sure
    as well."""
    language = turn.signals.language.value
    if turn.draft is None or turn.recognised or language in (turn.policy.language, UNKNOWN_LANGUAGE.value):
        return ""
    return f"It is not sure what a message in “{language}” is about; a person answers."


def half_answered(turn: Turn) -> str:
    """Who gets half an answer by itself waits for the other half, and nobody knows."""
    if turn.draft is None or not turn.draft.unknown:
        return ""
    return f"The draft does not answer {', '.join(f'“{part}”' for part in turn.draft.unknown)}."


def unfocused(turn: Turn) -> str:
    """What quotes all around a question has not found the line that answers it: of 94 automatic answers to customers of
    seven companies 14 of 35 with five sentences and more were wrong or unwanted, and 5 of 59 with fewer. Steps and list
    items belong together, however many there are."""
    if turn.draft is None or turn.standing != "automatic_reply":
        return ""
    quotes = [sentence.citation.quote for sentence in turn.draft.sentences if sentence.citation]
    told = sum(shape_of(quote) not in (Shape.STEP, Shape.ITEM) for quote in quotes)
    most = turn.policy.most_sentences
    return f"The draft quotes {told} sentences; the policy sends at most {most} by itself." if told > most else ""


def readers_differ(turn: Turn) -> str:
    """What a language model and the embedded readers read differently, one of them has wrong."""
    differing = turn.signals.fact(READERS_DIFFER)
    if differing is not None:
        return f"{differing.label} A person answers."
    found = next((f for f in turn.draft.findings if f.rule == FOUND_OTHERWISE), None) if turn.draft else None
    return f"{found.text} A person answers." if found else ""


def leads_elsewhere(turn: Turn) -> str:
    """An address that stands in an article may have been planted there, or be another company's: nobody is sent there
    before a person has seen it."""
    host = next(foreign_hosts(turn.draft.sentences, turn.policy.sites), "") if turn.draft else ""
    return f"The draft leads to {host}, which is no address of its sources; a person reads it first." if host else ""


def left_out(turn: Turn) -> str:
    """Whether automatic answers do any good is known only from customers who get none, drawn by lot."""
    if turn.standing != "automatic_reply":
        return ""
    name = left_without(Varies.AUTOMATIC, turn.case.arms, leading_intent(turn.signals), turn.policy)
    return f"By lot a person answers this customer, to compare (experiment “{name}”)." if name else ""


OBSTACLES: Mapping[str, Callable[[Turn], str]] = {
    "blocked_draft": blocked_reason,
    "unwelcome": may_be_unwelcome,
    "shadow": shadow_reason,
    "unknown_language": unknown_language,
    "hybrid": closed_reason,
    "not_automatic": not_automatic,
    "late": late,
    "low_confidence": low_confidence,
    "unsure_in_language": unsure_in_language,
    "half_answered": half_answered,
    "unfocused": unfocused,
    "readers_differ": readers_differ,
    "leads_elsewhere": leads_elsewhere,
    "experiment": left_out,  # the last: whoever it keeps an answer from would have got it
}


# ------------------------------------------------------------------

OF_ANSWERS = frozenset(
    {"low_confidence", "unsure_in_language", "half_answered", "unfocused", "readers_differ", "leads_elsewhere"}
)  # obstacles that only an answer can have


OF_WORDS = frozenset({"hybrid", "unknown_language"})  # … and that one "Hi" is too short to be read for


def rule_receipt(turn: Turn) -> Disposition | None:
    """Whoever asks why gets the grounds, whatever so few words sound like."""
    if turn.standing != "receipt":
        return None
    against = obstacle(turn)
    if against is not None and against[0] not in OF_ANSWERS | {"hybrid"}:
        return None
    reason = "The customer asks how this was decided; they get the receipt."
    return Disposition(action=Action.AUTO_REPLY, owner=ASSISTANT, rule="receipt", reason=reason, tier=0)


def rule_procedure_done(turn: Turn) -> Disposition | None:
    """It helped, and nothing else was asked."""
    ended = turn.led is not None and turn.led.outcome is Outcome.DONE and not turn.led.say
    if turn.led is None or not ended or turn.led.beside or "?" in customer_words(turn.case):
        return None
    return silent(turn, f"procedure:{turn.led.procedure}", "The procedure helped; nobody is waiting for an answer.")


def nothing_asked(turn: Turn) -> Disposition | None:
    """Thanks end a conversation and a greeting opens one: nobody has to take over. Whoever writes anything else, a
    picture without words or the answer to a question of ours, does wait for somebody."""
    if turn.asks:
        return None
    if turn.draft is not None:
        return greeted(turn) if turn.wants_nothing else None
    if not turn.courteous:
        return to_the_row(turn, "no_words", "There are no words in this message that an article could answer.")
    if asked_before(turn.case):
        return to_the_row(turn, "answers_us", "The customer answers a question of ours; a person goes on from there.")
    return silent(turn, "nothing_asked", "The customer asks nothing; nobody is waiting for an answer.")


def greeted(turn: Turn) -> Disposition:
    """Who has only said hello is asked what they would like where we may ask by ourselves; on a ticket an agent may."""
    against = obstacle(turn)
    if turn.channel in MESSAGING and (against is None or against[0] in OF_ANSWERS | OF_WORDS):
        reason = "The customer has only said hello; they are asked what they would like."
        return Disposition(action=Action.AUTO_REPLY, owner=ASSISTANT, rule="greeting", reason=reason, tier=0)
    if turn.channel in MESSAGING:
        return silent(turn, "nothing_asked", "The customer has only said hello; what they would like comes next.")
    return suggestion(turn, "greeting", "The customer has only said hello.")


def nothing_to_say(turn: Turn) -> Disposition | None:
    return to_the_row(turn, "no_source", "No article answers this.") if turn.draft is None else None


def rule_clarify(turn: Turn) -> Disposition | None:
    """A question states nothing that anything could prove: only what stands against speaking at all stands against
    it."""
    if turn.standing != "clarifying_question" or turn.channel not in MESSAGING:
        return None
    against = obstacle(turn)
    if against is not None and against[0] not in OF_ANSWERS:
        return None
    reason = "It is unclear which of several things the customer means; they are asked."
    return Disposition(action=Action.AUTO_REPLY, owner=ASSISTANT, rule="clarifying_question", reason=reason, tier=0)


def rule_draft(turn: Turn) -> Disposition | None:
    """The draft goes out by itself if nothing stands against it. Where nobody watches a sidebar, one that may not go
    out goes to a person instead of waiting unseen; on a ticket it is a suggestion."""
    against = obstacle(turn)
    if turn.standing == "verification_code" and turn.draft is not None and against is None:
        reason = "It has to be proved who asks before the account is spoken of."
        return Disposition(action=Action.AUTO_REPLY, owner=ASSISTANT, rule="verification", reason=reason, tier=0)
    if against is None and turn.draft is not None and turn.led is not None and turn.led.say:
        reason = f"The next step of the procedure “{turn.led.procedure.replace('_', ' ')}”."
        rule = f"procedure:{turn.led.procedure}"
        if turn.led.booking is not None:
            rule, reason = "appointment", f"The customer said yes: {turn.led.booking.do} {turn.led.booking.visit}."
        if turn.led.call is not None:
            label = turn.policy.actions[turn.led.call.action].label
            rule, reason = f"action:{turn.led.call.action}", f"The customer said yes: {label}."
        return Disposition(action=Action.AUTO_REPLY, owner=ASSISTANT, rule=rule, reason=reason, tier=0)
    if against is None and turn.draft is not None:
        reason = f"An article covers it (confidence {turn.draft.confidence:.2f})."
        return Disposition(action=Action.AUTO_REPLY, owner=ASSISTANT, rule="automatic_reply", reason=reason, tier=0)
    if against is None or turn.channel not in MESSAGING:
        return None
    name, why = against
    if name == "hybrid":
        intent, row = turn.closing
        rule = f"owner:{intent.value if intent else 'default'}"
        return handing_over(turn, rule, why, row.group, max(row.tier, 1))
    return to_the_row(turn, name, why)


def suggest(turn: Turn) -> Disposition:
    _, why = obstacle(turn) or ("", "")
    return suggestion(turn, "suggest", f"An agent answers with this draft. {why}".strip())


OF_TONE = frozenset({"mood_drop"})  # a bare "why?" sounds angry, and is answered with the grounds
OF_FREE_TALK = frozenset({"not_understood"})  # "amber" has no intent, and needs none where a procedure asked for it
# "No, still offline" answers its question; a procedure counts its own rounds, with the attempts before it.
OF_ROUNDS = frozenset({"failed_cycles", "repeated_question"})
UPSELL_TIER = 1
CERTAIN = 0.9  # how sure of the words: "let me talk to a person" is not outweighed by what may be meant between them
# How the customer stands to us, beside the matter itself: where that is a person's work, its team hears this too.
OF_DISPLEASURE = frozenset(
    {"abuse", "churn", "exception", "formal_complaint", "negotiation", "prior_dissatisfaction", "special_request"}
)


def rule_trigger(turn: Turn) -> Disposition | None:
    """The gravest of the triggers for which there is evidence enough: what comes `first`, then what the words say
    surely, then the higher tier, then the policy's own order. Not certain, displeasure leaves a person's work with the
    team that it is."""
    fired = fired_triggers(turn)
    if not fired:
        return None
    name, trigger, sign = min(fired, key=lambda each: (not each[1].first, each[2].sure < CERTAIN, -each[1].tier))
    return _by_trigger(turn, name, trigger, sign)


def fired_triggers(turn: Turn) -> list[tuple[str, Trigger, Sign]]:
    """All triggers of the policy by which this turn could be handed over, in the policy's order."""
    polite = turn.ends_politely or led_well(turn)
    fired: list[tuple[str, Trigger, Sign]] = []
    for name, trigger in turn.policy.triggers.items():
        if (polite and name in OF_WHO_WAITS) or _in_good_hands(turn, name, trigger):
            continue
        if _counted_elsewhere(turn, name) or plainly_wished(turn, name, trigger):
            continue
        sign = sign_of(turn, name, trigger)
        if sign is not None and sign.fires:
            fired.append((name, trigger, sign))
    return fired


def _counted_elsewhere(turn: Turn, name: str) -> bool:
    """Whether what shows the trigger is an answer that a procedure or a one-time code asked for, a report that an
    attempt did not help (how many of those there are before a person comes is said by `failed_cycles`), or the tone of
    a question for the grounds."""
    if name in OF_TONE:
        return turn.standing == "receipt"
    if name in OF_FREE_TALK:
        return turn.led is not None or turn.standing == "verification_code"
    if name not in OF_ROUNDS or (name == "repeated_question" and says_so(turn.signals.risk(name))):
        return False
    led = turn.led is not None and any(taken.kind == "answer" for taken in turn.led.taken)
    return led or (name == "repeated_question" and _reports_an_attempt(turn))


# "Unless it works by Friday I will cancel" is a threat, in whatever tone.
_CONDITION = re.compile(
    r"(?<!\w)(?:if|unless|until|otherwise|or else|wenn|falls|sonst|es sei denn|si|salvo|a menos|de lo contrario|sinon"
    r"|sauf|à moins|se|caso|senão|altrimenti|tenzij|als|anders|jeśli|inaczej|chyba że)(?!\w)|なければ|たら",
    re.IGNORECASE,
)
UPSET = frozenset({"anger", "frustration"})


def plainly_wished(turn: Turn, name: str, trigger: Trigger) -> bool:
    """Whether what shows the trigger is the wish itself that a procedure carries out, in a neutral tone and under no
    condition: who asks for the end of what they pay for is asked about it. Who is unhappy, compares or threatens is a
    person's."""
    led, signals = turn.led, turn.signals
    if led is None or led.procedure not in trigger.yields_to or turn.owned_by_person:
        return False
    meant = turn.policy.procedures[led.procedure].intents
    wish = [span for intent in signals.intents if intent.value in meant for span in intent.evidence]
    shown = [span for risk in signals.risks if risk.value == name for span in risk.evidence]
    answers = any(taken.kind == "answer" for taken in led.taken)  # what we asked: "Stay or Finish?"
    within = answers or all(any(span.start <= each.start and each.end <= span.end for span in wish) for each in shown)
    calm = signals.sentiment.value == Feeling.NEUTRAL and not any(each.value in UPSET for each in signals.emotions)
    return calm and within and not _CONDITION.search(customer_words(turn.case))


def _reports_an_attempt(turn: Turn) -> bool:
    """The newest words are the last of the attempts that did not help, and ask nothing."""
    failed = turn.signals.fact("failed_cycles")
    if failed is None or "failed_cycles" not in turn.policy.triggers or "?" in newest_words(turn.case)[0]:
        return False
    return bool(failed.records) and join_words(turn.case.unanswered).startswith(failed.records[-1].removeprefix(SAID))


def _keeps_its_team(turn: Turn, name: str, trigger: Trigger, sign: Sign) -> bool:
    """Whether the matter stays with the team whose work it is by the owner table: a dispute does not leave those who
    settle disputes because it may be a complaint as well."""
    _, row = turn.closing
    return name in OF_DISPLEASURE and sign.sure < CERTAIN and row.way is Way.HUMAN and row.tier >= trigger.tier


def _by_trigger(turn: Turn, name: str, trigger: Trigger, sign: Sign) -> Disposition:
    reason = sign.reason(trigger.why) or name.replace("_", " ").capitalize()
    group, tier = trigger.group, trigger.tier
    if _keeps_its_team(turn, name, trigger, sign) and (owned := human_work(turn)) is not None:
        return replace(owned, reason=f"{owned.reason} {reason}", alert=trigger.alert)
    if name == "upsell" and turn.policy.routing.upsell:
        group, tier = turn.policy.routing.upsell, UPSELL_TIER
    first = trigger.first or (name == "high_value" and bool(turn.flag))
    return handing_over(turn, f"trigger:{name}", reason, group, max(tier, 1), alert=trigger.alert, first=first)


def _in_good_hands(turn: Turn, name: str, trigger: Trigger) -> bool:
    """Whoever asks for a person, or asks again, while a person has it, is not passed round."""
    if not turn.owned_by_person:
        return False
    has_it = trigger.group in (turn.owner.id, turn.case.conversation.owner_group)
    return has_it or trigger.tier < SPECIALISTS or name in OF_THE_ASSISTANT | KNOWN_ALREADY


def led_well(turn: Turn) -> bool:
    """The procedure is at its good end with this answer of the customer's, and nothing else was asked."""
    if turn.led is None or turn.led.outcome is not Outcome.DONE or "?" in customer_words(turn.case):
        return False
    return any(taken.kind == "answer" for taken in turn.led.taken)


def important_customer(turn: Turn) -> Disposition | None:
    why = turn.important
    if not why or turn.ends_politely:
        return None
    reason = f"{why[:1].upper()}{why[1:]} is served by a person first."
    return handing_over(turn, "vip", reason, turn.policy.vip.group, SPECIALISTS, first=bool(turn.flag))


def human_work(turn: Turn) -> Disposition | None:
    intent, row = turn.closing
    # Thanks alone have no intent; what they are nearest to would only be guessed.
    if row.way is not Way.HUMAN or turn.wants_nothing:
        return None
    name = intent.value if intent else turn.signals.intent.value
    label = (intent or turn.signals.intent).label or name
    why = f" ({row.why})" if row.why else ""
    return handing_over(turn, f"owner:{name}", f"{label} is a person's work{why}.", row.group, max(row.tier, 1))


def upset(turn: Turn) -> Disposition | None:
    if turn.signals.mood > turn.policy.mood_floor or turn.channel not in MESSAGING:
        return None
    return to_the_row(turn, "upset", f"The customer is very unhappy (mood {turn.signals.mood:+.2f}).", alert=True)


def rule_procedure_person(turn: Turn) -> Disposition | None:
    """The procedure of the policy has come to where a person goes on."""
    if turn.led is None or turn.led.outcome is not Outcome.PERSON:
        return None
    return to_the_row(turn, f"procedure:{turn.led.procedure}", turn.led.reason)


def going_in_circles(turn: Turn) -> Disposition | None:
    by_itself = turn.channel in MESSAGING or turn.channel in turn.policy.automatic
    led = turn.led is not None and bool(turn.led.say)  # a procedure has bounds of its own
    if led or not by_itself or turn.replies < turn.policy.max_turns:
        return None
    reason = f"The assistant has answered {turn.replies} times; a person looks at it now."
    return to_the_row(turn, "max_turns", reason)


# Obstacles that an article of an agent's choice cannot have: a person has chosen it, which needs no confidence.
CHOSEN_BY_A_PERSON = OF_ANSWERS | {"hybrid", "unknown_language"}


def rule_given_back(turn: Turn) -> Disposition | None:
    """An agent gave the conversation back with an article, and nobody waits: what the customer said before is no reason
    to hand it over again."""
    return None if turn.case.unanswered else rule_instruction(turn)


def rule_contact_choice(turn: Turn) -> Disposition | None:
    """While nobody of the team is there, the customer says how they want to be answered. It stays with the team."""
    way = chosen_way(turn.case) if turn.owned_by_person and not turn.shadowed else None
    if way is None or turn.draft is None or turn.draft.composer != CONTACT_CHOICE:
        return None
    rule, reason = f"{CHOICE}{way}", "The customer says how they want to be answered."
    return Disposition(action=Action.AUTO_REPLY, owner=turn.owner, rule=rule, reason=reason, tier=1)


def rule_instruction(turn: Turn) -> Disposition | None:
    """What the article that an agent picked answers is said, unless something stands against speaking at all."""
    if turn.draft is None or turn.draft.composer != INSTRUCTION or turn.owned_by_person:
        return None
    against = obstacle(turn)
    if against is not None and against[0] not in CHOSEN_BY_A_PERSON:
        return None
    reason = "An agent gave the conversation back and picked the article to answer from."
    return Disposition(action=Action.AUTO_REPLY, owner=ASSISTANT, rule=INSTRUCTION, reason=reason, tier=1)


def rule_owned(turn: Turn) -> Disposition | None:
    """While a person has the conversation the assistant only whispers to them; of danger it tells the others too."""
    if not turn.owned_by_person:
        return None
    if turn.ends_politely:
        return silent(turn, "nothing_asked", "The customer asks nothing more; nobody is waiting for an answer.")
    who = turn.owner.name or "A person"
    said = f"{who} has this conversation; the assistant is silent to the customer."
    whispered = suggestion(turn, "owned_by_person", said)
    pressing = next((each for each in turn.policy.triggers.items() if _presses(turn, *each)), None)
    return _urged(turn, whispered, *pressing) if pressing else whispered


def _presses(turn: Turn, name: str, trigger: Trigger) -> bool:
    """Grave enough that whoever has it must hear it now, and said in the newest message: of what was said before they
    know."""
    grave = (trigger.alert or trigger.first) and (trigger.first or trigger.tier >= SPECIALISTS)
    if not grave or name in READINGS:
        return False
    sign = sign_of(turn, name, trigger)
    return sign is not None and sign.fires and said_just_now(turn, name)


def _urged(turn: Turn, whispered: Disposition, name: str, trigger: Trigger) -> Disposition:
    sign = sign_of(turn, name, trigger)
    why = sign.reason(trigger.why) if sign else trigger.why
    return replace(whispered, reason=f"{why.rstrip('.')}. {whispered.reason}", alert=trigger.alert, first=trigger.first)


__all__ = ["MESSAGING", "RULES", "Turn", "decide"]

Rule = Callable[[Turn], Disposition | None]


def decide(
    case: CaseContext,
    signals: Signals,
    draft: Draft | None,
    policy: Policy,
    *,
    asks: bool = True,
    led: Progress | None = None,
) -> Disposition:
    """The disposition of a turn. Total: when no rule fires, an agent gets the draft. Where the message `asks` nothing
    that an article could answer, there is no draft and none is missing. `led` is the procedure that the turn belongs
    to; what it says next is the draft."""
    turn = Turn(case=case, signals=signals, draft=draft, policy=policy, asks=asks, led=led)
    found = next((made for rule in RULES if (made := rule(turn)) is not None), None)
    return replace(_unannounced(turn, found or suggest(turn)), considered=_considered(turn))


def _unannounced(turn: Turn, found: Disposition) -> Disposition:
    """Whoever may want no more messages is handed over without a word of the assistant; a person decides."""
    if found.action is not Action.HANDOFF or not unwelcome(turn):
        return found
    return replace(found, notify_customer=False, reason=f"{found.reason.rstrip('.')}. {UNWELCOME}")


def _considered(turn: Turn) -> tuple[str, ...]:
    """The triggers that had evidence, but not enough for the policy."""
    signs = ((name, sign_of(turn, name, trigger)) for name, trigger in turn.policy.triggers.items())
    return tuple(f"{name}: {sign.words}" for name, sign in signs if sign is not None and not sign.fires)


RULES: tuple[Rule, ...] = (
    bounce_loop,
    automatic_mail,
    rule_opt_out,
    rule_opt_in,
    rule_help,
    rule_rating,
    spam,
    rule_given_back,
    rule_trigger,
    rule_contact_choice,
    rule_owned,
    rule_instruction,
    rule_receipt,
    important_customer,
    human_work,
    upset,
    rule_procedure_person,
    rule_procedure_done,
    nothing_asked,
    going_in_circles,
    nothing_to_say,
    rule_clarify,
    rule_draft,
)
