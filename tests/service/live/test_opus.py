"""Packets in, exactly the asked-for sound out: lost, broken, silent, stereo, short and long."""

from __future__ import annotations

import ctypes
import gc
import threading
import weakref

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.types import SAMPLE_RATE
from service.live.opus import (
    AvEngine,
    LibopusEngine,
    OpusDecoder,
    carries_correction,
    libopus,
    packet_samples,
)
from tests.fakes.opus_encoder import RATE, How, encode, speech

VOICE = (np.sin(np.arange(2 * RATE) * 2 * np.pi * 180 / RATE) * 9000).astype(np.int16)
PACKETS = encode(VOICE)
LENGTHS = (2.5, 5, 10, 20, 40, 60, 80, 100, 120)


def sound(pcm: bytes) -> np.ndarray:
    return np.frombuffer(pcm, np.int16).astype(float)


def loudness(pcm: bytes) -> float:
    return float(np.sqrt(np.mean(sound(pcm) ** 2)))


@pytest.mark.parametrize("celt", [False, True])
@pytest.mark.parametrize("ms", LENGTHS)
def test_every_packet_length_gives_its_time(ms: float, celt: bool) -> None:
    packets = encode(VOICE, How(ms=ms, celt=celt))
    decoder, samples = OpusDecoder(), int(ms * 16)
    assert {packet_samples(packet) for packet in packets} == {samples}
    pieces = [decoder.decode(packet, samples=samples) for packet in packets]
    assert {len(piece) for piece in pieces} == {2 * samples}
    assert loudness(b"".join(pieces)) == pytest.approx(9000 / np.sqrt(2), rel=0.15)
    assert (decoder.corrected, decoder.concealed, decoder.silenced) == (0, 0, 0)


def test_stereo_comes_out_as_mono() -> None:
    for celt in (False, True):
        packets = encode(VOICE, How(channels=2, bitrate=64_000, celt=celt))
        assert packets[10][0] & 4
        decoder = OpusDecoder()
        out = b"".join(decoder.decode(packet, samples=320) for packet in packets)
        assert len(out) == len(packets) * 640
        assert loudness(out[640 * 20 :]) == pytest.approx(9000 / np.sqrt(2), rel=0.15)


def test_a_pause_sent_as_nearly_nothing_is_heard_as_quiet() -> None:
    pcm = np.concatenate([VOICE, np.zeros(2 * RATE, np.int16), VOICE])
    packets = encode(pcm, How(dtx=True))
    assert sum(len(packet) <= 2 for packet in packets) > 50
    decoder = OpusDecoder()
    out = b"".join(decoder.decode(packet, samples=320) for packet in packets)
    assert len(out) == len(packets) * 640
    assert loudness(out[3 * 32_000 : int(3.9 * 32_000)]) < 50
    assert loudness(out[int(4.5 * 32_000) :]) > 4000


def test_the_copy_is_found_where_the_library_finds_it() -> None:
    pcm = speech(6)
    found = 0
    for ms in (10, 20, 40, 60, 120):
        for channels in (1, 2):
            how = How(ms=ms, channels=channels, loss=20, bitrate=24_000 * channels)
            for packet in encode(pcm, how):
                theirs = libopus().opus_packet_has_lbrr(packet, len(packet))
                assert carries_correction(packet) == bool(theirs)
                found += theirs
    assert found > 100
    assert not any(map(carries_correction, encode(pcm, How(celt=True))))


@settings(max_examples=2000, deadline=None)
@given(st.binary(max_size=40))
def test_junk_is_read_as_the_library_reads_it(junk: bytes) -> None:
    whole = libopus().opus_packet_get_nb_samples(junk, len(junk), SAMPLE_RATE)
    assert packet_samples(junk) == max(whole, 0)
    frames = (ctypes.c_void_p * 48)()
    sizes = (ctypes.c_int16 * 48)()
    toc, offset = ctypes.c_ubyte(), ctypes.c_int()
    count = libopus().opus_packet_parse(
        junk, len(junk), ctypes.byref(toc), frames, sizes, ctypes.byref(offset)
    )
    if count > 0 and sizes[0] > 0:
        assert carries_correction(junk) == bool(libopus().opus_packet_has_lbrr(junk, len(junk)))


def damaged(pcm: np.ndarray, *, rate: float, correct: bool) -> tuple[float, OpusDecoder, float]:
    """(error energy against the unharmed sound, the decoder, the same with plain silence)"""
    packets = encode(pcm, How(loss=max(5, int(rate * 100))))
    lost = np.random.default_rng(7).random(len(packets)) < rate
    lost[-1] = False
    whole, decoder, out = OpusDecoder(), OpusDecoder(), b""
    clean = b"".join(whole.decode(packet, samples=320) for packet in packets)
    for index, packet in enumerate(packets):
        following = packets[index + 1] if lost[index] and not lost[index + 1] else None
        if lost[index]:
            fec = following if correct else None
            out += decoder.decode(None, fec_from=fec, samples=320)
        else:
            out += decoder.decode(packet, samples=320)
    assert len(out) == len(clean) == len(packets) * 640
    mask = np.repeat(lost, 320)
    error = float(np.sum((sound(out) - sound(clean))[mask] ** 2))
    return error, decoder, float(np.sum(sound(clean)[mask] ** 2))


@pytest.mark.parametrize(("rate", "most"), [(0.01, 0.1), (0.03, 0.16), (0.10, 0.35)])
def test_lost_speech_comes_back_from_the_packet_after_it(rate: float, most: float) -> None:
    pcm = speech(25)
    error, decoder, silence = damaged(pcm, rate=rate, correct=True)
    guessed, _, _ = damaged(pcm, rate=rate, correct=False)
    assert error < most * silence  # energy of what is missing or wrong; silence misses all
    assert error < 0.4 * guessed
    lost = decoder.corrected + decoder.concealed
    assert decoder.silenced == 0
    assert decoder.corrected > 0.5 * lost  # what is quiet has no copy
    assert lost == pytest.approx(rate * len(pcm) / 3, rel=0.35)


def test_a_gap_is_guessed_for_a_while_then_silent_and_its_end_is_real() -> None:
    packets = encode(speech(6), How(loss=20))
    at = next(i for i in range(150, 300) if all(map(carries_correction, packets[i - 2 : i + 1])))
    decoder = OpusDecoder()
    before = max(loudness(decoder.decode(packet, samples=320)) for packet in packets[: at - 20])
    out = decoder.decode(None, fec_from=packets[at], samples=20 * 320)
    assert len(out) == 20 * 640
    assert (decoder.concealed, decoder.silenced, decoder.corrected) == (1920, 19 * 320 - 1920, 320)
    assert 0 < loudness(out[:640]) < before
    assert loudness(out[6 * 640 : 19 * 640]) == 0
    whole = OpusDecoder()
    clean = [whole.decode(packet, samples=320) for packet in packets[:at]]
    assert loudness(out[19 * 640 :]) > 0.3 * loudness(clean[-1]) > 0


def test_losses_one_by_one_are_guessed_no_longer_than_one_gap() -> None:
    packets = encode(VOICE)
    decoder = OpusDecoder()
    for packet in packets[:20]:
        decoder.decode(packet, samples=320)
    for _ in range(20):
        assert len(decoder.decode(None, samples=320)) == 640
    assert (decoder.concealed, decoder.silenced) == (1920, 20 * 320 - 1920)
    decoder.decode(packets[40], samples=320)
    decoder.decode(None, samples=320)
    assert decoder.concealed == 1920 + 320


@pytest.mark.parametrize("engine", [LibopusEngine, AvEngine])
@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.one_of(st.none(), st.binary(max_size=300), st.integers(0, 98)),
            st.one_of(st.none(), st.binary(max_size=80), st.integers(0, 98)),
            st.integers(0, 2500),
        ),
        max_size=12,
    )
)
def test_nothing_raises_and_every_answer_has_the_asked_length(
    engine: type[LibopusEngine] | type[AvEngine],
    steps: list[tuple[bytes | int | None, bytes | int | None, int]],
) -> None:
    decoder = OpusDecoder(engine())
    for packet, after, samples in steps:
        data, following = (PACKETS[x] if isinstance(x, int) else x for x in (packet, after))
        assert len(decoder.decode(data, fec_from=following, samples=samples)) == 2 * samples


def test_without_libopus_the_sound_is_the_same_and_losses_are_silent() -> None:
    packets = encode(VOICE)
    decoder, other = OpusDecoder(), OpusDecoder(AvEngine())
    ours = b"".join(decoder.decode(packet, samples=320) for packet in packets)
    theirs = b"".join(other.decode(packet, samples=320) for packet in packets)
    assert len(theirs) == len(ours)
    assert loudness(theirs) == pytest.approx(loudness(ours), rel=0.1)
    assert other.decode(None, fec_from=packets[0], samples=320) == bytes(640)
    assert other.silenced == 320


def test_a_closed_decoder_gives_silence() -> None:
    decoder = OpusDecoder()
    decoder.close()
    decoder.close()
    assert decoder.decode(encode(VOICE)[0], samples=320) == bytes(640)


def test_decoders_come_and_go_in_any_thread() -> None:
    packets = encode(VOICE)[:20]
    expected = [OpusDecoder().decode(packets[0], samples=320)] * 8
    got: list[bytes] = []
    all_heard = threading.Barrier(8)
    shared = [OpusDecoder() for _ in range(8)]

    def work(index: int) -> None:
        got.append(shared[index].decode(packets[0], samples=320))
        all_heard.wait(20)
        for _ in range(30):
            mine = OpusDecoder()
            for packet in packets:
                mine.decode(packet, samples=320)
        shared[-1 - index].close()

    threads = [threading.Thread(target=work, args=(index,)) for index in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == expected


def test_a_decoder_let_go_frees_its_memory() -> None:
    engine = LibopusEngine()
    state = weakref.ref(engine._state)
    decoder = OpusDecoder(engine)
    del engine
    decoder.close()
    gc.collect()
    assert state() is None
