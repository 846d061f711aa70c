"""What counts as a hole in the sound, and what as silence that was heard."""

from __future__ import annotations

from service.live.recorder import Continuity


def test_a_sender_that_pauses_for_silence_leaves_no_hole() -> None:
    sound = Continuity()
    for number in range(6):
        at = number * 0.4  # a packet of 20 ms, as DTX sends them
        assert not sound.note(at, at + 0.02, lost=0)
    assert sound.spans == ((0.0, 2.02),)


def test_what_was_lost_leaves_a_hole_and_so_does_a_sender_that_stopped() -> None:
    sound = Continuity()
    sound.note(0.0, 1.0, lost=0)
    assert sound.note(1.4, 2.0, lost=19)
    assert not sound.note(2.1, 3.0, lost=5)  # too short to be asked for
    assert sound.note(9.0, 9.02, lost=0)
    assert sound.holes == [(1.0, 1.4), (3.0, 9.0)]
