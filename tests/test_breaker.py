"""The circuit breaker: five failures in a minute, half a minute of rest, one probe."""

from __future__ import annotations

import pytest

from rag.breaker import FAILURES, REST, WITHIN, Breaker


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


def failing(clock: Clock, times: int, apart: float = 1.0) -> Breaker:
    breaker = Breaker(clock)
    for _ in range(times):
        breaker.failed()
        clock.now += apart
    return breaker


def test_a_few_failures_change_nothing(clock):
    assert failing(clock, FAILURES - 1).allows()


def test_too_many_failures_open_it(clock):
    assert not failing(clock, FAILURES).allows()


def test_failures_far_apart_do_not(clock):
    assert failing(clock, FAILURES, apart=WITHIN / 2).allows()


def test_a_success_forgets_them(clock):
    breaker = failing(clock, FAILURES - 1)
    breaker.succeeded()
    breaker.failed()
    assert breaker.allows()


def test_after_the_rest_there_is_one_probe(clock):
    breaker = failing(clock, FAILURES)
    clock.now += REST
    assert [breaker.allows(), breaker.allows()] == [True, False]


def test_a_probe_that_fails_opens_it_again(clock):
    breaker = failing(clock, FAILURES)
    clock.now += REST
    breaker.allows()
    breaker.failed()
    assert not breaker.allows()
