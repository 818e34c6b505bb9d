"""What supervisors see in Slack: approval cards, their outcome, alerts. Block Kit as plain values."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from core.model.customer import Channel, Customer
from core.model.decision import Handoff
from core.model.outreach import Approval, ApprovalState, Proposal

APPROVE = "handrail_approve"
REJECT = "handrail_reject"
REASON = "handrail_reason"  # the field of a card in which a supervisor may say why

CHANNELS = {
    Channel.EMAIL: "e-mail",
    Channel.SMS: "SMS",
    Channel.WHATSAPP: "WhatsApp message",
    Channel.WEB: "message",
    Channel.CHAT: "chat message",
    Channel.MESSENGER: "Messenger message",
    Channel.INSTAGRAM: "Instagram message",
    Channel.VOICE: "call",
}

Block = dict[str, Any]

OUTCOMES = {
    ApprovalState.APPROVED: ":white_check_mark: Approved",
    ApprovalState.REJECTED: ":no_entry_sign: Rejected",
    ApprovalState.EXPIRED: ":hourglass: Expired, nothing was sent",
}


def escaped(text: str) -> str:
    """Slack's three control characters, so that a customer's text cannot become a link or a mention."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def section(text: str) -> Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text[:3000]}}


def context(*lines: str) -> Block:
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": line[:2000]} for line in lines if line]}


def header(text: str) -> Block:
    return {"type": "header", "text": {"type": "plain_text", "text": text[:150], "emoji": True}}


def approval_card(proposal: Proposal) -> list[Block]:
    """The proposal with its two buttons; each carries the digest of exactly what is shown."""
    value = json.dumps({"approval": proposal.id, "digest": proposal.digest})
    return [
        header(f"Send this {_what(proposal)}?"),
        *_shown(proposal),
        {"type": "actions", "block_id": proposal.id, "elements": _buttons(proposal, value)},
    ]


def outcome_card(approval: Approval, note: str = "") -> list[Block]:
    """The same card without buttons, and what became of it."""
    by = f" by <@{approval.decided_by}>" if approval.decided_by else ""
    return [
        header(_what(approval.proposal)),
        *_shown(approval.proposal),
        section(f"*{OUTCOMES[approval.state]}{by}*"),
        *([context(note)] if note else []),
    ]


def _what(proposal: Proposal) -> str:
    return f"{CHANNELS[proposal.channel]} to {counted(len(proposal.recipients), proposal.segment.capitalize())}"


def counted(people: int, segment: str = "") -> str:
    """1 customer, 5 Plus customers."""
    return " ".join(word for word in (str(people), segment, "customer" if people == 1 else "customers") if word)


def _shown(proposal: Proposal) -> list[Block]:
    people = len(proposal.recipients)
    left_out, wishes = (
        ", ".join(f"{count} {reason}" for reason, count in sorted(counts.items()))
        for counts in (proposal.left_out, proposal.wishes)
    )
    facts = " · ".join(f"{escaped(_readable(k))} {escaped(str(v))}" for k, v in sorted(proposal.facts.items()))
    return [
        section(">" + escaped(proposal.body).replace("\n", "\n>")),
        {
            "type": "section",
            "fields": [
                {"type": "mrkdwn", "text": f"*Channel*\n{CHANNELS[proposal.channel]}, {proposal.purpose} message"},
                {"type": "mrkdwn", "text": f"*Recipients*\n{people} with consent"},
            ],
        },
        context(
            f"Left out: {left_out}" if left_out else "",
            f"Of them: {wishes}" if wishes else "",
            f"*Signal:* {facts}",
            "Sent only within each recipient's allowed hours",
            f"Policy {proposal.policy_version} · digest {proposal.digest[:12]}",
        ),
    ]


def _readable(name: str) -> str:
    """A fact's name as a person would write it: expected_fix becomes Expected fix."""
    return str(name).replace("_", " ").strip().capitalize()


def _buttons(proposal: Proposal, value: str) -> list[Block]:
    confirm = {
        "title": {"type": "plain_text", "text": "Send it?"},
        "text": {
            "type": "mrkdwn",
            "text": f"{counted(len(proposal.recipients))} will get this {CHANNELS[proposal.channel]}.",
        },
        "confirm": {"type": "plain_text", "text": "Send"},
        "deny": {"type": "plain_text", "text": "Not yet"},
    }
    approve: Block = {"type": "button", "action_id": APPROVE, "style": "primary", "value": value, "confirm": confirm}
    reject: Block = {"type": "button", "action_id": REJECT, "style": "danger", "value": value}
    approve["text"] = {"type": "plain_text", "text": "Approve and send"}
    reject["text"] = {"type": "plain_text", "text": "Reject"}
    return [approve, reject]


def handoff_alert(customer: Customer, card: Handoff, ticket: str | None, rule: str) -> list[Block]:
    """A supervisor's alert: who, why, where it went."""
    where = f"Ticket #{ticket}" if ticket else "A new ticket"
    tier = escaped(customer.tier.capitalize())
    return [
        section(f":rotating_light: *{escaped(customer.name)}* ({tier}) was handed to *{card.group}*"),
        section(f"*Why:* {escaped(card.reason)}\n*Wants:* {escaped(card.wants)}"),
        context(f"{where} · rule {rule}"),
    ]


def plain_alert(text: str, facts: Mapping[str, str] | None = None) -> Sequence[Block]:
    details = " · ".join(f"{name}: {escaped(value)}" for name, value in (facts or {}).items())
    return [section(f":warning: {escaped(text)}"), *([context(details)] if details else [])]
