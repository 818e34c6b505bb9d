"""`handrail`: the command line. Each command imports what it needs when it runs, so that `--help` is quick."""

import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

import click

from core.errors import HandrailError


class Lazy(click.Group):
    """A group whose commands lie in modules of their own, imported when one of them is named."""

    def __init__(self, name: str, help: str, commands: Mapping[str, str]) -> None:
        """`commands` maps a name to its `module:attribute`."""
        super().__init__(name=name, help=help)
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


@main.command()
def web() -> None:
    """Serve webhooks, the sidebar and the decision log."""
    from apps.server import serve

    serve()


@main.command()
@click.option("--concurrency", default=2, show_default=True, help="Worker processes.")
def worker(concurrency: int) -> None:
    """Work off events and effects."""
    from apps.server import work

    work(concurrency=concurrency)


@main.command()
def up() -> None:
    """Run queue, web and worker on this machine, for the accounts that the settings name."""
    from apps.up import up_here

    up_here()


@main.command()
@click.option("--show-secret", is_flag=True, help="Print the webhook's signing secret for your secret store.")
@click.option("--app-key", type=click.Path(path_type=Path), help="Write the sidebar app's public key here.")
def connect(show_secret: bool, app_key: Path | None) -> None:
    """Try the credentials, then declare our webhooks at Zendesk and Twilio. Safe to repeat."""
    from apps.up import connect_here

    connect_here(show_secret=show_secret, app_key=app_key)


@main.command()
def sync() -> None:
    """Take over customers and Help Center articles that changed."""
    from apps.up import sync_here

    sys.exit(sync_here())


@main.command()
@click.option("--check", is_flag=True, help="Play the story without a person; exit 0 only if every step is seen.")
@click.option("--port", type=int, help="Port of the page (the sandbox); default 8801 or a free one.")
@click.option("--web-port", type=int, help="Port of Handrail's web process; default 8800 or a free one.")
@click.option("--folder", type=click.Path(path_type=Path), default=Path("var/demo"), show_default=True)
def demo(check: bool, port: int | None, web_port: int | None, folder: Path) -> None:
    """Everything on this machine, the vendors played by a sandbox: play all four roles in a browser."""
    from apps.demo.play import play

    sys.exit(play(folder, check=check, port=port, web_port=web_port))


@main.command()
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

if __name__ == "__main__":
    main()
