"""Commands for a real account on one machine: up, sync."""

import os
import sys
import time

import click

from apps.bootstrap import House, embedded_queue
from apps.demo.processes import Processes
from apps.server import settings_here
from core.context.people import sync_people


def up_here() -> None:
    """Queue (unless a URL is set), web and worker until Ctrl-C; a child that ends takes the others down."""
    settings = settings_here()
    House(settings).migrate()
    env = dict(os.environ)
    queue = None if settings["queue_url"] else embedded_queue(settings.data_dir / "queue")
    if queue is not None:
        env["HANDRAIL_QUEUE_URL"] = queue.url
    processes = Processes(settings.data_dir / "log")
    command = [sys.executable, "-m", "apps.cli"]
    try:
        processes.start("web", [*command, "web"], env)
        processes.start("worker", [*command, "worker"], env)
        click.echo(f"Handrail listens on {settings['listen']}; logs in {settings.data_dir / 'log'}. Ctrl-C stops it.")
        while (ended := processes.ended()) is None:
            time.sleep(0.5)
        click.echo(f"{ended.name} ended. The end of its log:\n{ended.tail()}", err=True)
        sys.exit(1)
    except KeyboardInterrupt:
        click.echo("Stopping.")
    finally:
        processes.stop()
        if queue is not None:
            queue.stop()


def sync_here() -> int:
    """Customers, then the articles of every source; the exit code."""
    from apps.knowledge.here import AT_LEISURE, aside, told
    from apps.knowledge.syncing import take_over, tell

    house = House(settings_here(), patience=AT_LEISURE)
    house.migrate()
    with aside().status("Reading customers …"):
        people = sync_people(house.store, house.helpdesk)
    click.echo(f"{people} customers changed.")
    return tell(take_over(house, house.all_sources, aside()), told(), aside())
