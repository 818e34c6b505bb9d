"""STOP, START and HELP: the words that a vendor takes as orders and answers itself, and those that are left to us."""

from core.model.conversation import MessageKind
from core.model.customer import Channel

# What Twilio itself takes on a number, where nobody has set other words. It says so in `OptOutType` where Advanced
# Opt-Out is on, which may know other words and languages.
STOP_WORDS = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "END", "QUIT", "REVOKE", "OPTOUT", "CANCEL"})
START_WORDS = frozenset({"START", "UNSTOP"})
YES = "YES"  # opens again for whoever had stopped; from anybody else an ordinary answer
HELP_WORDS = frozenset({"HELP", "INFO"})
TOLD = {"STOP": MessageKind.STOP, "START": MessageKind.START, "HELP": MessageKind.HELP}


def keyword_of(text: str, channel: Channel, told: str, *, stopped: bool) -> MessageKind:
    """Which order the vendor took it for and has answered. `told` is its own word on it, empty where it says none;
    `stopped`: they had opted out before. On WhatsApp nobody answers but us, unless the vendor says that it did."""
    if told:
        return TOLD.get(told.upper(), MessageKind.WORDS)
    word = text.strip().upper()
    if channel is not Channel.SMS:
        return MessageKind.WORDS
    if word in STOP_WORDS:
        return MessageKind.STOP
    if word in START_WORDS or (word == YES and stopped):
        return MessageKind.START
    return MessageKind.HELP if word in HELP_WORDS else MessageKind.WORDS


def opens_again(text: str) -> bool:
    """Whether the whole message is the word that undoes a STOP, on a channel where we take it ourselves."""
    return text.strip().upper() in START_WORDS
