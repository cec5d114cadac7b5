"""What a modal remembers between its opening and a click in it."""

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class ModalState:
    """The `private_metadata` of our modals (Slack docs, "View": at most 3,000 characters).

    `channel` and `message_ts` are those of the card on which the modal was opened. No `call_ids`: all rows.
    """

    approval_id: str
    call_ids: tuple[str, ...] = ()
    page: int = 0
    channel: str = ""
    message_ts: str = ""

    def dump(self) -> str:
        """As compact JSON."""
        return json.dumps(asdict(self), separators=(",", ":"))


def load_state(text: str) -> ModalState:
    """What `dump` wrote. Raises ValueError, KeyError or TypeError for anything else."""
    fields = json.loads(text)
    state = ModalState(**{**fields, "call_ids": tuple(fields["call_ids"])})
    texts = (state.approval_id, state.channel, state.message_ts, *state.call_ids)
    written = isinstance(fields["call_ids"], list) and all(isinstance(text, str) for text in texts)
    if not written or type(state.page) is not int:
        raise TypeError("no state of a modal")
    return state
