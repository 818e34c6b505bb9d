"""When a message may be met with silence: a machine wrote it, or its writer wants no more messages and nothing else.

Silence is the one thing that nobody notices, so it needs proof: the vendor's header, the carriers' keyword, or words
that say this and nothing besides. A question, a trigger or a word more, and a person looks at it.
"""

from core.consent.opt_outs import withdrawn
from core.decide.triggers import READINGS, sign_of
from core.decide.turn import Turn
from core.model.conversation import MessageKind
from core.model.customer import TEXTED
from core.model.signals import Scored
from core.read.automatic import TITLED, declared_automatic
from core.read.keywords import opens_again
from core.read.opt_out import keyword, only_that
from core.read.words import customer_words, newest_words

MACHINE, OPT_OUT = "auto_reply", "opt_out"
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
