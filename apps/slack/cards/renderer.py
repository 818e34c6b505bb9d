"""The core's CardRenderer, for Slack."""

from collections.abc import Iterable

from apps.slack.cards.action import action_card
from apps.slack.cards.alert import alert_card, moved_card
from apps.slack.cards.blocks import moment
from apps.slack.cards.campaign import campaign_card
from apps.slack.cards.clicked import blocked, how_it_stands, not_sayable, notice, words_sent, words_shown
from apps.slack.cards.commands import (
    denied,
    show_confirming,
    show_doable,
    show_help,
    show_history,
    show_parked,
    show_paused,
    show_resumed,
    show_status,
    show_switch,
)
from apps.slack.cards.doing import started
from apps.slack.cards.fault import fault_card, fault_said
from apps.slack.cards.home import closed_home, home_view
from apps.slack.cards.proposals import show_proposal, show_proposals
from apps.slack.cards.request import request_card, ruled_card
from core.ports.cards import Home, Rendered


class SlackCards:
    """Implements `core.ports.cards.CardRenderer`."""

    campaign = staticmethod(campaign_card)
    alert = staticmethod(alert_card)
    moved_alert = staticmethod(moved_card)
    action = staticmethod(action_card)
    fault = staticmethod(fault_card)
    fault_said = staticmethod(fault_said)
    request = staticmethod(request_card)
    ruled_request = staticmethod(ruled_card)

    notice = staticmethod(notice)
    words_sent = staticmethod(words_sent)
    words_shown = staticmethod(words_shown)
    blocked = staticmethod(blocked)
    not_sayable = staticmethod(not_sayable)
    how_it_stands = staticmethod(how_it_stands)

    help = staticmethod(show_help)
    denied = staticmethod(denied)
    status = staticmethod(show_status)
    switch = staticmethod(show_switch)
    paused = staticmethod(show_paused)
    resumed = staticmethod(show_resumed)
    history = staticmethod(show_history)
    doable = staticmethod(show_doable)
    started = staticmethod(started)
    parked = staticmethod(show_parked)
    confirming = staticmethod(show_confirming)
    proposals = staticmethod(show_proposals)
    proposal = staticmethod(show_proposal)

    moment = staticmethod(moment)

    def result_lines(self, title: str, sentences: Iterable[str]) -> list[str]:
        return [f"*{title}*", *sentences]

    def home(self, home: Home | None) -> Rendered:
        return Rendered("Handrail", closed_home() if home is None else home_view(home))
