"""From sittings to numbers: one flat table of metrics per step, each with its unit."""

from __future__ import annotations

import math
import os
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from service.loadtest.messages import Spent
from service.loadtest.procfs import Meter
from service.loadtest.sitting import Sitting
from service.loadtest.speech import SLACK
from service.loadtest.words import errors

# name -> (unit, what it says). Units: s, ms, share, MB, /s or "" for a count.
CATALOGUE: dict[str, tuple[str, str]] = {
    "sessions": ("", "candidates asked to join"),
    "failed": ("", "candidates who could not join, or stay, or end"),
    "answer_p50": ("s", "offer to answer"),
    "answer_p95": ("s", "offer to answer"),
    "connect_p50": ("s", "start to ICE and DTLS connected"),
    "connect_p95": ("s", "start to ICE and DTLS connected"),
    "live_p50": ("s", "start to first packets accepted"),
    "live_p95": ("s", "start to first packets accepted"),
    "first_caption_p50": ("s", "end of the first utterance to the first final text"),
    "first_caption_p95": ("s", "end of the first utterance to the first final text"),
    "captions": ("", "final texts"),
    "caption_p50": ("s", "end of utterance to final text"),
    "caption_p95": ("s", "end of utterance to final text"),
    "caption_p99": ("s", "end of utterance to final text"),
    "caption_max": ("s", "end of utterance to final text"),
    "speech_lost": ("share", "speech that no final text covers"),
    "wer": ("share", "word errors against the clips' words"),
    "foreign": ("", "sessions whose transcript fits another clip better than their own"),
    "loss": ("share", "packets that went missing, beyond those dropped on purpose"),
    "loss_injected": ("share", "packets dropped on purpose"),
    "audio_delivered": ("share", "packets of sound that lie in the recordings"),
    "recording_lost": ("s", "seconds sent that no recording holds, all sessions together"),
    "recording_broken": ("", "sessions whose recording is not whole or not their own"),
    "faces_per_second": ("/s", "looks at a face, per session"),
    "server_cpu": ("ms", "server CPU per session and second"),
    "server_cpu_front": ("ms", "the same, the process that holds the media"),
    "server_cpu_workers": ("ms", "the same, its inference workers"),
    "server_rss": ("MB", "server memory, at most, all processes"),
    "generator_cpu": ("ms", "the load test's own CPU per session and second"),
    "others_cpu": ("share", "of this machine's CPU that went to neither of the two"),
    "generator_late_p99": ("s", "how late the load test sent its packets"),
    "keyframes_asked": ("", "keyframes that the server asked for"),
    "resent": ("", "packets sent again on request"),
}
Metrics = dict[str, float | None]
WHOLE = 1.0  # seconds by which a recording may differ from what was sent


def percentile(values: Iterable[float], share: float) -> float | None:
    """The smallest value that at least `share` of all do not exceed (nearest rank)."""
    ordered = sorted(values)
    if not ordered:
        return None
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a step has brought together."""

    sittings: Sequence[Sitting]
    meter: Meter | None
    spent: Sequence[Spent]


def error_kinds(sittings: Sequence[Sitting]) -> dict[str, int]:
    """How often each kind of failure came, the most frequent first."""
    return dict(Counter(one.error for one in sittings if one.error).most_common())


def metrics(evidence: Evidence) -> Metrics:
    """Every metric of the catalogue; None where it was not or could not be measured."""
    sittings = evidence.sittings
    found: Metrics = dict.fromkeys(CATALOGUE)
    found["sessions"] = len(sittings)
    found["failed"] = sum(bool(one.error) for one in sittings)
    for metric in (_joins, _captions, _content, _network, _recordings):
        found |= metric(sittings)
    found |= _costs(evidence)
    if set(found) != set(CATALOGUE):
        raise AssertionError(sorted(set(found) ^ set(CATALOGUE)))
    return found


def _percentiles(name: str, values: Iterable[float]) -> Metrics:
    kept = list(values)
    return {f"{name}_p50": percentile(kept, 0.5), f"{name}_p95": percentile(kept, 0.95)}


def _joins(sittings: Sequence[Sitting]) -> Metrics:
    ups = [one.up for one in sittings if one.up]
    first = [one.latencies[0] for one in sittings if one.latencies]
    return {
        **_percentiles("answer", (up.answered for up in ups)),
        **_percentiles("connect", (up.connected for up in ups)),
        **_percentiles("live", (one.live for one in sittings if one.live is not None)),
        **_percentiles("first_caption", first),
    }


def _captions(sittings: Sequence[Sitting]) -> Metrics:
    late = [value for one in sittings for value in one.latencies]
    spoken = sum(one.said.spoken for one in sittings)
    return {
        "captions": len(late),
        **_percentiles("caption", late),
        "caption_p99": percentile(late, 0.99),
        "caption_max": max(late, default=None),
        "speech_lost": sum(one.speech_lost for one in sittings) / spoken if spoken else None,
    }


def word_errors(one: Sitting, words: Sequence[str]) -> float | None:
    """WER of a sitting's transcript against `words`; None when either is not known."""
    if one.kept is None or not words:
        return None
    return errors(words, one.kept.words, slack=SLACK) / len(words)


def _content(sittings: Sequence[Sitting]) -> Metrics:
    known = [one for one in sittings if one.kept is not None and one.said.words]
    total = sum(len(one.said.words) for one in known)
    wrong = sum((word_errors(one, one.said.words) or 0.0) * len(one.said.words) for one in known)
    return {"wer": wrong / total if total else None, "foreign": foreign(known)}


def foreign(sittings: Sequence[Sitting]) -> int | None:
    """How many transcripts fit another clip's words better. None: there is one clip only."""
    clips = {one.clip.path: one.clip for one in sittings if one.clip.spoken.reference.words}
    if len(clips) < 2:
        return None
    count = 0
    for one in sittings:
        own = word_errors(one, one.said.words)
        others = (
            word_errors(one, clip.spoken.part(0, one.part.speech / 50).words)
            for path, clip in clips.items()
            if path != one.clip.path
        )
        count += any(own is not None and rate is not None and rate < own for rate in others)
    return count


def _network(sittings: Sequence[Sitting]) -> Metrics:
    tracks = [
        track for one in sittings if one.outcome for track in (one.outcome.audio, one.outcome.video)
    ]
    sent = sum(track.packets for track in tracks)
    dropped = sum(track.dropped for track in tracks)
    lost = sum(max(0, track.lost - track.dropped) for track in tracks)
    lags = [lag for one in sittings if one.outcome for lag in one.outcome.lags]
    return {
        "loss": lost / sent if sent else None,
        "loss_injected": dropped / sent if sent else None,
        "keyframes_asked": sum(track.keyframes_asked for track in tracks),
        "resent": sum(track.resent for track in tracks),
        "generator_late_p99": percentile(lags, 0.99),
    }


def is_broken(one: Sitting) -> bool:
    """Whether a sitting's recording is not whole, or holds what was never sent."""
    if one.kept is None or one.outcome is None:
        return False
    off = abs(one.kept.recorded - one.outcome.seconds)
    return one.kept.state != "closed" or off > WHOLE or bool(one.kept.foreign)


def _recordings(sittings: Sequence[Sitting]) -> Metrics:
    kept = [(one, one.kept, one.outcome) for one in sittings if one.kept and one.outcome]
    delivered = [one.delivered for _, one, _ in kept if one.delivered is not None]
    seconds = sum(outcome.seconds for _, _, outcome in kept)
    lost = sum(max(0.0, o.seconds - k.recorded) + k.gaps for _, k, o in kept)
    return {
        "audio_delivered": sum(delivered) / len(delivered) if delivered else None,
        "recording_lost": lost if kept else None,
        "recording_broken": sum(is_broken(one) for one, _, _ in kept) if kept else None,
        "faces_per_second": sum(k.faces for _, k, _ in kept) / seconds if seconds else None,
    }


def _costs(evidence: Evidence) -> Metrics:
    seconds = sum(one.outcome.seconds for one in evidence.sittings if one.outcome)
    meter = evidence.meter
    own = sum(one.cpu_seconds for one in evidence.spent)
    found: Metrics = {"generator_cpu": 1000 * own / seconds if seconds else None}
    for name in (
        "server_cpu",
        "server_cpu_front",
        "server_cpu_workers",
        "server_rss",
        "others_cpu",
    ):
        found[name] = None
    if meter is not None and meter.looks and seconds:
        front, workers = meter.used["front"], meter.used["workers"]
        found["server_cpu"] = 1000 * (front + workers) / seconds
        found["server_cpu_front"] = 1000 * front / seconds
        found["server_cpu_workers"] = 1000 * workers / seconds
        found["server_rss"] = max(sum(look.rss.values()) for look in meter.looks) / 2**20
        most = meter.elapsed * (os.cpu_count() or 1)
        found["others_cpu"] = max(0.0, meter.machine - front - workers - own) / max(most, 1e-9)
    return found
