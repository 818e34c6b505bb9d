"""`python -m apps.sandbox.main`: the sandbox under gunicorn, one process and many threads."""

import os
import sys
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from apps.sandbox.app import create_app
from apps.sandbox.settings import SandboxSettings, read_settings

THREADS = 16


class SandboxServer(BaseApplication):  # type: ignore[misc]
    """Gunicorn with the app made in the worker, where its threads must live."""

    def __init__(self, settings: SandboxSettings) -> None:
        self._settings = settings
        super().__init__()

    def load_config(self) -> None:
        """Local address only; one worker, because the state is in its memory."""
        wanted: dict[str, Any] = {
            "bind": f"127.0.0.1:{self._settings.port}",
            "workers": 1,
            "threads": THREADS,
            "worker_class": "gthread",
            "keepalive": 30,
            "graceful_timeout": 2,
            "loglevel": "warning",
            "proc_name": "handrail-sandbox",
            "control_socket_disable": True,
        }
        for name, value in wanted.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Flask:
        """The app."""
        return create_app(self._settings)


def main() -> None:
    """Serve until stopped; exit 1 with one line when a setting is bad."""
    try:
        settings = read_settings(os.environ)
    except ValueError as error:
        sys.exit(f"The sandbox cannot start: {error}")
    SandboxServer(settings).run()


if __name__ == "__main__":
    main()
