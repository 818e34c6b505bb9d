"""The proof that a command takes of who gives it: their key file, or their own word in Slack."""

import secrets
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from apps.policy.here import BY
from apps.secret_files import keep_secret, read_secret
from core.errors import ConfigurationError, RejectedError
from core.govern.approvers import may_approve
from core.govern.proof import GOOD_FOR, ask, people, question_of, record_proof, spend
from core.model.proof import Question

if TYPE_CHECKING:
    from apps.bootstrap import Knowledge

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # nothing that is read as something else
Command = TypeVar("Command", bound=Callable[..., Any])
LOOK = 0.5  # seconds between two looks whether it was confirmed

_KEY = click.option(
    "--key",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The key file that `handrail people add` wrote, which proves that it is you. Default: the one in your own "
    "settings folder; without one you confirm in Slack.",
)


def proved(command: Command) -> Command:
    """The options of a command that takes a proof."""
    return BY(_KEY(command))


def key_folder() -> Path:
    return Path(click.get_app_dir("handrail")) / "keys"


def key_file(email: str) -> Path:
    return key_folder() / f"{email.lower()}.key"


def make_key(file: Path) -> str:
    """Write a new key that its owner alone can read; its public half, in hexadecimal."""
    key = Ed25519PrivateKey.generate()
    keep_secret(file.parent, file.name, key.private_bytes_raw().hex())
    return public_half(key)


def public_half(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def prove(container: "Knowledge", by: str, key: Path | None, what: str) -> None:
    """Record that `by` asked for `what`.

    Raises:
        RejectedError: it is not proved; nothing was recorded and nothing may be done.
        ConfigurationError: there is neither a key nor Slack to prove it by, or the key cannot be read.
    """
    file = key or key_file(by)
    if key is not None or file.exists():
        _by_key(container, by, file, what)
    elif container.settings.slack.bot_token:
        _by_slack(container, by, what)
    else:
        raise ConfigurationError(
            f"Nothing proves that this is {by}: there is no key at {file}, and Slack is not connected to confirm it "
            "there. Make a key with `handrail people add`, or name one with --key."
        )


def prove_approver(container: "Knowledge", by: str, key: Path | None, what: str) -> None:
    """As `prove`, by somebody who may decide about what customers are told: whom the policy in force names, as in
    Slack."""
    from apps.policy.diff import stored_policies

    with container.store.read() as unit:
        version = unit.policies.version()
    policy = stored_policies(container)(version) if version else None
    if policy is not None and policy.outreach.approvers and not may_approve(by, policy):
        raise RejectedError(f"{by} may not: the policy names who may, under outreach.approval.approvers.")
    prove(container, by, key, what)


def _by_key(container: "Knowledge", by: str, file: Path, what: str) -> None:
    problems: list[str] = []
    secret = read_secret(file, str(file), problems)
    try:
        key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(secret))
    except ValueError:
        problems = problems or [f"{file} is no key of `handrail people add`."]
    if problems:
        raise ConfigurationError(problems[0])
    now = _now()
    with container.store.begin() as unit:
        person = people(unit).get(by.lower())
        if person is None or person.key != public_half(key):
            raise RejectedError(
                f"{file} does not prove that this is {by}: it is not the key that is on record for them. "
                "`handrail people list` shows who has one."
            )
        signature = key.sign(_statement(by, what, now.isoformat())).hex()
        proof = {"way": "key", "key": person.key, "at": now.isoformat(), "signature": signature}
        record_proof(unit, by, what, proof, now)


def _statement(by: str, what: str, at: str) -> bytes:
    """What is signed."""
    return f"{by.lower()}\n{what}\n{at}".encode()


def is_signed(facts: Mapping[str, Any], key: str) -> bool:
    """Whether a record `identity_proved` bears the signature of this public key."""
    try:
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))
        said = _statement(str(facts["by"]), str(facts["what"]), str(facts["at"]))
        public.verify(bytes.fromhex(str(facts["signature"])), said)
    except (KeyError, ValueError, InvalidSignature):
        return False
    return True


def _by_slack(container: "Knowledge", by: str, what: str) -> None:
    letters = "".join(secrets.choice(ALPHABET) for _ in range(8))
    code = f"{letters[:4]}-{letters[4:]}"
    with container.store.begin() as unit:
        ask(unit, Question(code=code, by=by, what=what, at=_now()))
    minutes = GOOD_FOR.total_seconds() / 60
    click.echo(f"Confirm it in Slack, as {by}: /handrail confirm {code} (within {minutes:.0f} minutes)", err=True)
    ends = time.monotonic() + GOOD_FOR.total_seconds()
    while time.monotonic() < ends:
        with container.store.read() as unit:
            found = question_of(unit, code, _now())
        if found is not None and found.user_id:
            with container.store.begin() as unit:
                if spend(unit, code, _now()):
                    return
        time.sleep(LOOK)
    raise RejectedError(f"Nobody confirmed it as {by} in time; nothing was changed.")


def _now() -> datetime:
    from apps.bootstrap import now

    return now()
