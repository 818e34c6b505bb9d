"""The words that Twilio itself answers on a long code."""

STOP_WORDS = frozenset({"STOP", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "CANCEL"})
START_WORDS = frozenset({"START", "UNSTOP", "YES"})
HELP_WORDS = frozenset({"HELP", "INFO"})
REPLIES = {
    "STOP": "You have successfully been unsubscribed. You will not receive any more messages from this "
    "number. Reply START to resubscribe.",
    "START": "You have successfully been re-subscribed to messages from this number. Reply HELP for help. "
    "Reply STOP to unsubscribe.",
    "HELP": "Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
}


def keyword_kind(body: str, *, stopped: bool) -> str:
    """STOP, START or HELP when the whole text is such a word, else empty."""
    word = body.strip().upper()
    if word in STOP_WORDS:
        return "STOP"
    # YES is an ordinary answer from somebody who had not stopped.
    if word in START_WORDS and (stopped or word != "YES"):
        return "START"
    return "HELP" if word in HELP_WORDS else ""
