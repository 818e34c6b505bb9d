"""When a message may be met with silence: a machine wrote it, or its writer wants no more messages and nothing else.

Silence is the one thing that nobody notices, so it needs proof: the vendor's header, the carriers' keyword, or words
that say this and nothing besides. A question, a trigger or a word more, and a person looks at it.
"""

from core.consent.reachable import withdrawn
from core.context.ownership import team
from core.decide.triggers import READINGS, sign_of
from core.decide.turn import Turn, silent, to_the_row
from core.model.conversation import MessageKind
from core.model.customer import TEXTED
from core.model.decision import Disposition
from core.model.signals import Scored
from core.read.non_requests import BAD, MACHINE, TITLED, declared_automatic, rating_of, recommendation_of
from core.read.opt_out import keyword, only_that, opens_again
from core.read.turn_input import customer_words, newest_words

OPT_OUT = "opt_out"
UNWELCOME = "Words of ours may be unwelcome or meet a machine: none was sent, and no consent was withdrawn."


def from_a_machine(turn: Turn) -> bool:
    """An out-of-office note, a report of delivery: nobody waits for an answer to it. Where the wording alone says so
    and there is no ticket on which somebody would see it, that is not enough."""
    if declared_automatic(turn.case.latest) is not None:
        return True
    found = turn.signals.risk(MACHINE)
    if found is None or (found.confidence < TITLED and turn.case.conversation.ticket_id is None):
        return False
    return "?" not in newest_words(turn.case)[0] and not else_heard(turn, found)


def wants_silence(turn: Turn) -> bool:
    """Whether the customer asks for no more messages, and says nothing that somebody would have to answer."""
    if keyword(turn.case) is not None or turn.kind is MessageKind.STOP:
        return True
    found = turn.signals.risk(OPT_OUT)
    if found is None or else_heard(turn, found):
        return False
    return only_that(customer_words(turn.case), found.evidence)


def wants_back(turn: Turn) -> bool:
    """Whether the message is the word that undoes a STOP: the vendor says so, or the customer had withdrawn."""
    latest = turn.case.latest
    if latest is None or turn.kind is MessageKind.START:
        return turn.kind is MessageKind.START
    return latest.channel in TEXTED and opens_again(latest.text) and withdrawn(turn.case.customer, latest.channel)


def helped_by_vendor(turn: Turn) -> bool:
    """Whether nothing waits for an answer but a HELP that the vendor has answered."""
    return turn.kind is MessageKind.HELP and all(m.kind is MessageKind.HELP for m in turn.case.unanswered)


def unwelcome(turn: Turn) -> bool:
    """Whether words of ours may be unwelcome, or meet a machine: no notice is sent, a person decides."""
    return any(turn.signals.risk(name) is not None for name in (MACHINE, OPT_OUT))


def else_heard(turn: Turn, besides: Scored) -> bool:
    """A trigger of the policy that fires on other words than these."""
    return any(
        sign.fires and not _within(turn.signals.risk(name), besides)
        for name, trigger in turn.policy.triggers.items()
        if name not in READINGS and (sign := sign_of(turn, name, trigger)) is not None
    )


def _within(risk: Scored | None, other: Scored) -> bool:
    if risk is None or not risk.evidence:
        return False
    spans = [(each.start, each.end) for each in other.evidence]
    return all(any(start <= e.start and e.end <= end for start, end in spans) for e in risk.evidence)


# ------------------------------------------------------------------
# Nobody is waiting: machines, keywords that the vendor answers, spam.

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
    recommends = recommendation_of(turn.case)
    if recommends is not None:  # of the company, not of what was just solved: a low one is nothing to hand over
        return silent(turn, RATED, f"The customer would recommend us: {recommends} of 10; this is recorded.")
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
