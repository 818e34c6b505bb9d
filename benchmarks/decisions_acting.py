"""What it costs to decide where the assistant may act: the demo's policy with its actions against the same without.

Whole decisions of a turn, as a worker makes them: read, looked up, answered or led, and decided. The order system is
the sandbox's, in a process of its own and asked over HTTP, so that the records that an action looks at are fetched as
they are of a real system. Both take turns, each with customers' words that no other turn has had: nothing that was
encoded for one is at hand for the other. Wall-clock time, for waiting for a record is a part of it.
"""

import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import product
from pathlib import Path

from apps.bootstrap import Container, now
from benchmarks.figures import Figure, median
from benchmarks.trace_ticket import start_house
from core.decide.evaluation import TurnEvaluator
from core.model.conversation import CaseContext, Conversation, Message, Role
from core.model.customer import Channel, Customer, Identity, IdentityKind
from core.model.decision import Decision
from core.model.ids import ConversationId, EventId, MessageId
from core.model.profile import Proving
from core.policy import Policy, StepKind

GROUP = "decisions with actions"
PROMISED = 0.9  # of what is decided a second without
SAM = "sam.whitcombe@example.com"
GREETINGS = ("Hi,", "Hello,", "Good morning,", "Hey there,", "Hi team,", "Dear all,", "Good evening,", "Hello again,")
WISHES = (
    "please cancel my order LK-10478",
    "I want to cancel my order LK-10478",
    "can you cancel order LK-10478 for me?",
    "could you please cancel my order LK-10478?",
)
QUESTIONS = (
    "how long does a refund take after I sent something back?",
    "how do I reset the thermostat to its factory settings?",
    "how do I move the hub to a new wifi network?",
    "how long does the battery of the doorbell last?",
)
ENDS = ("Thanks", "Thank you", "Best, Sam", "Kind regards, Sam", "Cheers", "Many thanks", "Regards", "Sam")


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """`times` rounds of so many `turns` each, of each kind."""

    times: int = 7
    turns: int = 16


QUICK = Size(times=1, turns=2)


def measure(folder: Path, size: Size) -> list[Figure]:
    with start_house(folder) as (container, _):
        container.warm()
        return measure_in(container, size)


def measure_in(container: Container, size: Size) -> list[Figure]:
    """The medians of all rounds; what is promised is held against the medians of the same run."""
    acting = container.loop.evaluator
    idle = replace(acting, policy=without_actions(acting.policy))
    sam = _find_customer(container)
    chance = random.Random(20_066)
    wishes, questions = (_shuffled(kind, chance) for kind in (WISHES, QUESTIONS))
    rates: dict[str, list[float]] = {}
    for round_ in range(-1, size.times):  # the first is not counted: it loads what a running worker has loaded
        turns = size.turns if round_ >= 0 else 2
        kept: dict[str, list[float]] = rates if round_ >= 0 else {}
        for name, evaluator in _in_turns(round_, without=idle, with_=acting):
            for kind, words in (("wishes", wishes), ("questions", questions)):
                cases = [_case(sam, next(words)) for _ in range(turns)]
                rate, made = _decide(evaluator, cases)
                kept.setdefault(f"{kind} {name}", []).append(rate)
                if (kind, name) == ("wishes", "with"):
                    _require_proposed(made)
                    agreeing = [_agreeing(case, before) for case, before in zip(cases, made, strict=True)]
                    rate, done = _decide(evaluator, agreeing, made)
                    _require_agreed(done)
                    kept.setdefault("yes", []).append(rate)
    said = {name: median(each) for name, each in rates.items()}

    def figure(name: str, value: float, unit: str = "/s", **promise: float) -> Figure:
        return Figure(group=GROUP, name=name, value=value, unit=unit, **promise)

    return [
        figure("an action wished for, answered from the articles (without)", said["wishes without"]),
        figure("an action wished for, looked at and asked about (with)", said["wishes with"]),
        figure("with ÷ without", said["wishes with"] / said["wishes without"], "", least=PROMISED),
        figure("another question, without actions in the policy", said["questions without"]),
        figure("another question, with actions in the policy", said["questions with"]),
        figure(
            "another question, with ÷ without", said["questions with"] / said["questions without"], "", least=PROMISED
        ),
        figure("the customer's yes to an action", said["yes"]),
    ]


def without_actions(policy: Policy) -> Policy:
    """The same, where nothing is done in another system: no actions, and no procedure that leads to one."""
    led = {
        name: procedure
        for name, procedure in policy.procedures.items()
        if not any(step.kind is StepKind.ACT for step in procedure.steps)
    }
    return replace(policy, actions={}, procedures=led)


def _decide(
    evaluator: TurnEvaluator, cases: Sequence[CaseContext], before: Sequence[Decision] = ()
) -> tuple[float, list[Decision]]:
    """Decisions a second, and what was decided."""
    started = time.perf_counter()
    made = [
        evaluator.decide(EventId(f"ev_{place}"), case, before[place] if before else None)
        for place, case in enumerate(cases)
    ]
    return len(made) / (time.perf_counter() - started), made


def _in_turns(round_: int, *, without: TurnEvaluator, with_: TurnEvaluator) -> list[tuple[str, TurnEvaluator]]:
    """Both, and the other one first in the next round."""
    both = [("without", without), ("with", with_)]
    return both if round_ % 2 else both[::-1]


def _shuffled(kind: Sequence[str], chance: random.Random) -> Iterator[str]:
    """Words that no other turn has; RuntimeError rather than any of them twice."""
    texts = [f"{hello} {wish} {end}" for hello, wish, end in product(GREETINGS, kind, ENDS)]
    chance.shuffle(texts)
    yield from texts
    raise RuntimeError(f"there are no more than {len(texts)} different messages: fewer turns, please")


def _find_customer(container: Container) -> Customer:
    with container.store.read() as unit:
        found = unit.customers.find(Identity(kind=IdentityKind.EMAIL, value=SAM))
    if found is None:
        raise RuntimeError(f"the demo has no customer {SAM}")
    return found


def _case(customer: Customer, words: str) -> CaseContext:
    """A text of somebody who is proved to be the customer, in a conversation that stands in no store."""
    at = now()
    conversation = Conversation(
        id=ConversationId("co_bench"), customer_id=customer.id, subject="", channel=Channel.SMS, updated_at=at
    )
    case = CaseContext(customer=customer, conversation=conversation, timeline=(), now=at, proving=Proving(assumed=True))
    return _with(case, "ms_1", Role.CUSTOMER, words)


def _agreeing(case: CaseContext, before: Decision) -> CaseContext:
    asked = "\n\n".join(before.procedure.say) if before.procedure else ""
    return _with(_with(case, "ms_2", Role.ASSISTANT, asked), "ms_3", Role.CUSTOMER, "Yes please")


def _with(case: CaseContext, name: str, role: Role, text: str) -> CaseContext:
    at = case.now + timedelta(seconds=5)
    message = Message(
        id=MessageId(name),
        conversation_id=case.conversation.id,
        channel=Channel.SMS,
        role=role,
        author=case.customer.name,
        text=text,
        at=at,
        vendor_ref=f"bench:{name}",
    )
    return replace(case, timeline=(*case.timeline, message), now=at)


def _require_proposed(made: Sequence[Decision]) -> None:
    """What is not led to the question would be measured as if it were."""
    for each in made:
        if each.procedure is None or not any("Shall I cancel" in line for line in each.procedure.say):
            raise RuntimeError(f"it was not asked about: {each.disposition.rule}, {each.disposition.reason}")


def _require_agreed(made: Sequence[Decision]) -> None:
    for each in made:
        if not each.disposition.rule.startswith("action:"):
            raise RuntimeError(f"nothing was agreed to: {each.disposition.rule}, {each.disposition.reason}")
