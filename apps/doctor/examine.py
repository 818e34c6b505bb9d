"""Runs the checks side by side, each with a time limit."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing import TimeoutError as NotInTimeError
from multiprocessing.pool import ThreadPool
from pathlib import Path
from time import monotonic
from traceback import extract_tb

from apps.doctor import actions, machine, reach, vendors, zendesk
from apps.doctor.installation import Installation
from apps.doctor.lines import Line, Seen, failing, skip
from core.errors import ConfigurationError, HandrailError, TransientError

Look = Callable[[Installation], Iterator[Seen]]
AT_ONCE = 8
NOT_SET = "not set"
ZENDESK = ("zendesk.subdomain", "zendesk.email", "zendesk.token")
TWILIO = ("twilio.account_sid", "twilio.auth_token", "twilio.sms_number")
MESSAGING = ("public_url", "sunshine.app_id", "sunshine.key_id", "sunshine.key_secret", "sunshine.integration_id")
# What a bug of ours may raise: the other checks are still worth reading.
BROKEN = (ValueError, LookupError, TypeError, AttributeError, OSError, AssertionError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing to look at. `needs` are the settings without which there is nothing to look at."""

    section: str
    name: str
    look: Look
    needs: tuple[str, ...] = ()


CHECKS: tuple[Check, ...] = (
    Check(section="machine", name="settings", look=machine.settings),
    Check(section="machine", name="policy", look=machine.policy),
    Check(section="machine", name="approvers", look=machine.approvers),
    Check(section="machine", name="database", look=machine.store),
    Check(section="machine", name="queue", look=machine.queue),
    Check(section="machine", name="workers", look=machine.workers),
    Check(section="machine", name="backlog", look=machine.backlog),
    Check(section="machine", name="backup", look=machine.backup),
    Check(section="machine", name="retention", look=machine.retention),
    Check(section="machine", name="reconciliation", look=machine.reconciliation),
    Check(section="machine", name="clock", look=machine.clock),
    Check(section="address", name="address", look=reach.address, needs=("public_url",)),
    Check(section="address", name="certificate", look=reach.certificate, needs=("public_url",)),
    Check(section="address", name="proxies", look=reach.proxies, needs=("public_url",)),
    Check(
        section="address",
        name="zendesk signature",
        look=reach.zendesk_round_trip,
        needs=("public_url", "zendesk.webhook_secret"),
    ),
    Check(
        section="address",
        name="twilio signature",
        look=reach.twilio_round_trip,
        needs=("public_url", "twilio.auth_token"),
    ),
    Check(
        section="address",
        name="slack signature",
        look=reach.slack_round_trip,
        needs=("public_url", "slack.signing_secret"),
    ),
    Check(section="zendesk", name="access", look=zendesk.access, needs=ZENDESK),
    Check(section="zendesk", name="webhook", look=zendesk.webhook, needs=(*ZENDESK, "public_url")),
    Check(section="zendesk", name="test delivery", look=zendesk.test_delivery, needs=(*ZENDESK, "public_url")),
    Check(section="zendesk", name="deliveries", look=zendesk.deliveries, needs=(*ZENDESK, "public_url")),
    Check(section="zendesk", name="missed events", look=zendesk.list_missed, needs=ZENDESK),
    Check(section="zendesk", name="articles", look=zendesk.articles, needs=ZENDESK),
    Check(section="zendesk", name="groups", look=zendesk.groups, needs=ZENDESK),
    Check(section="zendesk", name="app", look=zendesk.app, needs=(*ZENDESK, "public_url")),
    Check(section="zendesk", name="sidebar key", look=zendesk.sidebar_key, needs=ZENDESK),
    Check(section="twilio", name="account", look=vendors.account, needs=TWILIO),
    Check(section="twilio", name="number", look=vendors.number, needs=(*TWILIO, "public_url")),
    Check(section="twilio", name="calls", look=vendors.telephone, needs=(*TWILIO, "public_url")),
    Check(section="twilio", name="missed texts", look=vendors.list_missed, needs=TWILIO),
    Check(section="twilio", name="whatsapp", look=vendors.whatsapp, needs=TWILIO),
    Check(section="twilio", name="templates", look=vendors.templates, needs=TWILIO),
    Check(section="messaging", name="integration", look=vendors.integration, needs=MESSAGING),
    Check(section="messaging", name="webhook secret", look=vendors.secret, needs=MESSAGING),
    Check(section="slack", name="token", look=vendors.token, needs=("slack.bot_token",)),
    Check(section="slack", name="channels", look=vendors.channels, needs=("slack.bot_token",)),
    Check(
        section="slack", name="workspaces", look=vendors.workspaces, needs=("slack.client_id", "slack.client_secret")
    ),
    Check(section="slack", name="socket", look=vendors.socket, needs=("slack.app_token",)),
    Check(section="model", name="endpoint", look=vendors.endpoint),
    Check(section="model", name="role", look=vendors.model_role),
    Check(section="search", name="own encoder", look=vendors.own_encoder),
    Check(section="search", name="reranker", look=vendors.reranker),
    Check(section="actions", name="systems", look=actions.systems),
)


def choose(only: Sequence[str]) -> list[Check]:
    """The checks of these sections or names, all without any. Raises ConfigurationError for one that does not exist."""
    known = {check.section for check in CHECKS} | {check.name for check in CHECKS}
    unknown = [name for name in only if name not in known]
    if unknown:
        sections = ", ".join(dict.fromkeys(check.section for check in CHECKS))
        names = ", ".join(check.name for check in CHECKS)
        raise ConfigurationError(f"There is no check {unknown[0]!r}. Sections: {sections}. Checks: {names}.")
    return [check for check in CHECKS if not only or check.section in only or check.name in only]


def examine(installation: Installation, checks: Sequence[Check], within: float) -> list[Line]:
    """Every check's lines, in the order of the checks. One that takes longer than `within` seconds is failing."""
    # Its threads end with the process, whatever hangs in them.
    pool = ThreadPool(AT_ONCE)
    started = [(check, pool.apply_async(look, (check, installation))) for check in checks]
    end = monotonic() + within
    lines: list[Line] = []
    for check, result in started:
        try:
            seen = result.get(max(0.01, end - monotonic()))
        except NotInTimeError:
            fix = "Try again; if it stays so, the other side hangs: see its own status page, and your network."
            seen = [failing(f"no answer within {within:.0f} s", fix)]
        lines += [Line(section=check.section, check=check.name, seen=each) for each in seen]
    pool.terminate()
    return lines


def look(check: Check, installation: Installation) -> list[Seen]:
    """What one check sees; what it cannot see is a line too."""
    missing = installation.missing(check.needs)
    if missing:
        names = ", ".join(f"HANDRAIL_{key.replace('.', '_').upper()}" for key in missing)
        return [skip(f"{NOT_SET}: {names}")]
    try:
        return list(check.look(installation))
    except TransientError as error:
        return [failing(str(error), "Try again; if it stays so, see the vendor's status page and your network.")]
    except ConfigurationError as error:
        return [failing(str(error), "Correct the credentials or the setting, or give the user the right to it.")]
    except HandrailError as error:
        return [failing(str(error), "The settings of this section may be those of another account.")]
    except BROKEN as error:
        # Where, not what: the words of an error may hold what nobody should read.
        place = extract_tb(error.__traceback__)[-1]
        said = f"the check itself broke: {type(error).__name__} in {Path(place.filename).name}, line {place.lineno}"
        return [failing(said, "Please report this as a bug.")]
