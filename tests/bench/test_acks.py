"""Fifty mentions at once, to a bare app in a process of its own."""

from pathlib import Path

from bench.acks import BURSTS, FLOOR, HEARING, MENTIONS, WORKING, acks_of, bare, report
from bench.slack_peer import SlackPeer


async def test_every_mention_of_every_burst_is_acknowledged(tmp_path: Path) -> None:
    async with SlackPeer() as peer:
        taken = await acks_of(peer, bare(peer.api_url, tmp_path))
    assert len(taken) == MENTIONS * BURSTS
    assert min(taken) > 0


def test_p50_and_p99_are_held_against_the_bare_app_and_planning_is_shown_beside_them() -> None:
    p50, p99, planned, _ = report({FLOOR: [[10.0, 20.0]], HEARING: [[12.0, 40.0]], WORKING: [[30.0, 50.0]]}).rows
    assert (p50.ratio, p50.met) == (1.2, True)
    assert (p99.ratio, p99.met) == (2.0, False)
    assert (planned.ratio, planned.met) == (3.0, None)
