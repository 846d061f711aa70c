"""The rooms, and an interview that took place."""

import pytest

from tests.fakes.rooms import Held, House, held_interview, house

__all__ = ["house"]


@pytest.fixture
async def held(house: House) -> Held:
    return await held_interview(house)
