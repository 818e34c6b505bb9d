"""Is the process alive, and can it do its work: store, queue, workers."""

from flask import Blueprint, Response, jsonify

from apps.bootstrap import Container
from core.errors import HandrailError

ANSWER_WITHIN = 1.0  # seconds that the workers have to answer a ping


def health(container: Container) -> Blueprint:
    blueprint = Blueprint("health", __name__)

    @blueprint.get("/healthz")
    def healthz() -> Response:
        return jsonify({"status": "ok"})

    @blueprint.get("/readyz")
    def readyz() -> Response:
        queue = container.queue_answers()
        # Without a queue nobody can be asked; trying would only take its time.
        workers = queue and container.workers_answering(ANSWER_WITHIN) > 0
        found = {"store": _store(container), "queue": queue, "workers": workers}
        response = jsonify({"ready": all(found.values()), "checks": found})
        response.status_code = 200 if all(found.values()) else 503
        return response

    return blueprint


def _store(container: Container) -> bool:
    try:
        with container.store.read() as unit:
            unit.cursors.get("ready")
    except HandrailError:
        return False
    return True
