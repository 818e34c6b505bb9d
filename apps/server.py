"""The two long-lived processes: gunicorn for the web, Celery for the work."""

import logging
import os
from pathlib import Path

from flask import Flask
from gunicorn.app.base import BaseApplication

from apps.bootstrap import House
from apps.settings import Settings, read_settings
from apps.worker import worker_app
from apps.wsgi import create_app

THREADS = 8


def settings_here() -> Settings:
    """From the environment, then `handrail.toml` (or the file that HANDRAIL_CONFIG names)."""
    return read_settings(os.environ, Path(os.environ.get("HANDRAIL_CONFIG", "handrail.toml")))


class WebServer(BaseApplication):  # type: ignore[misc]
    """Gunicorn with threads; the app is built in its worker, where its pools and threads must live."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        super().__init__()

    def load_config(self) -> None:
        self.cfg.set("bind", self._settings["listen"])
        self.cfg.set("worker_class", "gthread")
        self.cfg.set("threads", THREADS)
        self.cfg.set("keepalive", 30)
        self.cfg.set("graceful_timeout", 5)
        self.cfg.set("loglevel", "warning")
        if "control_socket_disable" in self.cfg.settings:
            self.cfg.set("control_socket_disable", True)

    def load(self) -> Flask:
        return create_app(House(self._settings))


def serve() -> None:
    settings = settings_here()
    House(settings).migrate()
    WebServer(settings).run()


def work(*, beat: bool, concurrency: int) -> None:
    """Prefork: a task that hangs is ended by its time limit, which threads cannot promise."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    # Celery's own two lines a task say nothing that ours do not.
    for chatty in ("celery.worker.strategy", "celery.app.trace", "kombu"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    house = House(settings_here())
    house.migrate()
    celery = worker_app(house)
    queues = ",".join(house.queues)
    arguments = ["worker", f"--concurrency={concurrency}", "--pool=prefork", "--loglevel=INFO", f"--queues={queues}"]
    if beat:
        arguments += ["--beat", f"--schedule={house.settings.data_dir / 'beat'}"]
    celery.worker_main([*arguments, "--without-gossip", "--without-mingle"])
