"""From what was read to what is done: led by a procedure or answered from the articles, then decided.

The loop thinks so about a message, the policy's own tests about their examples, a replay about stored decisions: an
example that passes is decided as the message would be.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from core.answer.answered import Answered
from core.coordinate.decide import decide
from core.coordinate.disclaim import disclaimed
from core.coordinate.explain import Stopwatch
from core.coordinate.policy import Policy
from core.model.conversation import CaseContext
from core.model.decision import Disposition
from core.model.ids import ArticleId
from core.model.progress import Progress
from core.model.signals import Signals
from core.procedure.guide import article_of_code, draft_of, guided
from core.procedure.run import Check
from core.sense.words import customer_words

# What the articles say; from one article alone where it is named.
Search = Callable[[ArticleId | None], Answered]


@dataclass(frozen=True, slots=True, kw_only=True)
class Thought:
    """`led`: how far a procedure has come with this turn; None where none has to do with it."""

    answered: Answered
    disposition: Disposition
    led: Progress | None = None


def thought(
    case: CaseContext,
    signals: Signals,
    policy: Policy,
    search: Search,
    check: Check,
    before: Progress | None = None,
    clock: Stopwatch | None = None,
) -> Thought:
    """`before` is how far a procedure had come; `check` is asked where a step of it wants to know something."""
    clock = clock or Stopwatch()
    led = clock.timed("procedure", lambda: guided(case, signals, before, policy, check))
    answered = clock.timed("answer", lambda: _answered(case, signals, policy, search, led))
    return clock.timed("coordinate", lambda: concluded(case, signals, policy, answered, led))


def concluded(
    case: CaseContext, signals: Signals, policy: Policy, answered: Answered, led: Progress | None = None
) -> Thought:
    """The last steps, with a draft that is there: the policy's sentences in it, and who acts.

    What a procedure says is the policy's own text already."""
    if answered.draft is not None and not (led and led.say):
        answered = replace(answered, draft=disclaimed(answered.draft, signals, policy))
    disposition = decide(case, signals, answered.draft, policy, asks=answered.asks, led=led)
    return Thought(answered=answered, disposition=disposition, led=led)


def _answered(case: CaseContext, signals: Signals, policy: Policy, search: Search, led: Progress | None) -> Answered:
    """What the procedure says next, else what the articles say; of an error code, what its article says."""
    draft = draft_of(led, case, signals, policy.version) if led else None
    if draft is not None:
        return Answered(draft=draft, abstained=None)
    code = article_of_code(customer_words(case), policy)
    return search(code[1] if code else None)
