"""Events for other systems, kept until they were taken (Standard Webhooks)."""

from service.outbox.events import Event, Kind, put

__all__ = ["Event", "Kind", "put"]
