"""A full server: candidates wait at a place they are told, and are let in by asking again."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from models.pool import PoolLoad
from service.live.admission import CALM, FLOOR, Budget, Measures
from service.live.client import CandidateClient
from tests.fakes.clips import clip
from tests.fakes.live import HouseKeeper, LiveHouse
from tests.fakes.peers import until
from tests.service.live.test_refusals import SDP, WHIP, agreed, problem
from tests.service.live.test_signalling import an_offer


@pytest.fixture
def keeper(keeper: HouseKeeper) -> HouseKeeper:
    """One place only."""
    keeper.settings.session_limit = 1
    return keeper


async def ask(guest: httpx.AsyncClient, offer: str) -> httpx.Response:
    return await guest.post(WHIP, content=offer, headers=SDP)


async def inside(live: LiveHouse, folder: Path) -> CandidateClient:
    client = live.candidate((await live.invite())[0], clip(folder, [], seconds=0.3))
    await client.consent()
    await client.connect()
    await until(lambda: any(one.begun for one in live.room.sessions.values()))
    return client


def place(answer: httpx.Response) -> int:
    assert problem(answer) == (503, "at_capacity")
    assert 0 < int(answer.headers["Retry-After"]) < 20
    return int(answer.json()["place"])


async def test_the_second_waits_and_gets_in_after_the_first_has_left(
    live: LiveHouse, tmp_path: Path
) -> None:
    first = await inside(live, tmp_path)
    (second, second_id), (third, _) = [await agreed(live, tmp_path) for _ in range(2)]
    offer = await an_offer()
    async with second, third:
        assert [place(await ask(one, offer)) for one in (second, third, second)] == [1, 2, 1]
        await first.connect()  # who has begun comes back in
        await first.finish()
        await first.__aexit__(None, None, None)
        await until(lambda: not live.room.sessions)
        assert place(await ask(third, offer)) == 2  # although a place is free: it is the second's
        answer = await ask(second, offer)
        assert answer.status_code == 201
        assert list(live.room.sessions) == [second_id]
        assert place(await ask(third, offer)) == 1
        assert (await second.delete(answer.headers["Location"])).status_code == 200


async def test_a_busy_machine_harms_nobody_inside(live: LiveHouse, tmp_path: Path) -> None:
    budget = live.room.admission.budget = Budget(9)  # no longer fed by the room itself
    clients = [await inside(live, tmp_path) for _ in range(FLOOR)]
    budget.measure(Measures(loop_lag=0.2))
    guest, _ = await agreed(live, tmp_path)
    offer = await an_offer()
    async with guest:
        assert place(await ask(guest, offer)) == 1
        await clients[0].connect()
        for _ in range(CALM):
            budget.measure(Measures())
        answer = await ask(guest, offer)
        assert answer.status_code == 201
    for client in clients:
        await client.finish()
        await client.__aexit__(None, None, None)
    await until(lambda: len(live.closed) == len(clients))


async def test_the_room_measures_by_itself(live: LiveHouse) -> None:
    live.pool.snapshot = PoolLoad(
        workers=1, alive=1, queued=50, running=1, oldest_wait=0.1, restarts=0
    )
    await until(lambda: live.room.admission.budget.shut["queue"], within=8.0)
    assert not live.room.admission.budget.shut["pool"]
