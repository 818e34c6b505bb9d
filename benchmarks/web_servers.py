"""Handrail's web process on one server or another, else as `handrail web`: `python -m benchmarks.web_servers NAME`."""

import sys

# What may stand in front of the application: our own worker, and gunicorn's that it was chosen over.
WORKERS = {"whole requests": "apps.web_worker.BufferingWorker", "threads": "gthread", "greenlets": "gevent"}
OURS = "whole requests"


def main() -> None:
    name = sys.argv[1]
    if WORKERS[name] == "gevent":
        from gevent import monkey

        monkey.patch_all()
    from apps.metrics import count_together
    from apps.settings import settings_here

    count_together(settings_here().data_dir, "web")
    from apps.bootstrap import Container
    from apps.server import WebServer, quiet_logging

    class Candidate(WebServer):
        def load_config(self) -> None:
            super().load_config()
            self.cfg.set("worker_class", WORKERS[name])
            self.cfg.set("keepalive", 30)

    quiet_logging()
    Container(settings_here()).migrate()
    Candidate(settings_here()).run()


if __name__ == "__main__":
    main()
