"""The Twilio account: its state, the number, the WhatsApp sender and its templates."""

from collections.abc import Iterator

from apps.doctor.lines import Seen, failing, few, ok, skipped, warning
from apps.doctor.machine import LOOKED_BACK, STILL_COMING, usable
from apps.doctor.patient import Patient
from webhooks.twilio.view import SOURCE

CONNECT = "`handrail connect twilio` sets it right."
GOOD = frozenset({"approved"})
WAITING = frozenset({"unsubmitted", "received", "pending"})


def account(patient: Patient) -> Iterator[Seen]:
    name, status = patient.container.twilio_installer.account()
    if status == "active":
        yield ok(f"{name}, active")
    else:
        yield failing(f"{name} is {status}", "Look at the account in Twilio's console: nothing is sent meanwhile.")


def number(patient: Patient) -> Iterator[Seen]:
    installer = patient.container.twilio_installer
    found = installer.number()
    wanted = f"{patient.public_url}/webhooks/twilio/message"
    if found.hooks.get("sms_application_sid"):
        fix = "Take the application out at the number: it decides where texts go."
        yield failing(f"{found.address} belongs to the application {found.hooks['sms_application_sid']}", fix)
    elif found.hooks.get("sms_url") != wanted:
        leads = found.hooks.get("sms_url") or "nowhere"
        yield failing(f"what is texted to {found.address} goes {'to ' if '/' in leads else ''}{leads}", CONNECT)
    elif service := installer.pool():
        fix = f"Set the service's incoming request address to {wanted}, or let it defer to the number's."
        yield failing(f"the messaging service {service} takes the texts to {found.address}", fix)
    else:
        yield ok(f"{found.address} leads here")


def telephone(patient: Patient) -> Iterator[Seen]:
    address = patient.settings.twilio.voice_number
    if not address:
        yield skipped("no number for calls is set")
        return
    found = patient.container.twilio_installer.telephone(address)
    wanted = f"{patient.public_url}/webhooks/twilio/voice"
    if found.hooks.get("voice_application_sid"):
        fix = "Take the application out at the number: it decides where calls go."
        yield failing(f"calls to {address} belong to the application {found.hooks['voice_application_sid']}", fix)
    elif found.hooks.get("voice_url") != wanted:
        yield failing(f"calls to {address} go to {found.hooks.get('voice_url') or 'nowhere'}", CONNECT)
    elif found.hooks.get("status_callback") != f"{wanted}/status":
        yield failing(f"nobody is told when a call to {address} is over", CONNECT)
    else:
        yield from _answering(patient, address)


def _answering(patient: Patient, address: str) -> Iterator[Seen]:
    """Who takes a call there, by the policy in force."""
    policy = patient.container.policy
    voice, teams = policy.voice, policy.teams
    unreached = [team for team in teams if not voice.number_of(team)]
    if "call" not in policy.standing and not voice.number_of(policy.default_owner.group):
        fix = "Add `call` to standing, or a telephone to voice.numbers in the policy."
        yield failing(f"nobody takes calls to {address}", fix)
    elif unreached:
        fix = "Name their telephones under voice.numbers, or one for all under voice.other."
        yield warning(f"calls cannot be put through to {few(unreached)}: a call back is promised", fix)
    else:
        yield ok(f"{address} leads here, every team has a telephone")


def missed(patient: Patient) -> Iterator[Seen]:
    if not usable(patient):
        yield skipped("see the database")
        return
    since, until = patient.now() - LOOKED_BACK, patient.now() - STILL_COMING
    texted = patient.container.twilio_look.texted(since, until)
    heard = patient.container.store_look.subjects(SOURCE, since)
    gone = [each for each in texted if each.sid not in heard]
    if gone:
        names = few([f"{each.sid} ({each.at:%H:%M} UTC)" for each in gone], 3)
        fix = "Twilio's console says under Monitor › Errors why; answer these by hand: they are not sent again."
        yield failing(f"{len(gone)} of {len(texted)} messages from customers never came: {names}", fix)
    else:
        yield ok(f"{len(texted)} messages from customers in the last hour, none missed")


def whatsapp(patient: Patient) -> Iterator[Seen]:
    if not patient.settings.twilio.whatsapp_number:
        yield skipped("no WhatsApp sender is set")
        return
    status = patient.container.twilio_look.whatsapp_status()
    if status.upper() not in ("ONLINE", "ONLINE:UPDATING"):
        fix = "Look at the sender in Twilio's console › Messaging › WhatsApp senders."
        yield failing(f"the WhatsApp sender is {status}", fix)
        return
    found = patient.container.twilio_installer.whatsapp()
    wanted = f"{patient.public_url}/webhooks/twilio/message"
    leads = found.hooks.get("callback_url") if found is not None else ""
    if leads != wanted:
        yield failing(f"what comes by WhatsApp goes {f'to {leads}' if leads else 'nowhere'}", CONNECT)
    else:
        yield ok("online, and leads here")


def templates(patient: Patient) -> Iterator[Seen]:
    if not patient.settings.twilio.whatsapp_number:
        yield skipped("no WhatsApp sender is set")
        return
    found = patient.container.twilio_look.templates()
    approved = {each.sid for each in found if each.approval in GOOD}
    useless = [form.sid for form in patient.container.twilio.forms if form.sid not in approved]
    if useless:
        fix = "Name approved templates of this account under twilio.whatsapp_templates."
        yield failing(f"set and not to be used: {few(useless)}", fix)
    bad = [f"{each.name} ({each.approval})" for each in found if each.approval not in GOOD | WAITING]
    waiting = [each.name for each in found if each.approval in WAITING]
    if bad:
        fix = "Meta's reason stands in Twilio's console › Content templates; hand in a corrected one."
        yield failing(f"not to be used: {few(bad)}", fix)
    if waiting:
        yield warning(f"not approved yet: {few(waiting)}", "Meta decides within minutes to a day.")
    if not found:
        fix = "Hand one in: after 24 hours of silence WhatsApp lets nothing else through."
        yield warning("no template was handed in", fix)
    elif not bad and not waiting:
        yield ok(f"{len(found)} approved")
