"""What `handrail` can be told to do. Each command imports what it needs when it runs, so that `--help` is quick."""

import sys
from collections.abc import Mapping
from copy import copy
from datetime import datetime
from importlib import import_module
from pathlib import Path

import click

from apps.cache import cache_option
from apps.extras import require_extra

PORT = click.IntRange(1, 65535)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
WRITTEN = click.Path(dir_okay=False, path_type=Path)


def hide_old_name(command: click.Command, old: str, new: str) -> click.Command:
    """The command under its `old` name, for one release: left out of the help, and it says what to use instead."""
    alias = copy(command)
    alias.name, alias.hidden = old.split()[-1], True
    run = command.callback

    def say_and_run(*arguments: object, **options: object) -> object:
        click.echo(f"`handrail {old}` is now `handrail {new}`; the old name goes with the next release.", err=True)
        return run(*arguments, **options) if run else None

    alias.callback = say_and_run
    return alias


class Lazy(click.Group):
    """A group whose commands lie in modules of their own, imported when one of them is named."""

    def __init__(
        self,
        name: str,
        help: str,
        commands: Mapping[str, str],
        *,
        old: Mapping[str, tuple[str, str]] | None = None,
        extra: str = "",
    ) -> None:
        """`commands` maps a name to its `module:attribute`, `old` an earlier name to that and to what it is now;
        `extra` names the optional dependencies that all of them need."""
        super().__init__(name=name, help=help, short_help=help.partition(":")[0].rstrip(".") + ".")
        self._places, self._old, self._extra = commands, old or {}, extra

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self._places)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Each with its whole first sentence: click cuts it where the line ends."""
        commands = ((name, self.get_command(ctx, name)) for name in self.list_commands(ctx))
        with formatter.section("Commands"):
            formatter.write_dl([(name, each.get_short_help_str(limit=1000)) for name, each in commands if each])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if self._extra:
            require_extra(self._extra)
        if cmd_name in self._places:
            return _found(self._places[cmd_name])
        if cmd_name in self._old:
            place, new = self._old[cmd_name]
            return hide_old_name(_found(place), f"{self.name} {cmd_name}", new)
        return None


def _found(place: str) -> click.Command:
    module, name = place.split(":")
    found: click.Command = getattr(import_module(module), name)
    return found


# ---------------------------------------------------------------- the processes


@click.command(short_help="Serve webhooks, the sidebar and the decision log.")
def web() -> None:
    """Serve webhooks, the sidebar and the decision log, at the address that the setting `listen` names.

    Default 127.0.0.1:8800. `handrail up` starts it with all the rest; alone it is for several machines."""
    from apps.metrics import count_together
    from apps.settings import settings_here

    count_together(settings_here().data_dir, "web")
    from apps.server import serve

    serve()


@click.command(short_help="Read, draft and send what the web process took in.")
@click.option(
    "--concurrency",
    type=click.IntRange(min=1),
    metavar="N",
    default=2,
    show_default=True,
    help="Messages that are worked on at once, each in a process: one for each processor core.",
)
@click.option("--outreach", is_flag=True, help="Carry campaigns on, and nothing else; loads no models.")
@click.option("--slack", is_flag=True, help="Receive what is done in Slack by its Socket Mode, and nothing else.")
def worker(concurrency: int, *, outreach: bool, slack: bool) -> None:
    """Read, draft and send what the web process took in; with --outreach carry campaigns on. An installation needs
    both: start them side by side. `handrail up` does so.

    With --slack it receives what is done in Slack over a connection that this machine opens: no address has to be
    reached from outside. It takes the setting `slack.app_token`."""
    if outreach and slack:
        raise click.UsageError("--outreach and --slack are two workers: start each by itself.")
    from apps.metrics import count_together
    from apps.settings import settings_here

    count_together(settings_here().data_dir, "slack" if slack else "outreach" if outreach else "worker")
    if slack:
        from apps.slack.socket import socket_here

        socket_here()
        return
    from apps.server import work, work_outreach

    if outreach:
        work_outreach()
    else:
        work(concurrency=concurrency)


@click.command(short_help="Does a process of this installation do its work.")
@click.argument("part", type=click.Choice(["all", "web", "worker", "outreach", "slack"]), default="all")
def health(part: str) -> None:
    """Does the process PART of this machine do its work; for health checks of containers and monitors.

    PART is web (answers /healthz), worker, outreach or slack (have touched their file in the data folder within a
    minute), or all, the default: web, store, queue and workers, as /readyz tells. Exit code: 0 it does, 1 it does
    not."""
    from apps.heartbeat import health_here

    sys.exit(health_here(part))


# ---------------------------------------------------------------- all of it, on this machine


@click.command(short_help="Run queue, web and workers on this machine.")
def up() -> None:
    """Run queue, web and workers on this machine, for the accounts that the settings name, until Ctrl-C.

    The settings are those of handrail.toml in this folder, or in the file that HANDRAIL_CONFIG names; the environment
    (HANDRAIL_…) comes first. The address is the setting `listen`, default 127.0.0.1:8800. A process that ends or hangs
    is started again. Exit code: 0 when it was stopped, 1 when one of them failed again and again, 2 when it could not
    start."""
    from apps.up import up_here

    up_here()


@click.command(short_help="Is everything as it must be, and what to do where not.")
@click.option(
    "--only",
    multiple=True,
    metavar="NAME",
    help="Only this section or check, by the name it is printed with, such as zendesk; may be given more than once.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead.")
@click.option(
    "--within",
    metavar="SECONDS",
    default=20.0,
    show_default=True,
    help="How long it may take in all; what is late fails.",
)
@click.option(
    "--probe", is_flag=True, help="Ask the language model known cases instead, and keep what it may be used for."
)
def doctor(only: tuple[str, ...], as_json: bool, within: float, probe: bool) -> None:
    """Is everything as it must be, and what to do where it is not. Nothing is changed; Zendesk is asked to
    send one test, which shows among its webhook's deliveries.

    --probe asks the language model some hundred and thirty known cases, at its usual price, and keeps what it has
    shown that it can do (docs/language-model.md).

    Exit code: 0 all well, 1 warnings, 2 something fails."""
    from apps.doctor.command import doctor_here, probe_model_here

    if probe:
        probe_model_here()
        return
    sys.exit(doctor_here(only, as_json=as_json, within=within))


@click.command(short_help="Take over customers and articles that changed.")
@click.option("--articles", is_flag=True, help="Only the articles, no customers.")
@click.option("--whole", is_flag=True, help="Read every article again, not only what changed; none is encoded twice.")
def sync(articles: bool, whole: bool) -> None:
    """Take over customers and articles that changed.

    Articles come from the helpdesk and from the folders and sites that `handrail knowledge add` has added. May be
    broken off at any time: the next sync goes on. Exit code: 0 fine, 1 some articles could not be taken over, 2 a
    source broke off."""
    from apps.knowledge.syncing import sync_here

    sys.exit(sync_here(customers=not articles, whole=whole))


@click.command(short_help="A copy of what this installation holds, without its secrets.")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--keep",
    type=click.IntRange(min=1),
    metavar="N",
    help="Then delete all but the newest N backups in FOLDER. Default: delete none.",
)
def backup(folder: Path, keep: int | None) -> None:
    """Write a backup of this installation into a new folder in FOLDER, while it runs.

    It holds the store (SQLite, or PostgreSQL by pg_dump), the vectors that were computed, handrail.toml and the files
    that it names. It holds no secrets: keep those, the master key among them, elsewhere. Customers' data is in it:
    FOLDER is made for nobody else to read."""
    from apps.backup import backup_here

    backup_here(folder, keep)


@click.command(short_help="Put a backup back, into an empty place.")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--nothing-since",
    is_flag=True,
    help="Nothing of Handrail ran after the backup was made: go on exactly where it stood, without a pause.",
)
def restore(folder: Path, *, nothing_since: bool) -> None:
    """Put the backup FOLDER back into this installation, which must have no store yet.

    handrail.toml and the files that it names are written where they are not there; secrets are to be there again
    before Handrail starts. What the backup holds as about to leave may have left after it was made: it is looked up at
    the vendors first. Whom Handrail would answer may have been answered: until `handrail outreach resume` agents get
    those answers. With --nothing-since it goes on as it was."""
    from apps.backup import restore_here

    restore_here(folder, nothing_since=nothing_since)


# ---------------------------------------------------------------- try it without customers

PAGE_PORT = click.option(
    "--port", type=PORT, metavar="PORT", help="Of the page to open. Default: 8801, or a free one where that is taken."
)
OWN_PORT = click.option(
    "--web-port",
    type=PORT,
    metavar="PORT",
    help="Of Handrail itself. Default: 8800, or a free one where that is taken.",
)


@click.command(short_help="Try it on this machine, the vendors played by a sandbox.")
@click.option("--check", is_flag=True, help="Play the story without a person; exit 0 only if every step is seen.")
@PAGE_PORT
@OWN_PORT
@click.option(
    "--folder",
    type=click.Path(path_type=Path),
    default=Path("var/demo"),
    show_default=True,
    help="For its files. Each start begins anew; what was computed (vectors, models) is kept.",
)
def demo(check: bool, port: int | None, web_port: int | None, folder: Path) -> None:
    """Everything on this machine, the vendors played by a sandbox: play all four roles in a browser.

    Needs no account and no network, and leaves your own settings alone. Ctrl-C ends it."""
    require_extra("demo")
    from apps.demo.command import play as play_demo

    sys.exit(play_demo(folder, check=check, port=port, web_port=web_port))


@click.command(short_help="Play stories that a person can read, and check every step.")
@click.argument("files", nargs=-1, type=FILE)
@click.option("--list", "listed", is_flag=True, help="Only say which stories there are; play none.")
@click.option("--demo", "in_demo", is_flag=True, help="Start real processes (queue, sandbox, web, workers) for each.")
@click.option(
    "--folder", type=click.Path(path_type=Path), default=Path("var/stories"), show_default=True, help="For their files."
)
def play(files: tuple[Path, ...], listed: bool, in_demo: bool, folder: Path) -> None:
    """Play stories: people write and act at the vendors' side, and after each step everything is checked.

    FILES are YAML, as docs/stories.md tells; without any, those of tests/scenarios/stories. Exit code: 0 when every
    story went as it must, else 1."""
    require_extra("demo")
    from apps.stories.command import list_stories, play_files

    if listed:
        list_stories(files)
    else:
        sys.exit(play_files(files, folder, in_demo=in_demo))


@click.group(invoke_without_command=True, short_help="Practise on simulated tickets with the real sidebar.")
@click.option("--own", is_flag=True, help="Practise on your own promoted matters, by your own articles and policy.")
@click.option("--report", is_flag=True, help="Print how everybody did so far; starts nothing.")
@PAGE_PORT
@OWN_PORT
@click.option(
    "--folder",
    type=click.Path(path_type=Path),
    default=Path("var/train"),
    show_default=True,
    help="For its files, everybody's results among them.",
)
@click.option("--json", "as_json", is_flag=True, help="With --report: print one JSON object instead.")
@click.pass_context
def train(
    context: click.Context,
    own: bool,
    report: bool,
    port: int | None,
    web_port: int | None,
    folder: Path,
    as_json: bool,
) -> None:
    """Practise on simulated tickets with the real sidebar, the vendors played by a sandbox, and see how it went."""
    if context.invoked_subcommand is not None:
        return
    require_extra("demo")
    from apps.train.command import practise, report_results

    if report:
        sys.exit(report_results(folder, as_json=as_json))
    sys.exit(practise(folder, own=own, port=port, web_port=web_port))


@train.command("keep")
@click.argument("ticket", metavar="CONVERSATION|TICKET")
def train_keep(ticket: str) -> None:
    """Keep TICKET as an exercise.

    What an agent answered last in it is practised on, without personal data."""
    from apps.train.matters import keep_matter

    keep_matter(ticket)


@train.command("list")
def train_list() -> None:
    """The matters that were promoted to practise on, and by whom."""
    from apps.train.matters import list_matters

    list_matters()


@train.command("drop")
@click.argument("name", metavar="NAME")
def train_drop(name: str) -> None:
    """No longer practise on the matter NAME. A case of the regression suite that was made of it stays."""
    from apps.train.matters import drop_matter

    drop_matter(name)


@click.command(short_help="Run the loop over a file of conversations; nothing is sent.")
@click.argument("file", type=FILE)
@click.option(
    "--knowledge",
    type=click.Path(exists=True, path_type=Path),
    help="Your articles: a folder, or JSON Lines with id, title and text. Default: none, so nothing is answered.",
)
@click.option("--out", type=WRITTEN, help="Where the decisions go, a JSON object a line. Default: standard output.")
@click.option("--policy", type=FILE, help="The policy that decides. Default: the one that comes along.")
@click.option("--intents", type=FILE, help="Your intents with examples (docs/sense.md). Default: none.")
@click.option("--style", default="", metavar="FILE", help="The style card. Default: the one that comes along.")
@click.option("--learned", type=WRITTEN, help="What `handrail eval answers --write` has written. Default: nothing.")
@cache_option
def run(
    file: Path,
    knowledge: Path | None,
    out: Path | None,
    policy: Path | None,
    intents: Path | None,
    style: str,
    learned: Path | None,
    cache: Path,
) -> None:
    """Run the loop over a file of conversations, without network; nothing is sent.

    FILE is JSON Lines (also .gz), a conversation a line:

    \b
    {"id": "7", "channel": "email", "messages": [{"role": "customer", "text": "…"}]}

    `channel` is email where it is not given, `role` is customer, agent or assistant, and a message may have its time
    (`at`), a conversation its `customer` (`name`, `tier`, `locale`)."""
    from apps.run.command import run_file

    sys.exit(
        run_file(
            file,
            knowledge=knowledge,
            out=out,
            policy=policy,
            intents=intents,
            style=style,
            learned=learned,
            cache=cache,
        )
    )


@click.command(short_help="Decide your last tickets again: what could have been automatic?")
@click.option(
    "--last",
    type=click.IntRange(min=1),
    metavar="N",
    help="The newest N finished tickets of your Zendesk account, or of FILE. Default: 200 of the account, all of FILE.",
)
@click.option("--from", "file", type=FILE, metavar="FILE", help="A file of Zendesk's JSON export instead, also .gz.")
@click.option("--policy", type=FILE, help="The policy that decides. Default: yours, else the one that comes along.")
@click.option(
    "--knowledge",
    type=click.Path(exists=True, path_type=Path),
    multiple=True,
    metavar="PATH",
    help="Articles: a folder, or JSON Lines; given more than once, versions of one article take their turn by "
    "`updated_at`. Default: your help centre.",
)
@click.option(
    "--articles",
    type=click.Choice(["then", "today"]),
    default="then",
    show_default=True,
    help="Articles as they stood at each message, or all of today's from the beginning.",
)
@click.option("--intents", type=FILE, help="Your intents with examples. Default: those of your settings.")
@click.option("--style", default="", metavar="FILE", help="The style card. Default: that of your settings.")
@click.option("--learned", type=WRITTEN, help="What `handrail eval answers --write` has written. Default: nothing.")
@click.option(
    "--at-most-wrong",
    default=0.05,
    show_default=True,
    type=click.FloatRange(0.005, 0.5),
    metavar="SHARE",
    help="The share of automatic answers that may be wrong, by the upper end of its 95 % interval.",
)
@click.option(
    "--minutes",
    type=click.FloatRange(min=0),
    metavar="MINUTES",
    help="What a reply takes an agent. Default: as tracked in FILE, else the least that its words take.",
)
@click.option("--hourly", type=click.FloatRange(min=0), metavar="AMOUNT", help="What an agent's hour costs.")
@click.option("--currency", default="EUR", show_default=True, metavar="CODE", help="Of that amount.")
@click.option(
    "--escalated-tag",
    "tags",
    multiple=True,
    default=("escalated", "escalation"),
    show_default=True,
    metavar="TAG",
    help="A tag by which agents mark a ticket that they passed up.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead, every line with its tickets.")
@click.option("--html", type=WRITTEN, metavar="FILE", help="Write it as a page that stands alone, too.")
@click.option(
    "--write",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Write parts of a policy and a style card to start from, too.",
)
@click.option(
    "--fail-above",
    type=click.FloatRange(0, 1),
    metavar="SHARE",
    help="Exit with 1 where more of the automatic answers that could be judged were wrong.",
)
@click.option(
    "--model",
    default="",
    metavar="NAME",
    help="A language model at the endpoint of your settings that judges each pair as well: its agreement is printed.",
)
@click.option(
    "--processes", type=click.IntRange(min=1), metavar="N", help="How many decide at once. Default: one for each core."
)
@cache_option
def replay(
    last: int | None,
    file: Path | None,
    policy: Path | None,
    knowledge: tuple[Path, ...],
    articles: str,
    intents: Path | None,
    style: str,
    learned: Path | None,
    at_most_wrong: float,
    minutes: float | None,
    hourly: float | None,
    currency: str,
    tags: tuple[str, ...],
    as_json: bool,
    html: Path | None,
    write: Path | None,
    fail_above: float | None,
    model: str,
    processes: int | None,
    cache: Path,
) -> None:
    """Decide your finished tickets again as they came, and hold it against what your agents did.

    Each message meets the articles as they stood then, and nothing that came later. Nothing is sent, written to your
    helpdesk or kept: there is no outbox here. docs/replay.md tells how it is judged.

    Exit code 0; 1 with --fail-above where more were wrong, or none could be judged; 2 when it could not be tried."""
    from apps.replay.command import replay_history
    from core.measure.history.report import Question

    question = Question(
        limit=at_most_wrong,
        minutes=minutes,
        hourly=hourly,
        currency=currency,
        escalated=frozenset(tag.casefold() for tag in tags),
    )
    sys.exit(
        replay_history(
            last=last or (0 if file else 200),
            file=file,
            policy=policy,
            knowledge=knowledge,
            today=articles == "today",
            intents=intents,
            style=style,
            learned=learned,
            question=question,
            as_json=as_json,
            html=html,
            write=write,
            fail_above=fail_above,
            model=model,
            processes=processes,
            cache=cache,
        )
    )


# ---------------------------------------------------------------- what came of it


@click.command("agent-survey", short_help="What agents answer to the weekly question.")
@click.option(
    "--weeks", type=click.IntRange(1, 104), metavar="WEEKS", default=8, show_default=True, help="How many weeks back."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead.")
def agent_survey(weeks: int, as_json: bool) -> None:
    """What agents answered to “Did the suggestions help you this week?”, newest week first.

    Nobody can see who answered what; of weeks with few answers only their number is told."""
    from apps.agent_survey import print_weeks

    print_weeks(weeks, as_json=as_json)


CUT = click.Choice(["tier", "channel", "intent", "automation", "language", "group", "brand", "agent", "rule", "month"])


@click.command(short_help="The scorecard of a period, and what stands out in it.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="First day. Default: 30 days back.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="Last day. Default: until now.")
@click.option("--by", "cuts", type=CUT, multiple=True, help="Told apart by this; may be given more than once.")
@click.option("--only", multiple=True, metavar="CUT=VALUE", help="Only these matters, as intent=refund_status.")
@click.option("--html", type=WRITTEN, metavar="FILE", help="Write it as a page with charts that stands alone.")
@click.option("--json", "form", flag_value="json", help="Print one JSON object instead.")
@click.option("--csv", "form", flag_value="csv", help="Print a line for each group and measure instead.")
@click.option(
    "--list", "listed", default="", metavar="MEASURE", help="Print the conversations behind a figure instead."
)
@click.option("--hits", is_flag=True, help="With --list: those that count, also where those that do not are worse.")
@click.option(
    "--limit", type=click.IntRange(1, 10_000), default=50, show_default=True, metavar="N", help="With --list: how many."
)
@click.option("--fairness", is_flag=True, help="Whether groups of customers are treated alike, instead.")
@click.option("--minute-price", type=click.FloatRange(0), metavar="AMOUNT", help="What a minute of an agent costs.")
@click.option("--text-price", type=click.FloatRange(0), metavar="AMOUNT", help="What one text or WhatsApp costs.")
@click.option("--currency", default="", metavar="CODE", help="Of these prices. Default: that of the models.")
def report(
    since: datetime | None,
    until: datetime | None,
    cuts: tuple[str, ...],
    only: tuple[str, ...],
    html: Path | None,
    form: str | None,
    listed: str,
    hits: bool,
    limit: int,
    fairness: bool,
    minute_price: float | None,
    text_price: float | None,
    currency: str,
) -> None:
    """The balanced scorecard of the matters that began in a period.

    Each share with its interval, beside the period of the same length before, in any cut; and what stands out by more
    than chance. docs/measures.md defines each.

    --html needs the extra `report` for its charts. The page opens without a network.

    --fairness compares customers by language, tier, region and the fields that the policy names (`fairness.fields`) in
    who is handed over, waits, is answered by the assistant, met by silence, misread or written to: docs/fairness.md."""
    if html is not None and not fairness:
        require_extra("report")
    if fairness and (cuts or listed or form == "csv"):
        raise click.UsageError("--fairness goes with --since, --until, --only, --html and --json alone.")
    if sum((html is not None, form is not None, bool(listed))) > 1:
        raise click.UsageError("--html, --json, --csv and --list are forms of one report: choose one.")
    from apps.report.command import print_report
    from core.measure.report.report import Prices

    print_report(
        since=since,
        until=until,
        cuts=cuts,
        only=only,
        html=html,
        form=form or "text",
        listed=listed,
        hits=hits,
        limit=limit,
        prices=Prices(minute=minute_price, text=text_price, currency=currency),
        fairness=fairness,
    )


@click.command(short_help="Find conversations over all channels, and how they went.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="First day. Default: 30 days back.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="Last day. Default: until now.")
@click.option("--who", default="", metavar="PERSON", help="A name or its beginning, an e-mail address, a number.")
@click.option("--only", multiple=True, metavar="CUT=VALUE", help="As intent=refund_status, rule=human_request.")
@click.option("--outcome", default="", metavar="MEASURE", help="As contained, or “not satisfied” (docs/measures.md).")
@click.option("--words", default="", metavar="WORDS", help="These words stand in a message.")
@click.option(
    "--limit", type=click.IntRange(1, 1_000), default=50, show_default=True, metavar="N", help="How many, newest first."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead.")
def conversations(
    since: datetime | None,
    until: datetime | None,
    who: str,
    only: tuple[str, ...],
    outcome: str,
    words: str,
    limit: int,
    as_json: bool,
) -> None:
    """Conversations over all channels, newest first, that fit everything that is named.

    Messages are encrypted and no index knows their words: --words reads the newest 2,000 conversations that fit the
    rest. That somebody looked for a person or for words is noted (`handrail privacy log`)."""
    from apps.report.conversations import print_conversations

    print_conversations(
        since=since, until=until, only=only, who=who, outcome=outcome, words=words, limit=limit, as_json=as_json
    )


@click.command(short_help="How a ticket's matter was decided, for a person who asks.")
@click.argument("ticket", metavar="TICKET|CONVERSATION")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead.")
@click.option("--html", type=WRITTEN, metavar="FILE", help="Write it as a page that stands alone.")
def receipt(ticket: str, *, as_json: bool, html: Path | None) -> None:
    """How a TICKET's matter was decided, for a person who asks.

    Every message with who said it, by which rule of which policy, from which sources and under whose approval; what was
    done in your systems; and whether the ledger proves it.

    Personal data are masked as on the customer's own receipt; agents and supervisors are named, which that does not do.
    Only the store is read: no vendor's secret is needed. That somebody looked is noted (`handrail privacy log`).

    Exit code: 0, 1 where the ledger does not verify, 2 where there is no such ticket."""
    from apps.receipt.command import print_receipt

    if as_json and html is not None:
        raise click.UsageError("--json and --html are two forms: choose one.")
    sys.exit(print_receipt(ticket, as_json=as_json, html=html))


DAY = click.DateTime(["%Y-%m-%d"])


@click.command(short_help="How good conversations were, part by part, with causes.")
@click.option(
    "--since",
    type=DAY,
    metavar="DAY",
    help="Only conversations whose last change was on this day or later (UTC).",
)
@click.option("--until", type=DAY, metavar="DAY", help="Only those whose last change was before this day (UTC).")
@click.option("--sample", type=click.IntRange(1, 1000), metavar="N", help="N of them by lot, each with its causes.")
@click.option("--review", metavar="CONVERSATION", help="Say what you think of one, with --part, --says and --by.")
@click.option(
    "--part", type=click.Choice(["grounded", "complete", "tone", "policy", "handoff"]), help="Which part of it."
)
@click.option("--says", type=click.Choice(["good", "faulty"]), help="What the part is, to you.")
@click.option("--by", metavar="EMAIL", help="Who reviews.")
@click.option("--note", metavar="WORDS", default="", help="Why, in a few words.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead.")
def quality(
    since: datetime | None,
    until: datetime | None,
    sample: int | None,
    review: str | None,
    part: str | None,
    says: str | None,
    by: str | None,
    note: str,
    *,
    as_json: bool,
) -> None:
    """How good the newest conversations were: grounded, complete, tone, policy, handoff.

    Only what is stored counts; what cannot be told from it is counted as unknown. Nobody's name is told. With --review
    you say of one part of a CONVERSATION whether it is good or faulty; how far people agree is told from then on."""
    from apps.quality import note_review, print_quality

    if review is None:
        print_quality(since, until, sample, as_json=as_json)
        return
    if not (part and says and by):
        raise click.UsageError("--review needs --part, --says and --by.")
    note_review(review, part, says, by, note)
    click.echo("Noted.")


@click.command(short_help="What the offers of help on the company's pages did.")
@click.option(
    "--days", type=click.IntRange(1, 365), metavar="DAYS", default=30, show_default=True, help="How many days back."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead.")
def journey(days: int, as_json: bool) -> None:
    """What the offers of help on the company's pages did, by rule, against the visitors who were held out."""
    from apps.journey.results import print_results

    print_results(days, as_json=as_json)


# ---------------------------------------------------------------- commands of several words

knowledge = Lazy(
    "knowledge",
    "The company's own articles: add them, look at them, find their faults.",
    {
        "add": "apps.knowledge.command:add",
        "list": "apps.knowledge.command:list_articles",
        "search": "apps.knowledge.command:search",
        "check": "apps.knowledge.checking:check",
        "show": "apps.knowledge.command:show",
        "gaps": "apps.knowledge.gaps:gaps",
        "costs": "apps.knowledge.costs:costs",
    },
    old={"sync": ("apps.knowledge.command:sync", "sync --articles")},
)
evaluate = Lazy(
    "eval",
    "How good the answers are, on your own labelled files.",
    {
        "retrieval": "apps.evaluate.retrieval:command",
        "grounding": "apps.evaluate.grounding:command",
        "guard": "apps.evaluate.guard:command",
        "pii": "apps.evaluate.personal:command",
        "answers": "apps.evaluate.answers:command",
        "sentiment": "apps.evaluate.sentiment:command",
        "triggers": "apps.evaluate.triggers:command",
        "reading": "apps.evaluate.reading:command",
        "actions": "apps.evaluate.actions:command",
        "wrapup": "apps.evaluate.wrapup:command",
        "fairness": "apps.evaluate.fairness:command",
        "suite": "apps.suite:command",
        "improve": "apps.evaluate.improve:command",
    },
    old={"intents": ("apps.evaluate.intents:command", "intents check A.csv --test B.csv")},
    extra="eval",
)
suite = Lazy(
    "suite",
    "Matters that must never go wrong again: made of tickets, decided anew by `handrail eval suite`.",
    {
        "add": "apps.suite:add",
        "list": "apps.suite:list_cases",
        "write": "apps.suite:write_cases",
        "remove": "apps.suite:remove_case",
    },
)
learn = Lazy(
    "learn",
    "What use has changed by itself: which articles it moves, how sure answers are, and taking it back.",
    {"show": "apps.learn:show", "calibration": "apps.learn:calibration", "reset": "apps.learn:reset"},
)
intents = Lazy(
    "intents",
    "The company's own intents: proposed from its tickets, and checked.",
    {"propose": "apps.intents.proposing:propose", "check": "apps.intents.checking:check"},
)
app = Lazy(
    "app",
    "The app that is installed in Zendesk.",
    {"package": "apps.app_package.command:package", "check": "apps.app_package.command:check"},
)
reasked = Lazy("reasked", "What customers had to tell twice.", {"check": "apps.reasked:check"})
improve = Lazy(
    "improve",
    "What agents change in drafts, as proposals: people accept or refuse.",
    {
        "find": "apps.improve.command:find",
        "list": "apps.improve.command:list_proposals",
        "show": "apps.improve.command:show",
        "accept": "apps.improve.command:accept",
        "edit": "apps.improve.command:edit",
        "refuse": "apps.improve.command:refuse",
    },
)
style = Lazy("style", "How the company sounds.", {"check": "apps.style:check"})
policy = Lazy(
    "policy",
    "Who owns what, as code: try it, put it in force, see what it decided.",
    {
        "check": "apps.policy.checking:check",
        "test": "apps.policy.testing:test",
        "apply": "apps.policy.force:apply",
        "sign": "apps.policy.force:sign",
        "restore": "apps.policy.force:restore",
        "list": "apps.policy.listing:list_versions",
        "show": "apps.policy.listing:show",
        "diff": "apps.policy.diff:diff",
        "explain": "apps.policy.explain:explain",
    },
)
people = Lazy(
    "people",
    "Whose keys prove who gives a command that changes something.",
    {"add": "apps.people:add", "list": "apps.people:list_people", "remove": "apps.people:remove"},
)
privacy = Lazy(
    "privacy",
    "One person's data: export it, erase it, see who looked at it.",
    {
        "export": "apps.privacy.command:export",
        "erase": "apps.privacy.command:erase",
        "log": "apps.privacy.command:log",
        "page": "apps.privacy.page:page",
    },
)
route = Lazy(
    "route",
    "Who gets which conversation, tried out on your own past.",
    {
        "simulate": "apps.route.command:simulate",
        "learn": "apps.route.command:learn",
        "tiers": "apps.route.tiers:tiers",
    },
)
ledger = Lazy(
    "ledger",
    "What is written down of all that was decided and sent: proved, and shown.",
    {
        "verify": "apps.ledger:verify",
        "head": "apps.ledger:head",
        "show": "apps.ledger:show",
    },
)
keys = Lazy(
    "keys",
    "The master key under which all private data are.",
    {"show": "apps.keys:show", "rotate": "apps.keys:rotate"},
)
parked = Lazy(
    "parked",
    "What did not reach a customer: send it again or dismiss it.",
    {"list": "apps.parked:list_messages", "send": "apps.parked:send", "dismiss": "apps.parked:dismiss"},
)
actions = Lazy(
    "actions",
    "What is done in the company's own systems: look, try, and have it done.",
    {
        "list": "apps.actions.listing:list_actions",
        "check": "apps.actions.checking:check",
        "dry-run": "apps.actions.doing:dry_run",
        "run": "apps.actions.doing:run",
    },
)
outreach = Lazy(
    "outreach",
    "Campaigns, and the switch for all that leaves by itself.",
    {
        "list": "apps.outreach:list_campaigns",
        "show": "apps.outreach:show",
        "results": "apps.outreach:results",
        "status": "apps.outreach:status",
        "pause": "apps.outreach:pause",
        "resume": "apps.outreach:resume",
        "stop": "apps.outreach:stop",
    },
)
experiments = Lazy(
    "experiments",
    "What is tried on a part of the customers, and what it does.",
    {
        "list": "apps.experiments:list_experiments",
        "status": "apps.experiments:status",
        "stop": "apps.experiments:stop",
    },
)
pilot = Lazy(
    "pilot",
    "Begin with one channel and a few intents: the numbers say when to expand.",
    {
        "plan": "apps.pilot.plan:plan",
        "start": "apps.pilot.start:start",
        "status": "apps.pilot.status:status",
        "expand": "apps.pilot.start:expand",
        "stop": "apps.pilot.start:stop",
    },
)


# ---------------------------------------------------------------- earlier names, for one release


@click.command("slack-link")
def _slack_link() -> None:
    """Print the address at which a Slack workspace installs the app."""
    from apps.slack.installing import print_invitation

    print_invitation()


@click.command("slack-socket")
def _slack_socket() -> None:
    """Hear Slack by Socket Mode."""
    from apps.slack.socket import socket_here

    socket_here()


OLD_NAMES = (
    hide_old_name(_slack_link, "slack-link", "connect slack --link"),
    hide_old_name(_slack_socket, "slack-socket", "worker --slack"),
    hide_old_name(agent_survey, "pulse", "agent-survey"),
)
