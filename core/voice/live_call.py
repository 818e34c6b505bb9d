"""What a live call does when the loop's words reach it."""

from dataclasses import replace
from datetime import datetime

from core.model.outbound import Outgoing
from core.profile.codes import DIGITS
from core.text.call_words import line
from core.voice.arrival import Place
from core.voice.script import LISTENS, Ask, Go, HangUp, Say, Script

CODE = "code"  # what is asked for while a one-time code is on its way to their telephone
CODE_ARRIVES = 15  # seconds of silence in which the text message may come, and be read


def tell_on_call(outgoing: Outgoing, now: datetime) -> Script:
    """Say it; then put the call through, end it, or listen again. Whoever hears of a page may have its link."""
    language = outgoing.language
    said = Say(text=outgoing.body, language=language)
    place = Place(sid=outgoing.to, language=language, turn=outgoing.effect_id)
    if outgoing.on_call == "through":
        return (said, Go(to=replace(place, since=now).way("through")))
    if outgoing.on_call == "end":
        return (said, HangUp())
    asked = outgoing.on_call if outgoing.on_call in ("link", CODE) else ""
    more = line("link" if asked == "link" else "zero", language)
    return (asking(replace(place, asked=asked), said, Say(text=more, language=language)),)


def asking(place: Place, *lines: Say) -> Ask:
    """Say the lines and listen at this place: for a whole code and for longer where one was asked for, else for words
    or one key."""
    keyed = place.asked == CODE
    return Ask(
        lines=lines,
        language=place.language,
        then=place.way("said"),
        digits=DIGITS if keyed else 1,
        patience=CODE_ARRIVES if keyed else LISTENS,
    )
