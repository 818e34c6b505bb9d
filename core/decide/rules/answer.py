"""Nothing to answer, nothing to answer it with, or a draft: sent, asked back or left to an agent."""

from core.decide.obstacles import obstacle
from core.decide.turn import MESSAGING, Turn, handing_over, silent, suggestion, to_the_row
from core.model.conversation import ASSISTANT
from core.model.decision import Action, Disposition
from core.model.progress import Outcome
from core.read.courtesy import is_courtesy
from core.read.words import asked_before, customer_words, said_before

OF_ANSWERS = frozenset({"low_confidence", "half_answered"})  # obstacles that only an answer can have


def accounted(turn: Turn) -> Disposition | None:
    """Whoever asks why gets the grounds, whatever so few words sound like."""
    if turn.standing != "receipt":
        return None
    against = obstacle(turn)
    if against is not None and against[0] not in OF_ANSWERS | {"hybrid"}:
        return None
    reason = "The customer asks how this was decided; they get the receipt."
    return Disposition(action=Action.AUTO_REPLY, owner=ASSISTANT, rule="receipt", reason=reason, tier=0)


def led_to_the_end(turn: Turn) -> Disposition | None:
    """It helped, and nothing else was asked."""
    ended = turn.led is not None and turn.led.outcome is Outcome.DONE and not turn.led.say
    if turn.led is None or not ended or turn.led.beside or "?" in customer_words(turn.case):
        return None
    return silent(turn, f"procedure:{turn.led.procedure}", "The procedure helped; nobody is waiting for an answer.")


def nothing_asked(turn: Turn) -> Disposition | None:
    """Thanks end a conversation and a greeting opens one: nobody has to take over. Whoever writes anything else, a
    picture without words or the answer to a question of ours, does wait for somebody."""
    if turn.asks or turn.draft is not None:
        return None
    if not is_courtesy(customer_words(turn.case).strip()):
        return to_the_row(turn, "no_words", "There are no words in this message that an article could answer.")
    ours = said_before(turn.case)
    if asked_before(turn.case):
        return to_the_row(turn, "answers_us", "The customer answers a question of ours; a person goes on from there.")
    if ours:
        return silent(turn, "nothing_asked", "The customer asks nothing more; nobody is waiting for an answer.")
    return suggestion(turn, "nothing_asked", "The customer has not asked anything yet.")


def nothing_to_say(turn: Turn) -> Disposition | None:
    return to_the_row(turn, "no_source", "No article answers this.") if turn.draft is None else None


def asked_back(turn: Turn) -> Disposition | None:
    """A question states nothing that anything could prove: only what stands against speaking at all stands against
    it."""
    if turn.standing != "clarifying_question" or turn.channel not in MESSAGING:
        return None
    against = obstacle(turn)
    if against is not None and against[0] not in OF_ANSWERS:
        return None
    reason = "It is unclear which of several things the customer means; they are asked."
    return Disposition(action=Action.AUTO_REPLY, owner=ASSISTANT, rule="clarifying_question", reason=reason, tier=0)


def sent_or_passed_on(turn: Turn) -> Disposition | None:
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


def left_to_an_agent(turn: Turn) -> Disposition:
    _, why = obstacle(turn) or ("", "")
    return suggestion(turn, "suggest", f"An agent answers with this draft. {why}".strip())
