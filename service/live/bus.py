"""Events of live sessions to those who watch: a bounded queue each, so that none can hold us up."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from uuid import UUID

from service.live.events import CaptionEvent, Event, SavedEvent

HELD_EVENTS = 256


def is_passing(event: Event) -> bool:
    """Whether a later event makes this one worthless."""
    return isinstance(event, SavedEvent) or (isinstance(event, CaptionEvent) and not event.is_final)


class Subscription:
    """One watcher's queue. When full, the oldest passing event goes first, else the oldest."""

    def __init__(self) -> None:
        self._events: deque[Event] = deque()
        self._ready = asyncio.Event()
        self._closed = False
        self.dropped = 0

    def put(self, event: Event) -> None:
        """Add an event; never waits."""
        if len(self._events) >= HELD_EVENTS:
            self.dropped += 1
            victim = next((held for held in self._events if is_passing(held)), self._events[0])
            self._events.remove(victim)
        self._events.append(event)
        self._ready.set()

    def close(self) -> None:
        """End the iteration once what is held has been read."""
        self._closed = True
        self._ready.set()

    def __aiter__(self) -> AsyncIterator[Event]:
        return self

    async def __anext__(self) -> Event:
        while not self._events:
            if self._closed:
                raise StopAsyncIteration
            self._ready.clear()
            await self._ready.wait()
        return self._events.popleft()


class Bus:
    """Who watches which session."""

    def __init__(self) -> None:
        self._watchers: dict[UUID, set[Subscription]] = {}
        self._closed = False

    def publish(self, session_id: UUID, event: Event) -> None:
        """Hand an event to every watcher of the session."""
        for subscription in self._watchers.get(session_id, ()):
            subscription.put(event)

    @contextmanager
    def watching(self, session_id: UUID) -> Iterator[Subscription]:
        """A subscription for as long as the block lasts."""
        subscription = Subscription()
        if self._closed:
            subscription.close()
        self._watchers.setdefault(session_id, set()).add(subscription)
        try:
            yield subscription
        finally:
            watchers = self._watchers[session_id]
            watchers.discard(subscription)
            if not watchers:
                del self._watchers[session_id]

    def close(self) -> None:
        """End every subscription, now and later."""
        self._closed = True
        for watchers in self._watchers.values():
            for subscription in watchers:
                subscription.close()
