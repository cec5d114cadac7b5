"""What goes wrong on purpose: per Web API method, and in the delivery of envelopes."""

from dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Fault:
    """How a method misbehaves: Slack's error, an HTTP status, a late answer; `times` None means until taken back.

    With `after_effect` the call is carried out all the same; with `drop` the connection ends without an answer.
    """

    error: str | None = None
    status: int | None = None
    retry_after: int | None = None
    latency_ms: int = 0
    times: int | None = None
    after_effect: bool = False
    drop: bool = False

    @property
    def refuses(self) -> bool:
        """Whether the call gets another answer than the true one."""
        return bool(self.error or self.status or self.drop or self.after_effect)

    @property
    def code(self) -> str:
        """The error of its answer."""
        return self.error or ("ratelimited" if self.status == 429 else "internal_error")


@dataclass(slots=True)
class DeliveryFaults:
    """The next `drop_acks` acks are lost, the next `duplicate` events come twice, each push waits `delay_ms`, and each
    ack counts `delay_acks_ms` after it came.
    """

    drop_acks: int = 0
    duplicate: int = 0
    delay_ms: int = 0
    delay_acks_ms: int = 0

    def take_ack(self) -> bool:
        """Whether this ack is to be lost."""
        lost = self.drop_acks > 0
        self.drop_acks -= lost
        return lost

    def take_duplicate(self) -> bool:
        """Whether this event is to be sent twice."""
        twice = self.duplicate > 0
        self.duplicate -= twice
        return twice


@dataclass(slots=True)
class Faults:
    """The faults set now: by method name, `*` for all."""

    methods: dict[str, Fault] = field(default_factory=dict)
    deliver: DeliveryFaults = field(default_factory=DeliveryFaults)

    def take(self, method: str) -> Fault | None:
        """The fault for this call, used up by one."""
        name = method if method in self.methods else "*"
        fault = self.methods.get(name)
        if fault is not None and fault.times is not None:
            self._use_up(name, fault, fault.times)
        return fault

    def _use_up(self, name: str, fault: Fault, times: int) -> None:
        if times > 1:
            self.methods[name] = replace(fault, times=times - 1)
        else:
            del self.methods[name]
