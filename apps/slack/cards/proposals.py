"""What is proposed because agents changed drafts alike: the list with its buttons, one with its evidence, and the modal
in which its words are edited."""

import json
from collections.abc import Sequence
from typing import Any

from apps.slack.cards.actions import (
    PROPOSAL_ACCEPT,
    PROPOSAL_EDIT,
    PROPOSAL_EDITED,
    PROPOSAL_REFUSE,
    PROPOSAL_SHOW,
    TEXT,
)
from apps.slack.cards.blocks import Block, button, context, escape, listed, moment, quote_whole, section, short
from core.model.lesson import AS_WRITTEN, Evidence, Proposal, ProposalKind, ProposalState
from core.ports.cards import Rendered
from core.text.line import one_line

MOST = 10  # of one message
LONGEST_TITLE, LONGEST_CHANGE, LONGEST_EDIT = 400, 200, 3000  # characters
PIECES = 1  # sections of what it would say; a long article is read in the navigation
NOTHING = "Nothing is proposed. What agents change alike is looked for every night."
KINDS = {
    ProposalKind.STYLE_RULE: "a rule of style",
    ProposalKind.POLICY_LINE: "a line of the policy",
    ProposalKind.ARTICLE_CHANGE: "a changed article",
    ProposalKind.ARTICLE_NEW: "a new article",
    ProposalKind.INTENT_EXAMPLES: "examples of an intent",
    ProposalKind.TRIGGER_MISSED: "words of missed alarms",
    ProposalKind.TRIGGER_FALSE: "words of false alarms",
    ProposalKind.INTENT_NEW: "a new intent",
    ProposalKind.INTENT_SPLIT: "an intent split off",
    ProposalKind.INTENT_MERGE: "two intents merged",
    ProposalKind.INTENT_RETIRE: "an example to retire",
}
DRAFTED = "A draft of your intents is written into the data folder. It changes nothing until an admin puts it in force."
COMES = {
    ProposalKind.STYLE_RULE: "It comes into force on the style card. It can be taken back.",
    ProposalKind.POLICY_LINE: "A new version of the policy comes into force with this line.",
    ProposalKind.ARTICLE_CHANGE: "It goes to the help centre as a draft. A person publishes it there.",
    ProposalKind.ARTICLE_NEW: "It goes to the help centre as a draft. A person publishes it there.",
    ProposalKind.INTENT_EXAMPLES: "Such messages are read so from the next one on. It can be taken back.",
    ProposalKind.TRIGGER_MISSED: "A new version of the policy comes into force in which these words raise the alarm.",
    ProposalKind.TRIGGER_FALSE: "A new version of the policy comes into force in which these words raise no alarm.",
    ProposalKind.INTENT_NEW: DRAFTED,
    ProposalKind.INTENT_SPLIT: DRAFTED,
    ProposalKind.INTENT_MERGE: DRAFTED,
    ProposalKind.INTENT_RETIRE: DRAFTED,
}


def show_proposals(found: Sequence[Proposal], said: str = "") -> Rendered:
    """The best first, ten at most. `said` is what the last wish came to."""
    first = [section(escape(said))] if said else []
    if not found:
        return Rendered(said or NOTHING, [*first, section(NOTHING)])
    head = "What agents changed alike: for you to accept, edit or refuse"
    blocks = [*first, section(f"*{head}*")]
    for each in found[:MOST]:
        blocks += _listed(each)
    if more := len(found) - MOST:
        blocks += [context(f"{more} more in the navigation, under *Proposals*")] if more > 0 else []
    return Rendered(said or head, blocks)


def _listed(each: Proposal) -> list[Block]:
    effect = f"It {each.replayed}." if each.replayed else ""
    return [section(f"*{_title(each)}*"), context(_counted(each), escape(effect)), _buttons(each, evidence=True)]


def show_proposal(proposal: Proposal) -> Rendered:
    """One with its evidence: what agents changed, in which tickets."""
    head = f"*{_title(proposal)}*"
    says = quote_whole(proposal.says) if proposal.says else []
    cut = [context("The rest of it is in the navigation, under *Proposals*.")] if len(says) > PIECES else []
    blocks = [
        section(head),
        context(_counted(proposal), escape(f"It {proposal.replayed}.") if proposal.replayed else ""),
        *([section("*It would say*"), *(section(piece) for piece in says[:PIECES]), *cut] if says else []),
        *listed("What it rests on", (_evidence(each, proposal.kind) for each in proposal.evidence)),
        *([] if proposal.state is ProposalState.OPEN else [section(_decided(proposal))]),
        *([_buttons(proposal, evidence=False)] if proposal.state is ProposalState.OPEN else []),
    ]
    return Rendered(proposal.title, blocks)


def _title(proposal: Proposal) -> str:
    return escape(short(proposal.title, LONGEST_TITLE))


def _counted(each: Proposal) -> str:
    return (
        f"{KINDS[each.kind]} · in {each.matters:,} of {each.could:,} matters, by {each.agents} "
        f"{'agent' if each.agents == 1 else 'agents'} for {each.customers} "
        f"{'customer' if each.customers == 1 else 'customers'}"
    )


def _evidence(each: Evidence, kind: ProposalKind) -> str:
    where = f"ticket #{escape(each.ticket_id)}, {escape(each.agent)}, {moment(each.at)}"
    if kind in AS_WRITTEN:
        return f"{where}\n“{escape(short(each.before or each.after, LONGEST_CHANGE))}”"
    was = escape(short(each.before, LONGEST_CHANGE)) or "_(nothing)_"
    now = escape(short(each.after, LONGEST_CHANGE)) or "_(taken out)_"
    return f"{where}\n−  {was}\n+  {now}"


def _decided(proposal: Proposal) -> str:
    why = f": {escape(short(proposal.outcome, 300))}" if proposal.outcome else ""
    return f"It was {proposal.state} by {escape(proposal.decided_by)}{why}."


def _buttons(each: Proposal, *, evidence: bool) -> Block:
    sure = {
        "title": {"type": "plain_text", "text": "Accept it?"},
        "text": {"type": "plain_text", "text": short(one_line(COMES[each.kind]), 300)},
        "confirm": {"type": "plain_text", "text": "Accept"},
        "deny": {"type": "plain_text", "text": "Cancel"},
    }
    # What takes something out has no words.
    edit = [button(PROPOSAL_EDIT, "Edit", each.id)] if each.says and len(each.says) <= LONGEST_EDIT else []
    show = [button(PROPOSAL_SHOW, "Evidence", each.id)] if evidence else []
    accept = button(PROPOSAL_ACCEPT, "Accept", each.id, "primary") | {"confirm": sure}
    refuse = button(PROPOSAL_REFUSE, "Refuse", each.id)
    return {"type": "actions", "block_id": f"proposal:{each.id}", "elements": [accept, *edit, refuse, *show]}


def edit_proposal_view(proposal: Proposal) -> dict[str, Any]:
    """The modal with its words; it carries which one it is."""
    element = {
        "type": "plain_text_input",
        "action_id": TEXT,
        "multiline": True,
        "max_length": LONGEST_EDIT,
        "initial_value": proposal.says[:LONGEST_EDIT],
    }
    return {
        "type": "modal",
        "callback_id": PROPOSAL_EDITED,
        "title": {"type": "plain_text", "text": "Edit a proposal"},
        "submit": {"type": "plain_text", "text": "Save"},
        "close": {"type": "plain_text", "text": "Cancel"},
        "private_metadata": json.dumps({"proposal": proposal.id}),
        "blocks": [
            section(f"*{_title(proposal)}*"),
            {
                "type": "input",
                "block_id": "proposal",
                "label": {"type": "plain_text", "text": "What it is to say"},
                "element": element,
            },
            context("It stays open with these words until somebody accepts or refuses it."),
        ],
    }
