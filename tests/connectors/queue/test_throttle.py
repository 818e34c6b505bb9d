"""All workers together keep a sender's rate."""

import threading
import time

import pytest
import redis

from connectors.queue import embedded
from connectors.queue.throttle import RedisThrottle


@pytest.fixture
def throttle(server: embedded.EmbeddedQueue, broker: redis.Redis) -> RedisThrottle:
    return RedisThrottle(server.url)


def test_what_is_wanted_is_granted_up_to_the_burst(throttle: RedisThrottle) -> None:
    assert throttle.take("sms:+1", 10, 5, 3).granted == 3
    second = throttle.take("sms:+1", 10, 5, 3)
    assert second.granted == 2
    assert 0 < second.wait.total_seconds() <= 0.1


def test_senders_do_not_wait_for_each_other(throttle: RedisThrottle) -> None:
    assert throttle.take("sms:+1", 1, 1, 1).granted == 1
    assert throttle.take("sms:+1", 1, 1, 1).granted == 0
    assert throttle.take("whatsapp:+1", 1, 1, 1).granted == 1


def test_asked_again_after_the_wait_there_is_one(throttle: RedisThrottle) -> None:
    throttle.take("sms:+1", 20, 1, 1)
    wait = throttle.take("sms:+1", 20, 1, 1).wait.total_seconds()
    time.sleep(wait + 0.002)
    assert throttle.take("sms:+1", 20, 1, 1).granted == 1


def test_a_silence_saves_up_no_more_than_the_burst(throttle: RedisThrottle) -> None:
    throttle.take("sms:+1", 100, 4, 4)
    time.sleep(0.2)
    assert throttle.take("sms:+1", 100, 4, 50).granted == 4


def test_many_workers_together_keep_the_rate(server: embedded.EmbeddedQueue, broker: redis.Redis) -> None:
    rate, burst, seconds = 50.0, 5, 1.0
    granted: list[float] = []

    def work() -> None:
        own = RedisThrottle(server.url)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            granted.extend([time.monotonic()] * own.take("sms:+1", rate, burst, 3).granted)
            time.sleep(0.005)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(granted) <= rate * (seconds + 0.1) + burst
    assert len(granted) >= rate * seconds * 0.5


def test_while_redis_is_away_nothing_is_granted(server: embedded.EmbeddedQueue) -> None:
    away = RedisThrottle(f"{server.url}.gone").take("sms:+1", 10, 5, 3)
    assert away.granted == 0
    assert away.wait.total_seconds() > 0
    assert RedisThrottle("redis://127.0.0.1:1/0").take("sms:+1", 10, 5, 3).granted == 0


@pytest.mark.parametrize(("rate", "burst", "wanted"), [(0.0, 1, 1), (-1.0, 1, 1), (float("inf"), 1, 1), (1.0, 0, 1)])
def test_a_rate_that_lets_nothing_go_is_a_mistake(
    throttle: RedisThrottle, rate: float, burst: int, wanted: int
) -> None:
    with pytest.raises(ValueError, match="no rate"):
        throttle.take("sms:+1", rate, burst, wanted)


def test_a_slow_sender_is_told_how_long(throttle: RedisThrottle) -> None:
    throttle.take("sms:+1", 0.2, 1, 1)
    assert 4 < throttle.take("sms:+1", 0.2, 1, 1).wait.total_seconds() <= 5
