"""POST /model/{modelId}/invoke and /invoke-with-response-stream (AWS docs: "Amazon Bedrock Runtime API reference"), and
/v1/messages of Mantle and of Anthropic (Claude docs: "Messages API"), all before the same model."""

import asyncio
import hashlib
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from aiohttp import web

from sandbox.bedrock import frames
from sandbox.bedrock.guardrails import chosen
from sandbox.bedrock.prefix import Counted
from sandbox.bedrock.refused import Refused
from sandbox.bedrock.switch import ModelSwitch, summary
from sandbox.bedrock.thoughts import signed
from sandbox.bedrock.turns import Body, Fault, Turn, content, parsed
from sandbox.bedrock.wires import INVOKE, WIRES, Wire, wants_stream
from sandbox.steps import StepLog

NOTHING = Counted(0, 0, 0)


def add_routes(app: web.Application, switch: ModelSwitch, log: StepLog) -> None:
    """Puts the stand-ins at the paths of `wires`; every attempt is recorded in `switch` and told to `log`."""
    for wire in WIRES:
        app.router.add_post(wire.path, _handler(wire, switch, log))


def _handler(wire: Wire, switch: ModelSwitch, log: StepLog) -> Any:
    async def answer(request: web.Request) -> web.StreamResponse:
        return await _Attempt(wire, request, switch, log).run()

    return answer


class _Attempt:
    """One request, from the check of its caller to the last frame."""

    def __init__(self, wire: Wire, request: web.Request, switch: ModelSwitch, log: StepLog) -> None:
        self.wire, self.request, self.switch, self.log = wire, request, switch, log
        self.model: str = request.match_info.get("model", "")
        self.operation: str = request.match_info.get("operation", "messages")
        self.began = asyncio.get_running_loop().time()
        switch.count += 1
        self.seed = ""
        self.raw = b""
        self.body: Body = {}
        self.blocks: list[Body] = []
        self.counted = NOTHING

    async def run(self) -> web.StreamResponse:
        # Not request.read(): the whole conversation is larger than the application's limit for a body.
        self.raw = await self.request.content.read()
        self.seed = hashlib.sha256(b"%d/%s" % (self.switch.count, self.raw)).hexdigest()[:24]
        fault = self.switch.faults.popleft() if self.switch.faults else None
        try:
            self.wire.check(self.request.headers)
            self.body = self.wire.read(self.raw, list(self.switch.paused))
            if fault is not None and fault.after_events is None:
                return self._error(Refused(fault.message, fault.type, fault.status), fault.retry_after)
            turn = self._answered(keep=fault is not None)
        except Refused as refused:
            return self._error(refused)
        if not wants_stream(self.operation, self.body):
            return self._whole(turn)
        return await self._stream(turn, fault)

    def _answered(self, *, keep: bool) -> Turn:
        """What the model says, as its guardrail lets it through. Raises Refused."""
        guardrail = chosen(self.request.headers, self.switch.guardrails) if self.wire is INVOKE else None
        turn = self.switch.answer(self.body, keep=keep)
        turn = guardrail.judged(self.body, turn) if guardrail else turn
        self.model = self.model or self.body["model"]
        self.counted = self.switch.cache.count(self.model, self.body)
        self.blocks = signed(self.body, content(turn, self.seed))
        if turn.ends_with == "pause_turn":
            self.switch.paused.append([_sent_back(block) for block in self.blocks])
        return turn

    def _whole(self, turn: Turn) -> web.Response:
        usage = {**asdict(self.counted), "output_tokens": frames.output_tokens(self.blocks)}
        message: dict[str, Any] = next(frames.events(turn, self.model, self.seed, NOTHING, ()))["message"]
        message |= {"stop_reason": turn.ends_with, "stop_details": turn.stop_details, "usage": usage, **turn.extra}
        message["content"] = [_sent_back(block) for block in self.blocks]
        self._tell(turn, _words(turn))
        return web.json_response(message, headers=self._headers())

    async def _stream(self, turn: Turn, fault: Fault | None) -> web.StreamResponse:
        answer = web.StreamResponse(headers=self._headers())
        answer.content_type = self.wire.stream_type
        answer.headers["X-Amzn-Bedrock-Content-Type"] = "application/json"
        await answer.prepare(self.request)
        try:
            for data in self._frames(turn, fault):
                await answer.write(data[:7])
                await answer.write(data[7:])
                if self.switch.pause_s:
                    await asyncio.sleep(self.switch.pause_s)
        except ConnectionResetError:
            self._tell(turn, "the client hung up")
            return answer
        if fault is None:
            self._tell(turn, _words(turn))
        elif not fault.type and self.request.transport is not None:
            self.request.transport.close()
        return answer

    def _frames(self, turn: Turn, fault: Fault | None) -> Iterator[bytes]:
        """The frames to send; a fault ends them early and is told in place of the turn."""
        for n, event in enumerate(frames.events(turn, self.model, self.seed, self.counted, self.blocks)):
            if fault is not None and n == fault.after_events:
                self._tell(fault.type or "closed", f"{fault.type or 'connection closed'} after {n} events")
                yield from [self.wire.broken(fault.type, fault.message)] if fault.type else []
                return
            yield self.wire.event(event)

    def _error(self, refused: Refused, retry_after: float | None = None) -> web.Response:
        self._tell(refused.type, f"{refused.status} {refused.type}: {refused.message}")
        failed = self.wire.failed(refused)
        headers = {**self._headers(), **failed.headers}
        if retry_after is not None:
            headers["Retry-After"] = str(retry_after)
        return web.json_response(failed.body, status=refused.status, headers=headers)

    def _tell(self, answer: Turn | str, words: str) -> None:
        ms = (asyncio.get_running_loop().time() - self.began) * 1000
        self.switch.record(self.operation, dict(self.request.headers), self.raw, answer, self.model)
        detail = summary(answer) if isinstance(answer, Turn) else {"error": answer}
        detail |= {"model": self.model, "mode": self.switch.mode, "messages": len(self.body.get("messages", []))}
        detail |= asdict(self.counted)
        self.log.append("model", f"{self.wire.name}: {self.operation} → {words} in {ms:.0f} ms", detail, ms)

    def _headers(self) -> dict[str, str]:
        return {self.wire.reference: self.seed}


def _sent_back(block: Body) -> Body:
    """The block as the unstreamed answer carries it, and as it may come back."""
    return block | {"input": parsed(block["input"])} if block["type"] == "tool_use" else block


def _words(turn: Turn) -> str:
    return f"{len(turn.calls)} call{'' if len(turn.calls) == 1 else 's'}, {turn.ends_with}"
