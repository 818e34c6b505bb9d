"""Is the process alive, and can it do its work: store, queue, workers; and what else somebody should look after."""

import hmac
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from threading import Lock

from flask import Blueprint, Response, jsonify, request

from apps.bootstrap import Container
from apps.bootstrap.clock import STEADINESS
from apps.forwarded import BY_A_STRANGER, is_within
from apps.settings import Settings
from apps.zendesk.parts import bearer
from core.errors import HandrailError

ANSWER_WITHIN = 1.0  # seconds that the workers have to answer a ping, and the DNS a question
AS_LARGE_AS_A_MESSAGE = "." * 32 * 1024  # on a full disk there may be room for a word still
LEAST_FREE = 200 * 1024 * 1024
KEPT_FOR = 2.0  # seconds for which what was found is told to whoever asks


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """`checks` decide; `why` says what each failed one lacks, and what will be missed though we are ready: who takes
    webhooks and keeps them loses nothing while the DNS is gone."""

    checks: dict[str, bool] = field(default_factory=dict)
    why: dict[str, str] = field(default_factory=lambda: {"checks": "they are being made for the first time"})

    @property
    def ready(self) -> bool:
        return bool(self.checks) and all(self.checks.values())


class Readiness:
    """To look takes a second and writes to the store. However many ask, one of them looks, and only now and then; the
    others hear what was found last, so that strangers bind no thread but one."""

    def __init__(self, look: Callable[[], Found]) -> None:
        self._look, self._looking = look, Lock()
        self._found, self._until = Found(), 0.0

    def tell(self) -> Found:
        if self._looking.acquire(blocking=False):
            try:
                if time.monotonic() >= self._until:
                    self._found = self._look()
                    self._until = time.monotonic() + KEPT_FOR
            finally:
                self._looking.release()
        return self._found


def health(container: Container) -> Blueprint:
    blueprint = Blueprint("health", __name__)
    readiness = Readiness(lambda: _look(container))

    @blueprint.get("/healthz")
    def healthz() -> Response:
        return jsonify({"status": "ok"})

    @blueprint.get("/readyz")
    def readyz() -> Response:
        found = readiness.tell()
        told = {"checks": found.checks} | ({"why": found.why} if found.why else {})
        response = jsonify({"ready": found.ready} | (told if may_look(container.settings) else {}))
        response.status_code = 200 if found.ready else 503
        return response

    return blueprint


def may_look(settings: Settings) -> bool:
    """Whether metrics, and what exactly is not ready, are for who asks: by the address, or by a token. Whose address it
    is nobody knows where a proxy passed it on that the settings do not name."""
    known = request.remote_addr is not None and not request.environ.get(BY_A_STRANGER)
    if known and is_within(str(request.remote_addr), settings.metrics_from):
        return True
    token = settings.metrics_token.value
    return bool(token) and hmac.compare_digest(bearer().encode(), token.encode())


def _look(container: Container) -> Found:
    queue = container.queue_answers()
    # Without a queue nobody can be asked; trying would only take its time.
    workers = queue and container.workers_answering(ANSWER_WITHIN) > 0
    store, lost = _store(container), container.unresolved(ANSWER_WITHIN)
    said = {
        "store": store,
        "queue": "" if queue else "the queue's server does not answer",
        "workers": "" if workers else "no worker answers" if queue else "they cannot be asked without the queue",
        "disk": "; ".join(_disk(container)),
        "names": "; ".join(f"the name {host} is not found: is the DNS reached?" for host in lost),
        "clock": STEADINESS.jumped(),
    }
    why = {name: text for name, text in said.items() if text}
    return Found(checks={"store": not store, "queue": queue, "workers": workers}, why=why)


def _store(container: Container) -> str:
    """Why nothing can be kept now. One that can only be read takes no webhook."""
    try:
        with container.store.begin_lightly() as unit:
            unit.cursors.set("ready", AS_LARGE_AS_A_MESSAGE)
    except HandrailError as error:
        return str(error)
    return ""


def _disk(container: Container) -> Iterator[str]:
    folder = container.settings.data_dir
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        yield f"{folder} cannot be looked at ({error.strerror})"
        return
    if free < LEAST_FREE:
        yield f"{free // 1024 // 1024} MB are free at {folder}"
