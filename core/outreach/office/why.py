"""What was decided about a ticket, told to a supervisor in plain words."""

from core.cards.blocks import escaped, moment, short
from core.measure.account import seen
from core.model.conversation import Conversation, Message
from core.model.decision import Action, Decision
from core.model.ids import TicketId
from core.ports import Unit

LONGEST = 300
TURNS = 200
DID = {
    Action.AUTO_REPLY: "Handrail answered the customer",
    Action.SUGGEST: "Handrail wrote a draft for the agent",
    Action.HANDOFF: "Handrail handed it to a person",
    Action.SILENT: "Handrail said nothing",
}


def why(unit: Unit, ticket: str) -> str:
    """The newest decision about it and the rule behind it, in Slack's markup."""
    number = ticket.lstrip("#")
    conversation = unit.conversations.by_ticket(TicketId(number)) if number else None
    if conversation is None:
        return f"No ticket {escaped(ticket)} is known here." if number else "Which ticket? `/handrail why 123`"
    decisions = unit.decisions.of_conversation(conversation.id)
    head = f"*Ticket #{escaped(number)}: {escaped(conversation.subject)}* · {_owner(conversation)}"
    if not decisions:
        return f"{head}\nNothing has been decided about it."
    newest = decisions[-1]
    messages = {each.id: each for each in unit.conversations.messages(conversation.id, TURNS)}
    lines = [head, *_told(newest, messages.get(newest.message_id))]
    if len(decisions) > 1:
        lines.append(f"It is turn {len(decisions)}; before: {_before(decisions[-4:-1])}.")
    lines.append(f"All of it: `handrail policy explain {number}`")
    return "\n".join(lines)


def _told(decision: Decision, message: Message | None) -> list[str]:
    made = decision.disposition
    to = f" ({escaped(decision.handoff.agent or decision.handoff.group)})" if decision.handoff else ""
    lines = [f"*{DID[made.action]}*{to} {moment(decision.at)}, by rule `{escaped(made.rule)}`: {escaped(made.reason)}"]
    if message is not None:
        lines.insert(0, f"> {escaped(_cut(message.text))}\nfrom {escaped(message.author)} by {message.channel}")
    noticed = [str(each) for each in seen(decision.signals)]
    if noticed:
        lines.append(f"*Seen:* {escaped(_cut('; '.join(noticed)))}")
    if made.considered:
        lines.append(f"*Not enough for a rule:* {escaped(_cut('; '.join(made.considered)))}")
    if decision.draft is not None:
        cited = len(decision.draft.cited)
        lines.append(f"*Draft:* {decision.draft.confidence:.0%} sure, {cited} {'source' if cited == 1 else 'sources'}")
    elif decision.abstained:
        lines.append(f"*No draft:* {escaped(decision.abstained)}")
    return [*lines, f"Policy {decision.policy_version}"]


def _before(decisions: list[Decision]) -> str:
    return ", ".join(f"{DID[each.disposition.action].removeprefix('Handrail ')}" for each in reversed(decisions))


def _owner(conversation: Conversation) -> str:
    if not conversation.open:
        return "solved"
    return f"with {escaped(conversation.owner.name)}" if conversation.owner.name else "with nobody"


def _cut(text: str) -> str:
    return short(" ".join(text.split()), LONGEST)
