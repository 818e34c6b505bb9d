"""`handrail reasked check`: which questions customers were asked though they had told it before."""

import sys

import click

from apps.installed import container_here
from core.measure.reasked import Reasked, after_a_change, list_reasked
from core.model.conversation import Conversation
from core.ports import Unit

MOST = 1_000


@click.command()
@click.option(
    "--conversations", default=200, show_default=True, metavar="N", help="How many are looked at, the newest ones."
)
@click.option("--all", "every", is_flag=True, help="Also those without a handover or a change of channel before them.")
def check(conversations: int, every: bool) -> None:
    """Questions that customers had to answer twice. The exit code is 1 where there are any."""
    with container_here().store.read() as unit:
        names = unit.decisions.last_decided(min(conversations, MOST))
        looked = [one for name in names if (one := unit.conversations.get(name)) is not None]
        found = [(one, each) for one in looked for each in find_reasked(unit, one, every=every)]
    for conversation, each in found:
        click.echo(as_text(conversation, each))
    click.echo(f"{len(found)} of the questions in {len(looked)} conversations had been answered before.")
    sys.exit(1 if found else 0)


def find_reasked(unit: Unit, conversation: Conversation, *, every: bool) -> list[Reasked]:
    # What the profile says now it may not have said then: the transcript alone counts.
    found = list_reasked(unit.conversations.messages(conversation.id))
    return found if every else after_a_change(found)


def as_text(conversation: Conversation, again: Reasked) -> str:
    where = f"ticket {conversation.ticket_id}" if conversation.ticket_id else f"conversation {conversation.id}"
    return f"{where}: “{again.question}” asks for the {again.thing}; told before: “{again.told}” ({again.after})"
