"""Zendesk messaging: the integration, its webhook, and the secret by which we know it."""

from collections.abc import Iterator

from apps.doctor.lines import Seen, failing, few, ok
from apps.doctor.patient import Patient

CONNECT = "`handrail connect messaging` sets it right."


def integration(patient: Patient) -> Iterator[Seen]:
    wanted = f"{patient.public_url}/webhooks/sunshine"
    found = patient.container.sunshine_installer.hook(wanted)
    if found is None:
        others = [each.target for each in patient.container.sunshine_installer.hooks()]
        leads = f"; what there is leads to {few(others, 2)}" if others else ""
        yield failing(f"no webhook leads here, so nothing that customers write comes{leads}", CONNECT)
    elif found.missing:
        yield failing(f"the webhook does not tell {few(found.missing)}", CONNECT)
    elif not found.full_user:
        yield failing("the webhook does not tell who writes: a customer who is logged in is a stranger", CONNECT)
    else:
        yield ok("its webhook leads here and tells what it should")


def secret(patient: Patient) -> Iterator[Seen]:
    ours = patient.settings.sunshine.webhook_secret.value
    theirs = patient.container.sunshine_installer.secret(f"{patient.public_url}/webhooks/sunshine")
    if not ours:
        yield failing("the webhook's secret is not set: every event is refused", CONNECT)
    elif theirs and theirs != ours:
        yield failing("the secret is another than the webhook's: every event is refused", CONNECT)
    else:
        yield ok("known")
