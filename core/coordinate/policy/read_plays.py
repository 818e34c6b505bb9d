"""The plays of `outreach`: what is said to whom when something has happened."""

import re
from collections.abc import Mapping
from typing import Any

from core.coordinate.keys import Keys, Kind, meant
from core.coordinate.kinds import (
    AT_LEAST_ONE,
    FLAG,
    HOURS,
    LANGUAGE,
    NAME,
    NAME_SET,
    TEMPLATE,
    TEXT,
    between,
    member,
    word,
)
from core.coordinate.policy.values_outreach import Consenting, FollowUp, Matter, OpenTickets, Play
from core.model.customer import Channel, Purpose
from core.text.cron import cron

DEFAULT = "default"
RULE = "play:"  # with the play's name: the standing rule under which it leaves
MOST_HELD_OUT = 0.5

_PLACE = re.compile(r"\{(?!\d)\w+\}")


def _message(value: Any) -> str:
    """Every brace of it belongs to a place with a name."""
    if re.search(r"[{}]", _PLACE.sub("", word(value))):
        raise ValueError
    return word(value)


def _cron(value: Any) -> str:
    cron(word(value))
    return word(value)


def _held_out(value: Any) -> float:
    return between(0, MOST_HELD_OUT)(value)


MESSAGE = Kind(expected=TEMPLATE.expected, read=_message)
CRON = Kind(
    expected='a schedule in quotes such as "0 9 * * 1-5": minute, hour, day, month, day of the week', read=_cron
)
HELD_OUT = Kind(expected=f"a share from 0 to {MOST_HELD_OUT}", read=_held_out)
TEXTS_IN = 'the texts in that language, such as {default: "Hallo {name}"}'


def plays(keys: Keys, language: str) -> dict[str, Play]:
    rows = keys.rows("plays", NAME)
    found = {name: _play(row, language) for name, row in rows.items()}
    for name, play in found.items():
        _names(rows[name], play, found)
    return found


def _play(keys: Keys, language: str) -> Play:
    usual = Play(match="", purpose=Purpose.SERVICE, channel=Channel.SMS, texts={})
    texts = keys.table("texts", NAME, MESSAGE)
    if DEFAULT not in texts:
        keys.problem(("texts", DEFAULT), f"found nothing, expected {MESSAGE.expected}")
    return Play(
        signal=keys.at("signal", NAME, usual.signal),
        match=keys.at("match", NAME),
        purpose=keys.at("purpose", member(Purpose)),
        channel=keys.at("channel", member(Channel)),
        texts=texts,
        texts_in=_texts_in(keys, language),
        facts=keys.at("facts", NAME_SET, usual.facts),
        after=keys.at("after", NAME, usual.after),
        article=keys.at("article", TEXT, usual.article),
        approval=keys.at("approval", member(Consenting), usual.approval),
        matter=_matter(keys.within("matter")),
        holdout=keys.at("holdout", HELD_OUT, usual.holdout),
        open_tickets=keys.at("open_tickets", member(OpenTickets), usual.open_tickets),
        vip=keys.at("vip", FLAG, usual.vip),
        follow_up=_follow_up(keys.within("follow_up")) if "follow_up" in keys else None,
        valid_for=keys.at("valid_hours", HOURS, usual.valid_for),
        every=keys.at("every", CRON, usual.every),
        given=keys.table("given", NAME, TEXT),
        ends=keys.at("ends", FLAG, usual.ends),
        why=keys.at("why", TEXT, usual.why),
    )


def _texts_in(keys: Keys, language: str) -> dict[str, dict[str, str]]:
    worded = keys.tables("texts_in", LANGUAGE, (NAME, MESSAGE), TEXTS_IN)
    for each, texts in worded.items():
        if DEFAULT not in texts:
            keys.problem(("texts_in", each, DEFAULT), f"found nothing, expected {MESSAGE.expected}")
        if each == language:
            keys.problem(("texts_in", each), f"{each} is the language of this policy: `texts` has its words")
    return worded


def _matter(keys: Keys) -> Matter:
    usual = Matter()
    return Matter(
        fact=keys.at("fact", NAME, usual.fact),
        intents=keys.at("intents", NAME_SET, usual.intents),
        days=keys.at("days", AT_LEAST_ONE, usual.days),
    )


def _follow_up(keys: Keys) -> FollowUp:
    return FollowUp(play=keys.at("play", NAME), after=keys.at("after_hours", HOURS))


def _names(keys: Keys, play: Play, known: Mapping[str, Play]) -> None:
    """The plays that a play names are there."""
    if play.follows and not play.after:
        keys.problem(("after",), "found nothing, expected the play whose message those people got (match: told)")
    if play.given and not play.every:
        keys.problem(("given",), "goes with `every`: what a signal states is its sender's own")
    if play.after and not play.follows:
        keys.problem(("after",), f"goes with `match: told`: who got the message of {play.after}")
    for place, name in ((("after",), play.after), (("follow_up", "play"), play.follow_up and play.follow_up.play)):
        if name and name not in known:
            keys.problem(place, f"found {name}, expected one of the plays{meant(name, known)}")


def standing_rules(found: Mapping[str, Play]) -> list[str]:
    """The names of standing rules that there are because of the plays."""
    return [f"{RULE}{name}" for name in found]


def unallowed(keys: Keys, found: Mapping[str, Play], standing: frozenset[str]) -> None:
    """A play that leaves without a person's approval needs its rule under `standing`. `keys` are those of the file."""
    for name, play in found.items():
        if play.approval is Consenting.STANDING and f"{RULE}{name}" not in (standing or ()):
            told = f"found standing, expected {RULE}{name} in the list `standing`: without it nothing of it may leave"
            keys.problem(("outreach", "plays", name, "approval"), told)
