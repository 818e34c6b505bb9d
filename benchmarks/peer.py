"""What Handrail's webhook route is held against: the route that somebody would write by hand in an afternoon.

`/verify` checks the signature and answers. `/events` checks it, keeps the event in SQLite with `synchronous=FULL` and
tells a worker with LPUSH. Nothing else: no parsing into values, no metrics, no reasons, no retry after a full disk.
Run as `python -m benchmarks.peer HOST:PORT FOLDER QUEUE_SOCKET SECRET`, under Handrail's own gunicorn settings.
"""

import base64
import hashlib
import hmac
import json
import sqlite3
import sys
import threading
import time
from pathlib import Path

import redis
from flask import Flask, request

from apps.server import WebServer
from apps.settings import read_settings

QUEUE = "peer"


def create_peer(folder: Path, queue_socket: str, secret: str) -> Flask:
    app = Flask(__name__)
    # One connection and a lock: connections of their own would have the threads poll for SQLite's one write lock.
    store = sqlite3.connect(folder / "peer.db", check_same_thread=False, isolation_level=None)
    store.execute("PRAGMA journal_mode=WAL")
    store.execute("PRAGMA synchronous=FULL")
    store.execute("CREATE TABLE IF NOT EXISTS events (id TEXT PRIMARY KEY, subject TEXT, at REAL, body TEXT)")
    turn = threading.Lock()
    queue = redis.Redis(unix_socket_path=queue_socket)

    def genuine(body: bytes) -> bool:
        stamp = request.headers.get("X-Zendesk-Webhook-Signature-Timestamp", "")
        digest = hmac.new(secret.encode(), stamp.encode() + body, hashlib.sha256).digest()
        given = request.headers.get("X-Zendesk-Webhook-Signature", "")
        return hmac.compare_digest(base64.b64encode(digest), given.encode())

    @app.post("/verify")
    def verify() -> tuple[str, int]:
        return ("", 202) if genuine(request.get_data()) else ("", 401)

    @app.post("/events")
    def events() -> tuple[str, int]:
        body = request.get_data()
        if not genuine(body):
            return "", 401
        event = json.loads(body)
        row = (event["id"], event["subject"], time.time(), body.decode())
        with turn:
            added = store.execute("INSERT OR IGNORE INTO events VALUES (?, ?, ?, ?)", row).rowcount
        if added:
            queue.lpush(QUEUE, event["id"])
        return "", 202

    @app.get("/healthz")
    def healthz() -> str:
        return "ok"

    return app


class PeerServer(WebServer):
    """Handrail's gunicorn settings, another application."""

    def __init__(self, listen: str, folder: Path, queue_socket: str, secret: str) -> None:
        self._parts = (folder, queue_socket, secret)
        super().__init__(read_settings({"HANDRAIL_LISTEN": listen, "HANDRAIL_WEB_WORKERS": "1"}, None, needed=()))

    def load(self) -> Flask:
        return create_peer(*self._parts)


if __name__ == "__main__":
    PeerServer(sys.argv[1], Path(sys.argv[2]), sys.argv[3], sys.argv[4]).run()
