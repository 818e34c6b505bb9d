"""What the workers do when a call moves on: it is kept, its team told, and its end written on the ticket."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from core.context.ownership import held, team
from core.errors import TransientError
from core.execute.step import StepContext
from core.model.call import RANK, Call, Stage
from core.model.conversation import CaseContext, Conversation
from core.model.customer import Channel
from core.model.event import Event
from core.model.ids import ConversationId
from core.model.outbound import Authority, Effect, EffectKind
from core.ports import Store, Unit
from core.voice.after import ABANDONED, CALLBACK, SILENT, SPOKE, afterwards
from core.voice.missed import to_call_back
from core.voice.texted import texted

RULE = "call"


def note_call(store: Store, event: Event, case: CaseContext) -> None:
    """Remember to which conversation a caller's words belong: who looks at the call later finds it there."""
    if event.payload.get("channel") != Channel.VOICE:
        return
    with store.begin() as unit:
        known = unit.calls.get(str(event.payload["from"]))
        call = known or _new(str(event.payload["from"]), event)
        if call.conversation_id != case.conversation.id:
            unit.calls.save(replace(call, conversation_id=case.conversation.id))


def call_changed(loop: StepContext, event: Event) -> str:
    """One step of a call. They may come late, twice and out of order: a call never goes back to an earlier stage."""
    what = str(event.payload["what"])
    with loop.store.begin() as unit:
        call = unit.calls.get(event.subject) or _new(event.subject, event)
        effects = MOVES[what](loop, unit, call, event)
        fresh = [effect for effect in effects if unit.outbox.add(effect)]
    loop.publish(fresh)
    return f"call_{what}"


def _new(sid: str, event: Event) -> Call:
    number = str(event.payload.get("number") or event.payload.get("phone") or "")
    language = str(event.payload.get("language") or "en")
    return Call(sid=sid, number=number, language=language, started_at=event.occurred_at)


def _moved(call: Call, stage: Stage, **changes: Any) -> Call:
    """At this stage, unless it is further already."""
    return replace(call, stage=stage if RANK[stage] > RANK[call.stage] else call.stage, **changes)


def _started(_: StepContext, unit: Unit, call: Call, event: Event) -> list[Effect]:
    known = str(event.payload.get("conversation") or "")
    joined = call.conversation_id or (ConversationId(known) if known else None)
    unit.calls.save(
        replace(
            call,
            number=str(event.payload["number"]),
            language=str(event.payload["language"]),
            started_at=min(call.started_at, event.occurred_at),
            conversation_id=joined,
        )
    )
    return []


def _language(_: StepContext, unit: Unit, call: Call, event: Event) -> list[Effect]:
    unit.calls.save(replace(call, language=str(event.payload["language"])))
    return []


def _link(loop: StepContext, unit: Unit, call: Call, event: Event) -> list[Effect]:
    """They asked for the link by text message, so they agreed to that one."""
    return texted(unit, call, str(event.payload["answer"]), loop.policy, event.occurred_at)


def _ringing(_: StepContext, unit: Unit, call: Call, event: Event) -> list[Effect]:
    unit.calls.save(_moved(call, Stage.TRANSFER, group=str(event.payload["group"])))
    return []


def _accepted(loop: StepContext, unit: Unit, call: Call, event: Event) -> list[Effect]:
    """A person has the caller: the conversation is theirs from now on, and the assistant is silent."""
    moved = _moved(call, Stage.PERSON, accepted_at=call.accepted_at or event.occurred_at)
    unit.calls.save(moved)
    conversation = _conversation(unit, moved)
    if conversation is None:
        return []
    if not conversation.owner.is_human:
        group = moved.group or loop.policy.default_owner.group
        conversation = unit.conversations.save(held(conversation, team(group), event.occurred_at))
    return _noted(loop, call, conversation, "accepted", {"note": "The call was taken by telephone."}, event)


def _unanswered(loop: StepContext, unit: Unit, call: Call, event: Event) -> list[Effect]:
    """Nobody took it: who calls back, whom, and by when they were promised."""
    if call.outcome == CALLBACK:
        return []
    group, within = str(event.payload["group"]), str(event.payload["within"])
    unmet = _moved(call, Stage.TRANSFER, group=group, outcome=CALLBACK)
    unit.calls.save(unmet)
    whom, told = call.number or "a withheld number", "They were promised a call back."
    if within:
        told = f"They were promised a call within {within}."
    elif not event.payload.get("promised", True):
        told = "They heard nothing but the ringing."
    note = f"Nobody at {group} took the call. Please call back {whom}. {told}"
    return to_call_back(unit, unmet, note, loop.policy, event.occurred_at)


def _ended(loop: StepContext, unit: Unit, call: Call, event: Event) -> list[Effect]:
    """The caller or the agent has hung up."""
    conversation = _conversation(unit, call)
    ended = _moved(call, Stage.ENDED, ended_at=call.ended_at or event.occurred_at)
    if conversation is None:
        return _ended_unspoken(loop, unit, ended, event)
    if conversation.owner.is_human and conversation.ticket_id is None:
        raise TransientError("the ticket of this call is still being opened")
    after = afterwards(unit, ended, conversation, loop.policy)
    unit.calls.save(replace(ended, outcome=after.outcome))
    unit.ledger.append("call_ended", {"call": call.sid, "outcome": after.outcome}, event.occurred_at)
    return _noted(loop, call, conversation, "after", after.changes, event)


def _ended_unspoken(loop: StepContext, unit: Unit, call: Call, event: Event) -> list[Effect]:
    """Nothing was said to the assistant. Who let a team's telephone ring and gave up is called back, too."""
    in_vain = bool(call.group) and not call.answered_by_person and not call.outcome
    outcome = call.outcome or (ABANDONED if in_vain else SPOKE if call.answered_by_person else SILENT)
    ended = replace(call, outcome=outcome)
    unit.calls.save(ended)
    if not in_vain:
        return []
    whom = call.number or "a withheld number"
    note = f"The caller hung up while the telephone of {call.group} rang. Please call back {whom}."
    return to_call_back(unit, ended, note, loop.policy, event.occurred_at)


Move = Callable[[StepContext, Unit, Call, Event], list[Effect]]
MOVES: Mapping[str, Move] = {
    "started": _started,
    "language": _language,
    "link": _link,
    "ringing": _ringing,
    "accepted": _accepted,
    "unanswered": _unanswered,
    "ended": _ended,
}


def _conversation(unit: Unit, call: Call) -> Conversation | None:
    return unit.conversations.get(call.conversation_id) if call.conversation_id else None


def _noted(
    loop: StepContext, call: Call, conversation: Conversation, name: str, changes: Mapping[str, Any], event: Event
) -> list[Effect]:
    """On the ticket, where there is one."""
    if conversation.ticket_id is None or not changes:
        return []
    return [
        Effect(
            kind=EffectKind.TICKET_UPDATE,
            key=f"{call.sid}:{name}",
            target=conversation.ticket_id,
            payload=dict(changes),
            authority=Authority(rule=RULE, policy_version=loop.policy.version),
            created_at=event.occurred_at,
            conversation_id=conversation.id,
        )
    ]
