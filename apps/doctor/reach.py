"""The public address: can the vendors reach us there, over a connection they trust, and are their signatures known."""

import base64
import hashlib
import hmac
import json
import secrets
import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urlencode, urlsplit

import requests

from apps.doctor.installation import ASKED_WITHIN, Installation, loopback
from apps.doctor.lines import Seen, failing, ok, skip, warning

EXPIRES_SOON = 21  # days
TEST_EVENT = "zen:event-type:handrail.test"  # a type that nobody handles
FORM = "application/x-www-form-urlencoded"


def address(installation: Installation) -> Iterator[Seen]:
    url = installation.public_url
    if loopback(url):
        if installation.real_vendors:
            yield failing(
                f"{url} is this machine's alone: no vendor can reach it",
                "Set HANDRAIL_PUBLIC_URL to an https address that leads here, through a proxy or a tunnel.",
            )
            return
        yield ok(f"{url} is this machine's alone, which is enough for the sandbox")
    elif urlsplit(url).scheme != "https":
        fix = "Put a proxy with a certificate in front, and set HANDRAIL_PUBLIC_URL to its https address."
        yield failing(f"{url} is not https: customers' words would travel in the open", fix)
        return
    yield _answer(installation)


def _answer(installation: Installation) -> Seen:
    url = f"{installation.public_url}/healthz"
    try:
        answer = requests.get(url, timeout=ASKED_WITHIN, allow_redirects=False, verify=installation.verify)
    except requests.RequestException as error:
        fix = "Start Handrail (`handrail up`), and see that name, firewall and proxy lead to HANDRAIL_LISTEN."
        return failing(f"nothing answers at {url} ({type(error).__name__})", fix)
    if answer.is_redirect:
        fix = "Set HANDRAIL_PUBLIC_URL to where it leads: vendors do not follow, and signatures cover the address."
        return failing(f"{url} leads on to {answer.headers.get('Location', 'elsewhere')}", fix)
    try:
        healthy = answer.status_code == 200 and answer.json() == {"status": "ok"}
    except ValueError:
        healthy = False
    if not healthy:
        fix = "Something else stands there: see that the proxy passes every path on to HANDRAIL_LISTEN."
        return failing(f"{url} is answered with {answer.status_code}, not by Handrail", fix)
    return ok(f"Handrail answers at {installation.public_url}")


def certificate(installation: Installation) -> Iterator[Seen]:
    parts = urlsplit(installation.public_url)
    if parts.scheme != "https":
        yield skip("there is none: the address is not https")
        return
    host = parts.hostname or ""
    try:
        with (
            socket.create_connection((host, parts.port or 443), timeout=ASKED_WITHIN) as plain,
            installation.trust().wrap_socket(plain, server_hostname=host) as wrapped,
        ):
            shown, version = wrapped.getpeercert() or {}, wrapped.version()
    except ssl.SSLCertVerificationError as error:
        fix = "Get one that browsers trust, for exactly this name, with its whole chain: vendors refuse any other."
        yield failing(f"{host}'s certificate is not to be trusted: {error.verify_message}", fix)
        return
    except (OSError, ssl.SSLError) as error:
        yield failing(f"no TLS with {host}: {error}", "See that the proxy listens there and speaks TLS 1.2 or later.")
        return
    ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(str(shown["notAfter"])), UTC)
    days = (ends - installation.now()).days
    said = f"valid until {ends:%d %B %Y}, {version}"
    yield warning(said, "Renew it, and let it be renewed by itself.") if days < EXPIRES_SOON else ok(said)


def proxies(installation: Installation) -> Iterator[Seen]:
    """Handrail itself speaks no TLS: where its address is https, a proxy stands before it."""
    known, local = ", ".join(map(str, installation.settings.trusted_proxies)), loopback(installation.public_url)
    told = (
        f"of requests from {known} X-Forwarded-For tells whose they are" if known else "nobody is shown /metrics there"
    )
    if not known and urlsplit(installation.public_url).scheme == "https":
        yield warning(
            "a proxy stands before Handrail that no setting names: everybody counts as one source",
            "Set trusted_proxies to its address as Handrail sees it (127.0.0.1 where it runs on this machine), and let "
            "it add to X-Forwarded-For.",
        )
    if not local:
        yield _passed_on(installation, told)
    elif known:
        yield ok(told)
    elif urlsplit(installation.public_url).scheme != "https":
        yield skip("none is named, and the address is not https")


def _passed_on(installation: Installation, told: str) -> Seen:
    """A proxy that does not tell whom it saw makes everybody somebody of this machine."""
    url = f"{installation.public_url}/metrics"
    try:
        answer = requests.get(url, timeout=ASKED_WITHIN, allow_redirects=False, verify=installation.verify)
    except requests.RequestException as error:
        return failing(f"{url} does not answer ({type(error).__name__})", "See `address`.")
    if answer.ok:
        fix = "Let the proxy add whom it saw to X-Forwarded-For, and see that metrics_from names only those who may."
        return warning(f"{url} is shown to whoever asks there", fix)
    return ok(told)


def zendesk_round_trip(installation: Installation) -> Iterator[Seen]:
    """A signed event of a type that nobody handles: it is verified and read like any other, and nothing is kept."""
    at, body = _stamp(installation.now()), no_event(installation.now()).encode()
    secret = installation.settings.zendesk.webhook_secret.value.encode()
    signature = base64.b64encode(hmac.new(secret, at.encode() + body, hashlib.sha256).digest()).decode()
    headers = {"Content-Type": "application/json", "X-Zendesk-Webhook-Signature-Timestamp": at}
    yield _round_trip(
        installation,
        "/webhooks/zendesk/events",
        body,
        headers,
        ("X-Zendesk-Webhook-Signature", signature),
        accepted=202,
    )


def no_event(now: datetime) -> str:
    """An event in Zendesk's form that says that it is a test."""
    name = f"handrail-doctor-{secrets.token_hex(8)}"
    return json.dumps({"id": name, "type": TEST_EVENT, "time": _stamp(now), "detail": {"id": "0"}, "event": {}})


def _stamp(now: datetime) -> str:
    return now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def twilio_round_trip(installation: Installation) -> Iterator[Seen]:
    """A signed form without the fields of a message: past the signature it is malformed, so that nothing is kept."""
    path, form = "/webhooks/twilio/status", {"HandrailTest": secrets.token_hex(8)}
    said = installation.public_url + path + "".join(f"{key}{value}" for key, value in sorted(form.items()))
    token = installation.settings.twilio.auth_token.value.encode()
    signature = base64.b64encode(hmac.new(token, said.encode(), hashlib.sha1).digest()).decode()
    yield _round_trip(
        installation,
        path,
        urlencode(form).encode(),
        {"Content-Type": FORM},
        ("X-Twilio-Signature", signature),
        accepted=400,
    )


def slack_round_trip(installation: Installation) -> Iterator[Seen]:
    """Slack's own question at the setting of the address; its answer is the challenge."""
    at, challenge = str(int(installation.now().timestamp())), secrets.token_hex(8)
    body = json.dumps({"type": "url_verification", "challenge": challenge, "token": "unused"}).encode()
    secret = installation.settings.slack.signing_secret.value.encode()
    digest = hmac.new(secret, f"v0:{at}:".encode() + body, hashlib.sha256).hexdigest()
    headers = {"Content-Type": "application/json", "X-Slack-Request-Timestamp": at}
    yield _round_trip(installation, "/slack/events", body, headers, ("X-Slack-Signature", f"v0={digest}"), accepted=200)


def _round_trip(
    installation: Installation,
    path: str,
    body: bytes,
    headers: dict[str, str],
    signature: tuple[str, str],
    *,
    accepted: int,
) -> Seen:
    """The event with its signature, then with a wrong one: the first must get past, the second must not."""
    name, value = signature
    try:
        genuine = installation.post(path, body, {**headers, name: value})
        forged = installation.post(path, body, {**headers, name: _spoil(value)})
    except requests.RequestException as error:
        return failing(f"{path} does not answer ({type(error).__name__})", "See `address`.")
    if genuine.status_code == 401 and "signature is not fresh" in genuine.text:
        return failing(f"{path} finds a signature of this moment too old", "See `clock`, here and where Handrail runs.")
    if genuine.status_code == 401:
        fix = "The process that runs was started with another secret or public address: restart it."
        return failing(f"{path} refuses what is signed with the secret in the settings", fix)
    if genuine.status_code != accepted:
        fix = "Something between here and Handrail answers: see that the proxy passes it on as it comes."
        return failing(f"{path} answers {genuine.status_code} to a signed test", fix)
    if forged.status_code != 401:
        fix = "Something between here and Handrail answers in its place."
        return failing(f"{path} answers {forged.status_code} to a wrong signature", fix)
    return ok("a signed test is accepted, one with a wrong signature is refused")


def _spoil(signature: str) -> str:
    """Another signature of the same form."""
    at = len(signature) // 2
    return signature[:at] + ("A" if signature[at] != "A" else "B") + signature[at + 1 :]
