"""What happened, for ever: tags, the append-only hash chain, and audited state changes."""

from service.audit.chain import ChainReport, Entry, record, record_all, verify
from service.audit.states import move
from service.audit.tags import Tag

__all__ = ["ChainReport", "Entry", "Tag", "move", "record", "record_all", "verify"]
