"""What supervisors are told of a turn: pure, from the decision and what was sensed."""

from collections.abc import Iterator
from dataclasses import dataclass

from core.alerts.raising import about, alert_source
from core.decide.table import fired_triggers, plainly_wished
from core.decide.triggers import READINGS, said_just_now, shown_evidence, sign_of
from core.decide.turn import Turn
from core.model.alert import AlertKind, Raised
from core.model.conversation import CaseContext
from core.model.decision import Decision
from core.policy import Policy
from core.policy.known import TRIGGERS

TRIGGER = "trigger:"
UPSET = "upset"
MOOD = "mood"
# What a trigger is to supervisors; every other one is a handover as any.
KINDS = {
    "legal_threat": AlertKind.LEGAL,
    "vulnerable_customer": AlertKind.VULNERABLE,
    "health_urgency": AlertKind.DISTRESS,
    "mood_drop": AlertKind.DISTRESS,
    "distress": AlertKind.DISTRESS,
    UPSET: AlertKind.DISTRESS,
}


# Our words for the rules that are no triggers, whose words the policy has.
OTHERS = {UPSET: "The customer is very unhappy", MOOD: "The customer's mood has reached the policy's limit"}


def rule_words(name: str, policy: Policy) -> str:
    """What a rule says, to whom its name says nothing: the policy's words where it has some, else ours."""
    trigger, known = policy.triggers.get(name), TRIGGERS.get(name)
    said = (trigger.why if trigger else "") or (known.why if known else "")
    return said or OTHERS.get(name) or name.replace("_", " ").capitalize()


def kind_of(rule: str) -> AlertKind:
    return KINDS.get(rule.removeprefix(TRIGGER), AlertKind.HANDOFF)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why supervisors are told: `name` is the rule or trigger, `text` says it and `words` show it."""

    name: str
    kind: AlertKind
    text: str
    words: str = ""


def alert_of_turn(case: CaseContext, decision: Decision, policy: Policy) -> Raised | None:
    """One for the message, with every reason: the rule that decided, where supervisors are told of it; every trigger of
    the policy with `alert` that fires with this message, whatever rule decided; a mood under the policy's limit. None
    where there is no reason that the policy has not switched off."""
    found: dict[str, Reason] = {}
    for reason in (*_decided(decision, policy), *_fired(case, decision, policy), *_mood(case, decision, policy)):
        if reason.kind not in policy.alerts.off:
            found.setdefault(reason.name, reason)
    if not found:
        return None
    first, *others = _said_once(list(found.values()))
    to = f" was handed to {decision.disposition.owner.name}" if decision.handoff is not None else ""
    raised = Raised(
        kind=first.kind,
        key=f"message:{case.conversation.id}",
        source=alert_source(decision.id),
        text=f"{case.customer.name}{to}: {first.text}",
        why=first.words,
        facts={
            "Wants": decision.handoff.wants if decision.handoff else "",
            "Besides": "; ".join(f"{each.text} {each.words}".strip().rstrip(".") for each in others),
        },
        reasons=tuple(found),
    )
    return about(raised, case.conversation, case.customer)


def _decided(decision: Decision, policy: Policy) -> Iterator[Reason]:
    disposition = decision.disposition
    if not disposition.alert:
        return
    name = disposition.rule.removeprefix(TRIGGER)
    found = decision.signals.risk(name) or decision.signals.fact(name)
    words = shown_evidence(found) if found is not None else ""
    yield Reason(name=name, kind=kind_of(name), text=disposition.reason, words=words)


def _fired(case: CaseContext, decision: Decision, policy: Policy) -> Iterator[Reason]:
    """What words show counts when they are in the newest message, though a person has the conversation, but for a plain
    wish that a procedure carries out; what the course of the matter or a record shows, when a rule could have gone by
    it."""
    turn = Turn(case=case, signals=decision.signals, draft=decision.draft, policy=policy, led=decision.procedure)
    for name, trigger in policy.triggers.items():
        if not trigger.alert or name in READINGS:
            continue
        sign = sign_of(turn, name, trigger)
        left = decision.handoff is None and plainly_wished(turn, name, trigger)
        if sign is not None and sign.fires and said_just_now(turn, name) and not left:
            yield Reason(name=name, kind=kind_of(name), text=rule_words(name, policy), words=sign.words)
    for name, trigger, sign in fired_triggers(turn):
        if trigger.alert and name in READINGS:
            yield Reason(name=name, kind=kind_of(name), text=sign.reason(trigger.why))


def _mood(case: CaseContext, decision: Decision, policy: Policy) -> Iterator[Reason]:
    limit, mood = policy.alerts.distress, decision.signals.mood
    if limit is None or mood > limit:
        return
    words = f"“{case.latest.text[:200]}”" if case.latest else ""
    text = "The customer is in distress"
    yield Reason(name=MOOD, kind=AlertKind.DISTRESS, text=text, words=words)


def _said_once(reasons: list[Reason]) -> list[Reason]:
    """A mood is no second reason beside another that says distress, nor is what the first one says already."""
    by_rule = [each for each in reasons if each.name != MOOD]
    told = by_rule if any(each.kind is AlertKind.DISTRESS for each in by_rule) else reasons
    return [told[0], *(each for each in told[1:] if each.text not in told[0].text)]
