"""A Chromium for the tests that look at the product as people do."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
# Nothing but the demo is spoken to.
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def found() -> str | None:
    """The path of HANDRAIL_CHROMIUM, Debian's own, or one on the PATH."""
    wished = os.environ.get("HANDRAIL_CHROMIUM")
    if wished:
        return wished if Path(wished).is_file() else None
    return next((path for name in ("/usr/bin/chromium", *NAMES) if (path := shutil.which(name))), None)


@contextmanager
def started(path: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        try:
            yield browser
        finally:
            browser.close()
