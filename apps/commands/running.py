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
def worker(concurrency: int) -> None:
    """Work off events and effects."""
    from apps.server import work

    work(concurrency=concurrency)


@click.command(short_help="Run queue, web and worker on this machine.")
def up() -> None:
    """Run queue, web and worker on this machine, for the accounts that the settings name."""
    from apps.up import up_here

    up_here()


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
