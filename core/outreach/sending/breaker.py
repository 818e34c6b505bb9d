"""The breaker: a campaign that networks take for spam, that people answer with STOP or that fails pauses by itself."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from core.policy.outreach import Breaker
from core.ports.outreach import Progress

FILTERED = frozenset({"30007"})  # the network's word for spam
OPTED_OUT = frozenset({"21610"})  # the number has replied STOP
REACHED = ("delivered", "read")
FAILED = ("failed", "undelivered")
MARKS = "breaker_marks"  # in a standing's facts
KEPT = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What had come of a campaign's messages at some moment."""

    ended: int = 0
    filtered: int = 0
    opted_out: int = 0
    errors: int = 0

    def since(self, before: "Mark") -> "Mark":
        return Mark(
            ended=self.ended - before.ended,
            filtered=self.filtered - before.filtered,
            opted_out=self.opted_out - before.opted_out,
            errors=self.errors - before.errors,
        )


def mark_of(progress: Progress, opted_out: int = 0) -> Mark:
    """`opted_out`: how many of those who got it have asked for no more."""
    told = progress.deliveries
    # What our own gate kept back is no failure of the network.
    failed = sum(count for code, count in progress.errors.items() if code.isdigit())
    return Mark(
        ended=sum(told.get(name, 0) for name in REACHED) + failed,
        filtered=sum(progress.errors.get(code, 0) for code in FILTERED),
        opted_out=opted_out + sum(progress.errors.get(code, 0) for code in OPTED_OUT),
        errors=failed,
    )


def tripped(breaker: Breaker, mark: Mark, marks: Sequence[Mark]) -> str:
    """Why sending has to stop; empty where it need not. Looked at is what came after the newest of the earlier `marks`
    that leaves `breaker.after` outcomes: what went well an hour ago does not make up for what goes wrong now."""
    before = next((each for each in reversed(marks) if mark.ended - each.ended >= breaker.after), Mark())
    recent = mark.since(before)
    if recent.ended < breaker.after:
        return ""
    for count, limit, said in (
        (recent.filtered, breaker.filtered, "were stopped by networks as spam"),
        (recent.opted_out, breaker.opted_out, "were answered with STOP"),
        (recent.errors, breaker.errors, "failed"),
    ):
        if count > limit * recent.ended:
            share = f"{100 * count / recent.ended:.1f} %"
            return f"the breaker: of the last {recent.ended} messages {count} ({share}) {said}"
    return ""


def marked(breaker: Breaker, mark: Mark, marks: Sequence[Mark]) -> list[Mark]:
    """The marks to keep: one more where enough has ended since the last."""
    last = marks[-1] if marks else Mark()
    more = [mark] if mark.ended - last.ended >= breaker.after else []
    return [*marks, *more][-KEPT:]


def marks_in(facts: Mapping[str, Any]) -> list[Mark]:
    return [Mark(**each) for each in facts.get(MARKS, [])]


def as_fact(marks: Sequence[Mark]) -> list[dict[str, int]]:
    return [asdict(each) for each in marks]
