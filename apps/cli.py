"""`handrail`: the command line."""

import click

from apps.commands.groups import GROUPS
from apps.commands.running import doctor, slack_link, slack_socket, sync, up, web, worker
from apps.commands.telling import journey, pulse
from apps.commands.trying import demo, play, run, train
from apps.install.command import connect, disconnect, init
from core.errors import HandrailError

ORDER = ("demo", "init", "connect", "sync", "up", "doctor", "policy", "knowledge", "pilot", "pulse", "train", "play")
ALONE = (
    init,
    connect,
    disconnect,
    web,
    worker,
    up,
    doctor,
    sync,
    demo,
    run,
    pulse,
    journey,
    play,
    train,
    slack_link,
    slack_socket,
)


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


for command in (*ALONE, *GROUPS):
    main.add_command(command)


if __name__ == "__main__":
    main()
