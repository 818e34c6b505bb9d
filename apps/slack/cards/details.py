"""What stands behind a card's Details button: all that is not needed at first sight, by the names that the policy and
the ledger have for it."""

import json
from collections.abc import Sequence
from itertools import islice
from typing import Any

from apps.slack.cards.actions import SENT_AGAIN
from apps.slack.cards.alert import hit_line, how_often, masked, sign, ticket_link
from apps.slack.cards.blocks import (
    Block,
    escape,
    link,
    listed,
    mention,
    moment,
    people,
    quote_whole,
    section,
    short_markup,
)
from apps.slack.cards.progress import Figures, pace
from apps.slack.cards.texts import readable, texts_with_grounds
from core.execute.failures import failure_of
from core.measure.account import signals_seen
from core.model.campaign import RESULT, Campaign, Vote
from core.model.conversation import Message
from core.model.decision import Decision
from core.model.knowledge import Audience
from core.model.parked import Parked
from core.model.request import Ruling, Source
from core.outreach.texts import channel_name, display_name, language_name
from core.ports.cards import AlertDetails, CampaignCard
from core.privacy.mask import hide

MOST_BLOCKS = 100  # of a modal
AXES = {"segment": "Segments", "channel": "Channels", "language": "Languages", "zone": "Time zones"}
MOST = 30  # lines of a part

View = dict[str, Any]


def alert_details(details: AlertDetails) -> View:
    alert = masked(details.alert)
    said = alert.said
    rules = [f"{escape(why)} (`{escape(rule)}`)" for rule, why in details.reasons.items()]
    facts = [f"{escape(display_name(name))}: {escape(value)}" for name, value in said.facts.items() if value]
    named = [
        ("Kind", said.kind),
        ("Grouped by", said.key),
        ("Conversation", said.conversation_id or ""),
        ("Alert", alert.id),
    ]
    hits = [hit_line(each, said) for each in details.hits]
    return _view(
        [
            section(f"{sign(alert)} *{escape(said.text[:600])}*"),
            *listed("Who", [escape(said.who), _sentence(escape(said.tier)), ticket_link(said.ticket, said)]),
            *listed("What shows it", [escape(said.why)]),
            *listed("Rules that it was raised by", rules),
            *listed("What is known of it", facts),
            *(_decided(details.decision) if details.decision else []),
            *listed("How often", [_sentence(how_often(alert)), *(hits if alert.count > 1 else [])]),
            *listed("What became of it", [escape(note) for note in alert.notes]),
            *listed("On record as", [f"{name}: `{escape(value)}`" for name, value in named if value]),
        ]
    )


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _decided(decision: Decision) -> list[Block]:
    made, draft = decision.disposition, decision.draft
    cited = {each.passage.article_id: each.passage for each in draft.cited} if draft else {}
    sources = [link(passage.url, escape(passage.title)) for passage in cited.values()]
    drafted = [f"{draft.confidence:.0%} sure, by {escape(draft.composer)}", *sources] if draft else []
    decided = f"{escape(made.reason)} (`{escape(made.rule)}`, {made.action.replace('_', ' ')}, tier {made.tier})"
    return [
        *listed("Decided", [decided, f"{moment(decision.at)}, policy {escape(decision.policy_version)}"]),
        *listed("Signals", [escape(hide(str(each))) for each in islice(signals_seen(decision.signals), MOST)]),
        *listed("Not enough for a rule", [escape(each) for each in made.considered[:MOST]]),
        *listed(
            "Draft and its sources", drafted or [escape(f"None: {decision.abstained}") if decision.abstained else ""]
        ),
    ]


def request_details(ruling: Ruling, asked: Message | None) -> View:
    """`asked` is what the customer said last, which the words answer."""
    request = ruling.request
    times = [f"Asked by {escape(request.asked_by)} {moment(request.created_at)}", f"Until {moment(request.expires_at)}"]
    if ruling.decided_at:
        times.append(f"Decided by {mention(ruling.decided_by, ruling.decided_name)} {moment(ruling.decided_at)}")
    record = [f"Policy `{escape(request.policy_version)}`", f"Request `{request.id}`", f"Digest `{request.digest}`"]
    return _view(
        [
            *_titled("What the customer said", hide(asked.text) if asked else ""),
            *_titled("The words asked about", request.text),
            *listed("Found in them", [f"• {escape(each)}" for each in request.findings]),
            *listed("Sources", [_source(each) for each in request.sources] or ["None: the words are the agent’s own"]),
            *listed("When", times),
            *listed(
                "Its state", [f"{ruling.state.capitalize()}{f': {escape(ruling.reason)}' if ruling.reason else ''}"]
            ),
            *listed("On record as", record),
        ]
    )


def _source(source: Source) -> str:
    linked = link(source.url, escape(source.title))
    named = linked if source.audience is Audience.PUBLIC else f":lock: {linked} ({source.audience})"
    return f"{named}{f': “{escape(source.quote[:300])}”' if source.quote else ''}"


def campaign_details(card: CampaignCard) -> View:
    standing, campaign = card.standing, card.standing.campaign
    texts, hidden = texts_with_grounds(campaign)
    figures = Figures(campaign, card.progress) if card.progress else None
    more = f"{hidden} more texts do not fit here; *Edit* shows them while it may be changed" if hidden else ""
    facts = [f"{readable(name)}: {escape(str(value))}" for name, value in campaign.facts.items()]
    return _view(
        [
            section(f"*{readable(campaign.play)} to {people(campaign.treated)}*: {standing.state}"),
            *listed("What happened", facts),
            *listed("Why now", [escape(campaign.why)]),
            *(block for axis, title in AXES.items() for block in listed(title, _counted(campaign, axis))),
            *listed("Left out", _counted(campaign, "left_out")),
            *listed("Of those written to", _counted(campaign, "wishes")),
            *listed("Holdout", _apart(campaign)),
            *listed("Texts, their sources and what the checks found", ["Most received first", more] if texts else []),
            *texts,
            *(listed("Pace", [pace(card, figures)]) if figures else []),
            *(listed("Failed", _failures(figures)) if figures else []),
            *listed("What came of it", [str(line) for line in standing.facts.get(RESULT, ())]),
            *listed("Who decided", [_voted(vote, campaign) for vote in card.votes]),
            *listed("On record as", _recorded(campaign)),
        ]
    )


def _counted(campaign: Campaign, axis: str) -> list[str]:
    spoken = {"channel": channel_name, "language": language_name, "zone": _zone, "segment": display_name}.get(axis, str)
    most = sorted(campaign.counts.get(axis, {}).items(), key=lambda each: (-each[1], each[0]))
    lines = [f"{escape(spoken(name)[:100])}: {number:,}" for name, number in most[:MOST] if number]
    return [*lines, *([f"and {len(most) - MOST} more"] if len(most) > MOST else [])]


def _zone(name: str) -> str:
    return "not known for sure" if name in ("", "unknown") else name.replace("_", " ")


def _apart(campaign: Campaign) -> list[str]:
    apart = campaign.counts.get("arm", {}).get("holdout", 0)
    if not apart:
        return []
    return [
        f"{people(apart)} left alone by lot, of {people(campaign.treated + apart)} who may be written to",
        "Whether they ask less, or more, tells what the campaign did",
    ]


def _failures(figures: Figures) -> list[str]:
    most = sorted(figures.errors.items(), key=lambda each: (-each[1], each[0]))
    return [
        f"{number:,}: {failure_of(code).meaning} (`{short_markup(escape(code), 40) or 'no code'}`)"
        for code, number in most[:MOST]
    ]


def _voted(vote: Vote, campaign: Campaign) -> str:
    what = "yes" if vote.yes else "no"
    other = "" if vote.digest == campaign.digest else ", to other words"
    who, why = mention(vote.user_id, vote.name or vote.email), f" – {escape(vote.reason)}" if vote.reason else ""
    return f"{who} ({short_markup(escape(vote.role), 40)}): {what}{other} {moment(vote.at)}{why}"


def _recorded(campaign: Campaign) -> list[str]:
    return [
        f"Version {campaign.revision}, written by {short_markup(escape(campaign.composer), 200)}",
        f"Policy `{short_markup(escape(campaign.policy_version), 80)}`",
        f"Digest `{campaign.digest}`",
        f"Manifest `{campaign.root}`, {campaign.size:,} lines" if campaign.root else "",
        f"Campaign `{campaign.id}` of matter `{short_markup(escape(campaign.matter), 80)}`",
    ]


def parked_details(parked: Parked) -> View:
    tried = f"Tried {parked.tries} {'time' if parked.tries == 1 else 'times'}" if parked.tries else "Never tried"
    blocks = [
        *_titled("The whole text", parked.text),
        *listed("To", [escape(parked.who), escape(hide(parked.to)), channel_name(parked.channel)]),
        *listed("What the vendor or the connection said", [escape(hide(parked.why))]),
        *listed("On record as", [f"Message `{parked.id}`, under `{escape(parked.rule)}`", tried]),
    ]
    if len(blocks) > MOST_BLOCKS:  # what cannot be read whole is not sent from here
        return _view([section("*Too long to be shown whole in Slack: it is sent again in Zendesk*"), *blocks])
    return _view(blocks) | {
        "callback_id": SENT_AGAIN,
        "submit": {"type": "plain_text", "text": "Send again"},
        "private_metadata": json.dumps({"parked": parked.id}),
    }


def _titled(title: str, text: str) -> list[Block]:
    if not text:
        return []
    return [section(f"*{title}*"), *(section(piece) for piece in quote_whole(text))]


def _view(blocks: Sequence[Block]) -> View:
    return {
        "type": "modal",
        "title": {"type": "plain_text", "text": "Details"},
        "close": {"type": "plain_text", "text": "Close"},
        "blocks": list(blocks[:MOST_BLOCKS]),
    }
