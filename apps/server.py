"""The long-lived processes: gunicorn for the web, Celery for the work, and for outreach."""

import gc
import logging
import multiprocessing
import os
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, TypeVar

from celery import Celery
from celery.signals import task_postrun, task_prerun, worker_process_init, worker_process_shutdown
from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.errors import AppImportError, HaltServer

from apps.bootstrap import FOR_WEB, OUTREACH_QUEUES, Container, count_task
from apps.bootstrap.container import OUTREACH_WORKER
from apps.processes import check_listen
from apps.secret_files import UMASK
from apps.settings import Settings, settings_here
from apps.traces import start_traces
from apps.worker import outreach_app, worker_app
from apps.wsgi import create_app
from core.errors import HandrailError, TransientError
from core.privacy.mask import hide

log = logging.getLogger("handrail.start")

T = TypeVar("T")
THREADS = 8
STORE_WITHIN = 120.0  # seconds; whoever supervises us gives a start more
LOAD_WITHIN = 15.0  # gunicorn ends a worker of which it hears nothing for 30


class WebServer(BaseApplication):  # type: ignore[misc]
    """Gunicorn's processes, whose workers wait for whole requests (apps/web_worker.py); the app is built in its worker,
    where its pools and threads must live."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        super().__init__()

    def load_config(self) -> None:
        self.cfg.set("bind", self.settings.listen)
        self.cfg.set("worker_class", "apps.web_worker.BufferingWorker")
        self.cfg.set("workers", self.settings.web_workers)
        self.cfg.set("threads", THREADS)
        self.cfg.set("graceful_timeout", 5)
        self.cfg.set("loglevel", "warning")
        self.cfg.set("umask", UMASK)  # its own default would open every file to everybody
        self.cfg.set("post_worker_init", freeze_garbage)
        if "control_socket_disable" in self.cfg.settings:
            self.cfg.set("control_socket_disable", True)

    def load(self) -> Flask:
        try:
            start_traces(self.settings, "web")
            self.container = Container(self.settings, waiting=FOR_WEB)
            return when_the_store_is_there(lambda: create_app(self.container), LOAD_WITHIN)
        except HandrailError as error:
            raise AppImportError(str(error)) from error  # told without a trace


def when_the_store_is_there(begin: Callable[[], T], seconds: float = STORE_WITHIN) -> T:
    """The database may be away when we start, and ending for it would count as a process that cannot run."""
    end, wait = time.monotonic() + seconds, 1.0
    while True:
        try:
            return begin()
        except TransientError as error:
            if time.monotonic() + wait > end:
                raise
            log.warning("%s; tried again in %.0f s", error, wait)
        time.sleep(wait)
        wait = min(10.0, wait * 2)


def freeze_garbage(_: object) -> None:
    """Keep the garbage collector from going through what was built at the start, which stays to the end, while an agent
    waits; processes that fork afterwards go on sharing it."""
    gc.collect()
    gc.freeze()


def quiet_logging() -> None:
    """Our own lines only. Twilio's client writes whole requests into its log, customers' numbers and words included;
    Celery's two lines a task say nothing that ours do not."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.setLogRecordFactory(mask_record)
    for chatty in ("twilio", "slack_sdk", "zenpy", "urllib3", "openai", "httpx2", "mcp", "celery", "kombu", "alembic"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def mask_record(*args: Any, **kwargs: Any) -> logging.LogRecord:
    """What is logged, by whomever in this process, without customers' numbers, addresses and codes. Made where records
    are made: Celery and gunicorn put handlers of their own in the place of ours."""
    record = logging.LogRecord(*args, **kwargs)
    with suppress(Exception):  # a line that cannot be formatted is told of by the handler, as ever
        record.msg, record.args = hide(record.getMessage()), None
    if record.exc_info and not record.exc_text:
        record.exc_text = hide(_traceback(record.exc_info))
    return record


def _traceback(exc_info: Any) -> str:
    """Whoever logs goes on, whatever it is that cannot be written: CPython parses the lines that a traceback shows, and
    raises SystemError where another thread parses meanwhile (python/cpython, issue 106905)."""
    try:
        return logging.Formatter().formatException(exc_info)
    except Exception as error:  # noqa: BLE001 - as above
        return f"{exc_info[0].__name__}: its traceback could not be written ({type(error).__name__})"


def serve() -> None:
    quiet_logging()
    settings = settings_here()
    check_listen(settings.listen)
    when_the_store_is_there(Container(settings).migrate)
    freeze_garbage(None)
    try:
        WebServer(settings).run()
    except HaltServer as error:  # gunicorn raises it once more while it stops
        sys.exit(error.exit_status)


def work(*, concurrency: int) -> None:
    """Prefork: a task that hangs is ended by its time limit, which threads cannot promise."""
    quiet_logging()
    container = Container(settings_here())
    when_the_store_is_there(container.migrate)
    train_apart(container)
    # Before the processes fork, so that all of them share one copy of the models.
    container.load_models()
    _run(container, worker_app(container), "worker-", container.queues, concurrency)


def work_outreach() -> None:
    """Two children: one lets campaigns go on, the other follows the status callbacks meanwhile."""
    quiet_logging()
    container = Container(settings_here())
    when_the_store_is_there(container.migrate)
    _run(container, outreach_app(container), OUTREACH_WORKER, OUTREACH_QUEUES, 2)


def _run(container: Container, celery: Celery, name: str, queues: Sequence[str], concurrency: int) -> None:
    measure_tasks()
    _trace_tasks(container.settings, name.strip("-"))
    arguments = ["worker", f"--concurrency={concurrency}", "--pool=prefork", "--loglevel=INFO"]
    arguments += [f"--queues={','.join(queues)}", f"--hostname={name}{os.getpid()}@%h"]
    freeze_garbage(None)
    celery.worker_main([*arguments, "--without-gossip", "--without-mingle"])


def measure_tasks() -> None:
    """How long the tasks of this process take, and how they end."""
    begun: dict[str, float] = {}

    def begin(task_id: str, **_: Any) -> None:
        begun[task_id] = time.perf_counter()

    def end(task_id: str, task: Any, state: str, **_: Any) -> None:
        seconds = time.perf_counter() - begun.pop(task_id, time.perf_counter())
        count_task(str(task.name), "ok" if state == "SUCCESS" else "failed", seconds)

    task_prerun.connect(begin, weak=False)
    task_postrun.connect(end, weak=False)


def _trace_tasks(settings: Settings, part: str) -> None:
    """In each process that works."""

    def begin(**_: Any) -> None:
        flush = start_traces(settings, part)
        worker_process_shutdown.connect(lambda **_: flush(), weak=False)

    worker_process_init.connect(begin, weak=False)


def train_apart(container: Container) -> None:
    """Train the models once for all workers, in a process that ends: what training loads is 100 MB that a worker would
    never get rid of. Should it fail, the workers train for themselves and say why they cannot."""
    trainer = multiprocessing.get_context("fork").Process(target=container.train)
    trainer.start()
    trainer.join()
