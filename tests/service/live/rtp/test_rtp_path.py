"""Whole streams through the receive path in virtual time: loss, reordering, wraps, new sources."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import pairwise
from math import inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.live.clock import TrackClock
from service.live.rtp.reorder import RESET
from service.live.rtp.track import Outlet, Track
from tests.fakes.rtp import (
    AUDIO_SSRC,
    OPUS,
    OTHER_RTX_SSRC,
    VIDEO_SSRC,
    VP8,
    Bench,
    Sent,
    Start,
    as_rtx,
    opus_payload,
    opus_stream,
    rtp,
    vp8_frame,
    vp8_stream,
)

SEQUENCES = st.sampled_from([0, 100, 65_400, 65_534])
TIMESTAMPS = st.sampled_from([0, 2**32 - 20_000, 2**31 - 5])


def arrivals(sent: list[Sent]) -> list[tuple[float, bytes]]:
    return [(one.at, one.data) for one in sent]


def numbers(bench: Bench) -> list[int]:
    return [int.from_bytes(frame.data[1:5], "big") for frame in bench.of("audio")]


def pictures(bench: Bench, count: int) -> list[int]:
    """Which pictures came out; each must be one that was sent, byte for byte."""
    known = {vp8_frame(n, keyframe=n % 15 == 0): n for n in range(count)}
    return [known[frame.data] for frame in bench.of("video")]


@pytest.mark.parametrize("sequence", [0, 65_500])
def test_without_loss_everything_comes_out_at_once_and_nothing_is_asked(sequence: int) -> None:
    bench = Bench()
    start = Start(sequence, 2**32 - 50_000)
    bench.play(arrivals(opus_stream(200, start)) + arrivals(vp8_stream(60, start)))
    assert numbers(bench) == list(range(200))
    assert pictures(bench, 60) == list(range(60))
    assert bench.asked == []
    assert bench.path.due == inf
    assert [f.rtp_time for f in bench.of("audio")] == [n * 960 for n in range(200)]
    assert [f.rtp_time for f in bench.of("video")] == [n * 6000 for n in range(60)]
    assert [f.keyframe for f in bench.of("video")] == [n % 15 == 0 for n in range(60)]
    assert bench.of("audio")[-1].media_time == pytest.approx(199 * 0.02)
    stats = bench.audio.stats
    assert (stats.received, stats.lost, stats.late, stats.duplicates) == (200, 0, 0, 0)


@settings(max_examples=150, deadline=None)
@given(
    st.integers(0, 2**32),
    st.sampled_from([0.0, 0.02, 0.1, 0.4]),
    st.sampled_from([0.0, 0.03, 0.2]),
    SEQUENCES,
    TIMESTAMPS,
)
def test_whatever_the_network_does_what_comes_out_is_whole_and_in_order(
    seed: int, loss: float, jitter: float, sequence: int, timestamp: int
) -> None:
    dice = random.Random(seed)
    bench = Bench()
    start = Start(sequence, timestamp)
    sound, picture = opus_stream(100, start), vp8_stream(45, start)
    came: list[tuple[float, bytes]] = []
    for one in sound + picture:
        copies = 0 if dice.random() < loss else 2 if dice.random() < 0.05 else 1
        came += [(one.at + dice.random() * jitter, one.data) for _ in range(copies)]
    bench.play(came)
    heard, seen = numbers(bench), pictures(bench, 45)
    assert heard == sorted(set(heard))
    assert [f.data for f in bench.of("audio")] == [opus_payload(n) for n in heard]
    assert seen == sorted(set(seen))
    for before, after in pairwise([-1, *seen]):
        assert after == before + 1 or after % 15 == 0
    times = [frame.rtp_time for frame in bench.of("audio")]
    assert [time - times[0] for time in times] == [960 * (n - heard[0]) for n in heard]
    assert bench.path.due == inf


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from([0.03, 0.1, 0.3]), st.booleans())
def test_all_that_is_sent_again_in_time_is_recovered(seed: int, loss: float, rtx: bool) -> None:
    dice = random.Random(seed)
    bench = Bench()
    sent = vp8_stream(60, Start(65_500))
    by_sequence = {one.sequence: one for one in sent}
    answered, again = 0, 0
    coming = [(one.at, one.data) for one in sent[:1]]
    coming += [(one.at, one.data) for one in sent[1:-1] if dice.random() >= loss]
    coming.append((sent[-1].at, sent[-1].data))
    while coming:
        coming.sort(key=lambda arrival: arrival[0])
        at, data = coming.pop(0)
        bench.take(data, at)
        if not coming:
            bench.run_to(at + 0.3)
        for asked_at, feedback in bench.asked[answered:]:
            assert feedback.again, "no keyframe is needed"
            for number in feedback.again:
                one = by_sequence[number]
                packet = as_rtx(one, again) if rtx else one.data
                again += 1
                coming.append((max(asked_at + 0.05, at), packet))
        answered = len(bench.asked)
    assert pictures(bench, 60) == list(range(60))
    assert bench.video.stats.lost == 0
    assert bench.video.stats.nacks < 2 * bench.video.stats.recovered + 3


def test_reordering_within_the_tolerance_asks_for_nothing() -> None:
    bench = Bench()
    sent = vp8_stream(30)
    swapped = [(one.at + (0.008 if n % 7 == 3 else 0), one.data) for n, one in enumerate(sent)]
    bench.play(swapped)
    assert pictures(bench, 30) == list(range(30))
    assert bench.asked == []
    assert bench.video.stats.reordered > 5


def test_a_lost_packet_is_asked_for_again_and_given_up_after_half_a_second() -> None:
    bench = Bench()
    sent = vp8_stream(30, key_every=1000)
    missing = next(one for one in sent if one.frame == 5)
    bench.play(arrivals([one for one in sent if one is not missing]))
    nacks = [at for at, feedback in bench.asked if feedback.again == (missing.sequence,)]
    plis = [at for at, feedback in bench.asked if not feedback.again]
    noticed = next(one.at for one in sent if one.sequence == missing.sequence + 1)
    assert nacks[0] == pytest.approx(noticed + 0.010)
    assert nacks[1] - nacks[0] == pytest.approx(0.100)
    assert len(nacks) == 5
    assert plis[0] == pytest.approx(noticed + 0.500)
    assert all(b - a >= 0.5 - 1e-9 for a, b in pairwise(plis))
    assert [int(frame.rtp_time / 6000) for frame in bench.of("video")] == [0, 1, 2, 3, 4]


def test_a_sender_that_cannot_be_asked_is_not_waited_for() -> None:
    bench = Bench(nack=False)
    sent = vp8_stream(30)
    missing = next(one for one in sent if one.frame == 5)
    bench.play(arrivals([one for one in sent if one is not missing]))
    assert not any(feedback.again for _, feedback in bench.asked)
    assert bench.asked[0][0] == pytest.approx(missing.at + 0.101, abs=0.002)
    assert pictures(bench, 30) == [*range(5), *range(15, 30)]


def test_layers_of_pictures_are_told() -> None:
    bench = Bench()
    for number, layer in enumerate((0, 2, 1, 2)):
        frame = vp8_frame(number, keyframe=number == 0)[:90]
        head = b"\x90\x20" + bytes([layer << 6])
        data = rtp(head + frame, kind=VP8, sequence=number, timestamp=number * 6000, marker=1)
        bench.take(data, number / 15)
    assert [frame.temporal_id for frame in bench.of("video")] == [0, 2, 1, 2]


def test_a_burst_of_forty_packets_is_told_and_the_next_keyframe_ends_it() -> None:
    bench = Bench()
    sent = vp8_stream(45)
    bench.play(arrivals(sent[:20] + sent[60:]))
    seen = pictures(bench, 45)
    assert seen[-1] == 44
    assert bench.video.stats.lost == 40
    assert bench.lost[0].count == 40


def test_after_a_blackout_the_keyframe_is_asked_for_at_once() -> None:
    bench = Bench()
    sent = vp8_stream(200, key_every=1000)
    back = next(n for n, one in enumerate(sent) if one.at >= 5)
    for one in sent[:30] + sent[back:]:
        bench.take(one.data, one.at)
    plis = [at for at, feedback in bench.asked if not feedback.again]
    assert plis[0] == pytest.approx(sent[back].at)


def test_a_picture_is_asked_for_while_the_first_keyframe_is_missing() -> None:
    bench = Bench()
    for one in vp8_stream(45, key_every=30)[5:60]:
        bench.take(one.data, one.at)
    plis = [at for at, feedback in bench.asked if not feedback.again]
    assert len(plis) >= 2
    assert bench.of("video") == []


def test_a_sender_that_has_stopped_is_not_asked_for_ever() -> None:
    bench = Bench()
    bench.take(vp8_stream(3)[-1].data, 0.0)
    bench.run_to(60.0)
    assert len(bench.asked) == 4
    assert bench.path.due == inf


def test_lost_sound_is_told_with_its_place_and_length() -> None:
    bench = Bench()
    sent = opus_stream(50)
    bench.play(arrivals(sent[:10] + sent[12:]))
    (lost,) = bench.lost
    assert (lost.count, lost.rtp_time, lost.ticks) == (2, 9600, 1920)
    assert lost.media_time == pytest.approx(0.2)
    assert [frame.lost_before for frame in bench.of("audio")] == [
        2 if n == 10 else 0 for n in range(48)
    ]


def test_sound_waits_sixty_milliseconds_for_what_is_missing_and_no_longer() -> None:
    bench = Bench()
    sent = opus_stream(10)
    for one in sent[:3] + sent[4:6]:
        bench.take(one.data, one.at)
    assert len(bench.frames) == 3
    bench.run_to(sent[4].at + 0.059)
    assert len(bench.frames) == 3
    bench.run_to(sent[4].at + 0.061)
    assert len(bench.frames) == 5
    bench.take(sent[3].data, bench.now)
    assert bench.audio.stats.late == 1
    assert len(bench.frames) == 5


def test_lost_sound_is_asked_for_and_what_is_sent_again_is_heard_in_its_place() -> None:
    bench = Bench(sound_nack=True)
    sent = opus_stream(50)
    again = replace(sent[10], at=sent[11].at + 0.060)
    bench.play(arrivals([*sent[:10], *sent[11:], again]))
    assert [feedback.again for _, feedback in bench.asked] == [(sent[10].sequence,)]
    assert bench.asked[0][0] == pytest.approx(sent[11].at + 0.010)
    assert numbers(bench) == list(range(50))
    assert bench.lost == []
    stats = bench.audio.stats
    assert (stats.received, stats.recovered, stats.lost) == (49, 1, 0)


def test_sound_that_was_asked_for_is_waited_for_two_tenths_of_a_second() -> None:
    bench = Bench(sound_nack=True)
    sent = opus_stream(30)
    bench.play(arrivals(sent[:10] + sent[11:15]))
    asked = [at for at, feedback in bench.asked if feedback.again]
    assert asked == pytest.approx([sent[11].at + 0.010, sent[11].at + 0.110])
    bench = Bench(sound_nack=True)
    for one in sent[:10] + sent[11:15]:
        bench.take(one.data, one.at)
    bench.run_to(sent[11].at + 0.199)
    assert len(bench.frames) == 10
    bench.run_to(sent[11].at + 0.201)
    assert len(bench.frames) == 14


def test_a_sender_that_repeats_no_sound_is_not_waited_for_in_the_end() -> None:
    bench = Bench(sound_nack=True)
    sent = opus_stream(1000)
    kept = [one for one in sent if one.frame % 20 != 10]
    waited: dict[int, float] = {}
    again = replace(sent[990], at=sent[991].at + 0.030)  # it does after all
    for one in sorted([*kept, again], key=lambda one: one.at):
        bench.take(one.data, one.at)
        for frame in bench.frames[len(waited) :]:
            number = int.from_bytes(frame.data[1:5], "big")
            waited[number] = bench.now - sent[number].at
    assert waited[11] == pytest.approx(0.200, abs=0.021)
    assert waited[911] == pytest.approx(0.060, abs=0.021)
    assert bench.audio.stats.recovered == 1


def test_over_a_long_way_sound_is_waited_for_longer_once_its_repeats_came_late() -> None:
    bench = Bench(sound_nack=True)
    sent = opus_stream(400)
    holes = range(50, 400, 50)
    again = [replace(sent[n], at=sent[n + 1].at + 0.310) for n in holes]
    bench.play(arrivals([one for one in sent if one.frame not in holes] + again))
    assert sorted(set(range(400)) - set(numbers(bench))) == [50]  # 200 ms were too short for it
    stats = bench.audio.stats
    assert (stats.late, stats.recovered, stats.lost) == (1, len(holes) - 1, 1)


def test_over_a_long_way_pictures_are_waited_for_longer_once_repeats_came_late() -> None:
    bench = Bench()
    sent = vp8_stream(120)
    first, second = (next(one for one in sent if one.frame == n) for n in (17, 62))
    again = [replace(one, at=one.at + 0.640) for one in (first, second)]
    bench.play(arrivals([one for one in sent if one not in (first, second)] + again))
    stats = bench.video.stats
    assert (stats.late, stats.recovered, stats.lost) == (1, 1, 1)
    assert set(range(120)) - set(pictures(bench, 120)) == set(range(17, 30))  # to the keyframe


def test_no_answer_makes_sound_wait_longer_than_half_a_second() -> None:
    bench = Bench(sound_nack=True)
    sent = opus_stream(400)
    again = [replace(sent[n], at=sent[n + 1].at + 0.700) for n in (50, 100, 150)]
    kept = [one for one in sent if one.frame not in (50, 100, 150)]
    for one in sorted([*kept, *again], key=lambda one: one.at):
        bench.take(one.data, one.at)
        if one.frame == 175 and one not in again:
            assert numbers(bench)[-1] == 149
        if one.frame == 177:
            assert numbers(bench)[-1] == 177
    assert bench.audio.stats.late == 3


def test_what_is_sent_again_is_not_in_the_report_to_the_sender() -> None:
    bench = Bench(sound_nack=True)
    sent = opus_stream(100)
    again = [replace(sent[n], at=sent[n].at + 0.080) for n in range(10, 100, 10)]
    bench.play(arrivals([one for one in sent if one.frame not in range(10, 100, 10)] + again))
    assert numbers(bench) == list(range(100))
    block = bench.audio.block()
    assert block is not None
    _, fraction, lost, _, jitter = block
    assert (fraction, lost) == (9 * 256 // 100, 9)
    assert jitter == 0


def test_requests_and_repeats_of_pictures_are_counted() -> None:
    bench = Bench()
    sent = vp8_stream(30, key_every=1000)
    first, second = (next(one for one in sent if one.frame == n) for n in (5, 9))
    repeat = (first.at + 0.080, as_rtx(first, 7))
    bench.play([*arrivals([one for one in sent if one not in (first, second)]), repeat])
    stats = bench.video.stats
    assert (stats.repeats, stats.recovered, stats.lost) == (1, 1, 1)
    assert stats.plis == sum(not feedback.again for _, feedback in bench.asked) > 0


def test_lost_sound_whose_copy_came_is_counted_as_corrected() -> None:
    bench = Bench()
    sent = opus_stream(50)
    copy = b"\x48\x40" + bytes(20)  # SILK, 20 ms: voice activity off, and a copy of the one before
    with_copy = replace(
        sent[20], data=rtp(copy, kind=OPUS, sequence=sent[20].sequence, timestamp=5000 + 20 * 960)
    )
    bench.play(arrivals([*sent[:9], *sent[10:19], with_copy, *sent[21:]]))
    assert (bench.audio.stats.lost, bench.audio.stats.corrected) == (2, 1)


def test_silence_that_is_not_sent_is_not_lost() -> None:
    bench = Bench()
    sent = opus_stream(200)
    quiet = [
        replace(
            one, data=rtp(opus_payload(one.frame), kind=OPUS, sequence=n, timestamp=one.frame * 960)
        )
        for n, one in enumerate(sent[:20] + sent[150:])
    ]
    bench.play(arrivals(quiet))
    assert bench.lost == []
    assert bench.of("audio")[20].rtp_time == 150 * 960


def test_a_new_source_goes_on_where_the_old_one_ended() -> None:
    bench = Bench()
    first = opus_stream(50)
    second = [replace(one, at=one.at + 1.0) for one in opus_stream(50, Start(9, 77, 0xB0B))]
    late = (1.01, first[30].data)
    bench.play([*arrivals(first + second), late])
    times = [frame.rtp_time for frame in bench.of("audio")]
    assert times == [n * 960 for n in range(100)]
    assert bench.audio.source == 0xB0B


def test_a_new_source_of_pictures_begins_with_its_keyframe() -> None:
    bench = Bench()
    first = vp8_stream(20)
    second = [replace(one, at=one.at + 20 / 15) for one in vp8_stream(40, Start(9, 77, 0xB0B))]
    bench.play(arrivals(first + second[3:]))
    shown = pictures(bench, 40)
    assert shown == [*range(20), *range(15, 40)]
    assert any(not feedback.again for _, feedback in bench.asked)


def test_numbering_that_begins_anew_is_followed() -> None:
    bench = Bench()
    first = opus_stream(50, Start(1000, 10))
    second = [replace(one, at=one.at + 1.0) for one in opus_stream(50, Start(1000 + 2 * RESET, 7))]
    bench.play(arrivals(first + second))
    assert numbers(bench) == [*range(50), *range(50)]
    assert bench.audio.stats.resets == 1
    assert [frame.rtp_time for frame in bench.of("audio")][50] == pytest.approx(48_000, abs=2000)


def test_a_single_stray_number_changes_nothing() -> None:
    bench = Bench()
    sent = opus_stream(50)
    stray = rtp(opus_payload(9), kind=OPUS, sequence=30_000, timestamp=5)
    bench.play([*arrivals(sent), (0.5, stray)])
    assert numbers(bench) == list(range(50))
    assert bench.audio.stats.resets == 0


def test_a_timestamp_far_ahead_of_the_clock_is_placed_by_arrival() -> None:
    bench = Bench()
    first = opus_stream(50, Start(100, 1000))
    second = [replace(one, at=one.at + 1) for one in opus_stream(50, Start(150, 90_000_000))]
    bench.play(arrivals(first + second))
    assert [frame.rtp_time for frame in bench.of("audio")] == [n * 960 for n in range(100)]


def test_packets_of_padding_only_leave_no_hole() -> None:
    bench = Bench()
    sent = vp8_stream(20)
    out: list[tuple[float, bytes]] = []
    for n, one in enumerate(sent):
        stamp = int.from_bytes(one.data[4:8], "big")
        moved = one.data[:2] + (200 + 2 * n).to_bytes(2, "big") + one.data[4:]
        filler = rtp(b"", kind=VP8, sequence=201 + 2 * n, timestamp=stamp, padding=250)
        out += [(one.at, moved), (one.at + 0.0001, filler)]
    bench.play(out)
    assert pictures(bench, 20) == list(range(20))


def test_retransmissions_for_other_sources_and_empty_ones_are_ignored() -> None:
    bench = Bench()
    sent = vp8_stream(10)
    bench.play(arrivals(sent))
    other = as_rtx(sent[3], 1)
    bench.take(other[:8] + OTHER_RTX_SSRC.to_bytes(4, "big") + other[12:], bench.now)
    bench.take(as_rtx(sent[3], 2)[:12], bench.now)
    assert bench.video.stats.duplicates == 0
    bench.take(as_rtx(sent[3], 3), bench.now)
    assert bench.video.stats.duplicates == 1


def test_what_is_held_is_bounded() -> None:
    bench = Bench()
    sent = opus_stream(400)
    for one in sent[:1] + sent[2:]:
        bench.path.datagram(one.data, 0.0)
    assert len(bench.frames) > 300
    assert bench.audio.stats.lost == 1


def test_ten_thousand_junk_datagrams_cost_nothing_but_themselves() -> None:
    dice = random.Random(5)
    bench = Bench()
    for _ in range(10_000):
        head = bytes([dice.choice((0x80, 0x90, 0xA0)), dice.choice((111, 96, 97, 224, 225, 5))])
        tail = dice.randbytes(2 + 4) + dice.choice((AUDIO_SSRC, VIDEO_SSRC, 1)).to_bytes(4, "big")
        bench.take(head + tail + dice.randbytes(dice.randrange(40)), bench.now + 0.001)
    bench.run_to(bench.now + 5)
    assert bench.path.due == inf
    assert bench.path.ignored > 1000


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 60))
def test_mangled_packets_of_a_real_stream_raise_nothing(seed: int, every: int) -> None:
    dice = random.Random(seed)
    bench = Bench()
    for number, one in enumerate(vp8_stream(30) + opus_stream(50)):
        data = bytearray(one.data)
        if number % every == 0:
            for _ in range(dice.randrange(1, 6)):
                data[dice.randrange(len(data))] = dice.randrange(256)
            del data[dice.randrange(len(data)) :]
        bench.take(bytes(data), one.at)
    bench.run_to(bench.now + 5)


def test_a_receiver_report_tells_loss_and_the_highest_number() -> None:
    bench = Bench()
    sent = opus_stream(100, Start(65_500))
    bench.play(arrivals([one for one in sent if one.frame % 10 != 5]))
    block = bench.audio.block()
    assert block is not None
    source, fraction, lost, highest, jitter = block
    assert (source, lost, highest) == (AUDIO_SSRC, 10, 65_599)
    assert fraction == 10 * 256 // 100
    assert jitter == 0
    again = bench.audio.block()
    assert again is not None
    assert again[1] == 0


def test_a_packet_from_before_the_first_was_expected_too() -> None:
    bench = Bench()
    sent = opus_stream(10, Start(65_535))
    bench.play([(0.0, sent[1].data), (0.001, sent[0].data), *arrivals(sent[2:])])
    block = bench.audio.block()
    assert block is not None
    assert block[2] == 0


NAME_EXTENSION = 3


def named(data: bytes, name: bytes) -> bytes:
    """The packet with a media identification (RFC 9143) in a one-byte header extension."""
    element = bytes([NAME_EXTENSION << 4 | len(name) - 1]) + name
    element += bytes(-len(element) % 4)
    head = bytes([data[0] | 0x10]) + data[1:12]
    return head + b"\xbe\xde" + (len(element) // 4).to_bytes(2, "big") + element + data[12:]


def two_pictures(bench: Bench, *, sources: bool) -> tuple[list[bytes], list[bytes]]:
    """A path with two pictures of one payload type; what comes out of each."""
    seen: tuple[list[bytes], list[bytes]] = ([], [])
    bench.path.remove(bench.video)
    for index, out in enumerate(seen):
        plan = replace(
            bench.video.plan,
            sources=frozenset({VIDEO_SSRC + 16 * index} if sources else ()),
            name=b"%d" % (index + 1),
            name_extension=NAME_EXTENSION,
        )
        outlet = Outlet(on_frame=lambda frame, out=out: out.append(frame.data))
        bench.path.add(Track(plan, clock=TrackClock(90_000, lambda: 0.0), outlet=outlet))
    return seen


@pytest.mark.parametrize("sources", [True, False])
def test_two_pictures_that_share_their_types_are_told_apart(sources: bool) -> None:
    bench = Bench()
    seen = two_pictures(bench, sources=sources)
    for index in (0, 1):
        stream = vp8_stream(12, Start(ssrc=VIDEO_SSRC + 16 * index))[index:]
        for number, sent in enumerate(stream):  # the name is in the first packets only
            is_named = not sources and number < 3
            data = named(sent.data, b"%d" % (index + 1)) if is_named else sent.data
            bench.path.datagram(data, sent.at)
    keyframe = vp8_frame(0, keyframe=True)
    assert (len(seen[0]), seen[0][0]) == (12, keyframe)
    assert seen[1] == []  # its keyframe came without the first packet: nothing before the next


def test_a_packet_of_neither_picture_is_left_out() -> None:
    bench = Bench()
    two_pictures(bench, sources=True)
    before = bench.path.ignored
    for sent in vp8_stream(3, Start(ssrc=0xBAD)):
        bench.path.datagram(sent.data, sent.at)
    assert bench.path.ignored > before


def test_a_keyframe_may_be_asked_for_while_pictures_flow() -> None:
    bench = Bench()
    stream = vp8_stream(30, key_every=15)
    bench.play(arrivals(stream[:12]))
    bench.video.refresh()
    assert bench.video.due <= bench.now
    bench.play(arrivals(stream[12:]))
    asked = [feedback for _, feedback in bench.asked if not feedback.again]
    assert 1 <= len(asked) <= 3
    assert pictures(bench, 30) == list(range(30))
    assert not bench.video.wants_keyframe(bench.now + 10)
