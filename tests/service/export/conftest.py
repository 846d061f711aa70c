"""The rooms as a fixture."""

from tests.fakes.rooms import house

__all__ = ["house"]
