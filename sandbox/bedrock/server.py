"""POST /model/{modelId}/invoke and /invoke-with-response-stream (AWS docs: "Amazon Bedrock Runtime API reference")."""

import asyncio
import hashlib
import json
from collections.abc import Iterator
from typing import Any

from aiohttp import web

from sandbox.bedrock import frames
from sandbox.bedrock.checks import Refused, check_signature, read_body
from sandbox.bedrock.switch import ModelSwitch, summary
from sandbox.bedrock.turns import Body, Fault, Turn, content, parsed
from sandbox.steps import StepLog

STREAM = "invoke-with-response-stream"


def add_routes(app: web.Application, switch: ModelSwitch, log: StepLog, prefix: str = "/bedrock") -> None:
    """Puts the stand-in under `prefix`; every attempt is recorded in `switch` and told to `log`."""

    async def invoke(request: web.Request) -> web.StreamResponse:
        return await _Attempt(request, switch, log).run()

    app.router.add_post(f"{prefix}/model/{{model}}/{{operation:invoke|{STREAM}}}", invoke)


class _Attempt:
    """One request, from the check of its signature to the last frame."""

    def __init__(self, request: web.Request, switch: ModelSwitch, log: StepLog) -> None:
        self.request, self.switch, self.log = request, switch, log
        self.model: str = request.match_info["model"]
        self.operation: str = request.match_info["operation"]
        self.began = asyncio.get_running_loop().time()
        switch.count += 1
        self.seed = ""
        self.body: Body = {}

    async def run(self) -> web.StreamResponse:
        # Not request.read(): the whole conversation is larger than the application's limit for a body.
        raw = await self.request.content.read()
        self.seed = hashlib.sha256(b"%d/%s" % (self.switch.count, raw)).hexdigest()[:24]
        fault = self.switch.faults.popleft() if self.switch.faults else None
        try:
            check_signature(self.request.headers.get("Authorization", ""))
            self.body = read_body(raw)
            if fault is not None and fault.after_events is None:
                return self._error(Refused(fault.message, fault.type, fault.status), fault.retry_after)
            turn = self.switch.answer(self.body, keep=fault is not None)
        except Refused as refused:
            return self._error(refused)
        if self.operation != STREAM:
            return self._whole(turn)
        return await self._stream(turn, fault)

    def _whole(self, turn: Turn) -> web.Response:
        blocks = content(turn, self.seed)
        usage = {"input_tokens": self._input_tokens(), "output_tokens": frames.output_tokens(blocks)}
        message: dict[str, Any] = next(frames.events(turn, self.model, self.seed, 0))["message"]
        message |= {"stop_reason": turn.ends_with, "stop_details": turn.stop_details, "usage": usage}
        message["content"] = [b | {"input": parsed(b["input"])} if b["type"] == "tool_use" else b for b in blocks]
        self._tell(turn, _words(turn))
        return web.json_response(message, headers=self._headers())

    async def _stream(self, turn: Turn, fault: Fault | None) -> web.StreamResponse:
        answer = web.StreamResponse(headers=self._headers())
        answer.content_type = "application/vnd.amazon.eventstream"
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
        for n, event in enumerate(frames.events(turn, self.model, self.seed, self._input_tokens())):
            if fault is not None and n == fault.after_events:
                self._tell(fault.type or "closed", f"{fault.type or 'connection closed'} after {n} events")
                yield from [frames.exception(fault.type, fault.message)] if fault.type else []
                return
            yield frames.chunk(event)

    def _error(self, refused: Refused, retry_after: float | None = None) -> web.Response:
        self._tell(refused.type, f"{refused.status} {refused.type}: {refused.message}")
        headers = self._headers() | {
            "x-amzn-ErrorType": f"{refused.type}:http://internal.amazon.com/coral/com.amazon.bedrock/"
        }
        if retry_after is not None:
            headers["Retry-After"] = str(retry_after)
        text = json.dumps({"message": refused.message})
        return web.Response(status=refused.status, text=text, content_type="application/json", headers=headers)

    def _tell(self, answer: Turn | str, words: str) -> None:
        ms = (asyncio.get_running_loop().time() - self.began) * 1000
        self.switch.record(self.operation, dict(self.request.headers), self.body, answer, self.model)
        detail = summary(answer) if isinstance(answer, Turn) else {"error": answer}
        detail |= {"model": self.model, "mode": self.switch.mode, "messages": len(self.body.get("messages", []))}
        self.log.append("model", f"Bedrock: {self.operation} → {words} in {ms:.0f} ms", detail, ms)

    def _headers(self) -> dict[str, str]:
        return {"x-amzn-RequestId": self.seed}

    def _input_tokens(self) -> int:
        return len(json.dumps(self.body)) // 4


def _words(turn: Turn) -> str:
    return f"{len(turn.calls)} call{'' if len(turn.calls) == 1 else 's'}, {turn.ends_with}"
