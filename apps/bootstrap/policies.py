"""The policy in force: what the files and the store say, and a copy of it that follows the store."""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from apps.policy_file import check_policy, parse_policy, read_policy
from apps.policy_lint import lint
from core.alerts.raising import add_or_count
from core.decide.policy_tests import Mismatch, run
from core.errors import ConfigurationError, HandrailError, TransientError
from core.execute.alert import policy_alert
from core.govern.changes import Outline, outline
from core.govern.enact import Candidate, Enacter, Reading
from core.policy import Policy, PolicyError, PolicyProblem
from core.policy.lint import Level
from core.ports import Now, Publisher, Store

log = logging.getLogger("handrail.policy")


def candidate(text: str, name: str = "policy") -> Candidate:
    """Raises ConfigurationError naming every problem, what cannot work as it is written among them."""
    found = parse_policy(text, name)
    policy = check_policy(found)
    wrong = [remark for remark in lint(policy) if remark.level is Level.ERROR]
    if wrong:
        raise PolicyError(found.source, [PolicyProblem(place=remark.place, text=remark.text) for remark in wrong])
    return Candidate(text=text, policy=policy, outline=outline(policy.version, found.fields))


def stored_outline(version: str, text: str) -> Outline:
    """Of what was in force once; where it is no YAML to this Handrail, it asks for nothing and is replaced whole."""
    try:
        return outline(version, parse_policy(text, f"policy {version}").fields)
    except ConfigurationError:
        return outline(version, {})


def failures(policy: Policy) -> Sequence[str]:
    """The policy's own examples that do not come out, a line each."""
    wrong = (outcome for outcome in run(policy) if not outcome.passed)
    return [f"{outcome.example.name}: {'; '.join(map(_mismatch, outcome.mismatches))}" for outcome in wrong]


def _mismatch(found: Mismatch) -> str:
    return f"{found.key} is {found.got}, expected {found.expected}"


def enacter(store: Store, now: Now, name: str = "policy") -> Enacter:
    """`name` is what the file is called in messages."""
    reading = Reading(candidate=lambda text: candidate(text, name), outline=stored_outline, failures=failures)
    return Enacter(store=store, reading=reading, now=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """The file against the store. `version` is that of the file, empty where the file cannot be read."""

    file: str
    version: str
    in_force: str
    problem: str = ""

    def __str__(self) -> str:
        if self.problem:
            return f"{self.file} cannot be read; version {self.in_force} stays in force: {self.problem}"
        return (
            f"{self.file} ({self.version}) differs from the version in force ({self.in_force}); "
            "handrail policy check, then apply"
        )


def difference(path: Path, in_force: str) -> Difference | None:
    """None: the file is what is in force."""
    try:
        version = read_policy(path).version
    except ConfigurationError as error:
        return Difference(file=str(path), version="", in_force=in_force, problem=str(error))
    return None if version == in_force else Difference(file=str(path), version=version, in_force=in_force)


class InForce:
    """The policy in force, asked of the store at each call; threads may share it.

    One cheap query tells whether the version is still the same. Who begins with a policy ends with it: what is given
    out never changes. While the store is away, or what is in force there cannot be read by this Handrail, the policy
    that was given out last stays, and the supervisors are told once of the latter."""

    def __init__(self, store: Store, path: Path, now: Now, publisher: Callable[[], Publisher] | None = None) -> None:
        self._store = store
        self._path = path
        self._now = now
        self._publisher = publisher
        self._turn = threading.Lock()
        self._running: Policy | None = None
        self._unreadable: str | None = None

    def __call__(self) -> Policy:
        """Raises ConfigurationError when there is none yet that this Handrail can read."""
        running = self._running
        try:
            with self._store.read() as unit:
                version = unit.policies.version()
        except TransientError:
            if running is None:
                raise
            return running
        if running is not None and version in (running.version, self._unreadable, None):
            return running
        with self._turn:
            return self._follow(version)

    def _follow(self, version: str | None) -> Policy:
        running = self._running
        if running is not None and version in (running.version, self._unreadable):
            return running
        try:
            policy = self._read_stored(version) if version else read_policy(self._path)
        except (ConfigurationError, TransientError) as error:
            if running is None or version is None:
                raise _explain(error, version) from error
            if isinstance(error, ConfigurationError):
                self._tell(running, version, error)
            return running
        if running is not None:
            log.info("policy %s is in force now, after %s", policy.version, running.version)
        self._running, self._unreadable = policy, None
        return policy

    def _read_stored(self, version: str) -> Policy:
        with self._store.read() as unit:
            stored = unit.policies.text(version)
        if stored is None:
            raise ConfigurationError(f"policy {version} is in force but its text is not stored")
        policy = check_policy(parse_policy(stored.text, f"policy {version}"))
        if policy.version != version:
            raise ConfigurationError(f"policy {version} is read as {policy.version} by this Handrail")
        return policy

    def _tell(self, running: Policy, version: str, error: ConfigurationError) -> None:
        """Once for each version in this process; the alert's key makes it once for all processes."""
        self._unreadable = version
        log.error("policy %s cannot be read, %s stays: %s", version, running.version, error)
        alert = policy_alert(version, str(error).splitlines()[0], running, self._now())
        try:
            with self._store.begin() as unit:
                fresh = add_or_count(unit, alert)
        except TransientError:
            self._unreadable = None  # tried again at the next look
            return
        for effect in fresh:
            if self._publisher is not None:
                self._publisher().effect(effect.id)


def _explain(error: ConfigurationError | TransientError, version: str | None) -> HandrailError:
    """There is no policy to go on with: what to do about it."""
    if version is None or isinstance(error, TransientError):
        return error
    advice = "handrail policy apply a corrected file, or restore an earlier version"
    return ConfigurationError(f"policy {version} is in force but this Handrail cannot read it; {advice}:\n{error}")
