"""Is the process alive, and can it do its work: store, queue, workers."""

from collections.abc import Callable
from typing import Any

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
        checks: dict[str, Callable[[], Any]] = {
            "store": lambda: _store(house),
            "queue": lambda: house.queue_answers(),
            "workers": lambda: house.workers_answering(ANSWER_WITHIN),
        }
        found = {name: bool(check()) for name, check in checks.items()}
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
