"""A fault's brief as engineers see it in their channel: the thread below is theirs, the buttons say how it stands."""

from collections.abc import Iterator

from apps.slack.cards.actions import FAULT_FIXED, FAULT_NEWS
from apps.slack.cards.alert import ticket_address
from apps.slack.cards.blocks import Block, button, context, escape, header, link, listed, section
from core.model.effect_payloads import EffectPayload, SlackPayload
from core.ports.cards import FaultCard, Rendered

BUTTONS = "fault_buttons"  # the block in which they stand
MOST_BLOCKS = 44  # Slack takes 50, and what engineers say comes below; the rest is on the ticket


def fault_card(card: FaultCard) -> Rendered:
    where = link(ticket_address(card.tickets_at, card.ticket), f"Ticket #{escape(card.ticket)}")
    blocks = [header(card.title), context(" · ".join([where, *map(escape, card.impact), f"from {escape(card.by)}"]))]
    shown = list(_parts(card))
    blocks += shown[:MOST_BLOCKS]
    if len(shown) > MOST_BLOCKS:
        blocks.append(context("The rest is on the ticket."))
    return Rendered(f"A fault for engineering: {card.title}", [*blocks, *_asked(card)])


def _parts(card: FaultCard) -> Iterator[Block]:
    for title, lines in card.parts:
        yield from listed(escape(title), [f"• {escape(line)}" for line in lines])


def _asked(card: FaultCard) -> list[Block]:
    return [
        context("Talk about it in the thread. A button tells the agent, with words for the customer to look at."),
        {
            "type": "actions",
            "block_id": BUTTONS,
            "elements": [
                button(FAULT_FIXED, "It is fixed", card.conversation_id, "primary"),
                button(FAULT_NEWS, "There is news", card.conversation_id),
            ],
        },
    ]


def fault_said(shown: EffectPayload, said: str, *, over: bool) -> Rendered:
    """`shown` is the card as it was posted."""
    if not isinstance(shown, SlackPayload):
        raise TypeError(f"a {type(shown).__name__} is no card")
    blocks = [dict(block) for block in shown.blocks]
    kept = blocks[:-2] if over else blocks
    return Rendered(shown.text, [*kept, section(f"*{escape(said)}*")])
