"""A token bucket for each sender, in Redis, so that all workers together keep its rate."""

import math
from datetime import timedelta
from typing import Any, cast

import redis

from core.ports.outreach import Grant

BROKER_AWAY = Grant(granted=0, wait=timedelta(seconds=1))
_SCHEME = "redis+socket://"
_PREFIX = "handrail:throttle:"

# By the server's own clock, so that two hosts' clocks need not agree. The bucket is full at first and forgotten when it
# would be full again.
_TAKE = """
local rate, burst, wanted = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local time = redis.call('TIME')
local now = tonumber(time[1]) + tonumber(time[2]) / 1000000
local kept = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local tokens, at = tonumber(kept[1]) or burst, tonumber(kept[2]) or now
tokens = math.min(burst, tokens + math.max(0, now - at) * rate)
local granted = math.min(wanted, math.floor(tokens))
tokens = tokens - granted
redis.call('HSET', KEYS[1], 'tokens', tostring(tokens), 'at', string.format('%.6f', now))
redis.call('PEXPIRE', KEYS[1], math.ceil(burst / rate * 1000) + 1000)
return {granted, granted < wanted and math.ceil((1 - tokens) / rate * 1000000) or 0}
"""


class RedisThrottle:
    """`core.ports.outreach.Throttle`. Threads may share it; a forked child opens its own connection."""

    def __init__(self, queue_url: str) -> None:
        """`queue_url` as Celery takes it. Nothing is connected yet."""
        url = f"unix://{queue_url.removeprefix(_SCHEME)}" if queue_url.startswith(_SCHEME) else queue_url
        self._redis = redis.Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2)
        self._script = self._redis.register_script(_TAKE)

    def take(self, name: str, rate: float, burst: int, wanted: int) -> Grant:
        """As the port says; while Redis is away nothing is granted.

        Raises:
            ValueError: a rate or a burst that lets nothing go.
        """
        if not (rate > 0 and math.isfinite(rate)) or burst < 1 or wanted < 0:
            raise ValueError(f"{rate} a second, {burst} at once, {wanted} wanted: that is no rate")
        try:
            told = self._script(keys=[f"{_PREFIX}{name}"], args=[rate, burst, wanted])
        except redis.RedisError:
            return BROKER_AWAY
        granted, micros = cast(list[Any], told)
        return Grant(granted=int(granted), wait=timedelta(microseconds=int(micros)))
