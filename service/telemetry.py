"""Structured logs, every metric name, and the event-loop watchdog."""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
import time
from collections import deque

import structlog
from prometheus_client import Counter, Gauge, Histogram

SESSIONS_LIVE = Gauge("candor_sessions_live", "Interviews live now")
CANDIDATES_WAITING = Gauge("candor_candidates_waiting", "New candidates in the line")
ADMISSION_SHUT = Gauge(
    "candor_admission_shut", "1 while a measurement keeps new candidates out", ["reason"]
)
OFFERS = Counter("candor_offers_total", "SDP offers by outcome", ["outcome"])
UTTERANCES = Counter("candor_utterances_total", "Utterances by final status", ["status"])
CAPTION_SECONDS = Histogram(
    "candor_caption_seconds",
    "End of utterance to final caption",
    buckets=(0.25, 0.5, 1, 1.5, 2, 3, 5, 10, 30),
)
FACES = Counter("candor_face_samples_total", "Pictures looked at")
RTP_PACKETS = Counter(
    "candor_rtp_packets_total",
    "Media packets: received, lost for good, recovered by a request, corrected from the next one",
    ["kind", "fate"],
)
RTP_REQUESTS = Counter(
    "candor_rtp_requests_total", "Asked of senders: a packet again, a keyframe", ["kind", "what"]
)
LOST_SOUND = Counter(
    "candor_lost_sound_samples_total",
    "Samples at 16 kHz that stand in for lost sound: corrected from a copy, or concealed",
    ["how"],
)
RECORDED_BYTES = Counter("candor_recorded_bytes_total", "Encoded media written")
POOL_QUEUED = Gauge("candor_pool_queued", "Work waiting for an inference worker")
POOL_RESTARTS = Gauge("candor_pool_restarts", "Inference workers restarted since start")
POOL_JOBS = Gauge("candor_pool_jobs", "Jobs done since start", ["task"])
POOL_SECONDS = Gauge("candor_pool_seconds", "Workers' time on them", ["task"])
POOL_BUSY = Gauge("candor_pool_busy", "Share of the able workers' time of late", ["task"])
FACE_RATE = Gauge("candor_face_rate", "Looks at a face that a session may have per second")
CAPTION_PERIOD = Gauge("candor_caption_period_seconds", "Between passing captions; inf: none")
LOOP_LAG = Histogram(
    "candor_loop_lag_seconds",
    "How late the event loop ran a timer",
    buckets=(0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1),
)
TASKS = Gauge("candor_tasks", "Tasks on the event loop")
THREADS = Gauge("candor_threads", "Threads of Python in the server's process")
OBJECT_BLOCKS = Gauge("candor_object_blocks", "Blocks of memory that Python objects hold")
MEDIA_WORKER_UP = Gauge("candor_media_worker_up", "1 while a media worker serves", ["index"])
MEDIA_WORKER_RESTARTS = Counter(
    "candor_media_worker_restarts_total", "Media workers that ended and were replaced", ["index"]
)
_RECENT_LAGS: deque[float] = deque(maxlen=100)  # ten seconds
REQUESTS = Counter("candor_http_requests_total", "HTTP requests", ["method", "route", "status"])


def configure_logs(*, as_json: bool) -> None:
    """Send structlog and the standard library's warnings to stderr, as JSON lines or for eyes."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    final: structlog.typing.Processor = (
        structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer()
    )
    structlog.configure(
        processors=[*shared, structlog.processors.format_exc_info, final],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)


def log() -> structlog.typing.FilteringBoundLogger:
    """The logger: event name first, then ids as keywords. Never names, transcripts or pixels."""
    logger: structlog.typing.FilteringBoundLogger = structlog.get_logger()
    return logger


async def watch_loop(period: float = 0.1) -> None:
    """Measure event-loop lag for ever; run it as a task of the application's lifespan."""
    while True:
        due = time.monotonic() + period
        await asyncio.sleep(period)
        lag = max(0.0, time.monotonic() - due)
        LOOP_LAG.observe(lag)
        _RECENT_LAGS.append(lag)


def observe_process() -> None:
    """Bring the gauges of what this process holds up to date; call it from the event loop."""
    TASKS.set(len(asyncio.all_tasks()))
    THREADS.set(threading.active_count())
    OBJECT_BLOCKS.set(sys.getallocatedblocks())


def loop_lag() -> float:
    """The 99th percentile of the event loop's lag in the last ten seconds, in seconds."""
    lags = sorted(_RECENT_LAGS)
    return lags[int(len(lags) * 0.99) - 1] if lags else 0.0
