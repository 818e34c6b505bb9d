"""Connection overrides: what the fragment of a webhook's address says about trying again."""

from urllib.parse import parse_qs, urlsplit

from apps.sandbox.deliveries import RetryRule

MOST_RETRIES = 5
RETRY_SECONDS = 1.0


def retry_rule(url: str) -> RetryRule:
    """How Twilio posts to this address: once more and only when it could not connect, unless told otherwise.

    `#rc=2&rp=ct,5xx` asks for two retries after a failed connection or a server error; `all` is every
    fault there is.
    """
    asked = {name: values[0] for name, values in parse_qs(urlsplit(url).fragment).items()}
    count = asked.get("rc", "1")
    times = min(int(count), MOST_RETRIES) if count.isdigit() else 1
    reasons = set(asked.get("rp", "ct").split(","))
    everything = "all" in reasons
    statuses: set[int] = set()
    if everything or "4xx" in reasons:
        statuses |= set(range(400, 500))
    if everything or "5xx" in reasons:
        statuses |= set(range(500, 600))
    return RetryRule(
        connect_seconds=5.0,
        read_seconds=15.0,
        delays=(RETRY_SECONDS,) * times,
        statuses=frozenset(statuses),
        on_timeout=everything or "rt" in reasons,
        on_no_connection=everything or "ct" in reasons,
    )
