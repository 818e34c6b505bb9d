"""What a live call does when the loop's words reach it."""

from datetime import datetime

from core.model.outbound import Outgoing
from core.profile.codes import DIGITS
from core.voice.arrival import Place
from core.voice.script import Ask, Go, HangUp, Say, Script
from core.voice.words import line


def told_on_call(outgoing: Outgoing, now: datetime) -> Script:
    """Say it; then put the call through, end it, or listen again. Whoever hears of a page may have its link."""
    language = outgoing.language
    said = Say(text=outgoing.body, language=language)
    place = Place(sid=outgoing.to, language=language, turn=outgoing.effect_id)
    if outgoing.on_call == "through":
        preparing = Place(sid=outgoing.to, language=language, turn=outgoing.effect_id, since=now)
        return (said, Go(to=preparing.way("through")))
    if outgoing.on_call == "end":
        return (said, HangUp())
    asked = "link" if outgoing.on_call == "link" else ""
    more = line("link" if asked else "zero", language)
    lines = (said, Say(text=more, language=language))
    then = Place(sid=outgoing.to, language=language, turn=place.turn, asked=asked)
    digits = DIGITS if outgoing.on_call == "code" else 1
    return (Ask(lines=lines, language=language, then=then.way("said"), digits=digits),)
