"""The app's home: what waits for a yes, what is being sent, today's numbers, search."""

from collections.abc import Sequence
from datetime import datetime

from apps.slack.cards.actions import LINK, REFRESH, SEARCH
from apps.slack.cards.blocks import Block, button, context, escape, header, moment, people, section
from apps.slack.cards.commands import paused_line
from apps.slack.cards.progress import Figures
from apps.slack.cards.texts import readable
from core.model.campaign import CampaignState, Standing
from core.model.conversation import Conversation
from core.model.customer import TEXTED, Customer, Purpose
from core.outreach.texts import channel_name
from core.ports.cards import SHOWN, Chart, Found, Home, Queued

CELLS = 20  # of a bar
LEVELS = "▁▂▃▄▅▆▇█"
NOT_FOR_YOU = (
    ":lock: *This is where supervisors approve what customers are told.* The policy does not name your address among "
    "them. If it should, ask whoever looks after the policy."
)


def home_view(home: Home) -> list[Block]:
    return [
        *_state(home),
        *_queue(home),
        *_running(home),
        *_numbers(home),
        *_search(home),
        *_ended(home),
    ]


def closed_home() -> list[Block]:
    """For somebody who may not see it."""
    return [header("Handrail"), section(NOT_FOR_YOU)]


def _state(home: Home) -> list[Block]:
    refresh = {"type": "actions", "block_id": "home:top", "elements": [button(REFRESH, "Refresh", "home")]}
    if home.pause is None:
        line = ":large_green_circle: *Sending is on.* `/handrail pause` stops everything that no person wrote."
    else:
        line = f"{paused_line(home.pause)}. `/handrail resume` lets it go on."
    return [section(line), context(f"As of {moment(home.at)}"), refresh]


def _queue(home: Home) -> list[Block]:
    title = f"To approve ({len(home.asked)})" if home.asked else "To approve"
    if not home.asked:
        return [{"type": "divider"}, header(title), section("Nothing waits for you.")]
    return [{"type": "divider"}, header(title), *(_waiting(each) for each in home.asked[:SHOWN]), *_more(home.asked)]


def _waiting(queued: Queued) -> Block:
    standing, campaign = queued.standing, queued.standing.campaign
    aside = " · put aside" if standing.state is CampaignState.HELD else ""
    blocked = " · :no_entry: cannot be approved as it is" if campaign.blocked else ""
    text = (
        f"*{readable(campaign.play)}* to {people(campaign.treated)}{aside}{blocked}\n"
        f"{_why(campaign.why)}expires {moment(campaign.expires_at)}"
    )
    return _opened(text, queued, "Open the card")


def _why(why: str) -> str:
    return f"{escape(why[:200])} · " if why else ""


def _opened(text: str, queued: Queued, word: str) -> Block:
    block = section(text)
    if queued.link:
        place = button(f"{LINK}:{queued.standing.campaign.id}", word, queued.standing.campaign.id)
        block["accessory"] = place | {"url": queued.link}
    return block


def _running(home: Home) -> list[Block]:
    if not home.running:
        return []
    return [
        {"type": "divider"},
        header(f"Being sent ({len(home.running)})"),
        *(_opened(_going(each, home.at), each, "Open") for each in home.running[:SHOWN]),
        *_more(home.running),
    ]


def _going(queued: Queued, now: datetime) -> str:
    standing = queued.standing
    figures = Figures(standing.campaign, queued.progress)
    paused = f" · :double_vertical_bar: {escape(standing.reason) or 'paused'}" if _is_paused(standing) else ""
    still = figures.stands_still(standing, now)
    lines = [
        f"*{readable(standing.campaign.play)}*{paused}",
        f"{bar(figures.ended, figures.all)}  {figures.share} %",
        f":hourglass: {still}" if still else "",
        f"{figures.sent:,} of {figures.all:,} sent, {figures.delivered:,} delivered, {figures.failed:,} failed",
    ]
    return "\n".join(line for line in lines if line)


def _is_paused(standing: Standing) -> bool:
    return standing.state is CampaignState.PAUSED


def _ended(home: Home) -> list[Block]:
    if not home.ended:
        return []
    return [
        {"type": "divider"},
        header("Lately"),
        *(_opened(_past(each), each, "Open") for each in home.ended[:SHOWN]),
    ]


def _past(queued: Queued) -> str:
    standing = queued.standing
    figures = Figures(standing.campaign, queued.progress)
    sent = f": {figures.sent:,} of {figures.all:,} sent, {figures.delivered:,} delivered" if standing.began_at else ""
    return f"*{readable(standing.campaign.play)}* · {standing.state}{sent} · {moment(standing.changed_at)}"


def _more(queued: Sequence[Queued]) -> list[Block]:
    left = len(queued) - SHOWN
    return [context(f"and {left} more")] if left > 0 else []


def _numbers(home: Home) -> list[Block]:
    drawn = [section(f"*{escape(each.title)}*\n```{drawn_chart(each)}```") for each in home.charts if total(each)]
    days = [
        f"{spark(each.days)}  {escape(each.title)}, {len(each.days)} days" for each in home.courses if any(each.days)
    ]
    told = [*days, *map(escape, home.told)]
    if not drawn and not told:
        return []
    return [{"type": "divider"}, header("Today"), *drawn, *([section("\n".join(told))] if told else [])]


def total(chart: Chart) -> int:
    return sum(each.count for each in chart.bars)


def drawn_chart(chart: Chart) -> str:
    """One line for each bar, in letters of one width."""
    whole, wide = total(chart), max(len(each.name) for each in chart.bars)
    digits = max(len(f"{each.count:,}") for each in chart.bars)
    return "\n".join(
        f"{_plain(each.name):<{wide}}  {bar(each.count, whole)}  {each.count:>{digits},}  {_percent(each.count, whole)}"
        for each in chart.bars
    )


def _plain(name: str) -> str:
    """Nothing that would end the block of code."""
    return escape(name.replace("`", "'"))


def _percent(count: int, whole: int) -> str:
    return f"{100 * count / whole:>3.0f} %" if whole else ""


def bar(count: int, whole: int) -> str:
    """Something that is there at all is seen."""
    full = min(CELLS, max(1, CELLS * count // whole)) if whole and count else 0
    return "█" * full + "░" * (CELLS - full)


def spark(counts: Sequence[int]) -> str:
    """A course in letters: the highest day reaches the top."""
    most = max(counts, default=0)
    return "".join(LEVELS[(len(LEVELS) - 1) * count // most if most else 0] for count in counts)


def _search(home: Home) -> list[Block]:
    field = {
        "type": "plain_text_input",
        "action_id": SEARCH,
        "placeholder": {"type": "plain_text", "text": "a campaign, a ticket’s number, a name, an address, a number"},
        "dispatch_action_config": {"trigger_actions_on": ["on_enter_pressed"]},
        **({"initial_value": home.sought} if home.sought else {}),
    }
    asked: Block = {
        "type": "input",
        "block_id": "home:search",
        "dispatch_action": True,
        "label": {"type": "plain_text", "text": "Look up"},
        "element": field,
    }
    if not home.sought:
        return [{"type": "divider"}, asked]
    lines = [found_line(each) for each in home.found] or [f"Nothing is known under “{escape(home.sought)}”."]
    return [{"type": "divider"}, asked, *map(section, lines)]


def found_line(found: Found) -> str:
    """What a search came to, a line each."""
    if found.standing is not None:
        campaign = found.standing.campaign
        return (
            f":mega: *{readable(campaign.play)}* to {people(campaign.treated)} · {found.standing.state} · "
            f"{moment(found.standing.changed_at)} · `{campaign.id}`"
        )
    if found.conversation is not None:
        return _conversation(found.conversation) + (f" · {escape(found.customer.name)}" if found.customer else "")
    if found.customer is None:
        return ""
    who = f"*{escape(found.customer.name)}* ({escape(found.customer.tier)})"
    return f":bust_in_silhouette: {who} · {_consents(found.customer)}"


def _conversation(conversation: Conversation) -> str:
    ticket = f"Ticket #{escape(conversation.ticket_id)}" if conversation.ticket_id else "A conversation without ticket"
    owner = escape(conversation.owner.name) or "nobody"
    state = f"with {owner}" if conversation.open else "solved"
    why = f" · `/handrail why {escape(conversation.ticket_id)}`" if conversation.ticket_id else ""
    return f":ticket: *{ticket}: {escape(conversation.subject)}* · {state} · {moment(conversation.updated_at)}{why}"


def _consents(customer: Customer) -> str:
    may = [channel_name(each) for each in sorted(TEXTED) if customer.has_consented(each, Purpose.SERVICE)]
    return f"may be written to by {', '.join(may)}" if may else "has not agreed to be written to"
