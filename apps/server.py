"""The long-lived processes: gunicorn for the web, Celery for the work, and for outreach."""

import gc
import logging
import multiprocessing
import os
from collections.abc import Sequence

from celery import Celery
from flask import Flask
from gunicorn.app.base import BaseApplication

from apps.bootstrap import OUTREACH_QUEUES, Container
from apps.bootstrap.container import OUTREACH_WORKER
from apps.demo.processes import check_listen
from apps.settings import Settings, settings_here
from apps.worker import outreach_app, worker_app
from apps.wsgi import create_app

THREADS = 8


class WebServer(BaseApplication):  # type: ignore[misc]
    """Gunicorn with threads; the app is built in its worker, where its pools and threads must live."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        super().__init__()

    def load_config(self) -> None:
        self.cfg.set("bind", self._settings.listen)
        self.cfg.set("worker_class", "gthread")
        self.cfg.set("workers", self._settings.web_workers)
        self.cfg.set("threads", THREADS)
        self.cfg.set("keepalive", 30)
        self.cfg.set("graceful_timeout", 5)
        self.cfg.set("loglevel", "warning")
        self.cfg.set("post_worker_init", freeze_garbage)
        if "control_socket_disable" in self.cfg.settings:
            self.cfg.set("control_socket_disable", True)

    def load(self) -> Flask:
        return create_app(Container(self._settings))


def freeze_garbage(_: object) -> None:
    """Keep the garbage collector from going through what was built at the start, which stays to the end, while an agent
    waits; processes that fork afterwards go on sharing it."""
    gc.collect()
    gc.freeze()


def quiet_logging() -> None:
    """Our own lines only. Twilio's client writes whole requests into its log, customers' numbers and words included;
    Celery's two lines a task say nothing that ours do not."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for chatty in ("twilio", "slack_sdk", "zenpy", "urllib3", "openai", "httpx", "celery", "kombu", "alembic"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def serve() -> None:
    quiet_logging()
    settings = settings_here()
    check_listen(settings.listen)
    Container(settings).migrate()
    freeze_garbage(None)
    WebServer(settings).run()


def work(*, concurrency: int) -> None:
    """Prefork: a task that hangs is ended by its time limit, which threads cannot promise."""
    quiet_logging()
    container = Container(settings_here())
    container.migrate()
    train_apart(container)
    # Before the processes fork, so that all of them share one copy of the models.
    container.load_models()
    _run(worker_app(container), "worker-", container.queues, concurrency)


def work_outreach() -> None:
    """Two children: one lets campaigns go on, the other follows the status callbacks meanwhile."""
    quiet_logging()
    container = Container(settings_here())
    container.migrate()
    _run(outreach_app(container), OUTREACH_WORKER, OUTREACH_QUEUES, 2)


def _run(celery: Celery, name: str, queues: Sequence[str], concurrency: int) -> None:
    arguments = ["worker", f"--concurrency={concurrency}", "--pool=prefork", "--loglevel=INFO"]
    arguments += [f"--queues={','.join(queues)}", f"--hostname={name}{os.getpid()}@%h"]
    freeze_garbage(None)
    celery.worker_main([*arguments, "--without-gossip", "--without-mingle"])


def train_apart(container: Container) -> None:
    """Train the models once for all workers, in a process that ends: what training loads is 100 MB that a worker would
    never get rid of. Should it fail, the workers train for themselves and say why they cannot."""
    trainer = multiprocessing.get_context("fork").Process(target=container.train)
    trainer.start()
    trainer.join()
