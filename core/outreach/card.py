"""What supervisors see in Slack: approval cards, their outcome, alerts. Block Kit as plain values."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from core.model.customer import Customer
from core.model.decision import Handoff
from core.model.outreach import Approval, ApprovalState, Proposal

APPROVE = "handrail_approve"
REJECT = "handrail_reject"

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
    return [*_shown(proposal), {"type": "actions", "block_id": proposal.id, "elements": _buttons(proposal, value)}]


def outcome_card(approval: Approval, note: str = "") -> list[Block]:
    """The same card without buttons, and what became of it."""
    by = f" by <@{approval.decided_by}>" if approval.decided_by else ""
    return [
        *_shown(approval.proposal),
        section(f"*{OUTCOMES[approval.state]}{by}*"),
        *([context(note)] if note else []),
    ]


def _shown(proposal: Proposal) -> list[Block]:
    people = len(proposal.recipients)
    left_out = ", ".join(f"{count} {reason}" for reason, count in sorted(proposal.left_out.items()))
    facts = " · ".join(f"{escaped(str(k))}: {escaped(str(v))}" for k, v in sorted(proposal.facts.items()))
    return [
        header(f"Approve a message to {people} {proposal.segment} customer{'s' if people != 1 else ''}?"),
        section(">" + escaped(proposal.body).replace("\n", "\n>")),
        {
            "type": "section",
            "fields": [
                {"type": "mrkdwn", "text": f"*Channel*\n{proposal.channel.upper()} · {proposal.purpose}"},
                {"type": "mrkdwn", "text": f"*Recipients*\n{people} with consent"},
            ],
        },
        context(
            f"Left out: {left_out}" if left_out else "",
            f"Facts of the signal: {facts}",
            f"Sent only in the recipient's allowed hours · policy {proposal.policy_version} · {proposal.digest[:12]}",
        ),
    ]


def _buttons(proposal: Proposal, value: str) -> list[Block]:
    people = len(proposal.recipients)
    confirm = {
        "title": {"type": "plain_text", "text": "Send it?"},
        "text": {"type": "mrkdwn", "text": f"{people} customer{'s' if people != 1 else ''} will be written to."},
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
    where = f"ticket #{ticket}" if ticket else "a new ticket"
    return [
        section(f":rotating_light: *{escaped(customer.name)}* ({escaped(customer.tier)}) was handed to *{card.group}*"),
        section(f"*Why:* {escaped(card.reason)}\n*Wants:* {escaped(card.wants)}"),
        context(f"{where} · rule {rule}"),
    ]


def plain_alert(text: str, facts: Mapping[str, str] | None = None) -> Sequence[Block]:
    details = " · ".join(f"{name}: {escaped(value)}" for name, value in (facts or {}).items())
    return [section(f":warning: {escaped(text)}"), *([context(details)] if details else [])]
