"""Twilio, Zendesk messaging, Slack and the language model, as the doctor looks at them."""

from collections.abc import Iterator

from apps.doctor.installation import Installation
from apps.doctor.lines import Seen, failing, few, ok, skip, warning
from apps.doctor.machine import LOOKED_BACK, STILL_COMING, policy_of, usable
from core.model.reading import ReaderRole
from webhooks.twilio import RETRIES
from webhooks.twilio.view import SOURCE

CONNECT_NUMBER = "`handrail connect twilio` sets it right."
GOOD = frozenset({"approved"})
WAITING = frozenset({"unsubmitted", "received", "pending"})


def account(installation: Installation) -> Iterator[Seen]:
    name, status = installation.container.twilio_installer.account()
    if status == "active":
        yield ok(f"{name}, active")
    else:
        yield failing(f"{name} is {status}", "Look at the account in Twilio's console: nothing is sent meanwhile.")


def number(installation: Installation) -> Iterator[Seen]:
    installer = installation.container.twilio_installer
    found = installer.number()
    wanted = f"{installation.public_url}/webhooks/twilio/message"
    if found.hooks.get("sms_application_sid"):
        fix = "Take the application out at the number: it decides where texts go."
        yield failing(f"{found.address} belongs to the application {found.hooks['sms_application_sid']}", fix)
    elif (found.hooks.get("sms_url") or "").partition("#")[0] != wanted:
        leads = found.hooks.get("sms_url") or "nowhere"
        yield failing(f"what is texted to {found.address} goes {'to ' if '/' in leads else ''}{leads}", CONNECT_NUMBER)
    elif service := installer.pool():
        fix = f"Set the service's incoming request address to {wanted}, or let it defer to the number's."
        yield failing(f"the messaging service {service} takes the texts to {found.address}", fix)
    elif lacking := [name for name in ("sms_url", "sms_fallback_url") if found.hooks.get(name) != wanted + RETRIES]:
        yield warning(f"{found.address} leads here; Twilio does not try again: {few(lacking)}", CONNECT_NUMBER)
    else:
        yield ok(f"{found.address} leads here")


def telephone(installation: Installation) -> Iterator[Seen]:
    address = installation.settings.twilio.voice_number
    if not address:
        yield skip("no number for calls is set")
        return
    found = installation.container.twilio_installer.telephone(address)
    wanted = f"{installation.public_url}/webhooks/twilio/voice"
    if found.hooks.get("voice_application_sid"):
        fix = "Take the application out at the number: it decides where calls go."
        yield failing(f"calls to {address} belong to the application {found.hooks['voice_application_sid']}", fix)
    elif (found.hooks.get("voice_url") or "").partition("#")[0] != wanted:
        yield failing(f"calls to {address} go to {found.hooks.get('voice_url') or 'nowhere'}", CONNECT_NUMBER)
    elif (found.hooks.get("status_callback") or "").partition("#")[0] != f"{wanted}/status":
        yield failing(f"nobody is told when a call to {address} is over", CONNECT_NUMBER)
    elif lacking := [name for name in ("voice_url", "voice_fallback_url") if found.hooks.get(name) != wanted + RETRIES]:
        yield warning(f"calls to {address} come here; Twilio does not try again: {few(lacking)}", CONNECT_NUMBER)
    else:
        yield from _answering(installation, address)


def _answering(installation: Installation, address: str) -> Iterator[Seen]:
    """Who takes a call there, by the policy in force."""
    policy = installation.container.policy
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


def list_missed(installation: Installation) -> Iterator[Seen]:
    if not usable(installation):
        yield skip("see the database")
        return
    since, until = installation.now() - LOOKED_BACK, installation.now() - STILL_COMING
    texted = installation.container.twilio_look.list_texts(since, until)
    heard = installation.container.store_look.subjects(SOURCE, since)
    gone = [each for each in texted if each.sid not in heard]
    if gone:
        names = few([f"{each.sid} ({each.at:%H:%M} UTC)" for each in gone], 3)
        fix = "A worker takes them from Twilio within a minute (`reconciliation`); Monitor › Errors there says why."
        yield failing(f"{len(gone)} of {len(texted)} messages from customers never came: {names}", fix)
    else:
        yield ok(f"{len(texted)} messages from customers in the last hour, none missed")


def whatsapp(installation: Installation) -> Iterator[Seen]:
    if not installation.settings.twilio.whatsapp_number:
        yield skip("no WhatsApp sender is set")
        return
    status = installation.container.twilio_look.whatsapp_status()
    if status.upper() not in ("ONLINE", "ONLINE:UPDATING"):
        fix = "Look at the sender in Twilio's console › Messaging › WhatsApp senders."
        yield failing(f"the WhatsApp sender is {status}", fix)
        return
    found = installation.container.twilio_installer.whatsapp()
    wanted = f"{installation.public_url}/webhooks/twilio/message"
    leads = found.hooks.get("callback_url") if found is not None else ""
    if leads != wanted:
        yield failing(f"what comes by WhatsApp goes {f'to {leads}' if leads else 'nowhere'}", CONNECT_NUMBER)
    else:
        yield ok("online, and leads here")


def templates(installation: Installation) -> Iterator[Seen]:
    if not installation.settings.twilio.whatsapp_number:
        yield skip("no WhatsApp sender is set")
        return
    found = installation.container.twilio_look.templates()
    approved = {each.sid for each in found if each.approval in GOOD}
    useless = [form.sid for form in installation.container.twilio.forms if form.sid not in approved]
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


CONNECT_IT = "`handrail connect messaging` sets it right."


def integration(installation: Installation) -> Iterator[Seen]:
    wanted = f"{installation.public_url}/webhooks/sunshine"
    found = installation.container.sunshine_installer.hook(wanted)
    if found is None:
        others = [each.target for each in installation.container.sunshine_installer.hooks()]
        leads = f"; what there is leads to {few(others, 2)}" if others else ""
        yield failing(f"no webhook leads here, so nothing that customers write comes{leads}", CONNECT_IT)
    elif found.missing:
        yield failing(f"the webhook does not tell {few(found.missing)}", CONNECT_IT)
    elif not found.full_user:
        yield failing("the webhook does not tell who writes: a customer who is logged in is a stranger", CONNECT_IT)
    else:
        yield ok("its webhook leads here and tells what it should")


def secret(installation: Installation) -> Iterator[Seen]:
    ours = installation.settings.sunshine.webhook_secret.value
    theirs = installation.container.sunshine_installer.secret(f"{installation.public_url}/webhooks/sunshine")
    if not ours:
        yield failing("the webhook's secret is not set: every event is refused", CONNECT_IT)
    elif theirs and theirs != ours:
        yield failing("the secret is another than the webhook's: every event is refused", CONNECT_IT)
    else:
        yield ok("it is the webhook's")


# scope → what it is for
SCOPES = {
    "chat:write": "posting cards and alerts",
    "commands": "the command that stops everything",
    "channels:read": "finding the channels",
    "groups:read": "finding private channels",
    "channels:history": "seeing that a card was posted before posting it again",
    "groups:history": "the same in private channels",
    "users:read": "knowing who clicked",
    "users:read.email": "knowing whether they may approve",
}


def token(installation: Installation) -> Iterator[Seen]:
    bot = installation.container.slack_look.whoami()
    # Where Slack does not say what the token may do, nothing is concluded from it.
    lacking = [f"{name} ({why})" for name, why in SCOPES.items() if bot.scopes and name not in bot.scopes]
    if lacking:
        fix = "Add them under OAuth & Permissions at api.slack.com/apps, and install the app again."
        yield failing(f"the token lacks {', '.join(lacking)}", fix)
    else:
        yield ok(f"the bot of {bot.team}")


def workspaces(installation: Installation) -> Iterator[Seen]:
    looks = installation.container.slack_looks()
    if not looks:
        fix = "Open the address that `handrail connect slack --link` prints."
        yield warning("no workspace has installed the app", fix)
    for name, look in looks.items():
        bot = look.whoami()
        lacking = sorted(scope for scope in SCOPES if bot.scopes and scope not in bot.scopes)
        fix = "Install the app there again, by `handrail connect slack --link`."
        yield failing(f"{name}: the token lacks {', '.join(lacking)}", fix) if lacking else ok(f"the bot of {name}")


def socket(installation: Installation) -> Iterator[Seen]:
    installation.container.slack_look.try_socket(installation.settings.slack.app_token.value)
    yield ok("Slack opens connections by Socket Mode; `handrail worker --slack` uses one")


def channels(installation: Installation) -> Iterator[Seen]:
    policy = policy_of(installation)
    if policy is None:
        yield skip("there is no policy that names any")
        return
    uses = {policy.engineering.channel: "engineering"}
    uses |= {policy.alert_channel: "alerts", policy.outreach.channel: "approvals"}
    seen = installation.container.slack_look.channels()
    by_id = {each.id: each for each in seen.values()}
    for name, use in uses.items():
        if not name:
            continue
        found = seen.get(name.removeprefix("#")) or by_id.get(name)
        if found is None:
            fix = "Make it, or correct its name in the policy; the app sees a private one only after it was invited."
            yield failing(f"there is no channel {name} for {use}", fix)
        elif not found.member:
            yield failing(f"the app is not in {name} ({use})", f"Invite it: /invite @Handrail in {name}.")
        else:
            yield ok(f"{name} ({use})")


USED = ("openai.model", "openai.strong_model", "openai.vision")


def endpoint(installation: Installation) -> Iterator[Seen]:
    url = installation.settings.openai.base_url
    if not url:
        yield ok(
            "none is set: answers are put together from your articles word for word, and agents shorten and correct "
            "their texts by rules; with one they also reword, translate and draft anew (docs/language-model.md)"
        )
        return
    if not installation.settings.openai.model:
        yield failing("an endpoint is set, but no model", "Set HANDRAIL_OPENAI_MODEL.")
        return
    offered = installation.container.model_names()
    wanted = [installation.settings.texts[key] for key in USED if installation.settings.texts[key]]
    lacking = [name for name in wanted if name not in offered]
    if lacking:
        fix = "Correct the name; where the endpoint does not list all its models, this may be in order."
        yield warning(f"{url} does not list {', '.join(lacking)}", fix)
    else:
        yield ok(f"{url} offers {', '.join(wanted)}")


def model_role(installation: Installation) -> Iterator[Seen]:
    """What the model has shown that it can do."""
    if not installation.settings.openai.base_url or not installation.settings.openai.model:
        yield skip("no language model is set")
        return
    marks = installation.container.model_role.marks()
    if not marks:
        fix = "Run `handrail doctor --probe`: until then it words drafts and is not asked to read messages."
        yield warning(f"{installation.settings.openai.model} was never tried out", fix)
        return
    role = "trusted with nothing" if marks["role"] == ReaderRole.NONE else f"trusted as {marks['role']}"
    yield ok(f"{marks['model']} is {role}, by what it showed on {marks['at']}")


def own_encoder(installation: Installation) -> Iterator[Seen]:
    """Whether an encoder of the company's own answers, and how far its vectors are."""
    container = installation.container
    encoder, index = container.own_encoder, container.index_further
    if encoder is None or index is None:
        yield skip("none is set: articles are searched with keywords and the encoders that come with us")
        return
    size = encoder.questions.encode(["Does it answer?"]).shape[1]
    made, every = index.progress()
    told = f"{encoder.name} answers, {size} numbers a vector; {made} of {every} passages have theirs"
    if made < every:
        yield warning(told, "Run `handrail sync --articles`; until then it finds only those.")
    else:
        yield ok(told)


def reranker(installation: Installation) -> Iterator[Seen]:
    found = installation.container.reranker
    if found is None:
        yield skip("none is set")
        return
    better, worse = found.scores("How long does a refund take?", ["A refund takes five days.", "We sell hubs."])
    if better > worse:
        yield ok(f"{found.name} puts an answer before what is none")
    else:
        yield warning(f"{found.name} does not put an answer before what is none", "Look at the model and its address.")
