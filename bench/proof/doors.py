"""Requests over HTTP that are not Slack's, not of now, or come again: all fourteen kinds, at both doors."""

import hashlib
import hmac
import json
from dataclasses import dataclass, replace
from random import Random
from urllib.parse import urlencode

import aiohttp

from bench.proof.values import Row, Side, side
from blocks import ids
from bot.adapters.slack_client import SlackIdentity, outgoing_client
from bot.wiring.system import SystemClock
from handlers.slack.app import build_app
from handlers.slack.signature import Replays, Signatures
from handlers.slack_http import Door, listening, web_app
from sandbox.slack.http_attacks import ATTACKS
from sandbox.slack.http_signing import FORM, JSON, SIGNATURE, TIMESTAMP, Signed, signed
from tests.handlers.slack.world import Told

SECRET = "sandbox-signing-secret"
GROUP, NAME = "Signed HTTP", "requests that are forged, altered, stale or sent again"


@dataclass(frozen=True, slots=True)
class NaiveDoor:
    """Compares the signature and looks at no clock; keeps no memory of what it answered."""

    secret: str

    def answers(self, request: Signed) -> int:
        """The status."""
        stamp, given = request.headers.get(TIMESTAMP, ""), request.headers.get(SIGNATURE, "")
        base = f"v0:{stamp}:".encode() + request.body
        wanted = f"v0={hmac.new(self.secret.encode(), base, hashlib.sha256).hexdigest()}"
        return 200 if given == wanted else 401


def genuine(url: str, at: int, rng: Random) -> Signed:
    """An event or a click, as Slack signs it."""
    if rng.random() < 0.5:
        challenge = {"type": "url_verification", "challenge": str(rng.random())}
        return signed(SECRET, at, url, json.dumps(challenge, separators=(",", ":")).encode(), {"Content-Type": JSON})
    payload = {
        "type": "block_actions",
        "team": {"id": "T1"},
        "user": {"id": "U1", "team_id": "T1"},
        "container": {"message_ts": "1.0", "channel_id": "C1"},
        "actions": [{"action_id": ids.APPROVE, "block_id": "b", "value": "a1", "action_ts": str(rng.random())}],
    }
    body = urlencode({"payload": json.dumps(payload)}).encode()
    return signed(SECRET, at, url, body, {"Content-Type": FORM})


async def both(times: int, seed: int) -> Row:
    """Each kind so many times, at each door. `tried` counts requests that must be refused."""
    return Row(GROUP, NAME, await _ours(times, seed), _theirs(times, seed))


async def _ours(times: int, seed: int) -> Side:
    clock = SystemClock()
    client = outgoing_client("xoxb-proof", "http://127.0.0.1:9/")
    identity = SlackIdentity(client, _never, "A0COUNT01")
    told = Told()
    app = build_app(
        told.services(), client, identity, tools_of=told.tools_of, new_id=lambda: "incident-1", signing_secret=SECRET
    )
    door = Door(app, Signatures(SECRET, clock), Replays(clock))
    found, answered = [], 0
    async with listening(web_app(door), "127.0.0.1", 0) as port, aiohttp.ClientSession() as http:
        url = f"http://127.0.0.1:{port}/slack/events"
        for number in range(times):
            request = genuine(url, int(clock.now().timestamp()), Random(f"{seed} {number}"))
            answered += await _sent(http, request) == 200
            for name, attack in ATTACKS.items():
                status = await _sent(http, attack(request, SECRET))
                found.append("" if status == 401 else f"{name}: answered with {status}")
    return replace(side(found), happened={"genuine requests answered": answered})


async def _sent(http: aiohttp.ClientSession, request: Signed) -> int:
    async with http.post(request.url, data=request.body, headers=request.headers) as answer:
        return answer.status


async def _never(_seconds: float) -> None:
    """Nobody waits here."""


def _theirs(times: int, seed: int) -> Side:
    door, at = NaiveDoor(SECRET), int(SystemClock().now().timestamp())
    found = []
    for number in range(times):
        request = genuine("http://127.0.0.1/", at, Random(f"{seed} {number}"))
        for name, attack in ATTACKS.items():
            status = door.answers(attack(request, SECRET))
            found.append("" if status == 401 else f"{name}: answered with {status}")
    return side(found)
