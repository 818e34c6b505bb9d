"""How long an article counts as looked after."""

from datetime import timedelta

STALE_AFTER = timedelta(days=730)  # since it was last changed
