"""`handrail`: the command line, its commands under what a person wants to do."""

from collections.abc import Mapping

import click

from apps import commands
from apps.install.command import connect, disconnect, init
from apps.secret_files import write_for_owner_alone
from core.errors import HandrailError

SECTIONS: Mapping[str, tuple[click.Command, ...]] = {
    "Run it": (
        commands.demo,
        commands.up,
        commands.sync,
        commands.doctor,
        commands.actions,
        commands.outreach,
        commands.parked,
        commands.backup,
        commands.restore,
    ),
    "Set it up": (
        init,
        connect,
        disconnect,
        commands.people,
        commands.policy,
        commands.knowledge,
        commands.intents,
        commands.style,
        commands.app,
        commands.keys,
    ),
    "Look into it": (
        commands.report,
        commands.conversations,
        commands.pilot,
        commands.experiments,
        commands.quality,
        commands.receipt,
        commands.ledger,
        commands.privacy,
        commands.agent_survey,
        commands.journey,
        commands.reasked,
    ),
    "Improve it": (
        commands.learn,
        commands.suite,
        commands.improve,
        commands.replay,
        commands.run,
        commands.evaluate,
        commands.route,
        commands.train,
        commands.play,
    ),
    "Processes": (commands.web, commands.worker, commands.health),
}


class Group(click.Group):
    """Our own errors are messages for a person, not stack traces."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Under the headings of SECTIONS; each command has its description in the same column."""
        width = max(len(name) for name in self.commands)
        for heading, under_it in SECTIONS.items():
            with formatter.section(heading):
                rows = [(str(each.name).ljust(width), each.get_short_help_str(limit=70)) for each in under_it]
                formatter.write_dl(rows)

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except HandrailError as error:
            click.echo(str(error), err=True)
            ctx.exit(2)
        except (PermissionError, NotADirectoryError, IsADirectoryError) as error:
            if error.filename is None:
                raise
            click.echo(
                f"{error.filename} cannot be used ({error.strerror}): name another, or change who may use it.", err=True
            )
            ctx.exit(2)


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="handrail")
def main() -> None:
    """Handrail: grounded suggestions, warm handoffs and approved messages for the helpdesk you keep."""
    write_for_owner_alone()


for command in (*(each for under_it in SECTIONS.values() for each in under_it), *commands.OLD_NAMES):
    main.add_command(command)


if __name__ == "__main__":
    main()
