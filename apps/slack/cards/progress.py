"""A campaign under way, and what came of it, on the card that was approved: how far it is, and the buttons to stop it.
The rest stands behind Details (`apps.slack.cards.details`)."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from apps.slack.cards.actions import PAUSE, RESUME, STOP
from apps.slack.cards.blocks import (
    Block,
    CardKind,
    button,
    context,
    detailed,
    escape,
    header,
    marked,
    mention,
    moment,
    money,
    people,
    section,
    short_markup,
)
from core.model.campaign import RESULT, SENDING, Campaign, CampaignState, Standing, Vote
from core.model.outbound import UNDELIVERED
from core.outreach.texts import channel_name, display_name, list_received, most_first
from core.ports.cards import CampaignCard, Rendered
from core.ports.outreach import Progress

CELLS = 15  # of the bar: with the share behind it in one line of the narrowest column
RESULTS, LINES = 3, 1500  # lines of the measured effect on the card, and characters
LONGEST_TEXT = 120  # characters of a text that is only to be recognised
ARRIVED = ("delivered", "read")
WAITING = ("pending", "held", "sending")
WAITS = ":hourglass: Waiting for allowed hours"
HEADS = {
    CampaignState.RUNNING: ":hourglass_flowing_sand: Sending",
    CampaignState.PAUSED: ":double_vertical_bar: Paused",
    CampaignState.DONE: ":white_check_mark: Done",
    CampaignState.STOPPED: ":octagonal_sign: Stopped",
}


def progress_card(card: CampaignCard, progress: Progress) -> Rendered:
    """The card of a campaign that was approved, as it stands now; with its measured effect where the standing's facts
    have it."""
    standing, campaign, figures = card.standing, card.standing.campaign, Figures(card.standing.campaign, progress)
    stopped = standing.state is CampaignState.STOPPED
    blocks = [
        header(f"{display_name(campaign.play)} to {people(campaign.treated)}"),
        detailed(_head(standing, card.votes, figures.stands_still(standing, card.now)), CardKind.CAMPAIGN, campaign.id),
        # Of what was stopped nothing is to come, and a full bar would say that all of it was sent.
        section(figures.said() if stopped else f"{figures.bar()}\u00a0{figures.share}\u00a0%\n{figures.said()}"),
        *_effect(standing),
        context(*_notes(card)),
        *_buttons(standing),
    ]
    return Rendered(
        f"{display_name(campaign.play)}: {figures.sent:,} of {figures.all:,} sent ({standing.state})", blocks
    )


class Figures:
    """What the counts of the store come to for somebody who looks at a campaign. Every recipient is in one of `left`,
    `waiting`, `unsure`, `refused`, `stopped` or `planned`."""

    def __init__(self, campaign: Campaign, progress: Progress) -> None:
        of = progress.recipients
        told = progress.deliveries
        self.all = campaign.treated
        self.planned = of.get("planned", 0)
        self.stopped = of.get("stopped", 0)
        self.sent = of.get("sent", 0)
        self.waiting = sum(of.get(each, 0) for each in WAITING)
        self.unsure = of.get("unknown", 0) + of.get("parked", 0)
        self.refused = of.get("refused", 0)
        self.delivered = sum(told.get(each, 0) for each in ARRIVED)
        self.failed = sum(told.get(each, 0) for each in UNDELIVERED)
        self.errors: Mapping[str, int] = progress.errors
        self.next_at = progress.next_at

    @property
    def ended(self) -> int:
        return self.sent + self.refused + self.stopped + self.unsure

    @property
    def share(self) -> int:
        """In whole percent, rounded down: a hundred means all."""
        return 100 if not self.all else min(100, 100 * self.ended // self.all)

    def stands_still(self, standing: Standing, now: datetime) -> str:
        """Why nothing leaves though it is running: how many wait for their hours, and until when; empty where it
        goes on."""
        waits = self.planned + self.waiting
        if standing.state is not CampaignState.RUNNING or not waits or self.next_at is None or self.next_at <= now:
            return ""
        who = f"{waits:,} {'waits' if waits == 1 else 'wait'}"
        return f"{who} for their allowed hours, the first until {moment(self.next_at)}"

    def bar(self) -> str:
        full = CELLS * self.share // 100
        return "█" * full + "░" * (CELLS - full)

    def said(self) -> str:
        """In one line; what is nothing is not told, but for what has left."""
        rows = {
            "delivered": self.delivered,
            "failed": self.failed,
            "still to come": self.planned + self.waiting,
            "held back": self.refused + self.stopped,
            "with an unknown outcome": self.unsure,
        }
        return " · ".join(
            [f"*{self.sent:,} of {self.all:,} sent*", *(f"{n:,} {name}" for name, n in rows.items() if n)]
        )


def _effect(standing: Standing) -> list[Block]:
    """The first of what came of it; all of it stands in the details."""
    lines = [str(line) for line in standing.facts.get(RESULT, ())]
    return [section(short_markup("\n".join(lines[:RESULTS]), LINES))] if lines else []


def approvals_line(votes: Sequence[Vote], campaign: Campaign) -> str:
    """Who said yes to what is shown, and when."""
    given = [vote for vote in votes if vote.yes and vote.digest == campaign.digest]
    return ", ".join(f"{_person(vote)} {moment(vote.at)}" for vote in given)


def _person(vote: Vote) -> str:
    return f"{mention(vote.user_id, vote.name or vote.email)} ({short_markup(escape(vote.role), 40)})"


def _head(standing: Standing, votes: Sequence[Vote], still: str) -> str:
    """How it stands and why, and then who had said yes to it."""
    state = f"*{WAITS}*" if still else f"*{HEADS[standing.state]}*"
    reason = still or short_markup(escape(standing.reason), 500)
    allowed = _by(standing.campaign, votes)
    if reason.startswith("by "):  # a person did it: not to be taken for whoever approved
        return f"{state} {reason}\n{allowed.removeprefix(', ').strip()}".strip()
    return f"{state}{allowed}" + (f"\n{reason}" if reason else "")


def _by(campaign: Campaign, votes: Sequence[Vote]) -> str:
    if campaign.standing:
        return " without asking, as the policy allows for this play"
    given = approvals_line(votes, campaign)
    return f", approved by {given}" if given else ""


def value_of(campaign: Campaign) -> str:
    """What each button of a card carries: which campaign, and exactly what was shown."""
    return json.dumps({"approval": campaign.id, "digest": campaign.digest, "revision": campaign.revision})


def _notes(card: CampaignCard) -> list[str]:
    shortened = _shortened(card.standing.campaign)
    return [
        f"“{short_markup(escape(shortened), 1500)}”" if shortened else "",
        f"Cost at most {money(card.standing.campaign.cost, card.currency)}"
        if card.priced
        else "Cost unknown: no prices are set",
    ]


def _shortened(campaign: Campaign) -> str:
    texts = most_first(campaign, list_received(campaign))
    if not texts:
        return ""
    text = " ".join(texts[0][0].text.split())
    more = f" (and {len(texts) - 1} more texts)" if len(texts) > 1 else ""
    return (text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…") + more


def pace(card: CampaignCard, figures: Figures) -> str:
    """When it began and how fast it goes; empty before."""
    standing = card.standing
    began, ended = standing.began_at, standing.ended_at
    if began is None:
        return ""
    if standing.state not in SENDING:
        return f"Began {moment(began)}" + (f", ended {moment(ended)}" if ended else "")
    most = ", ".join(f"{channel_name(channel)} {rate:g}" for channel, rate in card.rates.items())
    seconds = (card.now - began).total_seconds()
    so_far = f", {figures.sent / seconds:.1f} a second so far" if figures.sent and seconds >= 1 else ""
    return f"Began {moment(began)}{so_far} (at most {most} a second), none after {moment(standing.campaign.not_after)}"


def _buttons(standing: Standing) -> list[Block]:
    if standing.state not in SENDING:
        return []
    value = value_of(standing.campaign)
    running = standing.state is CampaignState.RUNNING
    first = button(PAUSE, "Pause", value) if running else button(RESUME, "Resume", value, "primary")
    stop = button(STOP, "Stop for good", value, "danger")
    stop["confirm"] = {
        "title": {"type": "plain_text", "text": "Stop it for good?"},
        "text": marked("What has not left never will. To interrupt it, press Pause instead."),
        "confirm": {"type": "plain_text", "text": "Stop"},
        "deny": {"type": "plain_text", "text": "Go on"},
    }
    return [{"type": "actions", "block_id": standing.campaign.id, "elements": [first, stop]}]
