"""Nobody is waiting: machines, keywords that the vendor answers, spam."""

from core.context.ownership import team
from core.decide.silence import else_heard, from_a_machine, helped_by_vendor, wants_back, wants_silence
from core.decide.turn import Turn, silent, to_the_row
from core.model.decision import Disposition
from core.read.rating import BAD, rating_of

BOUNCES = 2  # automatic replies in a row after which two machines are talking
SURE_OF_SPAM = 0.5
RATED, BADLY_RATED = "rated", "badly_rated"
# Rules under which nobody wanted to know anything: what came was a keyword, a number that we had asked for, a machine.
ABOUT_NOTHING = frozenset({"bounce_loop", "automatic_mail", "opted_out", "opted_in", "vendor_answered", RATED, "spam"})


def bounce_loop(turn: Turn) -> Disposition | None:
    """Two machines write to each other: whatever this one says, the other will answer it."""
    bounces = turn.signals.amount("bounce_loop")
    if bounces < BOUNCES:
        return None
    return silent(turn, "bounce_loop", f"{bounces:g} automatic replies in a row: nothing more is sent.")


def automatic_mail(turn: Turn) -> Disposition | None:
    """An out-of-office note is never answered: two machines would write to each other for ever."""
    if from_a_machine(turn):
        return silent(turn, "automatic_mail", "This is an automatic reply, nobody is waiting for an answer.")
    return None


def rule_opt_out(turn: Turn) -> Disposition | None:
    if wants_silence(turn):
        return silent(turn, "opted_out", "The customer asked for no more messages; this is recorded.")
    return None


def rule_opt_in(turn: Turn) -> Disposition | None:
    if wants_back(turn):
        return silent(turn, "opted_in", "The customer wants messages on this channel again; this is recorded.")
    return None


def rule_help(turn: Turn) -> Disposition | None:
    """Two answers to one HELP would be one too many."""
    if helped_by_vendor(turn):
        return silent(turn, "vendor_answered", "The messaging provider answers this keyword itself.")
    return None


def rule_rating(turn: Turn) -> Disposition | None:
    """A number in answer to our question how it was. Whoever is unhappy gets a person; nobody else waits for a word."""
    score = rating_of(turn.case)
    if score is None:
        return None
    if score <= BAD and not turn.owned_by_person:
        return to_the_row(turn, BADLY_RATED, f"The customer rated us {score} of 5.")
    return silent(turn, RATED, f"The customer rated us {score} of 5; this is recorded.")


def spam(turn: Turn) -> Disposition | None:
    """Set aside for people to review, not answered; never taken out of the hands of somebody who has it, nor where a
    trigger fires on other words. Without a ticket there is nothing that a group could review, and nobody gets it."""
    found = turn.signals.risk("spam")
    if found is None or found.confidence < SURE_OF_SPAM or turn.owned_by_person or else_heard(turn, found):
        return None
    group = turn.policy.routing.spam if turn.case.conversation.ticket_id else ""
    reason = "This looks like spam and is set aside for review."
    return silent(turn, "spam", reason, owner=team(group) if group else None)
