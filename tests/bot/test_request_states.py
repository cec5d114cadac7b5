"""Every (status, next status) pair is decided by the table; refusals change nothing."""

from itertools import product

import pytest

from bot.errors import IllegalTransition
from bot.models.request import CLOSED, RequestStatus
from bot.request_states import TRANSITIONS, apply
from tests.factories import a_request

PAIRS = list(product(RequestStatus, RequestStatus))


def test_the_table_speaks_of_every_status() -> None:
    assert set(TRANSITIONS) == set(RequestStatus)


@pytest.mark.parametrize(("status", "following"), PAIRS)
def test_a_request_goes_exactly_the_ways_of_the_table(status: RequestStatus, following: RequestStatus) -> None:
    request = a_request(status=status, text="as it was")
    if following in TRANSITIONS[status]:
        assert apply(request, following) == a_request(status=following, text="as it was")
    else:
        with pytest.raises(IllegalTransition) as refused:
            apply(request, following)
        assert (refused.value.status, refused.value.event) == (status, following)
    assert request == a_request(status=status, text="as it was")


def test_the_closed_statuses_are_those_without_a_way_out() -> None:
    assert {status for status, ways in TRANSITIONS.items() if not ways} == CLOSED


@pytest.mark.parametrize("status", RequestStatus)
def test_a_request_is_open_as_long_as_something_will_happen(status: RequestStatus) -> None:
    assert a_request(status=status).is_open == bool(TRANSITIONS[status])


@pytest.mark.parametrize("status", sorted(set(RequestStatus) - CLOSED))
def test_whatever_goes_wrong_an_open_request_can_fail(status: RequestStatus) -> None:
    assert RequestStatus.FAILED in TRANSITIONS[status]


def test_every_status_can_be_reached_from_the_first() -> None:
    seen, todo = set(), [RequestStatus.PLANNING]
    while todo:
        status = todo.pop()
        seen.add(status)
        todo += TRANSITIONS[status] - seen
    assert seen == set(RequestStatus)


def test_an_answer_is_not_taken_back() -> None:
    assert RequestStatus.CANCELLED not in TRANSITIONS[RequestStatus.ANSWERING]
