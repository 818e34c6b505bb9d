"""What `handrail` can be told to do. Each command imports what it needs when it runs, so that `--help` is quick."""

import sys
from collections.abc import Mapping
from copy import copy
from importlib import import_module
from pathlib import Path

import click

from apps.cache import cache_option
from apps.extras import require_extra

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


@click.command()
def web() -> None:
    """Serve webhooks, the sidebar and the decision log."""
    from apps.metrics import count_together
    from apps.settings import settings_here

    count_together(settings_here().data_dir)
    from apps.server import serve

    serve()


@click.command()
@click.option("--concurrency", default=2, show_default=True, help="Worker processes.")
@click.option("--outreach", is_flag=True, help="Carry campaigns on, and nothing else; loads no language models.")
@click.option("--slack", is_flag=True, help="Hear Slack by Socket Mode, and nothing else.")
def worker(concurrency: int, *, outreach: bool, slack: bool) -> None:
    """Work off events and effects; with --outreach, campaigns. Run both.

    With --slack it hears Slack over a connection that this machine opens: no address has to be reached from outside."""
    if outreach and slack:
        raise click.UsageError("--outreach and --slack are two workers: start each by itself.")
    if slack:
        from apps.slack.socket import socket_here

        socket_here()
        return
    from apps.server import work, work_outreach

    if outreach:
        work_outreach()
    else:
        work(concurrency=concurrency)


# ---------------------------------------------------------------- all of it, on this machine


@click.command(short_help="Run queue, web and workers on this machine.")
def up() -> None:
    """Run queue, web and workers on this machine, for the accounts that the settings name."""
    from apps.up import up_here

    up_here()


@click.command(short_help="Is everything as it must be, and what to do where not.")
@click.option("--only", multiple=True, help="A section or a check; may be given more than once.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option("--within", default=20.0, show_default=True, help="Seconds that all the looking may take.")
@click.option("--probe", is_flag=True, help="Try out the language model with known cases, and write down its role.")
def doctor(only: tuple[str, ...], as_json: bool, within: float, probe: bool) -> None:
    """Is everything as it must be, and what to do where it is not. Nothing is changed; Zendesk is asked to
    send one test, which shows among its webhook's deliveries. --probe asks the language model some hundred and
    thirty known cases instead, which it costs, and keeps what it has shown.

    Exit code: 0 all well, 1 warnings, 2 something fails."""
    from apps.doctor.command import doctor_here, probe_model_here

    if probe:
        probe_model_here()
        return
    sys.exit(doctor_here(only, as_json=as_json, within=within))


@click.command(short_help="Take over customers and articles that changed.")
@click.option("--articles", is_flag=True, help="Only the articles.")
@click.option("--whole", is_flag=True, help="Read every article again, not only what changed; none is encoded twice.")
def sync(articles: bool, whole: bool) -> None:
    """Take over customers and articles that changed.

    Articles come from the helpdesk and from the folders and sites that `handrail knowledge add` has added. May be
    broken off at any time: the next sync goes on."""
    from apps.knowledge.syncing import sync_here

    sys.exit(sync_here(customers=not articles, whole=whole))


# ---------------------------------------------------------------- try it without customers


@click.command(short_help="Try it on this machine, the vendors played by a sandbox.")
@click.option("--check", is_flag=True, help="Play the story without a person; exit 0 only if every step is seen.")
@click.option("--port", type=int, help="Port of the page (the sandbox); default 8801 or a free one.")
@click.option("--web-port", type=int, help="Port of Handrail's web process; default 8800 or a free one.")
@click.option("--folder", type=click.Path(path_type=Path), default=Path("var/demo"), show_default=True)
def demo(check: bool, port: int | None, web_port: int | None, folder: Path) -> None:
    """Everything on this machine, the vendors played by a sandbox: play all four roles in a browser."""
    require_extra("demo")
    from apps.demo.command import play as play_demo

    sys.exit(play_demo(folder, check=check, port=port, web_port=web_port))


@click.command(short_help="Play stories that a person can read, and check every step.")
@click.argument("files", nargs=-1, type=FILE)
@click.option("--list", "listed", is_flag=True, help="Only say which stories there are.")
@click.option("--demo", "in_demo", is_flag=True, help="With real processes (queue, sandbox, web, workers) for each.")
@click.option("--folder", type=click.Path(path_type=Path), default=Path("var/stories"), show_default=True)
def play(files: tuple[Path, ...], listed: bool, in_demo: bool, folder: Path) -> None:
    """Play stories: people write and act at the vendors' side, and after each step everything is checked.

    Without FILES, those of tests/scenarios/stories. Exit code: 0 when every story went as it must."""
    require_extra("demo")
    from apps.stories.command import list_stories, play_files

    if listed:
        list_stories(files)
    else:
        sys.exit(play_files(files, folder, in_demo=in_demo))


@click.command(short_help="Practise on simulated tickets with the real sidebar.")
@click.option("--report", is_flag=True, help="Print how everybody did so far; starts nothing.")
@click.option("--port", type=int, help="Port of the page (the sandbox); default 8801 or a free one.")
@click.option("--web-port", type=int, help="Port of Handrail's web process; default 8800 or a free one.")
@click.option("--folder", type=click.Path(path_type=Path), default=Path("var/train"), show_default=True)
@click.option("--json", "as_json", is_flag=True, help="With --report: one JSON object.")
def train(report: bool, port: int | None, web_port: int | None, folder: Path, as_json: bool) -> None:
    """Practise on simulated tickets with the real sidebar, the vendors played by a sandbox, and see how it went."""
    require_extra("demo")
    from apps.train.command import practise, report_results

    sys.exit(report_results(folder, as_json=as_json) if report else practise(folder, port=port, web_port=web_port))


@click.command(short_help="Run the loop over a file of conversations; nothing is sent.")
@click.argument("file", type=FILE)
@click.option("--knowledge", type=click.Path(exists=True, path_type=Path), help="Articles: JSONL, or a folder.")
@click.option("--out", type=WRITTEN, help="Where decisions go; default: stdout.")
@click.option("--policy", type=FILE, help="Default: a starter policy.")
@click.option("--intents", type=FILE, help="Intents with examples.")
@click.option("--style", default="", help="The style card. Default: the one that comes along.")
@click.option("--learned", type=WRITTEN, help="What `eval answers --write` has written.")
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
    """Run the loop over a file of conversations, without network; nothing is sent."""
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


# ---------------------------------------------------------------- what came of it


@click.command("agent-survey", short_help="What agents answer to the weekly question.")
@click.option("--weeks", type=click.IntRange(1, 104), default=8, show_default=True, help="How far back.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def agent_survey(weeks: int, as_json: bool) -> None:
    """What agents answered to “Did the suggestions help you this week?”, newest week first.

    Nobody can see who answered what; of weeks with few answers only their number is told."""
    from apps.agent_survey import print_weeks

    print_weeks(weeks, as_json=as_json)


@click.command(short_help="What the offers of help on the company's pages did.")
@click.option("--days", type=click.IntRange(1, 365), default=30, show_default=True, help="How far back.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
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
    },
    old={"intents": ("apps.evaluate.intents:command", "intents check A.csv --test B.csv")},
    extra="eval",
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
parked = Lazy(
    "parked",
    "What did not reach a customer: send it again or dismiss it.",
    {"list": "apps.parked:list_messages", "send": "apps.parked:send", "dismiss": "apps.parked:dismiss"},
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
