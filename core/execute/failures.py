"""What a messaging provider's error codes mean, and what follows from each: the one table."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Remedy(StrEnum):
    """What is done about a message that did not reach the customer. Whoever has the ticket is told, and supervisors
    where there is none and somebody waits for it; not of the first of a RETRY or a TEMPLATE.

    SUPPRESS: nothing more is sent to them on any channel. TEMPLATE: once more in an approved form. RETRY: once more,
    later. STOP: this text is not sent again, supervisors are alerted. CONFIGURE: something of ours is set up wrongly,
    supervisors are alerted. BAD_NUMBER: the number cannot be texted. ELSEWHERE: this channel does not reach them,
    another may. TELL: only a person can do something."""

    SUPPRESS = "suppress"
    TEMPLATE = "template"
    RETRY = "retry"
    STOP = "stop"
    CONFIGURE = "configure"
    BAD_NUMBER = "bad_number"
    ELSEWHERE = "elsewhere"
    TELL = "tell"


ALERTED = frozenset({Remedy.STOP, Remedy.CONFIGURE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """`meaning` and `advice` are for the agent: why it did not arrive, and what to do now. `wait`: before a retry."""

    remedy: Remedy
    meaning: str
    advice: str
    wait: timedelta = timedelta(minutes=10)


CALL_OR_MAIL = "Reach the customer by e-mail or by phone."
TRIED = "It is not sent again by itself: reach the customer by e-mail or by phone."
SET_UP = "Nothing is wrong with your text. The people who run Handrail have been alerted; reach the customer by e-mail."
OTHER = "Write by text message if the customer agreed to that, else by e-mail."
NUMBER = "Ask the customer for another number, and reach them by e-mail meanwhile."
LATE = "WhatsApp takes free words only within a day after the customer wrote"
WAIT = "Write by text message or e-mail, or wait until the customer writes again."

# What several codes say.
NO_NUMBER = Failure(remedy=Remedy.BAD_NUMBER, meaning="This is not a phone number.", advice=NUMBER)
LANDLINE = Failure(remedy=Remedy.BAD_NUMBER, meaning="This number is a landline.", advice=NUMBER)
QUEUED = Failure(remedy=Remedy.RETRY, meaning="Too many texts were waiting at the provider.", advice=TRIED)
NO_WHATSAPP = Failure(remedy=Remedy.ELSEWHERE, meaning="This number is not on WhatsApp.", advice=OTHER)
AGAINST_RULES = Failure(remedy=Remedy.STOP, meaning="WhatsApp refused the text by its rules.", advice=OTHER)

FAILURES: Mapping[str, Failure] = {
    "21211": NO_NUMBER,
    "21217": NO_NUMBER,
    "21408": Failure(
        remedy=Remedy.CONFIGURE, meaning="Texts to the country of this number are not switched on.", advice=SET_UP
    ),
    "21602": Failure(remedy=Remedy.TELL, meaning="The text was empty.", advice="Write it again."),
    "21610": Failure(
        remedy=Remedy.SUPPRESS,
        meaning="The customer has replied STOP to this number.",
        advice="Do not text them: they are on no channel's list any more. Answer by e-mail only what they asked.",
    ),
    "21611": QUEUED,
    "21612": Failure(
        remedy=Remedy.ELSEWHERE, meaning="Our number cannot text the network of this number.", advice=CALL_OR_MAIL
    ),
    "21614": Failure(remedy=Remedy.BAD_NUMBER, meaning="This number cannot receive texts.", advice=NUMBER),
    "21617": Failure(remedy=Remedy.TELL, meaning="The text was too long.", advice="Send it in parts, or by e-mail."),
    "21635": LANDLINE,
    "30001": QUEUED,
    "30002": Failure(remedy=Remedy.CONFIGURE, meaning="Our account at the provider is suspended.", advice=SET_UP),
    "30003": Failure(
        remedy=Remedy.RETRY,
        meaning="The phone was switched off or without network.",
        advice=TRIED,
        wait=timedelta(minutes=30),
    ),
    "30004": Failure(
        remedy=Remedy.ELSEWHERE, meaning="The network or the phone refuses texts from us.", advice=CALL_OR_MAIL
    ),
    "30005": Failure(remedy=Remedy.BAD_NUMBER, meaning="Nobody has this number any more.", advice=NUMBER),
    "30006": LANDLINE,
    "30007": Failure(
        remedy=Remedy.STOP,
        meaning="The network took this text for spam and stopped it.",
        advice="Do not send the same text again. Reach the customer by e-mail.",
    ),
    "30008": Failure(remedy=Remedy.RETRY, meaning="The network lost the text and does not say why.", advice=TRIED),
    "30034": Failure(
        remedy=Remedy.CONFIGURE, meaning="Our number is not registered for texts to the United States.", advice=SET_UP
    ),
    "30036": Failure(
        remedy=Remedy.TELL,
        meaning="The text waited too long and has expired.",
        advice="Send it again if it still matters, or reach the customer by e-mail.",
    ),
    "30410": Failure(remedy=Remedy.RETRY, meaning="The network did not answer in time.", advice=TRIED),
    "30500": Failure(remedy=Remedy.RETRY, meaning="The provider had a fault.", advice=TRIED),
    "63003": NO_WHATSAPP,
    "63005": AGAINST_RULES,
    "63007": Failure(remedy=Remedy.CONFIGURE, meaning="Our WhatsApp sender does not exist.", advice=SET_UP),
    "63013": AGAINST_RULES,
    "63015": Failure(remedy=Remedy.ELSEWHERE, meaning="This number has not joined our WhatsApp.", advice=OTHER),
    "63016": Failure(remedy=Remedy.TEMPLATE, meaning=f"{LATE}.", advice=WAIT),
    # Our own words: nothing was sent.
    "opted_out": Failure(
        remedy=Remedy.TELL,
        meaning="The customer wants no messages on this channel and has asked nothing since.",
        advice="Do not text them. Answer by e-mail what they asked there.",
    ),
    "bad_number": Failure(remedy=Remedy.TELL, meaning="This number cannot be texted.", advice=NUMBER),
    "paused": Failure(
        remedy=Remedy.TELL,
        meaning="All sending was paused, and the answer waited until it was no good any more.",
        advice="Answer in your own words: what agents write still leaves.",
    ),
    "no_template": Failure(remedy=Remedy.ELSEWHERE, meaning=f"{LATE}, and no approved template fits.", advice=WAIT),
    "too_long": Failure(
        remedy=Remedy.TELL,
        meaning=f"{LATE}, and the text is too long for a template.",
        advice="Send it shorter, or by e-mail.",
    ),
    "63018": Failure(remedy=Remedy.RETRY, meaning="WhatsApp takes no more messages for a moment.", advice=TRIED),
    "63021": Failure(
        remedy=Remedy.TELL, meaning="WhatsApp cannot show this text.", advice="Send it shorter and plain, or by e-mail."
    ),
    "63024": NO_WHATSAPP,
    "63032": Failure(remedy=Remedy.ELSEWHERE, meaning="WhatsApp shows this customer no such messages.", advice=OTHER),
    "63038": Failure(remedy=Remedy.CONFIGURE, meaning="Our account has used up its messages for today.", advice=SET_UP),
    "63049": Failure(
        remedy=Remedy.TELL,
        meaning="WhatsApp has shown this customer enough marketing and keeps this message back.",
        advice="Do not send it again today. What is urgent goes by text message or e-mail.",
    ),
    "63051": Failure(remedy=Remedy.CONFIGURE, meaning="Our WhatsApp account is locked.", advice=SET_UP),
}
UNKNOWN = Failure(
    remedy=Remedy.TELL,
    meaning="The provider did not deliver it and gives a reason we do not know.",
    advice=CALL_OR_MAIL,
)
# Of what ended without a code.
UNSENT = Failure(remedy=Remedy.TELL, meaning="It could not be sent.", advice=SET_UP)
UNCLEAR = Failure(
    remedy=Remedy.TELL,
    meaning="The provider gave no answer, and whether it was sent could not be found out.",
    advice="Ask the customer by e-mail or by phone whether they have it.",
)


def failure_of(code: str) -> Failure:
    """What a code means. Total: an unknown one is told to a person."""
    return FAILURES.get(code, UNKNOWN)
