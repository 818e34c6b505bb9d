"""Run it: the processes, whether all is well with them, and what they keep in step with the helpdesk."""

import sys

import click


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
def worker(concurrency: int, *, outreach: bool) -> None:
    """Work off events and effects; with --outreach, campaigns. Run both."""
    from apps.server import work, work_outreach

    if outreach:
        work_outreach()
    else:
        work(concurrency=concurrency)


@click.command(short_help="Run queue, web and workers on this machine.")
def up() -> None:
    """Run queue, web and workers on this machine, for the accounts that the settings name."""
    from apps.up import up_here

    up_here()


@click.command("slack-socket", short_help="Hear Slack by Socket Mode.")
def slack_socket() -> None:
    """Hear Slack over a connection that this machine opens: no address has to be reached from outside."""
    from apps.slack.socket import socket_here

    socket_here()


@click.command("slack-link", short_help="Where a workspace installs the Slack app.")
def slack_link() -> None:
    """Print the address at which a Slack workspace installs the app; it is good for a day, and for whoever has it."""
    from apps.bootstrap import now
    from apps.settings import settings_here
    from apps.slack.installing import invitation

    settings = settings_here()
    if not settings.slack.client_id:
        click.echo("slack.client_id is not set: there is one workspace, by its bot token.", err=True)
        sys.exit(1)
    click.echo(invitation(settings.public_url, settings.session_secret.value, now))


@click.command(short_help="Is everything as it must be, and what to do where not.")
@click.option("--only", multiple=True, help="A section or a check; may be given more than once.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option("--within", default=20.0, show_default=True, help="Seconds that all the looking may take.")
def doctor(only: tuple[str, ...], as_json: bool, within: float) -> None:
    """Is everything as it must be, and what to do where it is not. Nothing is changed; Zendesk is asked to
    send one test, which shows among its webhook's deliveries.

    Exit code: 0 all well, 1 warnings, 2 something fails."""
    from apps.doctor.command import doctor_here

    sys.exit(doctor_here(only, as_json=as_json, within=within))


@click.command()
def sync() -> None:
    """Take over customers and Help Center articles that changed."""
    from apps.up import sync_here

    sys.exit(sync_here())
