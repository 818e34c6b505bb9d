"""A person's work: by what was said, by who said it, by what they want, or because we get nowhere."""

from core.coordinate.triggers import KNOWN_ALREADY, OF_THE_ASSISTANT, OF_WHO_WAITS, sign_of
from core.coordinate.turn import MESSAGING, SPECIALISTS, Turn, handing_over, to_the_row
from core.model.decision import Disposition
from core.model.progress import Outcome
from core.policy import Trigger, Way
from core.sense.attempts import SAID
from core.sense.repeat import says_so
from core.sense.words import customer_words, joined, newest_words

OF_TONE = frozenset({"mood_drop"})  # a bare "why?" sounds angry, and is answered with the grounds
OF_FREE_TALK = frozenset({"not_understood"})  # "amber" has no intent, and needs none where a procedure asked for it
# "No, still offline" answers its question; a procedure counts its own rounds, with the attempts before it.
OF_ROUNDS = frozenset({"failed_cycles", "repeated_question"})
UPSELL_TIER = 1


def triggered(turn: Turn) -> Disposition | None:
    """The first trigger, in the policy's own order, for which there is evidence enough."""
    polite = turn.ends_politely or led_well(turn)
    for name, trigger in turn.policy.triggers.items():
        if (polite and name in OF_WHO_WAITS) or _in_good_hands(turn, name, trigger):
            continue
        if _counted_elsewhere(turn, name):
            continue
        sign = sign_of(turn, name, trigger)
        if sign is not None and sign.fires:
            return _by_trigger(turn, name, trigger, sign.reason(trigger.why) or name.replace("_", " ").capitalize())
    return None


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


def _reports_an_attempt(turn: Turn) -> bool:
    """The newest words are the last of the attempts that did not help, and ask nothing."""
    failed = turn.signals.fact("failed_cycles")
    if failed is None or "failed_cycles" not in turn.policy.triggers or "?" in newest_words(turn.case)[0]:
        return False
    return bool(failed.records) and joined(turn.case.unanswered).startswith(failed.records[-1].removeprefix(SAID))


def _by_trigger(turn: Turn, name: str, trigger: Trigger, reason: str) -> Disposition:
    group, tier = trigger.group, trigger.tier
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
    if row.way is not Way.HUMAN or turn.ends_politely:
        return None
    name = intent.value if intent else turn.signals.intent.value
    label = (intent or turn.signals.intent).label or name
    why = f" ({row.why})" if row.why else ""
    return handing_over(turn, f"owner:{name}", f"{label} is a person's work{why}.", row.group, max(row.tier, 1))


def upset(turn: Turn) -> Disposition | None:
    if turn.signals.mood > turn.policy.mood_floor or turn.channel not in MESSAGING:
        return None
    return to_the_row(turn, "upset", f"The customer is very unhappy (mood {turn.signals.mood:+.2f}).", alert=True)


def led_to_a_person(turn: Turn) -> Disposition | None:
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
