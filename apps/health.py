"""Is the process alive, and can it do its work: store, queue, workers."""

from flask import Blueprint, Response, jsonify

from apps.bootstrap import House
from core.errors import HandrailError

ANSWER_WITHIN = 1.0  # seconds that the workers have to answer a ping


def health(house: House) -> Blueprint:
    blueprint = Blueprint("health", __name__)

    @blueprint.get("/healthz")
    def healthz() -> Response:
        return jsonify({"status": "ok"})

    @blueprint.get("/readyz")
    def readyz() -> Response:
        queue = house.queue_answers()
        # Without a queue nobody can be asked; trying would only take its time.
        workers = queue and house.workers_answering(ANSWER_WITHIN) > 0
        found = {"store": _store(house), "queue": queue, "workers": workers}
        response = jsonify({"ready": all(found.values()), "checks": found})
        response.status_code = 200 if all(found.values()) else 503
        return response

    return blueprint


def _store(house: House) -> bool:
    try:
        with house.store.read() as unit:
            unit.cursors.get("ready")
    except HandrailError:
        return False
    return True
