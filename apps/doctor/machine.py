"""This machine: settings, database, queue, workers, clock."""

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

import requests

from apps.bootstrap import difference
from apps.bootstrap.examined import queue_answers
from apps.doctor.lines import Seen, failing, ok, skipped, warning
from apps.doctor.patient import ASKED_WITHIN, Patient
from apps.pilot.scope import Pilot, running
from apps.policy_file import read_policy
from core.coordinate.policy import Policy
from core.errors import HandrailError

SHORTEST_SECRET = 24  # characters of a secret that we ourselves sign with
LITTLE_DISK, NO_DISK = 1_000_000_000, 100_000_000  # bytes
WORKERS_ANSWER = 2.0  # seconds
LATE = timedelta(minutes=5)
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


def settings(patient: Patient) -> Iterator[Seen]:
    for problem in patient.problems:
        found, _, fix = problem.partition(": ")
        yield failing(found, fix[:1].upper() + fix[1:])
    for key in ("api_key", "session_secret"):
        if 0 < len(patient.settings.texts[key]) < SHORTEST_SECRET:
            name = f"HANDRAIL_{key.upper()}"
            yield warning(
                f"{name} is short enough to be guessed",
                f"Set {SHORTEST_SECRET} random characters or more, such as `openssl rand -hex 32` prints.",
            )
    if not patient.problems:
        yield ok(f"complete: {patient.settings.company} at {patient.public_url}")


def policy(patient: Patient) -> Iterator[Seen]:
    path = patient.settings.policy
    version, pilot = in_force(patient)
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


def in_force(patient: Patient) -> tuple[str | None, Pilot | None]:
    """The version in force, and the pilot that runs; None where there is none, or no database yet."""
    if not usable(patient):
        return None, None
    with patient.container.store.read() as unit:
        return unit.policies.version(), running(unit)


def policy_of(patient: Patient) -> Policy | None:
    """The one in force, else that of the file; None where there is neither."""
    if in_force(patient)[0] is not None:
        return patient.container.policy
    path = patient.settings.policy
    return read_policy(path) if path.exists() else None


def store(patient: Patient) -> Iterator[Seen]:
    file = _database_file(patient)
    if file is not None and not file.exists():
        yield warning(f"there is no database at {file} yet", "`handrail up` (or `handrail web`) makes it at its start.")
        return
    look = patient.container.store_look
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
    yield from disk(patient)


def disk(patient: Patient) -> Iterator[Seen]:
    """The room where the database, the queue and the caches lie."""
    folder = patient.settings.data_dir.resolve()
    place = next(each for each in (folder, *folder.parents) if each.exists())
    free = shutil.disk_usage(place).free
    said = f"{free / 1e9:.1f} GB free in {place}"
    if free < NO_DISK:
        yield failing(said, "Make room: without it nothing is accepted any more.")
    elif free < LITTLE_DISK:
        yield warning(said, "Make room, before messages can no longer be kept.")
    else:
        yield ok(said)


def backlog(patient: Patient) -> Iterator[Seen]:
    if not usable(patient):
        yield skipped("see the database")
        return
    now = patient.now()
    with patient.container.store.read() as unit:
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


def queue(patient: Patient) -> Iterator[Seen]:
    place = queue_place(patient)
    if place:
        yield ok("answers" + (" (the embedded one)" if patient.settings.embedded_queue else ""))
    elif not patient.settings.embedded_queue:
        yield failing("does not answer", "Start the Redis server, or correct HANDRAIL_QUEUE_URL.")
    else:
        yield failing("the embedded queue does not run", "`handrail up` starts it; or set HANDRAIL_QUEUE_URL.")


def workers(patient: Patient) -> Iterator[Seen]:
    place = queue_place(patient)
    if not place:
        yield skipped("without a queue nobody can be asked")
        return
    count, outreach = patient.container.workers_at(place, WORKERS_ANSWER)
    if count and not outreach:
        yield warning("none for outreach answers: no campaign goes on", "`handrail worker --outreach` starts one.")
    elif count:
        yield ok("one answers" if count == 1 else f"{count} answer")
    else:
        yield failing("none answers", "`handrail up` or `handrail worker` starts one; its log says why it ended.")


def queue_place(patient: Patient) -> str:
    """Where the queue answers; empty where it does not."""
    place = patient.settings.queue_url
    return place if queue_answers(place) else ""


def clock(patient: Patient) -> Iterator[Seen]:
    skews: dict[str, float] = {}
    for vendor, (used, setting, address) in CLOCKS.items():
        if patient.missing((used,)):
            continue
        url = patient.settings.texts[setting] or address.format(patient.settings.texts[used])
        skew = _skew(patient, url)
        if skew is not None:
            skews[vendor] = skew
    if not skews:
        yield skipped("no vendor said what time it is")
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


def _skew(patient: Patient, url: str) -> float | None:
    """Seconds that the other side is ahead of us; None where it does not say. Nothing secret is sent."""
    asked = patient.now()
    try:
        answer = requests.get(url, timeout=ASKED_WITHIN, allow_redirects=False)
        theirs = parsedate_to_datetime(answer.headers["Date"])
    except (requests.RequestException, KeyError, ValueError):
        return None
    middle: datetime = asked + (patient.now() - asked) / 2
    # Their clock is told in whole seconds.
    return (theirs - middle).total_seconds() + 0.5


def _database_file(patient: Patient) -> Path | None:
    url = patient.settings.store_url
    return Path(url.removeprefix("sqlite:///")) if url.startswith("sqlite:///") else None


def usable(patient: Patient) -> bool:
    """Whether the database can be asked: it is there, and its tables are those of this Handrail."""
    file = _database_file(patient)
    if file is not None and not file.exists():
        return False
    look = patient.container.store_look
    try:
        return look.revision() == look.newest
    except HandrailError:
        return False
