"""Opus to 16 kHz: the sample count is the time, whatever was lost."""

from __future__ import annotations

from fractions import Fraction

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from prometheus_client import REGISTRY

from models.types import SAMPLE_RATE
from service.live.audio import OpusDecoder
from service.live.encoded import EncodedFrame, opus_samples, silent_opus

SECONDS = 4


def encode(samples: np.ndarray) -> list[bytes]:
    """48 kHz mono int16 -> Opus packets of 20 ms with error correction."""
    codec = av.CodecContext.create("libopus", "w")
    codec.sample_rate, codec.layout, codec.format = 48_000, "mono", "s16"
    codec.bit_rate = 32_000
    codec.options = {"application": "voip", "fec": "1", "packet_loss": "20"}
    packets: list[bytes] = []
    for at in range(0, len(samples) - 959, 960):
        frame = av.AudioFrame(format="s16", layout="mono", samples=960)
        frame.planes[0].update(samples[at : at + 960].tobytes())
        frame.sample_rate, frame.pts, frame.time_base = 48_000, at, Fraction(1, 48_000)
        packets += [bytes(packet) for packet in codec.encode(frame)]
    return packets


def bursts() -> np.ndarray:
    """A 100 ms tone at the start of every half second."""
    t = np.arange(SECONDS * 48_000) / 48_000
    return (np.sin(2 * np.pi * 440 * t) * 12_000 * (t % 0.5 < 0.1)).astype(np.int16)


TONES = encode(bursts())


def decode(packets: list[bytes], keep: list[bool], *, lost: bool = True) -> np.ndarray:
    decoder, out, gap = OpusDecoder(), b"", 0
    for index, (data, kept) in enumerate(zip(packets, keep, strict=True)):
        if not kept:
            gap += 1
            continue
        frame = EncodedFrame(
            "audio", "opus", data, index * 960, index * 0.02, lost_before=gap if lost else 0
        )
        out += decoder.decode(frame)
        gap = 0
    decoder.close()
    return np.frombuffer(out, np.int16)


def onsets(pcm: np.ndarray) -> list[float]:
    level = np.abs(pcm.astype(float)).reshape(-1, 80).mean(axis=1)
    loud = level > 1500
    found = [i * 80 / SAMPLE_RATE for i in range(1, len(loud)) if loud[i] and not loud[i - 1]]
    return [t for i, t in enumerate(found) if i == 0 or t - found[i - 1] > 0.3]


def test_every_packet_gives_exactly_its_time() -> None:
    packets = encode(bursts())
    pcm = decode(packets, [True] * len(packets))
    assert len(pcm) == len(packets) * 320
    assert len(onsets(pcm)) >= 7


@pytest.mark.parametrize("every", [5, 11, 50])
def test_lost_packets_do_not_shift_the_sound(every: int) -> None:
    packets = encode(bursts())
    keep = [i % every != every - 1 or i == len(packets) - 1 for i in range(len(packets))]
    whole, holed = decode(packets, [True] * len(packets)), decode(packets, keep)
    assert len(holed) == len(whole)
    apart = [abs(a - b) for a, b in zip(onsets(whole), onsets(holed), strict=True)]
    assert max(apart) < 0.03


def test_a_single_loss_is_rebuilt_from_the_next_packet() -> None:
    t = np.arange(SECONDS * 48_000) / 48_000
    voice = np.sin(2 * np.pi * 180 * t) * (1 + np.sin(2 * np.pi * 3 * t)) * 8000
    packets = encode(voice.astype(np.int16))
    keep = [i != 100 for i in range(len(packets))]
    whole = decode(packets, [True] * len(packets)).astype(float)
    holed = decode(packets, keep).astype(float)
    gap = slice(100 * 320, 101 * 320)
    assert np.sqrt(np.mean(holed[gap] ** 2)) > 0.5 * np.sqrt(np.mean(whole[gap] ** 2))


def test_a_pause_in_sending_becomes_silence_of_its_length() -> None:
    packets = encode(bursts())
    keep = [not 50 <= i < 150 for i in range(len(packets))]
    pcm = decode(packets, keep, lost=False)
    assert len(pcm) == len(packets) * 320
    assert np.abs(pcm[int(1.3 * SAMPLE_RATE) : int(2.9 * SAMPLE_RATE)]).max() < 200


def test_a_broken_packet_leaves_silence_in_its_place() -> None:
    decoder = OpusDecoder()
    good = encode(bursts())[0]
    assert len(decoder.decode(EncodedFrame("audio", "opus", good, 0, 0.0))) == 640
    assert decoder.decode(EncodedFrame("audio", "opus", b"", 960, 0.02)) == b""
    assert len(decoder.decode(EncodedFrame("audio", "opus", good, 1920, 0.04))) == 1280
    assert decoder.position == 960
    decoder.close()


def test_an_old_packet_is_left_out() -> None:
    decoder = OpusDecoder()
    good = encode(bursts())[0]
    decoder.decode(EncodedFrame("audio", "opus", good, 960, 0.02))
    assert decoder.decode(EncodedFrame("audio", "opus", good, 0, 0.0)) == b""
    decoder.close()


def test_a_broken_packet_is_rebuilt_from_the_next_one() -> None:
    packets = encode((bursts() // 2 + np.sin(np.arange(192_000) / 40) * 5000).astype(np.int16))
    corrected = []
    for broken in (b"", bytes([(31 << 3) | 3])):
        decoder = OpusDecoder()
        for index, data in enumerate(packets):
            data = broken if index % 10 == 9 and index < 199 else data
            decoder.decode(EncodedFrame("audio", "opus", data, index * 960, index * 0.02))
        assert decoder.position == len(packets) * 320
        assert decoder.unsent == 0
        corrected.append((decoder.corrected, decoder.concealed))
    assert corrected[0] == corrected[1]
    assert sum(corrected[0]) == 19 * 320


def test_what_comes_twice_in_part_is_heard_once() -> None:
    decoder = OpusDecoder()
    good = encode(bursts())[0]
    assert len(decoder.decode(EncodedFrame("audio", "opus", good, 0, 0.0))) == 640
    assert len(decoder.decode(EncodedFrame("audio", "opus", good, 480, 0.01))) == 320
    assert decoder.position == 480
    assert len(decoder.decode(EncodedFrame("audio", "opus", good, 1443, 0.03))) == 642
    assert (decoder.position, decoder.concealed, decoder.unsent) == (801, 0, 0)


@pytest.mark.parametrize("jump", [-10 * 48_000, 1 << 31])
def test_a_clock_that_jumps_leaves_the_sound_whole(jump: int) -> None:
    packets = encode(bursts())
    decoder, out = OpusDecoder(), b""
    for index, data in enumerate(packets):
        rtp = 960_000 + index * 960 + (jump if index >= 70 else 0)
        out += decoder.decode(EncodedFrame("audio", "opus", data, rtp, 0.0))
    assert len(out) == len(packets) * 640
    assert out == decode(packets, [True] * len(packets)).tobytes()


def test_lost_and_unsent_are_counted_apart() -> None:
    def told() -> float:
        names = ({"how": "corrected"}, {"how": "concealed"})
        found = (REGISTRY.get_sample_value("candor_lost_sound_samples_total", n) for n in names)
        return sum(value or 0.0 for value in found)

    before = told()
    packets = encode(bursts())
    decoder = OpusDecoder()
    for index in (*range(50), *range(53, 60), *range(80, 90)):
        if index == 53:
            decoder.lose(3)
        frame = EncodedFrame("audio", "opus", packets[index], index * 960, 0.0)
        decoder.decode(frame)
    assert (decoder.unsent, decoder.concealed + decoder.corrected) == (20 * 320, 3 * 320)
    assert told() - before == 3 * 320


@pytest.mark.parametrize("lost", [50, 69])
def test_a_loss_beside_a_pause_counts_for_itself_only(lost: int) -> None:
    packets = encode((bursts() // 2 + np.sin(np.arange(192_000) / 40) * 5000).astype(np.int16))
    decoder = OpusDecoder()
    for index in (*range(50), *range(70, 90)):  # 50 to 69 are a pause but for the lost one
        missing = int(index == 70)
        data = packets[lost + 1] if missing else packets[index]
        decoder.decode(EncodedFrame("audio", "opus", data, index * 960, 0.0, lost_before=missing))
    assert (decoder.unsent, decoder.concealed + decoder.corrected) == (19 * 320, 320)
    assert decoder.position == 90 * 320


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.one_of(st.binary(max_size=60), st.integers(0, 198)),
            st.integers(-2000, 20_000),
            st.integers(0, 3),
        ),
        max_size=30,
    )
)
def test_whatever_comes_the_samples_are_the_time(
    steps: list[tuple[bytes | int, int, int]],
) -> None:
    decoder, given_out, rtp, origin = OpusDecoder(), 0, 0, None
    for data, step, lost in steps:
        data = TONES[data] if isinstance(data, int) else data
        rtp = max(rtp + step, 0)
        before = decoder.position
        frame = EncodedFrame("audio", "opus", data, rtp, 0.0, lost_before=lost)
        pcm = decoder.decode(frame)
        given_out += len(pcm) // 2
        if pcm and origin is None:
            origin = rtp // 3
        assert decoder.position - (origin or 0) == given_out
        assert decoder.position >= before
        if pcm:
            assert decoder.position == rtp // 3 + opus_samples(data) // 3


def test_the_length_of_packets_is_read_from_their_first_byte() -> None:
    assert opus_samples(bytes([31 << 3])) == 960
    assert opus_samples(bytes([(3 << 3) | 1])) == 5760
    assert opus_samples(bytes([(31 << 3) | 3, 3])) == 2880
    for wrong in (
        b"",
        bytes([(31 << 3) | 3]),
        bytes([(31 << 3) | 3, 63]),
        bytes([(3 << 3) | 3, 3]),
    ):
        with pytest.raises(ValueError, match="Opus"):
            opus_samples(wrong)


def test_silent_packets_decode_to_silence() -> None:
    for samples in (960, 500, 240, 130):
        data, length = silent_opus(samples)
        assert length <= samples
        assert opus_samples(data) == length
    assert silent_opus(100) == (b"", 0)
    decoder = OpusDecoder()
    pcm = decoder.decode(EncodedFrame("audio", "opus", silent_opus(960)[0], 0, 0.0))
    assert not np.frombuffer(pcm, np.int16).any()
    decoder.close()
