"""The app's home in Slack: what waits for a yes, what is being sent, today's numbers, search. Block Kit as plain
values, made of values alone."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from core.cards.actions import LINK, REFRESH, SEARCH
from core.cards.blocks import Block, button, context, escaped, header, moment, people, section
from core.govern.pause import Pause
from core.model.campaign import CampaignState, Standing
from core.outreach.cards.progress import Figures
from core.outreach.cards.texts import readable
from core.ports.outreach import Progress

SHOWN = 5  # of each list
CELLS = 20  # of a bar
LEVELS = "▁▂▃▄▅▆▇█"
NOT_FOR_YOU = (
    ":lock: *This is where supervisors approve what customers are told.* The policy does not name your address among "
    "them. If it should, ask whoever looks after the policy."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """A campaign with where its card can be opened, empty where nobody knows."""

    standing: Standing
    progress: Progress = field(default_factory=Progress)
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    name: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Counts that are drawn beside each other, each as a share of all."""

    title: str
    bars: Sequence[Bar]


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """One count over the last days, the newest last."""

    title: str
    days: Sequence[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """What one supervisor sees. `found` are the lines of a search for `sought`, in Slack's markup."""

    at: datetime
    asked: Sequence[Queued] = ()
    running: Sequence[Queued] = ()
    ended: Sequence[Queued] = ()
    pause: Pause | None = None
    charts: Sequence[Chart] = ()
    courses: Sequence[Course] = ()
    told: Sequence[str] = ()  # further lines under the numbers
    sought: str = ""
    found: Sequence[str] = ()


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
        why = f": “{escaped(home.pause.why)}”" if home.pause.why else ""
        line = (
            f":double_vertical_bar: *All sending is paused* by {escaped(home.pause.by)} since {moment(home.pause.at)}"
            f"{why}. `/handrail resume` lets it go on."
        )
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
    return f"{escaped(why[:200])} · " if why else ""


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
        *(_opened(_going(each), each, "Open") for each in home.running[:SHOWN]),
        *_more(home.running),
    ]


def _going(queued: Queued) -> str:
    standing = queued.standing
    figures = Figures(standing.campaign, queued.progress)
    paused = f" · :double_vertical_bar: {escaped(standing.reason) or 'paused'}" if _is_paused(standing) else ""
    return (
        f"*{readable(standing.campaign.play)}*{paused}\n{bar(figures.ended, figures.all)}  {figures.share} %\n"
        f"{figures.sent:,} of {figures.all:,} sent, {figures.delivered:,} delivered, {figures.failed:,} failed"
    )


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
    drawn = [section(f"*{escaped(each.title)}*\n```{drawn_chart(each)}```") for each in home.charts if total(each)]
    days = [
        f"{spark(each.days)}  {escaped(each.title)}, {len(each.days)} days" for each in home.courses if any(each.days)
    ]
    told = [*days, *map(escaped, home.told)]
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
    return escaped(name.replace("`", "'"))


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
    found = [section(line) for line in home.found] or [section(f"Nothing is known under “{escaped(home.sought)}”.")]
    return [{"type": "divider"}, asked, *found]
