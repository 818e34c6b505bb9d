"""A reply worded by a language model, from the same passages and under the same contract as any other.

What the model says is untrusted. Each sentence must name a passage and the words there that bear it out, and is struck
when those words are not there or do not say it. Where too little is left, the sources themselves are quoted instead.
"""

from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import Any, cast

from core.answer.compose.choice import TOO_DEAR
from core.answer.compose.job import Fallback, Job, Wish, Worded
from core.answer.compose.reply import Reply, parse_row, read
from core.errors import HandrailError, RejectedError, TransientError
from core.model.cost import Cost
from core.model.draft import Sentence, Struck
from core.ports import LanguageModel
from core.prompting.ask import UNUSABLE, ask_model, once
from core.prompting.budget import OUT_OF_BUDGET, MeteredModel
from core.prompting.json_answer import MalformedError
from core.prompting.time_budget import TimeBudget, Waiting
from core.text.outside import read_json

NOTHING_FITS = Fallback(reason="No passage fits into the prompt.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Composer:
    """Writes with `light`, or with `strong` where the wish chooses it and there is one and the budget covers it. Never
    raises HandrailError: a model that is away must not keep an answer from an agent."""

    light: LanguageModel
    strong: LanguageModel | None = None
    patience: TimeBudget = field(default_factory=TimeBudget)

    @property
    def costs(self) -> tuple[Cost, ...]:
        """Of all requests so far; none where the models are not metered."""
        models = [model for model in (self.light, self.strong) if isinstance(model, MeteredModel)]
        return tuple(cost for model in models for cost in model.costs)

    def write(self, wish: Wish) -> Worded | Fallback:
        """The reply in one piece."""
        job = Job.of(self.light, self.strong, wish)
        if not job.check.passages:
            return NOTHING_FITS
        try:
            reply = ask_model(job.model, job.asking, read, self.patience.begin())
        except (HandrailError, MalformedError) as error:
            return self.write(cheaper) if (cheaper := self._cheaper(wish, error)) else job.fall_back(error)
        return job.judge(reply)

    def stream(self, wish: Wish) -> Iterator[Sentence | Struck | Worded | Fallback]:
        """The reply sentence by sentence, each as soon as it has passed the contract or been struck; the last event is
        the whole reply, or the reason to quote the sources instead of everything shown so far."""
        job = Job.of(self.light, self.strong, wish)
        if not job.check.passages:
            yield NOTHING_FITS
            return
        waiting = self.patience.begin()
        try:
            reply = yield from _streamed(job, waiting)
        except (HandrailError, MalformedError) as error:
            cheaper = None if job.check.seen else self._cheaper(wish, error)
            if cheaper:
                yield from self.stream(cheaper)
            else:
                yield job.fall_back(error)
        else:
            yield job.conclude(reply)

    def _cheaper(self, wish: Wish, error: Exception) -> Wish | None:
        """The same with the light model, where only the strong one is more than the budget has left."""
        too_dear = isinstance(error, RejectedError) and error.code == OUT_OF_BUDGET
        return replace(wish, choice=TOO_DEAR) if too_dear and wish.choice.strong and self.strong else None


Shown = Generator[Sentence | Struck, None, Reply]


def _streamed(job: Job, waiting: Waiting) -> Shown:
    """As `ask_model`, but what was shown cannot be asked for again: then a fault ends it."""
    while True:
        try:
            return (yield from _as_written(job, waiting))
        except TransientError as error:
            if job.check.seen:
                raise
            waiting.again(error)
        except MalformedError as error:
            if job.check.seen or waiting.over:
                raise
            reply = once(job.model, job.asking.again(str(error)), read, waiting)
            for row in reply.rows if reply.answerable else ():
                yield job.check.take(row)
            return reply


def _as_written(job: Job, waiting: Waiting) -> Shown:
    rows = Rows()
    pieces = job.model.stream(
        system=job.asking.system,
        user=job.asking.user,
        schema=job.asking.schema,
        max_tokens=job.asking.max_tokens,
        within=waiting.left,
    )
    with closing(cast("Generator[str, None, None]", pieces)):
        try:
            for piece in pieces:
                for row in rows.feed(piece):
                    if rows.before.get("answerable") is True:
                        yield job.check.take(parse_row(row))
                if not waiting.left:
                    raise TransientError("the model writes too slowly")
        except RejectedError as error:
            if error.code in UNUSABLE:
                raise MalformedError(UNUSABLE[error.code]) from error
            raise
    reply = read(rows.text)
    for late in reply.rows[job.check.seen :] if reply.answerable else ():
        yield job.check.take(late)
    return reply


# ------------------------------------------------------------------
# Reads a JSON answer while it is still being written, and gives each row of its list as soon as it is whole.


LARGEST = 60_000  # characters of one answer


class Rows:
    """Fed with pieces of `{"answerable": true, "sentences": [{…}, {…}]}`; `name` is the list's.

    Nothing is believed yet: what the pieces make up as a whole is for `core.answer.compose.reply.read` to judge."""

    def __init__(self, name: str = "sentences") -> None:
        self._name = name
        self._text = ""
        self._read = 0
        self._depth = 0
        self._quoted = False
        self._escaped = False
        self._string = 0  # where the latest string began
        self._key = ""  # the latest string that ended in the outer object
        self._list = False  # whether we are inside the list
        self._over = False  # a second answer behind the first is not read
        self._row = 0  # where the latest row began
        self.head = ""  # what stands before the list, once that is known

    @property
    def text(self) -> str:
        """Everything so far."""
        return self._text

    @property
    def before(self) -> dict[str, Any]:
        """The fields that stand before the list; none where they cannot be read."""
        try:
            found = read_json(self.head.strip().removeprefix("```json") + "]}")
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    def feed(self, piece: str) -> list[Any]:
        """The rows that this piece completes. Raises MalformedError for a row that is no JSON or an endless answer."""
        self._text += piece
        if len(self._text) > LARGEST:
            raise MalformedError("it does not end")
        found = []
        while self._read < len(self._text) and not self._over:
            letter, place = self._text[self._read], self._read
            self._read += 1
            if self._quoted:
                self._in_string(letter, place)
            elif letter == '"':
                self._quoted, self._string = True, place
            elif letter in "{[":
                self._open(letter, place)
            elif letter in "}]" and self._close(letter):
                found.append(self._whole(place))
        return found

    def _in_string(self, letter: str, place: int) -> None:
        if self._escaped:
            self._escaped = False
        elif letter == "\\":
            self._escaped = True
        elif letter == '"':
            self._quoted = False
            if self._depth == 1:
                self._key = self._text[self._string + 1 : place]

    def _open(self, letter: str, place: int) -> None:
        if letter == "[" and self._depth == 1 and self._key == self._name:
            self._list, self.head = True, self._text[: place + 1]
        elif letter == "{" and self._list and self._depth == 2:
            self._row = place
        self._depth += 1

    def _close(self, letter: str) -> bool:
        """Whether a row ends here."""
        self._depth -= 1
        self._over = self._depth <= 0
        if letter == "]" and self._depth == 1:
            self._list = False
        return letter == "}" and self._list and self._depth == 2

    def _whole(self, place: int) -> Any:
        try:
            return read_json(self._text[self._row : place + 1])
        except ValueError as error:
            raise MalformedError("it is not valid JSON") from error
