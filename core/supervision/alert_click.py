"""A supervisor's click on an alert: settled by somebody who may, once, and explained to whoever clicked."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from core.alerts.raising import with_ticket
from core.context.ownership import UNTIL_THEY_WRITE, hold, withdraw
from core.control.passing import control_passed, opening
from core.errors import ConflictError
from core.execute.step import StepContext
from core.govern.approvers import approver_of
from core.handoff.place import place
from core.model.alert import SNOOZES, Alert, AlertClick, AlertState, Wish
from core.model.conversation import Control, Owner, OwnerKind
from core.model.effect_payloads import TicketNotePayload, TicketUpdatePayload
from core.model.event import Event
from core.model.helpdesk import Person, Team
from core.model.outbound import Authority, Effect, EffectKind
from core.policy import Policy
from core.ports import Unit
from core.ports.cards import Rendered, Sign
from core.supervision.alert_cards import resolve_alert, show

TOLD = "alert_told"  # the rule under which somebody is told what their click came to
WHISPERED = "whisper"
NOTED = 200  # characters of a whisper that the card repeats


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What a click came to, and the effects that are new. `told` goes to whoever clicked, alone; `result` to the
    event's record."""

    result: str
    told: str
    effects: tuple[Effect, ...] = ()
    sign: Sign | None = None


def alert_clicked(loop: StepContext, event: Event) -> str:
    """The loop's step. Who clicked is asked of Slack, which agent that is of the helpdesk: both before anything is
    changed."""
    click = event.payload_as(AlertClick)
    click = replace(click, event_id=event.id, text=click.text.strip())
    member = loop.desk.member(click.user_id)
    if member is not None and member.name:
        click = replace(click, user_name=member.name)
    email, policy, now = member.email if member else None, loop.policy, loop.now()
    wants = click.wish is Wish.TAKE_OVER and role_of(email, policy) and email
    agent = agent_known_as(loop.helpdesk.teams(), email) if wants and email else None
    with loop.store.begin() as unit:
        settled = settle_alert(unit, click, email, agent, policy, now)
        fresh = list(settled.effects)
        if settled.told:
            fresh += _added(
                unit, reply_to_supervisor(click, unit.cards.notice(settled.told, settled.sign), policy, now)
            )
    loop.publish(fresh)
    return settled.result


def role_of(email: str | None, policy: Policy) -> str:
    """As what somebody may act on alerts; empty for whoever may not. Where the policy names nobody for it, whoever
    decides about outreach may."""
    address = (email or "").strip().casefold()
    if policy.alerts.roles:
        named = policy.alerts.roles.items()
        return next((role for role, people in named if address and address in map(str.casefold, people)), "")
    known = approver_of(email, policy)
    return known.role if known is not None else ""


def settle_alert(
    unit: Unit,
    click: AlertClick,
    email: str | None,
    agent: tuple[Person, str] | None,
    policy: Policy,
    now: datetime,
) -> Settled:
    """One outcome, in the ledger. `agent` is who they are in the helpdesk, with a team of theirs; None: nobody.

    Raises:
        ConflictError: somebody else changed the conversation at this moment; the click is to be settled again.
    """
    alert, role = unit.alerts.get(click.alert_id), role_of(email, policy)
    if alert is None:
        return Settled(result="unknown_alert", told="This alert is no longer kept. Nothing was changed.")
    if not role:
        settled = Settled(
            result="not_allowed",
            told="Only the people whom the policy names may act on alerts. Nothing was changed.",
            sign=Sign.FORBIDDEN,
        )
    elif alert.resolved:
        settled = _closed(alert)
    else:
        alert = replace(alert, said=with_ticket(unit, alert.said))
        settled = Acting(unit, click, email, agent, policy, now, alert).settle()
    facts = {"alert": click.alert_id, "wish": click.wish, "by": email, "role": role, "result": settled.result}
    unit.ledger.append("alert", facts | {"event": click.event_id}, now)
    return settled


def reply_to_supervisor(click: AlertClick, words: Rendered, policy: Policy, now: datetime) -> Effect:
    """A word that only whoever clicked can see."""
    return Effect(
        kind=EffectKind.SLACK_POST,
        key=f"{click.event_id}:told",
        target=click.channel or policy.alert_channel,
        payload=replace(words.payload, ephemeral_to=click.user_id),
        authority=Authority(rule=TOLD, policy_version=policy.version),
        created_at=now,
    )


@dataclass(frozen=True, slots=True)
class Acting:
    """One click of somebody who may act, on an alert that is open just now."""

    unit: Unit
    click: AlertClick
    email: str | None
    agent: tuple[Person, str] | None
    policy: Policy
    now: datetime
    alert: Alert

    def settle(self) -> Settled:
        if self.click.wish is Wish.TAKE_OVER:
            return self._taken()
        if self.click.wish is Wish.WHISPER:
            return self._whispered()
        if self.click.wish is Wish.DONE:
            return self._done()
        if self.click.wish is Wish.FALSE_ALARM:
            return self._false_alarm()
        return self._snoozed()

    def _done(self) -> Settled:
        return self._moved("done", AlertState.RESOLVED, f"{self.click.user_name} marked it as done.")

    def _false_alarm(self) -> Settled:
        """Its record in the ledger is what `core.improve.alarms` looks for."""
        note = f"{self.click.user_name} marked it as a false alarm."
        return self._moved(Wish.FALSE_ALARM, AlertState.RESOLVED, note)

    def _snoozed(self) -> Settled:
        until = self.now + SNOOZES[self.click.wish]
        note = f"{self.click.user_name} snoozed it until {until.astimezone(UTC):%H:%M} UTC: counted, and silent."
        return self._moved("snoozed", AlertState.SNOOZED, note, until)

    def _moved(self, result: str, state: AlertState | None, note: str, until: datetime | None = None) -> Settled:
        after = self.unit.alerts.settle(self.alert.id, state, note, self.now, until)
        if after is None:  # somebody else closed it at this very moment
            return _closed(self.unit.alerts.get(self.alert.id) or self.alert)
        return Settled(result=result, told="", effects=tuple(show(self.unit, after, self.policy, self.now)))

    def _taken(self) -> Settled:
        alert, agent = self.alert, self.agent
        conversation = self.unit.conversations.get(alert.conversation_id) if alert.conversation_id else None
        if conversation is None:
            told = "This alert is not about one conversation that could be yours."
            return Settled(result="no_conversation", told=told)
        if agent is None:
            told = f"Nobody in a team of the helpdesk has your address ({self.email})"
            return Settled(
                result="no_agent", told=f"{told}, so the ticket cannot be given to you. Nothing was changed."
            )
        if conversation.owner.id == agent[0].id:
            return Settled(result="had_it", told="You have this conversation already. Nothing was changed.")
        effects = _added(self.unit, *take_over(self.unit, alert, self.click, agent, self.policy.version, self.now))
        before = f" from {conversation.owner.name}" if conversation.owner.is_human and conversation.owner.name else ""
        note = f"{agent[0].name} took the conversation over{before}."
        for each in self.unit.alerts.of_conversation(conversation.id):
            # Whoever has it looks after all of it; what else was said of the conversation is settled with it.
            effects += resolve_alert(self.unit, each, note, self.policy, self.now) if each.conversation_id else []
        return Settled(result="taken_over", told="The conversation is yours now.", effects=tuple(effects))

    def _whispered(self) -> Settled:
        text, ticket = self.click.text, self.alert.said.ticket
        if not text:
            return Settled(result="no_words", told="There was nothing to whisper: no word came with it.")
        if self.alert.conversation_id is None or not ticket:
            return Settled(result="no_ticket", told="There is no ticket yet on which the agent could read it.")
        words = text if len(text) <= NOTED else f"{text[: NOTED - 1]}…"
        settled = self._moved("whispered", None, f"{self.click.user_name} to the agent: {words}")
        if settled.result != "whispered":
            return settled
        told = "It is on the ticket as an internal note."
        return replace(settled, told=told, effects=(*_added(self.unit, self._note(ticket)), *settled.effects))

    def _note(self, ticket: str) -> Effect:
        return Effect(
            kind=EffectKind.TICKET_NOTE,
            key=f"{self.click.event_id}:whisper",
            target=ticket,
            payload=TicketNotePayload(body=f"{self.click.user_name} (by Slack): {self.click.text}"),
            authority=Authority(rule=WHISPERED, policy_version=self.policy.version),
            created_at=self.now,
            conversation_id=self.alert.conversation_id,
        )


def _closed(alert: Alert) -> Settled:
    how = f" {alert.note}" if alert.note else ""
    return Settled(result="settled_before", told=f"This alert is closed already.{how} Nothing was changed.")


def _added(unit: Unit, *effects: Effect) -> list[Effect]:
    return [effect for effect in effects if unit.outbox.add(effect)]


# ------------------------------------------------------------------
# A supervisor takes a conversation over from an alert: it is theirs, and the assistant says no more.


RULE = "taken_over"


def agent_known_as(teams: list[Team], email: str) -> tuple[Person, str] | None:
    """The agent with this address, and the first team that they are in: a ticket is given to nobody without one."""
    for team in teams:
        for person in team.members:
            if person.email is not None and person.email.casefold() == email.casefold():
                return person, team.name
    return None


def take_over(
    unit: Unit, alert: Alert, click: AlertClick, agent: tuple[Person, str], version: str, now: datetime
) -> list[Effect]:
    """The effects, to be added: the ticket is assigned (a new one where there is none), control of a messaging
    conversation goes to agents. What the assistant still had to say is withdrawn.

    Raises:
        ConflictError: somebody else changed the conversation at this moment, or a ticket is being opened for it.
    """
    person, group = agent
    conversation = unit.conversations.get(alert.conversation_id) if alert.conversation_id else None
    customer = unit.customers.get(conversation.customer_id) if conversation else None
    if conversation is None or customer is None:
        return []
    if conversation.ticket_id is None and opening(unit, conversation):
        raise ConflictError("a ticket is being opened for this conversation; it is taken over when it is there")
    why = f"{person.name} took the conversation over"
    withdraw(unit, conversation, why, now)
    for rule in UNTIL_THEY_WRITE:
        unit.outbox.cancel(conversation.id, rule, why, now)
    owner = Owner(kind=OwnerKind.AGENT, id=person.id, name=person.name)
    owned = unit.conversations.save(replace(hold(conversation, owner, now), open=True, updated_at=now))
    changes = TicketUpdatePayload(
        group=group,
        assignee=person.id,
        status="open",
        note=f"{person.name} took this conversation over from an alert in Slack: {alert.said.text}",
    )
    kind, target, payload = place(owned, customer, unit.conversations.messages(owned.id), changes)
    made = Effect(
        kind=kind,
        key=f"{click.event_id}:taken",
        target=target,
        payload=payload,
        authority=Authority(rule=RULE, policy_version=version),
        created_at=now,
        conversation_id=owned.id,
    )
    passed = [] if kind is EffectKind.CONTROL else control_passed(unit, owned, Control.AGENTS, RULE, version, now)
    return [made, *passed]
