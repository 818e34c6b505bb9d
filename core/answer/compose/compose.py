"""A reply worded by a language model, from the same passages and under the same contract as any other.

What the model says is untrusted. Each sentence must name a passage and the words there that bear it out, and is struck
when those words are not there or do not say it. Where too little is left, the sources themselves are quoted instead.
"""

from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import cast

from core.answer.compose.ask import UNUSABLE, asked, once
from core.answer.compose.budget import OUT_OF_BUDGET, MeteredModel
from core.answer.compose.choice import TOO_DEAR
from core.answer.compose.job import Fallback, Job, Wish, Worded
from core.answer.compose.reply import MalformedError, Reply, read, written
from core.answer.compose.rows import Rows
from core.answer.compose.time_budget import Patience, Waiting
from core.errors import HandrailError, RejectedError, TransientError
from core.model.draft import Sentence, Struck
from core.model.spend import Cost
from core.ports import LanguageModel

NOTHING_FITS = Fallback(reason="No passage fits into the prompt.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Composer:
    """Writes with `light`, or with `strong` where the wish chooses it and there is one and the budget covers it. Never
    raises HandrailError: a model that is away must not keep an answer from an agent."""

    light: LanguageModel
    strong: LanguageModel | None = None
    patience: Patience = field(default_factory=Patience)

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
            reply = asked(job.model, job.asking, read, self.patience.begin())
        except (HandrailError, MalformedError) as error:
            return self.write(cheaper) if (cheaper := self._cheaper(wish, error)) else job.failed(error)
        return job.judged(reply)

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
                yield job.failed(error)
        else:
            yield job.concluded(reply)

    def _cheaper(self, wish: Wish, error: Exception) -> Wish | None:
        """The same with the light model, where only the strong one is more than the budget has left."""
        too_dear = isinstance(error, RejectedError) and error.code == OUT_OF_BUDGET
        return replace(wish, choice=TOO_DEAR) if too_dear and wish.choice.strong and self.strong else None


Shown = Generator[Sentence | Struck, None, Reply]


def _streamed(job: Job, waiting: Waiting) -> Shown:
    """As `asked`, but what was shown cannot be asked for again: then a fault ends it."""
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
                        yield job.check.take(written(row))
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
