"""The Slack workspace: what the token may do, and whether the app is in the channels that the policy names."""

from collections.abc import Iterator

from apps.doctor.lines import Seen, failing, ok, skipped, warning
from apps.doctor.machine import policy_of
from apps.doctor.patient import Patient

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


def token(patient: Patient) -> Iterator[Seen]:
    bot = patient.container.slack_look.whoami()
    # Where Slack does not say what the token may do, nothing is concluded from it.
    lacking = [f"{name} ({why})" for name, why in SCOPES.items() if bot.scopes and name not in bot.scopes]
    if lacking:
        fix = "Add them under OAuth & Permissions at api.slack.com/apps, and install the app again."
        yield failing(f"the token lacks {', '.join(lacking)}", fix)
    else:
        yield ok(f"the bot of {bot.team}")


def workspaces(patient: Patient) -> Iterator[Seen]:
    looks = patient.container.slack_looks()
    if not looks:
        yield warning("no workspace has installed the app", "Open the address that `handrail slack-link` prints.")
    for name, look in looks.items():
        bot = look.whoami()
        lacking = sorted(scope for scope in SCOPES if bot.scopes and scope not in bot.scopes)
        fix = "Install the app there again, by `handrail slack-link`."
        yield failing(f"{name}: the token lacks {', '.join(lacking)}", fix) if lacking else ok(f"the bot of {name}")


def socket(patient: Patient) -> Iterator[Seen]:
    patient.container.slack_look.try_socket(patient.settings.slack.app_token.value)
    yield ok("Slack opens connections by Socket Mode; `handrail slack-socket` uses one")


def channels(patient: Patient) -> Iterator[Seen]:
    policy = policy_of(patient)
    if policy is None:
        yield skipped("there is no policy that names any")
        return
    uses = {policy.alert_channel: "alerts", policy.outreach.channel: "approvals"}
    seen = patient.container.slack_look.channels()
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
