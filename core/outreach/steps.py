"""The loop's steps about outreach: a signal begins, a supervisor decides."""

from dataclasses import replace

from core.execute.step import StepContext
from core.govern.requests import settle_request
from core.model.event import Event
from core.outreach.click import click_of
from core.outreach.decide import settle
from core.outreach.draft import Drafting
from core.outreach.lookup import looked_up
from core.outreach.start import signal_of, started


def business_signal(loop: StepContext, event: Event) -> str:
    """The campaigns that it starts are stored; the lane freezes and shows them.

    Raises:
        RejectedError: the policy has no play for it, or something that the words need is not there.
    """
    now = loop.now()
    how_tos = looked_up(loop.thinking, loop.policy, signal_of(event).kind, now)
    drafting = Drafting(policy=loop.policy, style=loop.planner.style, now=now)
    with loop.store.begin() as unit:
        fresh, cards = started(unit, event, drafting, how_tos)
    loop.publish(cards)
    if fresh:
        loop.publisher.campaigns()
    return f"campaigns_{len(fresh)}"


def approval_clicked(loop: StepContext, event: Event) -> str:
    """A click on the card of a campaign, or of an agent's request for a supervisor's word."""
    click = click_of(event)
    member = loop.desk.member(click.user_id)
    email = member.email if member else None
    if member and member.name:
        # A click tells the handle only; agents and records are told who it was.
        click = replace(click, user_name=member.name)
    with loop.store.begin() as unit:
        if unit.requests.get(click.approval_id):
            settled = settle_request(unit, click, email, loop.policy, loop.now())
        else:
            settled = settle(unit, click, email, loop.policy, loop.now(), loop.planner.style)
        fresh = [effect for effect in settled.effects if unit.outbox.add(effect)]
    loop.publish(fresh)
    loop.publisher.campaigns()
    return settled.result
