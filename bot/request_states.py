"""The life of a request: one table, one pure function. Diagrams, words and tests are generated from the table."""

from collections.abc import Mapping
from types import MappingProxyType

from bot.errors import IllegalTransition
from bot.models.replacing import replace
from bot.models.request import Request, RequestStatus

TRANSITIONS: Mapping[RequestStatus, frozenset[RequestStatus]] = MappingProxyType(
    {
        RequestStatus.PLANNING: frozenset(
            {
                RequestStatus.WAITING,
                RequestStatus.EXECUTING,
                RequestStatus.PLANNING,
                RequestStatus.ANSWERING,
                RequestStatus.CANCELLED,
                RequestStatus.FAILED,
            }
        ),
        RequestStatus.WAITING: frozenset(
            {
                RequestStatus.WAITING,
                RequestStatus.EXECUTING,
                RequestStatus.PLANNING,
                RequestStatus.CANCELLED,
                RequestStatus.FAILED,
            }
        ),
        RequestStatus.EXECUTING: frozenset(
            {
                RequestStatus.EXECUTING,
                RequestStatus.PLANNING,
                RequestStatus.WAITING,
                RequestStatus.CANCELLED,
                RequestStatus.FAILED,
            }
        ),
        RequestStatus.ANSWERING: frozenset({RequestStatus.ANSWERING, RequestStatus.DONE, RequestStatus.FAILED}),
        RequestStatus.DONE: frozenset(),
        RequestStatus.CANCELLED: frozenset(),
        RequestStatus.FAILED: frozenset(),
    }
)


def apply(request: Request, status: RequestStatus) -> Request:
    """The request in its next status.

    Raises:
        IllegalTransition: the table does not know this way.
    """
    if status not in TRANSITIONS[request.status]:
        raise IllegalTransition(request.status, status)
    return replace(request, status=status)
