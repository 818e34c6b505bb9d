"""`handrail`: the command line. Each command imports what it needs when it runs, so that `--help` is quick."""

import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

import click

from apps.install.command import connect, disconnect, init
from core.errors import HandrailError

ORDER = ("demo", "init", "connect", "sync", "up", "doctor", "policy", "knowledge", "pilot", "pulse", "train")


class Lazy(click.Group):
    """A group whose commands lie in modules of their own, imported when one of them is named."""

    def __init__(self, name: str, help: str, commands: Mapping[str, str]) -> None:
        """`commands` maps a name to its `module:attribute`."""
        super().__init__(name=name, help=help, short_help=help.partition(":")[0].rstrip(".") + ".")
        self._places = commands

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self._places)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        place = self._places.get(cmd_name)
        if place is None:
            return None
        module, name = place.split(":")
        found = getattr(import_module(module), name)
        return found if isinstance(found, click.Command) else None


class Group(click.Group):
    """Our own errors are messages for a person, not stack traces."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order of their use, not of the alphabet."""
        first = [name for name in ORDER if name in self.commands]
        return [*first, *(name for name in self.commands if name not in first)]

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except HandrailError as error:
            click.echo(str(error), err=True)
            ctx.exit(2)


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="handrail")
def main() -> None:
    """Handrail: grounded suggestions, warm handoffs and approved messages for the helpdesk you keep."""


for command in (init, connect, disconnect):
    main.add_command(command)


@main.command()
def web() -> None:
    """Serve webhooks, the sidebar and the decision log."""
    from apps.metrics import count_together
    from apps.settings import settings_here

    count_together(settings_here().data_dir)
    from apps.server import serve

    serve()


@main.command()
@click.option("--concurrency", default=2, show_default=True, help="Worker processes.")
def worker(concurrency: int) -> None:
    """Work off events and effects."""
    from apps.server import work

    work(concurrency=concurrency)


@main.command(short_help="Run queue, web and worker on this machine.")
def up() -> None:
    """Run queue, web and worker on this machine, for the accounts that the settings name."""
    from apps.up import up_here

    up_here()


@main.command(short_help="Is everything as it must be, and what to do where not.")
@click.option("--only", multiple=True, help="A section or a check; may be given more than once.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option("--within", default=20.0, show_default=True, help="Seconds that all the looking may take.")
def doctor(only: tuple[str, ...], as_json: bool, within: float) -> None:
    """Is everything as it must be, and what to do where it is not. Nothing is changed; Zendesk is asked to
    send one test, which shows among its webhook's deliveries.

    Exit code: 0 all well, 1 warnings, 2 something fails."""
    from apps.doctor.command import doctor_here

    sys.exit(doctor_here(only, as_json=as_json, within=within))


@main.command()
def sync() -> None:
    """Take over customers and Help Center articles that changed."""
    from apps.up import sync_here

    sys.exit(sync_here())


@main.command(short_help="Try it on this machine, the vendors played by a sandbox.")
@click.option("--check", is_flag=True, help="Play the story without a person; exit 0 only if every step is seen.")
@click.option("--port", type=int, help="Port of the page (the sandbox); default 8801 or a free one.")
@click.option("--web-port", type=int, help="Port of Handrail's web process; default 8800 or a free one.")
@click.option("--folder", type=click.Path(path_type=Path), default=Path("var/demo"), show_default=True)
def demo(check: bool, port: int | None, web_port: int | None, folder: Path) -> None:
    """Everything on this machine, the vendors played by a sandbox: play all four roles in a browser."""
    from apps.demo.play import play

    sys.exit(play(folder, check=check, port=port, web_port=web_port))


@main.command(short_help="Run the loop over a file of conversations; nothing is sent.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--knowledge", type=click.Path(exists=True, path_type=Path), help="Articles: JSONL, or a folder.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Where decisions go; default: stdout.")
@click.option(
    "--policy", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Default: a starter policy."
)
@click.option("--intents", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Intents with examples.")
@click.option("--style", default="", help="The style card. Default: the one that comes along.")
@click.option(
    "--learned", type=click.Path(dir_okay=False, path_type=Path), help="What `eval answers --write` has written."
)
@click.option("--cache", type=click.Path(path_type=Path), default=Path("var/cache"), show_default=True)
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


main.add_command(
    Lazy(
        "knowledge",
        "The company's own articles: take them over, look at them, find their faults.",
        {
            "sync": "apps.knowledge.command:sync",
            "add": "apps.knowledge.command:add",
            "list": "apps.knowledge.command:list_articles",
            "search": "apps.knowledge.command:search",
            "check": "apps.knowledge.checking:check",
            "show": "apps.knowledge.command:show",
            "gaps": "apps.knowledge.gaps:gaps",
        },
    )
)
main.add_command(
    Lazy(
        "eval",
        "How good the answers are, on your own labelled files.",
        {
            "retrieval": "apps.evaluate.retrieval:command",
            "grounding": "apps.evaluate.grounding:command",
            "guard": "apps.evaluate.guard:command",
            "pii": "apps.evaluate.personal:command",
            "answers": "apps.evaluate.answers:command",
            "intents": "apps.evaluate.intents:command",
            "sentiment": "apps.evaluate.sentiment:command",
            "triggers": "apps.evaluate.triggers:command",
        },
    )
)
main.add_command(
    Lazy(
        "intents",
        "The company's own intents: proposed from its tickets, and checked.",
        {"propose": "apps.intents.proposing:propose", "check": "apps.intents.checking:check"},
    )
)
main.add_command(
    Lazy(
        "app",
        "The app that is installed in Zendesk.",
        {"package": "apps.app_package.command:package", "check": "apps.app_package.command:check"},
    )
)
main.add_command(Lazy("reasked", "What customers had to tell twice.", {"check": "apps.reasked:check"}))
main.add_command(Lazy("style", "How the company sounds.", {"check": "apps.style.command:check"}))
main.add_command(
    Lazy(
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
)
main.add_command(
    Lazy(
        "route",
        "Who gets which conversation, tried out on your own past.",
        {
            "simulate": "apps.route.command:simulate",
            "learn": "apps.route.command:learn",
            "tiers": "apps.route.tiers:tiers",
        },
    )
)

main.add_command(
    Lazy(
        "pilot",
        "Begin with one channel and a few intents: the numbers say when to expand.",
        {
            "plan": "apps.pilot.plan:plan",
            "start": "apps.pilot.start:start",
            "status": "apps.pilot.status:status",
            "expand": "apps.pilot.start:expand",
            "stop": "apps.pilot.stop:stop",
        },
    )
)


@main.command(short_help="What agents answer to the weekly question.")
@click.option("--weeks", type=click.IntRange(1, 104), default=8, show_default=True, help="How far back.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def pulse(weeks: int, as_json: bool) -> None:
    """What agents answered to “Did the suggestions help you this week?”, newest week first.

    Nobody can see who answered what; of weeks with few answers only their number is told."""
    from apps.pulse.command import tell

    tell(weeks, as_json=as_json)


@main.command(short_help="What the offers of help on the company's pages did.")
@click.option("--days", type=click.IntRange(1, 365), default=30, show_default=True, help="How far back.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def journey(days: int, as_json: bool) -> None:
    """What the offers of help on the company's pages did, by rule, against the visitors who were held out."""
    from apps.journey.command import tell

    tell(days, as_json=as_json)


@main.command(short_help="Play stories that a person can read, and check every step.")
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--list", "listed", is_flag=True, help="Only say which stories there are.")
@click.option("--folder", type=click.Path(path_type=Path), default=Path("var/stories"), show_default=True)
def play(files: tuple[Path, ...], listed: bool, folder: Path) -> None:
    """Play stories: people write and act at the vendors' side, and after each step everything is checked.

    Without FILES, those of tests/scenarios/stories. Exit code: 0 when every story went as it must."""
    from apps.stories.command import list_stories, play_files

    if listed:
        list_stories(files)
    else:
        sys.exit(play_files(files, folder))


@main.command(short_help="Practise on simulated tickets with the real sidebar.")
@click.option("--report", is_flag=True, help="Print how everybody did so far; starts nothing.")
@click.option("--port", type=int, help="Port of the page (the sandbox); default 8801 or a free one.")
@click.option("--web-port", type=int, help="Port of Handrail's web process; default 8800 or a free one.")
@click.option("--folder", type=click.Path(path_type=Path), default=Path("var/train"), show_default=True)
@click.option("--json", "as_json", is_flag=True, help="With --report: one JSON object.")
def train(report: bool, port: int | None, web_port: int | None, folder: Path, as_json: bool) -> None:
    """Practise on simulated tickets with the real sidebar, the vendors played by a sandbox, and see how it went."""
    from apps.train.command import practise, reported

    sys.exit(reported(folder, as_json=as_json) if report else practise(folder, port=port, web_port=web_port))


if __name__ == "__main__":
    main()
