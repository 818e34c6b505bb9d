"""A campaign under way, and what came of it, on the card that was approved: numbers, a bar, and the buttons to stop."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from apps.slack.cards.actions import PAUSE, RESUME, STOP
from apps.slack.cards.blocks import Block, button, context, escape, header, mention, moment, money, people, section
from core.model.campaign import RESULT, SENDING, Campaign, CampaignState, Standing, Vote
from core.outreach.texts import channel_name, display_name, list_received, most_first
from core.ports.cards import CampaignCard, Rendered
from core.ports.outreach import Progress

CELLS = 15  # of the bar: with the share behind it in one line of the narrowest column
ERRORS = 5  # codes of the vendor that are named
LINES = 2500  # characters of the measured effect
LONGEST_TEXT = 300  # characters of a text that is only to be recognised
UNDELIVERED = ("failed", "undelivered", "canceled")
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
        section(_head(standing, card.votes, figures.stands_still(standing, card.now))),
        # Of what was stopped nothing is to come, and a full bar would say that all of it was sent.
        *([] if stopped else [section(f"{figures.bar()}\u00a0{figures.share}\u00a0%")]),
        {"type": "section", "fields": [{"type": "mrkdwn", "text": text} for text in figures.fields()]},
        *([section(figures.failures())] if progress.errors else []),
        *_effect(standing),
        context(*_notes(card, figures)),
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

    def fields(self) -> list[str]:
        rows = {
            "Sent": f"{self.sent:,} of {self.all:,}",
            "Delivered": f"{self.delivered:,}",
            "Failed": f"{self.failed:,}",
            "Still to come": f"{self.planned + self.waiting:,}",
            "Held back": f"{self.refused + self.stopped:,}",
            "Outcome unknown": f"{self.unsure:,}",
        }
        return [f"*{name}*\n{value}" for name, value in rows.items()]

    def failures(self) -> str:
        most = sorted(self.errors.items(), key=lambda each: (-each[1], each[0]))
        named = [f"{escape(code)[:40] or 'no code'}: {people:,}" for code, people in most[:ERRORS]]
        more = [f"and {len(most) - ERRORS} more kinds"] if len(most) > ERRORS else []
        return f"*Failed by the network's code:* {' · '.join([*named, *more])}"


def _effect(standing: Standing) -> list[Block]:
    told = "\n".join(str(line) for line in standing.facts.get(RESULT, ()))
    return [section(told[:LINES])] if told else []


def approvals_line(votes: Sequence[Vote], campaign: Campaign) -> str:
    """Who said yes to what is shown, and when."""
    given = [vote for vote in votes if vote.yes and vote.digest == campaign.digest]
    return ", ".join(f"{_person(vote)} {moment(vote.at)}" for vote in given)


def _person(vote: Vote) -> str:
    return f"{mention(vote.user_id, vote.name or vote.email)} ({escape(vote.role)[:40]})"


def _head(standing: Standing, votes: Sequence[Vote], still: str) -> str:
    """How it stands and why, and then who had said yes to it."""
    state = f"*{WAITS}*" if still else f"*{HEADS[standing.state]}*"
    reason = still or escape(standing.reason)[:500]
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


def _notes(card: CampaignCard, figures: Figures) -> list[str]:
    campaign = card.standing.campaign
    apart = campaign.counts.get("arm", {}).get("holdout", 0)
    return [
        _pace(card, figures),
        f"{people(apart)} left alone by lot (holdout)" if apart else "",
        f"Cost at most {money(campaign.cost, card.currency)}" if card.priced else "Cost unknown: no prices are set",
        f"“{escape(_shortened(campaign))[:1500]}”",
        f"Policy {escape(campaign.policy_version)[:80]} · digest {campaign.digest[:12]}",
    ]


def _shortened(campaign: Campaign) -> str:
    texts = most_first(campaign, list_received(campaign))
    if not texts:
        return ""
    text = " ".join(texts[0][0].text.split())
    more = f" (and {len(texts) - 1} more texts)" if len(texts) > 1 else ""
    return (text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…") + more


def _pace(card: CampaignCard, figures: Figures) -> str:
    standing = card.standing
    began, ended = standing.began_at, standing.ended_at
    if began is None:
        return ""
    if standing.state not in SENDING:
        return f"Began {moment(began)}" + (f", ended {moment(ended)}" if ended else "")
    most = ", ".join(f"{channel_name(channel)} {rate:g}" for channel, rate in card.rates.items())
    seconds = (card.now - began).total_seconds()
    pace = f", {figures.sent / seconds:.1f} a second so far" if figures.sent and seconds >= 1 else ""
    return f"Began {moment(began)}{pace} (at most {most} a second), none after {moment(standing.campaign.not_after)}"


def _buttons(standing: Standing) -> list[Block]:
    if standing.state not in SENDING:
        return []
    value = value_of(standing.campaign)
    running = standing.state is CampaignState.RUNNING
    first = button(PAUSE, "Pause", value) if running else button(RESUME, "Resume", value, "primary")
    stop = button(STOP, "Stop for good", value, "danger")
    stop["confirm"] = {
        "title": {"type": "plain_text", "text": "Stop it for good?"},
        "text": {"type": "mrkdwn", "text": "What has not left never will. To interrupt it, press Pause instead."},
        "confirm": {"type": "plain_text", "text": "Stop"},
        "deny": {"type": "plain_text", "text": "Go on"},
    }
    return [{"type": "actions", "block_id": standing.campaign.id, "elements": [first, stop]}]
