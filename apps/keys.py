"""`handrail keys show|rotate`: under which master key the data are, and under another one."""

import time

import click

from apps.bootstrap import KeyRing, SqlStore
from apps.bootstrap.master_key import begin_rotation, end_rotation, key_file, read_master_keys, rotating
from apps.installed import container_here
from apps.settings import Settings
from core.errors import ConfigurationError

PORTION = 500
SETTLES = 2.0  # seconds in which whoever read the old key before has begun to write what it made under it


@click.command()
def show() -> None:
    """Which master keys are in use, and how many keys each of them wraps. No key is shown."""
    container = container_here()
    with container.store.read() as unit:
        counts = unit.keys.counts()
    for name, count in counts.items():
        click.echo(f"master key {name}: {count} keys of customers, conversations and addresses")
    newest, path = read_master_keys(container.settings).newest.id, key_file(container.settings)
    click.echo(f"in force: {newest}, from {path or 'the setting master_key'}")


@click.command()
def rotate() -> None:
    """A new master key: every key of the data is wrapped anew, the data stay as they are. Everything may go on running.
    Broken off, it goes on when it is said again. Afterwards the old master key opens nothing.

    Keep the new one apart from the backups; older backups need the old one."""
    container = container_here()
    store, settings = container.store, container.settings
    if store.ring is None:
        raise ConfigurationError("this store has no keys.")
    with rotating(settings):
        _rotate(store, store.ring, settings)


def _rotate(store: SqlStore, ring: KeyRing, settings: Settings) -> None:
    keys = begin_rotation(settings)
    done, settled = 0, False
    while True:
        with store.begin() as unit:
            count = ring.rewrap(unit.connection, PORTION)
        done += count
        if count:
            click.echo(f"{done} keys are under {keys.newest.id}")
        elif settled:
            break
        else:
            _settle(store, ring)
            settled = True
    with store.read() as unit:
        used = unit.keys.counts()
    if end_rotation(settings, keys, used):
        click.echo(f"{keys.newest.id} is in force, from {key_file(settings)}; the old master key opens nothing more.")
    else:
        click.echo(f"all keys are under {keys.newest.id}: take the old one out of master_key now.")


def _settle(store: SqlStore, ring: KeyRing) -> None:
    """Until every transaction has ended that may have made a key under the old master key."""
    time.sleep(SETTLES)
    with store.begin() as unit:
        number = ring.number(unit.connection)
    said = False
    while True:
        with store.read() as unit:
            if ring.oldest(unit.connection) >= number:
                return
        if not said:
            click.echo("waiting for the transactions that are open to end")
            said = True
        time.sleep(0.2)
