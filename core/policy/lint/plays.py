"""Plays that never start, never find anybody, or whose words nothing fills."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import partial

from core.policy import Play, Policy
from core.policy.given import (
    A_QUARTER,
    AFTER,
    AN_HOUR,
    DAY,
    EVERY_DAYS,
    PEOPLE,
    RATED,
    RECOMMENDED,
    SOLVED,
    TOMORROW,
    UNLESS,
    VISIT,
    VISITS,
    day_of,
    days_of,
    is_miscounted_day,
    minutes_of,
)
from core.policy.lint.remark import Remark, error, list_names, warning
from core.policy.outreach import FROM_ARTICLES, TOLD
from core.policy.problem import Place, suggest

# What is known of each person where a schedule finds them, by the source that `given.people` names.
KNOWN_OF: Mapping[str, frozenset[str]] = {
    VISITS: frozenset({"visit", "place", "ref", "time"}),
    SOLVED: frozenset({"conversation", "ticket", "matter", "next_steps"}),
}
_ASKS = re.compile(r"(?<!\d)1(?!\d)[^\d{}]{0,60}(?<!\d)5(?!\d)")
_ASKS_OF_TEN = re.compile(r"(?<!\d)0(?!\d)[^\d{}]{0,60}(?<!\d)10(?!\d)")
ALWAYS_GIVEN = frozenset({DAY})  # of every signal that a schedule makes


def check_plays(policy: Policy) -> Iterator[Remark]:
    found = policy.outreach.plays
    for name, play in found.items():
        place = ("outreach", "plays", name)
        yield from _words(place, play)
        yield from _rating(place, play)
        yield from _schedule(place, play)
        yield from _source(place, play, policy)
        yield from _matter(place, play, found)
        yield from _follow_up(place, name, found)
        yield from _holdout(place, play)
    yield from _circles(found)


def _words(place: Place, play: Play) -> Iterator[Remark]:
    said = play.places
    if not play.article and said & FROM_ARTICLES:
        told = f"{{{list_names(said & FROM_ARTICLES)}}} stays empty: write the question for the articles under article"
        yield error((*place, "texts"), told)
    if play.article and not said & FROM_ARTICLES:
        yield warning((*place, "article"), "no text has {answer} or {article_url} in it")
    lacking = said - play.facts - FROM_ARTICLES - {play.attribute, play.matter.fact}
    if play.facts and lacking and not play.every:
        told = f"its texts need {list_names(lacking)} too: a signal without it is refused"
        yield warning((*place, "facts"), told)


def _rating(place: Place, play: Play) -> Iterator[Remark]:
    """A number in answer is one only where the play says so: many a text has a 1 and a 5 in it."""
    worded = (*play.texts.values(), *(text for texts in play.texts_in.values() for text in texts.values()))
    if not play.asks_recommendation and any(_ASKS_OF_TEN.search(text) for text in worded):
        told = f"seems to ask for a number from 0 to 10: it is kept only with `given: {{{UNLESS}: {RECOMMENDED}}}`"
        yield warning((*place, "texts"), told)
    if not play.asks_rating and any(_ASKS.search(text) for text in worded):
        told = f"seems to ask for a number from 1 to 5: it is kept only with `given: {{{UNLESS}: {RATED}}}`"
        yield warning((*place, "texts"), told)


def _schedule(place: Place, play: Play) -> Iterator[Remark]:
    """What a schedule's signal states is known beforehand."""
    if not play.every:
        return
    source = play.given.get(PEOPLE, "")
    if source and source not in KNOWN_OF:
        yield error((*place, "given", PEOPLE), f"found {source}, expected one of {list_names(KNOWN_OF)}")
        return
    if play.by_name and not source:
        yield error((*place, "given"), f"names nobody: write people, one of {list_names(KNOWN_OF)}")
    elif play.attribute and play.attribute not in play.given:
        yield error((*place, "given"), f"finds nobody: it does not say which {play.attribute}")
    stated = {*play.given, *KNOWN_OF.get(source, ()), *ALWAYS_GIVEN, *(FROM_ARTICLES if play.article else ())}
    lacking = (play.places | play.facts) - stated
    if lacking:
        yield error((*place, "given"), f"lacks {list_names(lacking)}, which its texts need")


def _source(place: Place, play: Play, policy: Policy) -> Iterator[Remark]:
    """What narrows down whom a schedule finds."""
    given, source = play.given, play.given.get(PEOPLE)
    visit = given.get(VISIT, "")
    if source == VISITS and visit and visit not in policy.appointments:
        told = f"no appointment is called {visit}{suggest(visit, policy.appointments)}"
        yield error((*place, "given", VISIT), told)
    days = {DAY: given.get(DAY, TOMORROW)} if source == VISITS else {}
    for name in sorted({*days, *(each for each, text in given.items() if is_miscounted_day(text))}):
        yield from _readable(
            partial(day_of, today=date(2000, 1, 1)), (*place, "given", name), given.get(name, TOMORROW)
        )
    if source == SOLVED:
        yield from _readable(minutes_of, (*place, "given", AFTER), given.get(AFTER, AN_HOUR))
        unless = given.get(UNLESS, RATED)
        if unless not in (RATED, RECOMMENDED):
            yield error((*place, "given", UNLESS), f"found {unless}, expected {RATED} or {RECOMMENDED}")
        yield from _readable(days_of, (*place, "given", EVERY_DAYS), given.get(EVERY_DAYS, A_QUARTER))
        if EVERY_DAYS in given and unless != RECOMMENDED:
            yield error((*place, "given", EVERY_DAYS), f"goes with `{UNLESS}: {RECOMMENDED}`")


def _readable(read: Callable[[str], object], place: Place, text: str) -> Iterator[Remark]:
    try:
        read(text)
    except ValueError as problem:
        yield error(place, str(problem))


def _matter(place: Place, play: Play, found: Mapping[str, Play]) -> Iterator[Remark]:
    """An update finds those who heard of the matter by the fact that names it."""
    if play.ends and not play.follows:
        yield warning((*place, "ends"), f"ends nothing: only a play with `match: {TOLD}` knows what came before")
    before = found.get(play.after)
    if not play.follows or before is None:
        return
    if not play.matter.fact:
        yield error(
            (*place, "matter"), "never finds whom it is for: fact has to name what ties it to the first message"
        )
    else:
        yield from _tie(place, play, before, next(name for name, each in found.items() if each is play))
    if play.every:
        yield warning((*place, "every"), f"a play with `match: {TOLD}` waits for news of its matter, not for a clock")


def _tie(place: Place, play: Play, before: Play, name: str) -> Iterator[Remark]:
    """The first message and what follows it speak of one matter by one fact."""
    fact, first = play.matter.fact, before.matter.fact
    where, said = ("outreach", "plays", play.after), before.places | before.facts | {before.match, *before.given}
    follows = before.follow_up is not None and before.follow_up.play == name
    if first and first != fact:
        told = f"found {fact}, but {play.after} names its matter by {first}: "
        told += f"who got that is found only where {fact} states the same"
        yield (error if follows else warning)((*place, "matter", "fact"), told)
    elif not first and (not follows or fact in play.places | said):
        yield error((*where, "matter"), f"fact is missing: {name} would not find those it told")
    elif first and not follows and first not in said:
        told = f"a signal without {first} is told to people whom {name} does not find then: write it under facts"
        yield warning((*where, "facts"), told)


def _follow_up(place: Place, name: str, found: Mapping[str, Play]) -> Iterator[Remark]:
    wanted = found[name].follow_up
    after = found.get(wanted.play) if wanted else None
    if wanted is None or after is None:
        return
    if (after.match, after.after) != (TOLD, name):
        told = f"{wanted.play} goes to others than those who got this: give it `match: {TOLD}` and `after: {name}`"
        yield error((*place, "follow_up", "play"), told)


def _holdout(place: Place, play: Play) -> Iterator[Remark]:
    if not play.holdout:
        return
    where = (*place, "holdout")
    if play.by_name and not play.every:
        told = "nothing is learned from signals of a few people each, and some of them would hear nothing"
        yield warning(where, told)
    elif play.follows:
        yield warning(where, "some who heard of the matter would not hear how it went on")


def _circles(found: Mapping[str, Play]) -> Iterator[Remark]:
    """Follow-ups that come round would write to the same people for ever."""
    told: set[str] = set()
    for name in found:
        way, here = [name], found[name].follow_up
        while here is not None and here.play in found and here.play not in way:
            way.append(here.play)
            here = found[here.play].follow_up
        if here is not None and here.play == name and not told & set(way):
            told |= set(way)
            yield error(("outreach", "plays", name, "follow_up"), f"goes round in a circle: {' → '.join([*way, name])}")
