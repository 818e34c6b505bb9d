"""The Zendesk account: who we are there, the webhook, what was missed, the articles, the app."""

from collections.abc import Iterator
from datetime import timedelta
from importlib.metadata import version as installed_version
from urllib.parse import urlsplit

from apps.bootstrap.examined import SeenWebhook
from apps.doctor.installation import Installation
from apps.doctor.lines import Seen, failing, few, ok, skip, warning
from apps.doctor.machine import LOOKED_BACK, STILL_COMING, policy_of, usable
from apps.doctor.reach import no_event
from core.errors import RejectedError
from webhooks.zendesk.view import KINDS, SOURCE

APP = "Handrail"
SYNCED_WITHIN = timedelta(minutes=20)
ACCEPTED, REFUSED = 202, 401
CONNECT = "`handrail connect zendesk` sets it right."


def access(installation: Installation) -> Iterator[Seen]:
    user = installation.container.zendesk_installer.user()
    if user.role not in ("agent", "admin"):
        fix = "Make the integration user an agent or, better, an admin in Zendesk's Admin Center › People."
        yield failing(f"{user.name} is {user.role or 'nobody'} in Zendesk", fix)
        return
    refused = installation.container.zendesk_look.list_refused()
    if refused:
        fix = "Give the integration user the role of an admin, or a role that may read these."
        yield failing(f"{user.name} ({user.role}) may not read: {', '.join(refused)}", fix)
    elif user.role == "agent":
        fix = "An admin is needed to set up webhooks, the app and agents' availability."
        yield warning(f"{user.name} is an agent", fix)
    else:
        yield ok(f"{user.name}, {user.role}: everything that Handrail reads may be read")
    yield from _echo(installation, user.id)


def _echo(installation: Installation, user_id: str) -> Iterator[Seen]:
    known = installation.settings.zendesk.user_id
    if known != user_id:
        said = f"is {known}, and these credentials are user {user_id}" if known else "is not set"
        fix = f"`handrail connect zendesk` sets it to {user_id}: Handrail would else take its own notes for another's."
        yield failing(f"HANDRAIL_ZENDESK_USER_ID {said}", fix)


def webhook(installation: Installation) -> Iterator[Seen]:
    found, near = _webhooks(installation)
    if not found:
        if near:
            names = few([f"{each.name} ({each.endpoint})" for each in near])
            yield failing(f"no webhook leads here; others of Handrail's lead elsewhere: {names}", CONNECT)
        else:
            yield failing("Zendesk has no webhook that leads here", CONNECT)
        return
    for each in found:
        yield from _faults(installation, each)


def _webhooks(installation: Installation) -> tuple[list[SeenWebhook], list[SeenWebhook]]:
    """Those that lead here, and those that lead to a Handrail elsewhere."""
    listed = installation.container.zendesk_look.webhooks()
    here = [each for each in listed if each.endpoint.startswith(f"{installation.public_url}/webhooks/zendesk/")]
    return here, [each for each in listed if each not in here and "/webhooks/zendesk/" in each.endpoint]


def _faults(installation: Installation, found: SeenWebhook) -> Iterator[Seen]:
    if not found.active:
        yield failing(f"{found.name} is switched off", CONNECT)
    if found.for_triggers:
        triggers = installation.container.zendesk_look.triggers_of(found.id)
        if not triggers:
            yield failing(f"no active trigger calls {found.name}", CONNECT)
    elif lacking := sorted(KINDS.keys() - found.subscriptions):
        names = few([name.removeprefix("zen:event-type:") for name in lacking])
        yield failing(f"{found.name} is not subscribed to {names}", CONNECT)
    secret = installation.settings.zendesk.webhook_secret.value
    if installation.container.zendesk_installer.signing_secret(found.id) != secret:
        fix = "`handrail connect zendesk` fetches the one that Zendesk signs with; restart Handrail after that."
        yield failing(f"the signing secret of {found.name} is not the one in the settings", fix)
    if found.active:
        yield ok(f"{found.name} is active and leads to {found.endpoint}")


def groups(installation: Installation) -> Iterator[Seen]:
    policy = policy_of(installation)
    if policy is None:
        yield skip("there is no policy that names any")
        return
    there = [team.name for team in installation.container.helpdesk.teams()]
    lacking = [name for name in policy.teams if name not in there]
    if lacking:
        fix = f"Make it in Zendesk, or name one of yours in the policy: {few(there, 10)}."
        yield failing(f"the policy hands over to a group that is not there: {few(lacking)}", fix)
    else:
        yield ok(f"the policy hands over to {few(list(policy.teams))}")


def test_delivery(installation: Installation) -> Iterator[Seen]:
    """Zendesk itself sends a test to us: from outside, signed with the webhook's own secret."""
    here, _ = _webhooks(installation)
    found = next((each for each in here if each.active and not each.for_triggers), None)
    if found is None:
        yield skip("no active webhook for events leads here")
        return
    status, words = installation.container.zendesk_look.sent_test(found.id, no_event(installation.now()))
    if status == ACCEPTED:
        yield ok("Zendesk sent a test, and Handrail accepted it")
    elif status == REFUSED:
        fix = "The running process has another secret than the webhook: `handrail connect zendesk`, then restart it."
        yield failing(f"Handrail refused a test that Zendesk sent ({words.strip() or status})", fix)
    elif status:
        fix = "Something between Zendesk and Handrail answers: see that the proxy passes it on as it comes."
        yield failing(f"a test that Zendesk sent was answered with {status}", fix)
    else:
        yield failing("a test that Zendesk sent did not arrive", "See that name, firewall and proxy let Zendesk in.")


def deliveries(installation: Installation) -> Iterator[Seen]:
    found, _ = _webhooks(installation)
    if not found:
        yield skip("see the webhook")
        return
    for each in found:
        attempts = installation.container.zendesk_look.attempts(each.id, installation.now() - LOOKED_BACK)
        if attempts.failed:
            why = ", ".join(f"{count} × {code}" for code, count in attempts.why)
            said = f"{attempts.failed} of {attempts.sent} deliveries failed in the last hour ({why})"
            fix = "401: the secret differs. 5xx or no answer: see `address` and the log of `handrail web`."
            # Zendesk stops sending for a while where most fail.
            yield failing(said, fix) if attempts.failed * 2 >= attempts.sent else warning(said, fix)
        else:
            yield ok(f"{attempts.sent} in the last hour, none failed" if attempts.sent else "none in the last hour")


def list_missed(installation: Installation) -> Iterator[Seen]:
    if not usable(installation):
        yield skip("see the database")
        return
    until = installation.now() - STILL_COMING
    since = installation.now() - LOOKED_BACK
    look, own = installation.container.zendesk_look, installation.settings.zendesk.user_id
    changed = look.list_changed(since, until)
    heard = installation.container.store_look.subjects(SOURCE, since)
    gone = list(look.spoken_on([ticket for ticket in changed if ticket not in heard], since, until, own))
    if not gone:
        yield ok(f"{len(changed)} tickets changed in the last hour, none unheard of")
        return
    names = few([f"#{each.ticket} ({each.at:%H:%M} UTC)" for each in gone])
    fix = "A worker takes them within two minutes (`reconciliation`); `deliveries` says why they did not come."
    yield failing(f"{len(gone)} of {len(changed)} changed tickets were never told to Handrail: {names}", fix)


def articles(installation: Installation) -> Iterator[Seen]:
    if not installation.settings.zendesk.help_center:
        yield skip("the Help Center is not read, by zendesk.help_center")
        return
    if not usable(installation):
        yield skip("see the database")
        return
    try:
        latest = installation.container.zendesk_look.latest_articles()
    except RejectedError:
        fix = "Make a Help Center, or set zendesk.help_center to false."
        yield warning("the account has no Help Center", fix)
        return
    if not latest:
        yield warning("the Help Center has no article", "Write one, or add a folder or site: `handrail knowledge add`.")
        return
    kept = installation.container.store_look.changed_at(list(latest))
    due = {name: at for name, at in latest.items() if at < installation.now() - SYNCED_WITHIN}
    behind = [at for name, at in due.items() if kept.get(name) is None or (kept[name] or at) < at]
    count = installation.container.store_look.articles("zendesk")
    if behind:
        age = installation.now() - min(behind)
        said = f"{len(behind)} of the {len(latest)} that changed last are not taken over, the oldest {_ago(age)} old"
        yield failing(
            said, "`handrail sync` takes them over and says what it cannot; a worker does so every 5 minutes."
        )
    else:
        yield ok(f"{count} kept, up to date with the Help Center")


def _ago(age: timedelta) -> str:
    minutes = int(age.total_seconds() // 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h" if minutes < 2880 else f"{minutes // 1440} days"


def app(installation: Installation) -> Iterator[Seen]:
    found = installation.container.app_look.find(APP, installation.settings.zendesk.app_id)
    if found is None:
        yield warning("the sidebar app is not in the account", "`handrail connect zendesk` uploads and installs it.")
        return
    if not found.installation:
        yield failing(f"app {found.id} is not installed", "`handrail connect zendesk` installs it.")
        return
    if not found.enabled:
        yield failing(f"app {found.id} is switched off", "Switch it on in Admin Center › Apps › Zendesk Support apps.")
    address = urlsplit(installation.public_url)
    host = f"{address.netloc}{address.path}"
    if found.settings.get("handrail_host") != host:
        said = f"it opens the pages of {found.settings.get('handrail_host') or 'no host'}, and Handrail is at {host}"
        yield failing(said, CONNECT)
    audience = f"/api/v2/apps/installations/{found.installation}.json"
    if not installation.settings.zendesk.app_audience.endswith(audience):
        fix = f"Set HANDRAIL_ZENDESK_APP_AUDIENCE to the account's address and {audience}."
        yield failing("the audience in the settings is not this installation's: nobody can sign in", fix)
    if found.version != installed_version("handrail"):
        fix = "`handrail connect zendesk` uploads this version."
        yield warning(f"the account has version {found.version}, this is {installed_version('handrail')}", fix)
    else:
        yield ok(f"app {found.id}, version {found.version}, installation {found.installation}")


def sidebar_key(installation: Installation) -> Iterator[Seen]:
    fetch = "`handrail connect zendesk` fetches it."
    place = installation.settings.zendesk.app_key_file
    if not place:
        yield warning("the app's public key is not set: nobody can open the sidebar", fetch)
        return
    try:
        kept = place.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        yield failing(f"{place} cannot be read ({type(error).__name__})", fetch)
        return
    if not kept.startswith("-----BEGIN PUBLIC KEY-----"):
        yield failing(f"{place} is no public key", fetch)
        return
    app_id = installation.settings.zendesk.app_id
    if not app_id:
        yield warning("a key is there, but HANDRAIL_ZENDESK_APP_ID is not set", fetch)
    elif installation.container.zendesk_installer.public_key(app_id).strip() != kept:
        yield failing(f"{place} is not the key of app {app_id}", fetch)
    else:
        yield ok(f"that of app {app_id}")
