"""The wordings as cases, and what counts as a pass for each step of the story."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from core.model.conversation import ASSISTANT, CaseContext, Conversation, Message, Role
from core.model.customer import Channel, Customer
from core.model.decision import Action, Decision
from core.model.ids import ConversationId, CustomerId, MessageId

FOLDER = Path(__file__).parent / "wordings"
NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """`why` says what was missing where it did not pass."""

    id: str
    passed: bool
    why: str = ""


def rows(step: str, key: str = "cases") -> list[Row]:
    loaded: dict[str, list[Row]] = yaml.safe_load((FOLDER / f"{step}.yaml").read_text(encoding="utf-8"))
    return loaded[key]


def case(lines: list[tuple[Role, Channel, str]]) -> CaseContext:
    """A conversation with these lines, a minute apart, owned by the assistant."""
    name = str(hash(tuple(lines)))
    timeline = tuple(
        Message(
            id=MessageId(f"{name}:{place}"),
            conversation_id=ConversationId(name),
            channel=channel,
            role=role,
            author="Emma Clarke" if role is Role.CUSTOMER else "Maria Lopez",
            text=text,
            at=NOW + timedelta(minutes=place),
            vendor_ref=f"test:{name}:{place}",
        )
        for place, (role, channel, text) in enumerate(lines)
    )
    return CaseContext(
        customer=Customer(id=CustomerId("emma"), name="Emma Clarke", tier="plus"),
        conversation=Conversation(
            id=ConversationId(name),
            customer_id=CustomerId("emma"),
            subject=str(lines[0][2])[:60],
            owner=ASSISTANT,
            channel=lines[-1][1],
            updated_at=NOW,
        ),
        timeline=timeline,
        now=NOW + timedelta(minutes=len(lines)),
    )


def _mail(row: Row) -> str:
    return f"{row['subject']}\n\n{row['body']}" if "subject" in row else str(row["text"])


def answered(row: Row, decision: Decision, action: Action) -> Judged:
    """The right disposition, a source among the acceptable ones, and every fact that an answer needs."""
    draft = decision.draft
    if decision.disposition.action is not action or draft is None:
        return Judged(id=row["id"], passed=False, why=f"{decision.disposition.action} ({decision.disposition.rule})")
    cited = {str(c.passage.article_id).split("-")[0] for c in draft.cited}
    if not cited & {str(number) for number in row["article_ids"]}:
        return Judged(id=row["id"], passed=False, why=f"cites {sorted(cited)}")
    missing = [fact for fact in row["must_contain"] if _plain(fact) not in _plain(draft.body)]
    return Judged(id=row["id"], passed=not missing, why=f"does not say {missing}" if missing else "")


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("**", "").split())


def email_question(row: Row) -> tuple[CaseContext, Callable[[Decision], Judged]]:
    lines = [(Role.CUSTOMER, Channel.EMAIL, _mail(row))]
    return case(lines), lambda decision: answered(row, decision, Action.SUGGEST)


def text_follow_up(row: Row) -> tuple[CaseContext, Callable[[Decision], Judged]]:
    lines = [
        (Role.CUSTOMER, Channel.EMAIL, _mail(row["email"])),
        (Role.AGENT, Channel.EMAIL, "Thank you for your message, here is what our help centre says about it."),
        (Role.CUSTOMER, Channel.SMS, str(row["text"])),
    ]
    return case(lines), lambda decision: answered(row, decision, Action.AUTO_REPLY)


def wants_a_person(row: Row) -> tuple[CaseContext, Callable[[Decision], Judged]]:
    def judge(decision: Decision) -> Judged:
        handed_over = decision.disposition.action is Action.HANDOFF and decision.disposition.rule != "no_source"
        return Judged(id=row["id"], passed=handed_over, why=decision.disposition.rule)

    return case([(Role.CUSTOMER, Channel.SMS, str(row["text"]))]), judge


def does_not_ask_for_a_person(row: Row) -> tuple[CaseContext, Callable[[Decision], Judged]]:
    def judge(decision: Decision) -> Judged:
        fired = decision.signals.risk("human_request")
        return Judged(id=row["id"], passed=fired is None, why=str(fired.evidence[0].words) if fired else "")

    return case([(Role.CUSTOMER, Channel.SMS, str(row["text"]))]), judge


def nothing_covers_it(row: Row) -> tuple[CaseContext, Callable[[Decision], Judged]]:
    def judge(decision: Decision) -> Judged:
        handed_over = decision.draft is None and decision.disposition.action is Action.HANDOFF
        said = decision.draft.cited[0].quote if decision.draft else decision.disposition.rule
        return Judged(id=row["id"], passed=handed_over, why=said)

    channel = Channel.EMAIL if "subject" in row else Channel.SMS
    return case([(Role.CUSTOMER, channel, _mail(row))]), judge


STEPS: dict[str, tuple[str, str, Callable[[Row], tuple[CaseContext, Callable[[Decision], Judged]]]]] = {
    "a": ("a", "cases", email_question),
    "b": ("b", "cases", text_follow_up),
    "c": ("c", "cases", wants_a_person),
    "c near misses": ("c", "near_misses", does_not_ask_for_a_person),
    "d": ("d", "cases", nothing_covers_it),
}


def all_of(step: str) -> Iterator[tuple[CaseContext, Callable[[Decision], Judged]]]:
    file, key, read = STEPS[step]
    for row in rows(file, key):
        yield read(row)
