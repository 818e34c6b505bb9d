"""A year of matters through the vendors' side: customers write over the sandbox, agents answer there, and the player of
both keeps count. Afterwards the report is held against that count, and against the truths that were planted.

The product runs in one process and knows nothing of the player: it gets webhooks and answers requests. Planted are a
wave, an intent whose customers come back, and a group that agents let wait."""

import heapq
import random
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from statistics import median

import requests

from apps.demo.outside import Json
from apps.stories.in_process import ProcessStage, open_in_process
from apps.stories.stage import find_company
from benchmarks.figures import Figure
from benchmarks.year_words import AGAIN, ANSWERS, THINGS, WORDINGS, Wording
from core.measure.fairness import Fairness, fairness_of
from core.measure.outcomes.rollup import Rollup
from core.measure.report.report import Report, report_of
from core.measure.report.standing_out import RELEVANT
from core.model.matter import By, Span, Tally

GROUP = "a year through the vendors"
CUTS = (By.INTENT, By.CHANNEL, By.TIER, By.LANGUAGE, By.BRAND, By.MONTH, By.GROUP, By.AGENT)
DAY = timedelta(days=1)
YEAR = 365 * DAY
LEFT = "handrail_handoff"  # the tag of a ticket that was given to people
CHANNELS = {"email": 0.55, "sms": 0.18, "whatsapp": 0.15, "chat": 0.12}
LANGUAGES = {"en": 0.58, "de": 0.18, "es": 0.14, "fr": 0.10}
TIERS = {"standard": 0.8, "plus": 0.2}
# What is planted.
WAVE = "device_offline"
WORSE, COMES_BACK, COMES_BACK_WORSE = "refund_status", 0.05, 0.45
BIASED = "plus"  # the tier whose customers wait for half a day and more
HOURS, HOURS_BIASED = (0.2, 2.5), (12.0, 20.0)  # that agents take; WhatsApp brings no answer after 24
OF_COMING_BACK = ("recontacted", "resolved_first")
# The same for everybody.
SILENT = 0.03  # an agent never answers
WRITES_AGAIN = 0.08  # after the matter was solved
RATES, LIKES = 0.3, 0.75
CORRECTS = 0.8  # of the intents that were read wrongly, or that nobody is sure of
UNSURE = 0.5
# Hours after an answer by itself: by the second the product has asked whether that was all, by the last it has closed.
ASKED, CLOSED = (21, 26), 160
LINK = re.compile(r"https?://\S+")
PASSES_ON = 0.06


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """`matters` with those of the wave; who comes back is on top."""

    matters: int = 1_000
    seed: int = 5
    wave_day: int = 130
    wave_days: int = 5
    wave_daily: int = 20


QUICK = Size(matters=40, wave_days=1, wave_daily=18)


def measure(folder: Path, size: Size) -> list[Figure]:
    began = time.perf_counter()
    first = datetime(datetime.now(UTC).year + 1, 1, 1, tzinfo=UTC)
    with open_in_process(folder, find_company("larkfield", Path()), first) as stage:
        player = Player(stage=stage, size=size, first=first, chance=random.Random(size.seed))
        player.play()
        found = read_found(stage, first)
    figures = list_figures(player.truths, player.wave, found)
    each = (time.perf_counter() - began) / len(player.truths)
    return [*figures, Figure(group=GROUP, name="seconds for each matter, all included", value=each, unit="s")]


# ---------------------------------------------------------------- what the player knows


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    number: int
    tier: str
    language: str

    @property
    def name(self) -> str:
        return f"Person {self.number}"

    @property
    def email(self) -> str:
        return f"person{self.number}@example.org"

    @property
    def phone(self) -> str:
        return f"+4477001{self.number:05}"


@dataclass(slots=True, kw_only=True)
class Truth:
    """One matter as those who wrote it and answered it know it. `solved` by an agent; `read` is the intent that the
    agent saw beside it, empty where no agent looked."""

    person: Person
    channel: str
    words: Wording
    day: date
    chance: random.Random  # its own, so that what befalls one matter changes nothing in another
    returns: bool = False  # its customer was here with the same before
    ticket: str = ""
    written_at: datetime | None = None
    waited: timedelta | None = None  # for the first answer
    handed: bool = False
    automatic: bool = False
    asked: bool = False  # by the automatic answer itself, or later whether that was all
    solved: bool = False
    reopened: bool = False
    recontacted: bool = False
    satisfied: bool | None = None
    read: str = ""
    corrected: bool = False
    agents: set[str] = field(default_factory=set)
    teams: set[str] = field(default_factory=set)  # that the product gave it to

    @property
    def passed_on(self) -> bool:
        return max(len(self.agents), len(self.teams)) > 1

    @property
    def intent(self) -> str:
        return self.words.intent

    def says(self, name: str) -> bool | None:
        """Whether it is a hit of a measure, or an aspect of fairness. None: it is no case of it. KeyError for one that
        the player does not count."""
        return _SAYS[name](self)


_SAYS: Mapping[str, Callable[[Truth], bool | None]] = {
    "answered": lambda t: t.waited is not None,
    "unanswered": lambda t: t.waited is None,
    "contained": lambda t: t.automatic and t.asked,
    "automatic": lambda t: None if t.waited is None else not t.agents,
    "handed_over": lambda t: t.handed,
    "rated": lambda t: t.satisfied is not None,
    "satisfied": lambda t: t.satisfied,
    "reopened": lambda t: t.reopened,
    "recontacted": lambda t: t.recontacted,
    "transferred": lambda t: t.passed_on if t.ticket else None,
    "resolved_first": lambda t: None if t.waited is None else not (t.reopened or t.recontacted or t.passed_on),
    "corrected": lambda t: t.corrected,
    "intent_wrong": lambda t: t.corrected,
}
_CUT: Mapping[str, Callable[[Truth], str]] = {
    By.INTENT: lambda t: t.intent,
    By.CHANNEL: lambda t: t.channel,
    By.TIER: lambda t: t.person.tier,
    By.LANGUAGE: lambda t: t.person.language,
    By.MONTH: lambda t: f"{t.day:%Y-%m}",
}


# ---------------------------------------------------------------- the year


Act = Callable[[], None]


@dataclass(slots=True, kw_only=True)
class Player:
    """Everybody outside the product. Each act waits in a heap for its moment; the clock goes from one to the next."""

    stage: ProcessStage
    size: Size
    first: datetime
    chance: random.Random
    truths: list[Truth] = field(default_factory=list)
    _ahead: list[tuple[datetime, int, Act]] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=count)
    _people: Iterator[int] = field(default_factory=lambda: count(1))
    _agents: Sequence[str] = ()
    _desk: str = ""  # who does what is done at the helpdesk itself

    def play(self) -> None:
        rows = self.stage.outside.people("GET", "agents")["agents"]
        self._agents = [row["id"] for row in rows if row["role"] == "agent"]
        self._desk = next(str(row["email"]) for row in rows if row["id"] in self._agents)
        for at, truth in self._plan():
            self._at(at, partial(self._writes, truth))
        while self._ahead:
            at, _, act = heapq.heappop(self._ahead)
            self._forward(at)
            act()
            self.stage.settle()
        self._forward(self.stage.now() + 8 * DAY)  # whoever could still come back has not

    @property
    def wave(self) -> tuple[date, date]:
        day = (self.first + self.size.wave_day * DAY).date()
        return day, day + (self.size.wave_days - 1) * DAY

    def _plan(self) -> Iterator[tuple[datetime, Truth]]:
        in_wave = self.size.wave_days * self.size.wave_daily
        for _ in range(self.size.matters - in_wave):
            yield self._one(self.chance.randrange(YEAR // DAY), self.chance.choice(tuple(WORDINGS)))
        for number in range(in_wave):
            yield self._one(self.size.wave_day + number % self.size.wave_days, WAVE)

    def _one(self, day: int, intent: str) -> tuple[datetime, Truth]:
        channel, language = self._pick(CHANNELS), self._pick(LANGUAGES)
        tier = "standard" if channel == "chat" else self._pick(TIERS)  # who chats is a stranger
        at = self.first + day * DAY + timedelta(hours=self.chance.uniform(7, 19))
        words = Wording(
            intent=intent, language=language, nth=self.chance.randrange(5), thing=self.chance.choice(THINGS)
        )
        person = Person(number=next(self._people), tier=tier, language=language)
        chance = random.Random(f"{self.size.seed}:{person.number}")
        return at, Truth(person=person, channel=channel, words=words, day=at.date(), chance=chance)

    def _pick(self, shares: Mapping[str, float]) -> str:
        return self.chance.choices(tuple(shares), tuple(shares.values()))[0]

    def _at(self, at: datetime, act: Act) -> None:
        heapq.heappush(self._ahead, (at, next(self._numbers), act))

    def _in(self, hours: float, act: Act) -> None:
        self._at(self.stage.now() + timedelta(hours=hours), act)

    def _forward(self, to: datetime) -> None:
        self.stage.clock.forward(max(to - self.stage.now(), timedelta(0)))
        self.stage.container.worker.wake()
        self.stage.settle()

    # ------------------------------------------------ customers

    def _writes(self, truth: Truth) -> None:
        self.truths.append(truth)
        if truth.channel != "chat" and not truth.returns:
            self._is_known(truth.person)
        truth.written_at = self.stage.now()
        truth.day = truth.written_at.date()
        said = truth.words.text(truth.chance)
        truth.ticket = self._says(truth, said, subject=said.split(".")[0][:50])
        self.stage.settle()
        self._looks(truth)
        if truth.ticket:
            if truth.chance.random() >= SILENT:
                self._in(self._patience(truth), partial(self._answers, truth))
        elif self._screen(truth):
            truth.automatic, truth.waited = True, self.stage.now() - truth.written_at
            before = len(self._screen(truth))
            for hours in ASKED:
                self._in(hours, lambda: None)
            self._in(CLOSED, partial(self._was_asked, truth, before))

    def _was_asked(self, truth: Truth, before: int) -> None:
        """Who was asked whether that was all, or anything else, and has said nothing, is done."""
        shown = self._screen(truth)
        truth.asked = len(shown) > before or "?" in LINK.sub("", str(shown[-1]["body"]))

    def _says(self, truth: Truth, said: str, subject: str = "", ticket: str = "") -> str:
        """The ticket that a mail has become; empty on other channels."""
        outside, person = self.stage.outside, truth.person
        if truth.channel == "email":
            if not ticket:
                return outside.email(person.email, subject, said)
            outside.people(
                "POST", "email", **{"from": person.email, "subject": "Re:", "body": said, "ticket_id": ticket}
            )
            return ticket
        if truth.channel == "chat":
            outside.people("POST", "messaging", person=person.name, name=person.name, channel="chat", body=said)
        else:
            outside.text(person.phone, said, truth.channel)
        return ticket

    def _writes_again(self, truth: Truth) -> None:
        truth.reopened = True
        self._says(truth, AGAIN[truth.person.language], ticket=truth.ticket)
        self.stage.settle()
        self._looks(truth)
        if self._ticket(truth)["status"] not in ("solved", "closed"):
            self._in(self._patience(truth), partial(self._solves, truth))

    def _comes_back(self, truth: Truth) -> None:
        truth.recontacted = True
        again = Truth(
            person=truth.person,
            channel="email",
            words=truth.words.again,
            day=self.stage.now().date(),
            chance=truth.chance,
            returns=True,
        )
        self._writes(again)

    def _rates(self, truth: Truth) -> None:
        if self._ticket(truth)["status"] != "solved":
            return  # what could not be delivered is open again
        truth.satisfied = truth.chance.random() < LIKES
        score = {"score": "good" if truth.satisfied else "bad"}
        self._zendesk("POST", f"tickets/{truth.ticket}/satisfaction_rating.json", satisfaction_rating=score)

    # ------------------------------------------------ agents and their helpdesk

    def _patience(self, truth: Truth) -> float:
        """How many hours an agent lets them wait."""
        return truth.chance.uniform(*(HOURS_BIASED if truth.person.tier == BIASED else HOURS))

    def _answers(self, truth: Truth) -> None:
        agent = truth.chance.choice(self._agents)
        window = self.stage.outside.sidebar(truth.ticket, agent)
        view = window.view()
        read = view["signals"]["intent"]
        truth.read = str(read["value"])
        decided = view["state"] == "ready"  # nobody corrects what was met with silence
        if decided and (truth.read != truth.intent or read["confidence"] < UNSURE) and truth.chance.random() < CORRECTS:
            window.do("intent", intent=truth.intent)
            truth.corrected = truth.read != truth.intent
            self.stage.settle()
            self._looks(truth)
        if truth.chance.random() < PASSES_ON:
            other = truth.chance.choice([each for each in self._agents if each != agent])
            self._comments(truth, agent, "open")
            window.do("escalate", group="Technical support", note="One for you.")
            self._in(truth.chance.uniform(0.2, 2.0), partial(self._solves, truth, by=other))
        else:
            self._solves(truth, by=agent)

    def _solves(self, truth: Truth, by: str = "") -> None:
        """Whoever had it last answers, unless it is somebody else's now."""
        self._comments(truth, by or max(truth.agents), "solved")
        truth.solved = True
        if not truth.reopened and truth.chance.random() < WRITES_AGAIN:
            self._in(truth.chance.uniform(1, 30), partial(self._writes_again, truth))
            return
        if truth.chance.random() < RATES:
            self._in(truth.chance.uniform(20, 70), partial(self._rates, truth))
        self._in(truth.chance.uniform(80, 82), partial(self._archives, truth))
        often = COMES_BACK_WORSE if truth.intent == WORSE else COMES_BACK
        if truth.channel != "chat" and not truth.returns and truth.chance.random() < often:
            self._in(truth.chance.uniform(90, 150), partial(self._comes_back, truth))

    def _comments(self, truth: Truth, agent: str, status: str) -> None:
        body = ANSWERS[truth.person.language]
        wish = {"agent_id": agent, "body": body, "public": True, "status": status}
        if truth.waited is None and truth.written_at is not None:
            truth.waited = self.stage.now() - truth.written_at
        self.stage.outside.people("POST", f"tickets/{truth.ticket}/comments", **wish)
        truth.agents.add(agent)
        self.stage.settle()

    def _archives(self, truth: Truth) -> None:
        """As a helpdesk closes by itself what has been solved for some days."""
        if self._ticket(truth)["status"] == "solved":
            self._zendesk("PUT", f"tickets/{truth.ticket}.json", ticket={"status": "closed"})

    def _is_known(self, person: Person) -> None:
        told = {"name": person.name, "email": person.email, "phone": person.phone, "role": "end-user"}
        self._zendesk("POST", "users.json", user={**told, "user_fields": {"tier": person.tier}})
        self.stage.settle()

    def _zendesk(self, method: str, path: str, **body: Json) -> None:
        environment = self.stage.outside.environment
        auth = (f"{self._desk}/token", environment.zendesk_token)
        url = f"{environment.sandbox_url}/zendesk/api/v2/{path}"
        answer: requests.Response = self.stage.outside.session.request(method, url, json=body, auth=auth, timeout=15)
        answer.raise_for_status()

    # ------------------------------------------------ what is seen outside

    def _looks(self, truth: Truth) -> None:
        """Which ticket it is, and whether people were given it."""
        truth.ticket = truth.ticket or self._ticket_of(truth)
        if truth.ticket:
            row = self._ticket(truth)
            truth.handed |= LEFT in row["tags"]
            truth.teams |= {row["group"]} if truth.handed and row["group"] else set()

    def _ticket(self, truth: Truth) -> Json:
        return self.stage.outside.people("GET", f"tickets/{truth.ticket}")

    def _ticket_of(self, truth: Truth) -> str:
        if truth.channel == "chat":
            return str(self._window(truth).get("ticket_id") or "")
        rows = self.stage.outside.people("GET", "tickets?done=1&limit=40")["tickets"]
        theirs = [row["id"] for row in rows if row["requester"].get("phone") == truth.person.phone]
        return str(max(theirs, key=int)) if theirs else ""

    def _window(self, truth: Truth) -> Json:
        return self.stage.outside.people("GET", f"messaging/{truth.person.name}/messages?channel=chat")

    def _screen(self, truth: Truth) -> list[Json]:
        """What has come to them."""
        if truth.channel == "chat":
            return [row for row in self._window(truth)["messages"] if not row["mine"]]
        number = truth.person.phone.replace("+", "%2B")
        rows = self.stage.outside.people("GET", f"phone/{number}/messages?channel={truth.channel}")["messages"]
        return [row for row in rows if row["direction"] == "outbound"]


# ---------------------------------------------------------------- the report, held against it


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    report: Report
    fairness: Fairness


def read_found(stage: ProcessStage, first: datetime) -> Found:
    container, now = stage.container, stage.now()
    Rollup(store=container.store, sure_from=container.policy.confidence_intent).catch_up()
    span = Span(since=first, until=now, now=now)
    with container.store.read() as unit:
        return Found(report=report_of(unit, span, CUTS), fairness=fairness_of(unit, span, ()))


COUNTED = ("answered", "handed_over", "contained", "rated", "satisfied", "reopened", "transferred", "corrected")


def list_figures(truths: Sequence[Truth], wave: tuple[date, date], found: Found) -> list[Figure]:
    report, judged = found.report, judge(truths, wave, found)
    looked = [t for t in truths if t.read]
    by_channel = {tally.key: tally for tally in report.tables[By.CHANNEL]}
    there = Counter(t.channel for t in truths)
    return [
        _figure("matters played", len(truths)),
        *(_figure(f"matters played by {name}", there[name]) for name in CHANNELS),
        _errors("matters", abs(report.whole.matters - len(truths))),
        _errors(
            "matters of each channel",
            sum(abs(_matters(by_channel, name) - there[name]) for name in {*there, *by_channel}),
        ),
        *(figure for name in COUNTED for figure in _of_measure(name, truths, by_channel)),
        _figure("neither answered nor given to anybody", sum(not (t.ticket or t.automatic) for t in truths)),
        _figure("came back within seven days, played", sum(t.recontacted for t in truths)),
        _figure("came back within seven days, in the report", report.whole.shares["recontacted"][0]),
        _figure("intents that agents saw", len(looked)),
        _figure("intents that agents saw read rightly", sum(t.read == t.intent for t in looked)),
        _figure("planted truths", len(judged.planted)),
        Figure(group=GROUP, name="planted truths found", value=judged.found),
        _figure("marks that the player's count bears out", len(judged.true)),
        _figure("marks of what the player does not count", len(judged.uncounted)),
        _errors("marks, which nothing played bears out", len(judged.false)),
    ]


def _figure(name: str, value: int) -> Figure:
    return Figure(group=GROUP, name=name, value=value)


def _errors(name: str, value: int) -> Figure:
    return Figure(group=GROUP, name=f"errors in {name}", value=value, most=1)


def _matters(by_channel: Mapping[str, Tally], name: str) -> int:
    return by_channel[name].matters if name in by_channel else 0


def _of_measure(name: str, truths: Sequence[Truth], by_channel: Mapping[str, Tally]) -> Iterator[Figure]:
    """How many there were, and how many more or fewer the report has, channel by channel."""
    true = Counter(t.channel for t in truths if t.says(name))
    told = {key: tally.shares[name][0] for key, tally in by_channel.items()}
    yield _figure(f"{name}, played", sum(true.values()))
    yield _errors(name, sum(abs(told.get(key, 0) - true[key]) for key in {*true, *told}))


Mark = tuple[str, str, str]  # cut, group, measure


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """`true`: not planted, but the player saw the same difference."""

    planted: frozenset[Mark]
    marks: frozenset[Mark]
    true: frozenset[Mark]
    false: frozenset[Mark]
    uncounted: frozenset[Mark]

    @property
    def found(self) -> int:
        return len(self.planted & self.marks)


def judge(truths: Sequence[Truth], wave: tuple[date, date], found: Found) -> Judged:
    planted = frozenset(
        {
            ("wave", WAVE, f"{wave[0]} to {wave[1]}"),
            ("tier", BIASED, "waited"),
            *(("intent", WORSE, name) for name in OF_COMING_BACK),
        }
    )
    waves = {("wave", each.key, f"{each.since} to {each.until}"): 0.0 for each in found.report.waves}
    marks = {
        (each.by.value, each.key, each.measure.name): each.difference.value or 0.0 for each in found.report.marks
    } | {
        (field, group.key, each.aspect.name): each.difference.value or 0.0
        for field, group, each in found.fairness.found
    }
    others = {mark: value for mark, value in (marks | waves).items() if mark not in planted}
    seen = {mark: _seen(truths, mark, marks.keys()) for mark in others if mark not in waves}
    true = frozenset(mark for mark, saw in seen.items() if saw is not None and _alike(saw, others[mark]))
    uncounted = frozenset(mark for mark, saw in seen.items() if saw is None)
    return Judged(
        planted=planted,
        marks=frozenset({*marks, *waves}),
        true=true,
        uncounted=uncounted,
        false=frozenset(others) - true - uncounted,
    )


def _alike(saw: float, told: float) -> bool:
    return abs(saw) >= RELEVANT and (saw > 0) is (told > 0)


def _seen(truths: Sequence[Truth], mark: Mark, marks: Set[Mark]) -> float | None:
    """The difference of the group from those that are not marked, as the player counted it. None: the player does not
    count that."""
    by, key, name = mark
    if by not in _CUT or (name not in _SAYS and name != "waited"):
        return None
    odd = {other for cut, other, measure in marks if (cut, measure) == (by, name)} - {key}
    middle = timedelta(seconds=median(t.waited.total_seconds() for t in truths if t.waited is not None))
    shares: dict[bool, list[bool]] = {True: [], False: []}
    for truth in truths:
        said = (truth.waited > middle if truth.waited else None) if name == "waited" else truth.says(name)
        if said is not None and _CUT[by](truth) not in odd:
            shares[_CUT[by](truth) == key].append(said)
    if not (shares[True] and shares[False]):
        return 0.0
    return sum(shares[True]) / len(shares[True]) - sum(shares[False]) / len(shares[False])
