"""This machine: settings, database, queue, workers, clock."""

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

import requests

from apps.backup import CURSOR as BACKUP
from apps.bootstrap import difference
from apps.bootstrap.examined import queue_answers
from apps.doctor.installation import ASKED_WITHIN, Installation
from apps.doctor.lines import Seen, failing, ok, skip, warning
from apps.pilot.scope import Pilot, running
from apps.policy_file import read_policy
from core.errors import HandrailError
from core.policy import Policy
from core.privacy.retention import last_purge
from core.reconcile import LogState, states

SHORTEST_SECRET = 24  # characters of a secret that we ourselves sign with
LITTLE_DISK, NO_DISK = 1_000_000_000, 100_000_000  # bytes
WORKERS_ANSWER = 2.0  # seconds
LATE = timedelta(minutes=5)
OVERDUE = timedelta(days=2)  # of the daily purge, and of the nightly backup
LOOKED_BACK = timedelta(hours=1)  # for what never came
# What comes within seconds is not missed yet, and Zendesk's export is a minute late.
STILL_COMING = timedelta(minutes=2)
# Twilio's and Slack's requests are refused when they seem five minutes old, a sign-in half a minute after its end.
SKEW_SEEN, SKEW_BAD = 5.0, 30.0
# setting that says the vendor is used, setting of its address, the address without it
CLOCKS = {
    "Zendesk": ("zendesk.subdomain", "zendesk.url", "https://{}.zendesk.com"),
    "Twilio": ("twilio.account_sid", "twilio.url", "https://api.twilio.com"),
    "Slack": ("slack.bot_token", "slack.url", "https://slack.com"),
}


def settings(installation: Installation) -> Iterator[Seen]:
    for problem in installation.problems:
        found, _, fix = problem.partition(": ")
        yield failing(found, fix[:1].upper() + fix[1:])
    for key in ("api_key", "session_secret"):
        if 0 < len(installation.settings.texts[key]) < SHORTEST_SECRET:
            name = f"HANDRAIL_{key.upper()}"
            yield warning(
                f"{name} is short enough to be guessed",
                f"Set {SHORTEST_SECRET} random characters or more, such as `openssl rand -hex 32` prints.",
            )
    if not installation.problems:
        yield ok(f"complete: {installation.settings.company} at {installation.public_url}")


def policy(installation: Installation) -> Iterator[Seen]:
    path = installation.settings.policy
    version, pilot = in_force(installation)
    if version is None:
        if path.exists():
            yield ok(f"{path} is there; it is put in force at the first start")
        else:
            yield failing(f"there is no policy at {path}", "Make one with `handrail init`, or set HANDRAIL_POLICY.")
    elif pilot is not None and pilot.version == version:
        # Applying the file now would end the pilot.
        yield ok(f"version {version} is in force, of the pilot of {pilot.about}")
    elif difference(path, version) is None:
        yield ok(f"version {version} is in force")
    else:
        fix = f"`handrail policy diff {path}` shows what; `handrail policy apply {path} --by YOU@…` puts it in force."
        yield warning(f"{path} differs from version {version}, which is in force", fix)


def approvers(installation: Installation) -> Iterator[Seen]:
    found = policy_of(installation)
    if found is None:
        yield skip("there is no policy yet")
    elif not found.outreach.approvers:
        fix = "Name them in policy.yaml, under outreach.approval.approvers, and `handrail policy apply --by YOU@…`."
        yield failing("the policy names nobody who may approve", fix)
    else:
        yield ok(f"{', '.join(found.outreach.approvers)} may approve")


def in_force(installation: Installation) -> tuple[str | None, Pilot | None]:
    """The version in force, and the pilot that runs; None where there is none, or no database yet."""
    if not usable(installation):
        return None, None
    with installation.container.store.read() as unit:
        return unit.policies.version(), running(unit)


def policy_of(installation: Installation) -> Policy | None:
    """The one in force, else that of the file; None where there is neither."""
    if in_force(installation)[0] is not None:
        return installation.container.policy
    path = installation.settings.policy
    return read_policy(path) if path.exists() else None


def store(installation: Installation) -> Iterator[Seen]:
    file = _database_file(installation)
    if file is not None and not file.exists():
        yield warning(f"there is no database at {file} yet", "`handrail up` (or `handrail web`) makes it at its start.")
        return
    look = installation.container.store_look
    found = look.revision()
    kind = "PostgreSQL" if file is None else f"SQLite at {file}"
    if found is None:
        yield failing(f"{kind} is empty", "`handrail up` (or `handrail web`) makes the tables at its start.")
    elif found < look.newest:
        fix = f"Stop Handrail, keep a copy of the database, and start it: that brings the tables to {look.newest}."
        yield failing(f"the tables are of version {found}, this Handrail needs {look.newest}", fix)
    elif found > look.newest:
        fix = "Start the newer Handrail again; an older one may not write here."
        yield failing(f"the tables are of version {found}, newer than this Handrail ({look.newest})", fix)
    else:
        yield ok(f"{kind}, tables of version {found}")
    yield from disk(installation)


def disk(installation: Installation) -> Iterator[Seen]:
    """The room where the database, the queue and the caches lie."""
    folder = installation.settings.data_dir.resolve()
    place = next(each for each in (folder, *folder.parents) if each.exists())
    free = shutil.disk_usage(place).free
    said = f"{free / 1e9:.1f} GB free in {place}"
    if free < NO_DISK:
        yield failing(said, "Make room: without it nothing is accepted any more.")
    elif free < LITTLE_DISK:
        yield warning(said, "Make room, before messages can no longer be kept.")
    else:
        yield ok(said)


def backlog(installation: Installation) -> Iterator[Seen]:
    if not usable(installation):
        yield skip("see the database")
        return
    now = installation.now()
    with installation.container.store.read() as unit:
        queues = unit.figures.queues(now)
    events, effects = queues.events, queues.effects
    for count, what, fix in (
        (events.get("parked", 0), "events were given up", "The log of `handrail worker` names each and why."),
        (effects.get("parked", 0), "messages could not be sent", "The log of `handrail worker` names each and why."),
        (effects.get("unknown", 0), "messages may or may not have been sent", "Look at the vendor whether they left."),
    ):
        if count:
            yield warning(f"{count} {what}", fix)
    since = queues.events_since
    if queues.events_late and since is not None and now - since > LATE:
        fix = "Look at `workers`; more workers: `handrail worker --concurrency`."
        yield failing(f"{queues.events_late} events wait, the oldest since {since:%d %B %H:%M} UTC", fix)
    elif not any((events.get("parked"), effects.get("parked"), effects.get("unknown"))):
        yield ok("nothing waits longer than it should")


def backup(installation: Installation) -> Iterator[Seen]:
    """How old the newest backup is, as `handrail backup` noted it."""
    if not usable(installation):
        yield skip("see `database`")
        return
    with installation.container.store.read() as unit:
        made = unit.cursors.get(BACKUP)
    fix = "`handrail backup FOLDER` makes one; handrail-backup.timer does every night: `journalctl -u handrail-backup`."
    if made is not None:
        at = datetime.fromisoformat(made)
        said = f"the newest was made on {at:%d %B %H:%M} UTC"
        yield warning(said, fix) if installation.now() - at > OVERDUE else ok(said)
    elif _database_file(installation) is None:
        yield skip("none by `handrail backup`; whether your PostgreSQL has its own is not seen from here")
    else:
        yield warning("none was made yet", fix)


def retention(installation: Installation) -> Iterator[Seen]:
    """Whether what is too old goes, as the last purge counted it, and whether an erasure was left half done."""
    if not usable(installation):
        yield skip("see `database`")
        return
    with installation.container.store.read() as unit:
        last, begun = last_purge(unit), unit.privacy.open()
    if begun:
        fix = "`handrail privacy erase --resume --by YOU@…` finishes it."
        yield failing(f"{len(begun)} erasures were broken off, the oldest of {begun[0].at:%d %B %H:%M} UTC", fix)
    older = sum(last.older.values()) if last else 0
    if last is None:
        yield skip("no purge has ended yet: the first runs with the workers")
    elif older:
        yield failing(
            f"{older} rows were too old after the purge of {last.at:%d %B}", "`handrail ledger show --kind purged`"
        )
    elif installation.now() - last.at > OVERDUE:
        yield warning(
            f"the last purge ended on {last.at:%d %B}", "It runs once a day in the workers: look at `workers`."
        )
    else:
        yield ok(f"nothing is older than it may be, as the purge of {last.at:%d %B %H:%M} UTC counted")


def reconciliation(installation: Installation) -> Iterator[Seen]:
    """Whether the vendors' own lists are read, and what only they brought."""
    if not usable(installation):
        yield skip("see `database`")
        return
    with installation.container.store.read() as unit:
        begun = states(unit)
    now = installation.now()
    if not begun:
        yield skip("no worker has read the vendors' lists yet")
    for name, state in begun.items():
        age = round((now - state.read_at).total_seconds())
        brought = f"; {state.found} had not come by webhook, the last found {_when(state)}" if state.found else ""
        if state.failing_since is not None:
            said = f"{name} cannot be read since {state.failing_since:%d %B %H:%M} UTC: {state.error}{brought}"
            yield failing(said, "What their webhooks do not bring is not found until then: see that vendor's section.")
        elif now - state.read_at > LATE:
            said = f"{name} were last read {age // 60} min ago{brought}"
            yield failing(said, "Look at `workers`: one reads them every minute.")
        elif state.found_at is not None and now - state.found_at < LOOKED_BACK:
            fix = "They are handled; find why they did not come: `address`, and the vendor's own log of deliveries."
            yield warning(f"{name} read {age} s ago{brought}", fix)
        else:
            yield ok(f"{name} read {age} s ago{brought}")


def _when(state: LogState) -> str:
    return f"{state.found_at:%d %B %H:%M} UTC" if state.found_at is not None else "some time ago"


def queue(installation: Installation) -> Iterator[Seen]:
    place = queue_place(installation)
    if place:
        yield ok("answers" + (" (the embedded one)" if installation.settings.embedded_queue else ""))
    elif not installation.settings.embedded_queue:
        yield failing("does not answer", "Start the Redis server, or correct HANDRAIL_QUEUE_URL.")
    else:
        yield failing("the embedded queue does not run", "`handrail up` starts it; or set HANDRAIL_QUEUE_URL.")


def workers(installation: Installation) -> Iterator[Seen]:
    place = queue_place(installation)
    if not place:
        yield skip("without a queue nobody can be asked")
        return
    count, outreach = installation.container.workers_at(place, WORKERS_ANSWER)
    if count and not outreach:
        yield warning("none for outreach answers: no campaign goes on", "`handrail worker --outreach` starts one.")
    elif count:
        yield ok("one answers" if count == 1 else f"{count} answer")
    else:
        yield failing("none answers", "`handrail up` or `handrail worker` starts one; its log says why it ended.")


def queue_place(installation: Installation) -> str:
    """Where the queue answers; empty where it does not."""
    place = installation.settings.queue_url
    return place if queue_answers(place) else ""


def clock(installation: Installation) -> Iterator[Seen]:
    skews: dict[str, float] = {}
    for vendor, (used, setting, address) in CLOCKS.items():
        if installation.missing((used,)):
            continue
        url = installation.settings.texts[setting] or address.format(installation.settings.texts[used])
        skew = _skew(installation, url)
        if skew is not None:
            skews[vendor] = skew
    if not skews:
        yield skip("no vendor said what time it is")
        return
    vendor, worst = max(skews.items(), key=lambda pair: abs(pair[1]))
    said = f"{abs(worst):.0f} s {'behind' if worst > 0 else 'ahead of'} {vendor}'s"
    fix = "Let the machine take its time from the network (systemd-timesyncd, chrony)."
    if abs(worst) >= SKEW_BAD:
        yield failing(f"this machine's clock is {said}: sign-ins and signatures are refused for it", fix)
    elif abs(worst) >= SKEW_SEEN:
        yield warning(f"this machine's clock is {said}", fix)
    else:
        yield ok(f"agrees with {', '.join(skews)}")


def _skew(installation: Installation, url: str) -> float | None:
    """Seconds that the other side is ahead of us; None where it does not say. Nothing secret is sent."""
    asked = installation.now()
    try:
        answer = requests.get(url, timeout=ASKED_WITHIN, allow_redirects=False)
        theirs = parsedate_to_datetime(answer.headers["Date"])
    except (requests.RequestException, KeyError, ValueError):
        return None
    middle: datetime = asked + (installation.now() - asked) / 2
    # Their clock is told in whole seconds.
    return (theirs - middle).total_seconds() + 0.5


def _database_file(installation: Installation) -> Path | None:
    url = installation.settings.store_url
    return Path(url.removeprefix("sqlite:///")) if url.startswith("sqlite:///") else None


def usable(installation: Installation) -> bool:
    """Whether the database can be asked: it is there, and its tables are those of this Handrail."""
    file = _database_file(installation)
    if file is not None and not file.exists():
        return False
    look = installation.container.store_look
    try:
        return look.revision() == look.newest
    except HandrailError:
        return False
