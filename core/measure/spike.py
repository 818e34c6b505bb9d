"""Whether so many contacts about one matter are more than chance: pure.

What is usual is not known but estimated from a few hours, so the number of this hour is held against what those hours
let one expect: with a gamma prior on the rate (Jeffreys: shape 1/2) the next hour's count is negative binomial
(Gelman et al., Bayesian Data Analysis, 3rd ed., section 2.6). A matter seen twice in a week is thus not judged as if
its rate were known.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import exp, lgamma, log

from core.knowledge.synonyms import concepts
from core.model.alert import AlertKind, Contact, Raised
from core.model.ids import ConversationId
from core.model.signals import NO_INTENT
from core.policy import Policy
from core.ports import Unit

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
DAYS = 7  # the same hour of so many days before
FEWEST_DAYS = 2  # of which it takes so many to know what is usual at that hour
HOURS = 24
FEWEST_HOURS = 3
PRIOR = 0.5
OVER = 0.05  # a spike is over when chance would bring as many in one hour of twenty


@dataclass(frozen=True, slots=True, kw_only=True)
class Spiking:
    """`count` contacts about an intent within the last hour, of `total` about anything; `usual` of them were to be
    expected, and `chance` is how likely so many are."""

    intent: str
    count: int
    usual: float
    chance: float
    total: int = 0

    @property
    def key(self) -> str:
        return key_of(self.intent)

    @property
    def about(self) -> str:
        return f"contacts about “{self.intent.replace('_', ' ')}”"


def tail(count: int, seen: int, windows: float) -> float:
    """How likely `count` or more are in one window, where `seen` were in so many `windows` before.

    Raises ValueError where no window was looked at."""
    if windows <= 0:
        raise ValueError("nothing to compare with")
    shape, kept = seen + PRIOR, log(windows / (windows + 1))
    lost = -log(windows + 1)
    below = (exp(lgamma(k + shape) - lgamma(shape) - lgamma(k + 1) + shape * kept + k * lost) for k in range(count))
    return min(1.0, max(0.0, 1.0 - sum(below)))


def watch_intents(unit: Unit, now: datetime) -> "list[Spiking]":
    """Every intent of the last hour with how unusual its count is."""
    first = unit.watch.first_decided()
    if first is None:
        return []
    days = min(DAYS, int((now - HOUR - first) / DAY))
    hours = min(HOURS, int((now - HOUR - first) / HOUR))
    windows = [(now - HOUR, now), *((now - HOUR - n * DAY, now - n * DAY) for n in range(1, days + 1))]
    lately = (now - (hours + 1) * HOUR, now - HOUR)
    this, *same = unit.watch.intents(windows)
    before = unit.watch.intents([lately])[0] if hours >= FEWEST_HOURS else {}
    if days >= FEWEST_DAYS:
        total = sum(this.values())
        return [_by_the_clock(intent, count, same, total) for intent, count in this.items()]
    return [_by_share(intent, count, this, before) for intent, count in this.items()] if before else []


def spiking(unit: Unit, policy: Policy, now: datetime) -> list[Spiking]:
    """Those that are a spike by the policy, the least likely first."""
    return spiking_of(watch_intents(unit, now), policy)


def spiking_of(found: Iterable[Spiking], policy: Policy) -> list[Spiking]:
    """The same of what `watch_intents` found."""
    least, chance = policy.alerts.spike.least, policy.alerts.spike.chance
    known = [each for each in found if each.intent not in ("", NO_INTENT.value)]
    return sorted((s for s in known if s.count >= least and s.chance <= chance), key=lambda s: (s.chance, s.intent))


def spike_raised(
    spike: "Spiking | Topic", now: datetime, began: datetime | None = None, facts: Mapping[str, str] | None = None
) -> Raised:
    """One occurrence an hour while it lasts; `began` tells this spike from an earlier one."""
    return Raised(
        kind=AlertKind.INTENT_SPIKE,
        key=spike.key,
        source=f"{spike.key}:{began or now:%Y-%m-%dT%H:%M}:{now:%Y-%m-%dT%H}",
        text=f"{spike.count} {spike.about} within an hour; about {spike.usual:.1f} are usual",
        why=f"By chance alone so many come in {_share(spike.chance)} hours of this time of day",
        facts=facts or {},
    )


def share_of_all(spike: "Spiking | Topic") -> str:
    """Of the hour's contacts; empty where they are not known."""
    if not spike.total:
        return ""
    return f"{spike.count} of the {spike.total} contacts of this hour ({spike.count / spike.total:.0%})"


def first_of(contacts: Sequence[Contact], usual: float, now: datetime) -> Contact | None:
    """The message with which a spike of the last hour began: the one from which on the messages stand out most from
    the `usual` number an hour (Kulldorff's scan statistic, 1997), so that one that came by chance before them is not
    taken for the first. `contacts` are oldest first; None without any."""
    best: tuple[float, Contact] | None = None
    for place, each in enumerate(contacts):
        count = len(contacts) - place
        expected = max(usual, PRIOR / DAYS) * max((now - each.at) / HOUR, 1 / 60)
        stands_out = count * log(count / expected) - (count - expected) if count > expected else 0.0
        if best is None or stands_out > best[0]:
            best = stands_out, each
    return best[1] if best is not None else None


def key_of(intent: str) -> str:
    return f"{AlertKind.INTENT_SPIKE}:{intent}"


def is_over(spikes: Sequence[Spiking], key: str) -> bool:
    """Whether an open alert's intent is as usual again."""
    return all(key_of(each.intent) != key or each.chance > OVER for each in spikes)


def _by_the_clock(intent: str, count: int, same: Sequence[Mapping[str, int]], total: int) -> Spiking:
    seen = sum(hour.get(intent, 0) for hour in same)
    chance = tail(count, seen, len(same))
    return Spiking(intent=intent, count=count, usual=seen / len(same), chance=chance, total=total)


def _by_share(intent: str, count: int, this: Mapping[str, int], before: Mapping[str, int]) -> Spiking:
    """Without days to compare with: by the intent's share of all contacts, so that a morning is no spike of
    everything. The contacts before are as many windows as they are times those of this hour."""
    seen, windows = before.get(intent, 0), sum(before.values()) / sum(this.values())
    total = sum(this.values())
    return Spiking(intent=intent, count=count, usual=seen / windows, chance=tail(count, seen, windows), total=total)


def _share(chance: float) -> str:
    return f"one of {round(1 / chance):,}" if chance > 1e-6 else "fewer than one of a million"


# ------------------------------------------------------------------
# Topics: what many write about of a sudden for which there is no intent.

SAME_TOPIC = 0.5  # share of a word's conversations that another word has too: both tell of one thing
BESIDE = 0.6  # share of a topic's conversations in which a word stands that is told with it
WORDS = 3
_WORD = re.compile(r"[^\W\d_]{3,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """Conversations of the last hour whose intent nobody could tell and that have a word in common. `words` are that
    word and others of most of them, as customers write them; `contacts` the first message of each, oldest first."""

    concept: str
    words: tuple[str, ...]
    contacts: Sequence[Contact]
    usual: float
    chance: float
    total: int = 0

    @property
    def count(self) -> int:
        return len(self.contacts)

    @property
    def key(self) -> str:
        return topic_key(self.concept)

    @property
    def about(self) -> str:
        return f"messages that name “{', '.join(self.words)}” and fit no intent"


def topic_key(concept: str) -> str:
    return f"{AlertKind.INTENT_SPIKE}:topic:{concept}"


@dataclass(slots=True, kw_only=True)
class _Heard:
    """What is known of one concept: how it is written, and the first message of each conversation that has it."""

    written: Counter[str] = field(default_factory=Counter)
    contacts: dict[ConversationId, Contact] = field(default_factory=dict)


def watch_topics(unit: Unit, now: datetime) -> list[Topic]:
    """Every word of the last hour's unrecognised messages with how unusual the number of its conversations is."""
    first = unit.watch.first_decided()
    if first is None:
        return []
    days = min(DAYS, int((now - HOUR - first) / DAY))
    hours = min(HOURS, int((now - HOUR - first) / HOUR))
    by_the_clock = days >= FEWEST_DAYS
    if not by_the_clock and hours < FEWEST_HOURS:
        return []
    before = [(now - HOUR - n * DAY, now - n * DAY) for n in range(1, days + 1)]
    if not by_the_clock:
        before = [(now - (n + 1) * HOUR, now - n * HOUR) for n in range(1, hours + 1)]
    this, *earlier = unit.watch.unrecognised([(now - HOUR, now), *before])
    heard = _concepts_of(this)
    seen = Counter(name for window in earlier for name, each in _concepts_of(window).items() for _ in each.contacts)
    (whole,) = unit.watch.intents([(now - HOUR, now)])
    total = sum(whole.values())
    return [
        Topic(
            concept=name,
            words=(each.written.most_common(1)[0][0],),
            contacts=sorted(each.contacts.values(), key=lambda contact: contact.at),
            usual=seen[name] / len(earlier),
            chance=tail(len(each.contacts), seen[name], len(earlier)),
            total=total,
        )
        for name, each in heard.items()
    ]


def topics_of(found: Sequence[Topic], policy: Policy, running: Collection[str] = ()) -> list[Topic]:
    """Those that are a spike by the policy, one for each thing that many write about: of words of the same
    conversations one that is `running` (by its key) stands for all, else the least likely one.

    Many words are looked at, and each may be frequent by chance: the policy's chance is that of all together."""
    least = policy.alerts.spike.least
    often = [each for each in found if each.count >= least]
    many = [each for each in often if each.chance <= policy.alerts.spike.chance / len(often)]
    many.sort(key=lambda each: (each.key not in running, each.chance, -each.count, each.concept))
    chosen: list[Topic] = []
    for each in many:
        mine = _conversations(each)
        if not any(len(mine & _conversations(other)) >= SAME_TOPIC * len(mine) for other in chosen):
            chosen.append(each)
    return [_with_words(each, often) for each in chosen]


def _concepts_of(contacts: Iterable[Contact]) -> dict[str, _Heard]:
    found: defaultdict[str, _Heard] = defaultdict(_Heard)
    for contact in contacts:
        for word in dict.fromkeys(_WORD.findall(contact.text.casefold())):
            for name in concepts(word):
                found[name].written[word] += 1
                found[name].contacts.setdefault(contact.conversation_id, contact)
    return found


def _with_words(topic: Topic, often: Sequence[Topic]) -> Topic:
    mine = _conversations(topic)
    beside = [each for each in often if len(mine & _conversations(each)) >= BESIDE * len(mine)]
    beside.sort(key=lambda each: (each.concept != topic.concept, each.chance, each.concept))
    words = tuple(dict.fromkeys(word for each in beside for word in each.words))[:WORDS]
    return Topic(
        concept=topic.concept,
        words=words,
        contacts=topic.contacts,
        usual=topic.usual,
        chance=topic.chance,
        total=topic.total,
    )


def _conversations(topic: Topic) -> frozenset[ConversationId]:
    return frozenset(contact.conversation_id for contact in topic.contacts)
