"""How much of a site is read, and how long is waited for it."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """`page_bytes` counts what a page unpacks to; `patience` is all the waiting that one reading of a site may do
    because the site asks for it, `longest_wait` the most at once."""

    pages: int = 5_000
    sitemaps: int = 100
    page_bytes: int = 10_000_000
    page_time: timedelta = timedelta(seconds=30)
    redirects: int = 5
    attempts: int = 3
    pause: timedelta = timedelta(milliseconds=200)
    longest_wait: timedelta = timedelta(seconds=30)
    patience: timedelta = timedelta(seconds=120)
