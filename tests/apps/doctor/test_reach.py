import ipaddress
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from apps.doctor import reach
from apps.doctor.lines import State
from tests.apps.doctor.ward import Ward
from tests.apps.sandbox.running import receiving

SIGNATURES = ("zendesk", "twilio", "slack")


def test_an_address_of_this_machine_alone_is_failing_for_real_vendors_only(here: Ward) -> None:
    assert here.faults("address", "address") == []
    ((state, found),) = here.faults("address", "address", HANDRAIL_TWILIO_URL="")
    assert (state, "alone" in found) == (State.FAILING, True)


def test_plain_http_is_refused_elsewhere(here: Ward) -> None:
    ((state, found),) = here.faults("address", "address", HANDRAIL_PUBLIC_URL="http://desk.example.com")
    assert (state, "not https" in found) == (State.FAILING, True)


@pytest.mark.parametrize(
    ("reply", "word"),
    [
        ((200, {}, b"<h1>Welcome</h1>"), "not by Handrail"),
        ((502, {}, b""), "502"),
        ((301, {"Location": "https://www.example.com/healthz"}, b""), "leads on to https://www.example.com"),
    ],
)
def test_something_else_at_the_address_is_recognised(
    here: Ward, reply: tuple[int, dict[str, str], bytes], word: str
) -> None:
    with receiving() as other:
        other.reply = lambda post: reply
        ((state, found),) = here.faults("address", "address", HANDRAIL_PUBLIC_URL=other.url)
    assert (state, word in found) == (State.FAILING, True)


def test_nothing_at_the_address_is_failing(here: Ward) -> None:
    ((state, found),) = here.faults("address", "address", HANDRAIL_PUBLIC_URL="http://127.0.0.1:1")
    assert (state, "nothing answers" in found) == (State.FAILING, True)


def test_a_proxy_that_no_setting_names_is_told(here: Ward) -> None:
    (state, found), (_, asked) = here.faults("address", "proxies", HANDRAIL_PUBLIC_URL="https://0.0.0.0:1")
    assert (state, "as one source" in found) == (State.WARNING, True)
    assert "/metrics does not answer" in asked
    assert here.faults("address", "proxies", HANDRAIL_TRUSTED_PROXIES="127.0.0.1") == []
    ((state, _),) = here.faults("address", "proxies")
    assert state is State.SKIPPED


@pytest.mark.parametrize("named", ["127.0.0.1", ""])
@pytest.mark.parametrize(("status", "state"), [(200, State.WARNING), (403, None)])
def test_a_proxy_that_does_not_tell_whom_it_saw_is_told(
    here: Ward, status: int, state: State | None, named: str
) -> None:
    with receiving() as proxy:
        proxy.reply = lambda post: (status, {}, b"")
        # A name that the doctor does not take for this machine alone.
        address = {"HANDRAIL_PUBLIC_URL": proxy.url.replace("127.0.0.1", "0.0.0.0")}  # noqa: S104 - a name, no listener
        faults = here.faults("address", "proxies", HANDRAIL_TRUSTED_PROXIES=named, **address)
    assert [found for found, _ in faults] == [state] * bool(state)


# ---------------------------------------------------------------- signatures


@pytest.mark.parametrize("vendor", SIGNATURES)
def test_a_signed_test_is_accepted_and_kept_nowhere(here: Ward, vendor: str) -> None:
    assert here.faults("address", f"{vendor} signature") == []
    with here.installation().container.store.read() as unit:
        assert sum(unit.events.counts().values()) == 0


@pytest.mark.parametrize(
    ("vendor", "variable"),
    [
        ("zendesk", "HANDRAIL_ZENDESK_WEBHOOK_SECRET"),
        ("twilio", "HANDRAIL_TWILIO_AUTH_TOKEN"),
        ("slack", "HANDRAIL_SLACK_SIGNING_SECRET"),
    ],
)
def test_another_secret_than_the_running_process_has_is_failing(here: Ward, vendor: str, variable: str) -> None:
    ((state, found),) = here.faults("address", f"{vendor} signature", **{variable: "fake-other"})
    assert (state, "refuses" in found) == (State.FAILING, True)


def test_a_signature_that_is_not_fresh_points_at_the_clock(here: Ward) -> None:
    here.skew = timedelta(minutes=-20)
    (seen,) = here.see("address", "zendesk signature")
    assert (seen.state, "clock" in seen.fix) == (State.FAILING, True)


@pytest.mark.parametrize("vendor", SIGNATURES)
def test_whoever_accepts_every_signature_is_not_handrail(here: Ward, vendor: str) -> None:
    status = {"zendesk": 202, "twilio": 400, "slack": 200}[vendor]
    with receiving() as other:
        other.reply = lambda post: (status, {}, b"")
        ((state, found),) = here.faults("address", f"{vendor} signature", HANDRAIL_PUBLIC_URL=other.url)
    assert (state, "wrong signature" in found) == (State.FAILING, True)


@pytest.mark.parametrize("vendor", SIGNATURES)
def test_an_answer_that_is_not_handrails_is_told_with_its_status(here: Ward, vendor: str) -> None:
    with receiving() as other:
        other.reply = lambda post: (503, {}, b"")
        ((state, found),) = here.faults("address", f"{vendor} signature", HANDRAIL_PUBLIC_URL=other.url)
    assert (state, "503" in found) == (State.FAILING, True)


# ---------------------------------------------------------------- certificates


def certificate(folder: Path, days: int, host: str = "127.0.0.1") -> Path:
    """A file with a key and a certificate of its own authority for this address, that ends in `days`."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=400))
        .not_valid_after(now + timedelta(days=days, hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(host))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    kept = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = folder / f"{host}.{days}.pem"
    file.write_bytes(kept + made.public_bytes(serialization.Encoding.PEM))
    return file


class Answering(BaseHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def speaking_tls(file: Path) -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Answering)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    # The handshake belongs to the connection's turn: one that fails must not end the server.
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"https://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def shown(here: Ward, url: str, trusted: Path | None) -> list[tuple[State, str]]:
    installation = here.installation(HANDRAIL_PUBLIC_URL=url)
    if trusted is not None:
        installation = replace(installation, trust=lambda: ssl.create_default_context(cafile=str(trusted)))
    return [(seen.state, seen.found) for seen in reach.certificate(installation)]


@pytest.mark.parametrize(("days", "state"), [(200, State.OK), (5, State.WARNING)])
def test_a_trusted_certificate_is_told_with_its_end(here: Ward, tmp_path: Path, days: int, state: State) -> None:
    file = certificate(tmp_path, days)
    with speaking_tls(file) as url:
        ((found, words),) = shown(here, url, file)
    assert (found, words.startswith("valid until")) == (state, True)


def test_a_certificate_that_has_ended_is_failing(here: Ward, tmp_path: Path) -> None:
    file = certificate(tmp_path, -3)
    with speaking_tls(file) as url:
        ((state, words),) = shown(here, url, file)
    assert (state, "expired" in words) == (State.FAILING, True)


def test_a_certificate_that_nobody_trusts_is_failing(here: Ward, tmp_path: Path) -> None:
    with speaking_tls(certificate(tmp_path, 200)) as url:
        ((state, words),) = shown(here, url, None)
    assert (state, "not to be trusted" in words) == (State.FAILING, True)


def test_a_certificate_of_another_name_is_failing(here: Ward, tmp_path: Path) -> None:
    file = certificate(tmp_path, 200, host="127.0.0.9")
    with speaking_tls(file) as url:
        ((state, words),) = shown(here, url, file)
    assert (state, "mismatch" in words) == (State.FAILING, True)


def test_where_no_tls_is_spoken_it_is_failing(here: Ward) -> None:
    ((state, words),) = shown(here, here.url.replace("http://", "https://"), None)
    assert (state, "no TLS" in words) == (State.FAILING, True)
