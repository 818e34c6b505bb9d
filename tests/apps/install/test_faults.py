"""Each request of connecting and disconnecting fails once: run again, it goes on, and nothing is there twice."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest

from apps.install.vendors import Wish
from apps.sandbox.app import World
from apps.sandbox.settings import SandboxSettings
from apps.sandbox.slack.workspace import BOT_USER
from core.errors import HandrailError
from tests.apps.install.admin import Admin
from tests.apps.install.breaking import Fault, Wire, wired
from tests.apps.sandbox.running import Sandbox, serving

WISHES = {
    "events": ("zendesk", Wish()),
    "triggers": ("zendesk", Wish(triggers=True, app=False)),
    "twilio": ("twilio", Wish()),
    "slack": ("slack", Wish()),
    "slack app": ("slack", Wish(config_token=SandboxSettings().slack_config_token)),
}
CREATED = "POST /slack/api/apps.manifest.create"
SAID = [(how, fault) for how in ("triggers", "slack app") for fault in (Fault.FAILED, Fault.BOTH)]
ALWAYS = (("triggers", Fault.LOST), ("twilio", Fault.LOST), ("slack app", Fault.BOTH), ("triggers", Fault.FAILED))


def rows(*cases: tuple[str, Fault]) -> list[object]:
    """Some of each vendor and each fault always, the others with `make test-all`."""
    return [pytest.param(*case, marks=[] if case in ALWAYS else [pytest.mark.exhaustive]) for case in cases]


@contextmanager
def begun(folder: Path) -> Iterator[tuple[Admin, Sandbox, Wire]]:
    with serving() as sandbox, wired(sandbox.url) as wire:
        admin = Admin(folder=folder, sandbox=sandbox)
        admin.begin()
        sandbox.world.slack.channels["C0ALERTS001"].members.remove(BOT_USER)
        for vendor, path in (("ZENDESK", "/zendesk"), ("TWILIO", "/twilio"), ("SLACK", "/slack/api/")):
            admin.environ[f"HANDRAIL_{vendor}_URL"] = wire.url + path
        yield admin, sandbox, wire


def made(world: World) -> dict[str, Any]:
    """What stands at the vendors, without the ids that another try counts on."""
    zendesk, slack = world.zendesk, world.slack
    return {
        "webhooks": sorted(each["name"] for each in zendesk.webhooks.values()),
        "triggers": sorted(row["title"] for row in zendesk.triggers.rows.values()),
        "apps": len(zendesk.apps),
        "installations": len(zendesk.installations),
        "numbers": {name: (each.sms_url, each.sms_method) for name, each in world.twilio.senders.items()},
        "slack apps": len(slack.apps),
        "members": {channel.name: sorted(channel.members) for channel in slack.channels.values()},
    }


def connected(admin: Admin, how: str) -> int:
    vendor, wish = WISHES[how]
    return admin.connect(vendor, wish=wish)


def disconnected(admin: Admin, how: str) -> int:
    vendor, wish = WISHES[how]
    try:
        return admin.disconnect(vendor, wish=wish)
    except HandrailError:
        return 2


@pytest.mark.parametrize(("how", "fault"), rows(*((how, Fault.LOST) for how in WISHES), *SAID))
def test_whatever_fails_while_connecting_the_next_run_ends_as_if_it_had_not(
    tmp_path: Path, how: str, fault: Fault
) -> None:
    with begun(tmp_path / "whole") as (admin, sandbox, wire):
        before = made(sandbox.world)
        assert connected(admin, how) == 0
        whole, writes = made(sandbox.world), wire.writes()
        assert writes
    for number in writes:
        with begun(tmp_path / str(number)) as (admin, sandbox, wire):
            wire.rewind(number, fault)
            assert connected(admin, how) == 2, (number, admin.heard)
            broken = wire.asked[number]
            wire.rewind()
            again = connected(admin, how)
            if broken == CREATED:
                # Slack lists no apps: a person has to look, and nothing is made behind their back.
                assert admin.told("https://api.slack.com/apps"), (number, admin.heard)
                assert CREATED not in wire.asked
                sandbox.world.slack.apps.clear()  # they have looked, and deleted it
                again = connected(admin, how)
            assert again == 0, (number, admin.heard)
            assert made(sandbox.world) == whole, number
            assert disconnected(admin, how) == 0
            assert made(sandbox.world) == before, (number, admin.heard)


@pytest.mark.parametrize(("how", "fault"), rows(*((how, Fault.LOST) for how in WISHES), *SAID[:2]))
def test_whatever_fails_while_disconnecting_the_next_run_takes_back_the_rest(
    tmp_path: Path, how: str, fault: Fault
) -> None:
    with begun(tmp_path / "whole") as (admin, sandbox, wire):
        before = made(sandbox.world)
        connected(admin, how)
        wire.rewind()
        assert disconnected(admin, how) == 0
        assert made(sandbox.world) == before
        writes = wire.writes()
    for number in writes:
        with begun(tmp_path / str(number)) as (admin, sandbox, wire):
            connected(admin, how)
            wire.rewind(number, fault)
            disconnected(admin, how)
            wire.rewind()
            assert disconnected(admin, how) == 0, (number, admin.heard)
            assert made(sandbox.world) == before, (number, admin.heard)


@pytest.mark.parametrize("how", WISHES)
def test_a_dry_run_asks_the_vendors_and_tells_them_nothing(tmp_path: Path, how: str) -> None:
    vendor, wish = WISHES[how]
    with begun(tmp_path) as (admin, sandbox, wire):
        before, files = whole(sandbox.world), sorted(tmp_path.rglob("*"))
        assert admin.connect(vendor, wish=wish, dry_run=True) == 0
        assert (whole(sandbox.world), sorted(tmp_path.rglob("*"))) == (before, files)
        connected(admin, how)
        before, kept = whole(sandbox.world), admin.files()
        wire.rewind()
        admin.environ["HANDRAIL_PUBLIC_URL"] = "https://new.larkfield.example"
        assert admin.connect(vendor, wish=wish, dry_run=True) == 0
        assert admin.disconnect(vendor, wish=wish, dry_run=True, forget=True) == 0
        assert (wire.asked != [], wire.writes()) == (True, [])
        assert (whole(sandbox.world), admin.files()) == (before, kept)


def whole(world: World) -> str:
    """Everything that the sandbox holds, but what it counts of requests."""
    skipped = ("lock", "clock", "courier", "limits", "chance", "_timetable", "_courier", "_last_ts")

    def told(thing: Any, seen: tuple[int, ...] = ()) -> Any:
        if id(thing) in seen:
            return "again"
        seen = (*seen, id(thing))
        if isinstance(thing, dict):
            return {str(key): told(value, seen) for key, value in thing.items()}
        if isinstance(thing, list | tuple | set):
            return [told(each, seen) for each in (sorted(thing, key=str) if isinstance(thing, set) else thing)]
        named = [each.name for each in fields(thing)] if is_dataclass(thing) else [*getattr(thing, "__dict__", {})]
        kept = {name: getattr(thing, name) for name in named}
        if not kept or callable(thing):
            return repr(thing) if isinstance(thing, str | int | float | bytes | None) else type(thing).__name__
        return {name: told(value, seen) for name, value in kept.items() if name not in skipped}

    return repr([told(world.zendesk), told(world.twilio), told(world.slack)])
