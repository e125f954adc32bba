from __future__ import annotations

from tests.widgets.terminal import Clock
from widgets.conversation.pacer import Pacer


def test_after_a_frame_it_rests_until_drawing_took_its_share() -> None:
    clock = Clock()
    pacer = Pacer(share=0.25, clock=clock)
    assert pacer.ready()
    with pacer.frame():
        clock.now += 0.010
    clock.now += 0.029
    assert not pacer.ready()
    clock.now += 0.002
    assert pacer.ready()


def test_painting_counts_too() -> None:
    clock = Clock()
    pacer = Pacer(share=0.5, clock=clock)
    with pacer.frame():
        clock.now += 1
    with pacer.drawing():
        clock.now += 1
    clock.now += 0.9
    assert not pacer.ready()
    clock.now += 0.2
    assert pacer.ready()


def test_frames_wait_for_someone_who_types_but_not_for_ever() -> None:
    clock = Clock()
    pacer = Pacer(clock=clock)
    with pacer.frame():
        pass
    frames = 0
    for _ in range(100):  # a key each 10 ms
        clock.now += 0.010
        pacer.defer(0.08, within=0.066)
        if pacer.ready():
            frames += 1
            with pacer.frame():
                pass
    assert 5 <= frames <= 10


def test_after_a_key_a_frame_may_come_though_others_are_deferred() -> None:
    clock = Clock()
    pacer = Pacer(clock=clock)
    with pacer.frame():
        pass
    clock.now += 0.06
    pacer.defer(0.08, within=0.1)
    assert not pacer.ready()
    assert pacer.ready_after_key(0.05)


def test_not_even_after_a_key_does_a_frame_come_before_its_rest_is_over() -> None:
    clock = Clock()
    pacer = Pacer(share=0.25, clock=clock)
    with pacer.frame():
        clock.now += 0.1
    clock.now += 0.29
    assert not pacer.ready_after_key(0.05)
    clock.now += 0.02
    assert pacer.ready_after_key(0.05)


def test_keys_make_frames_no_more_frequent() -> None:
    clock = Clock()
    pacer = Pacer(clock=clock)
    with pacer.frame():
        pass
    clock.now += 0.04
    assert pacer.ready()
    assert not pacer.ready_after_key(0.05)
    clock.now += 0.02
    assert pacer.ready_after_key(0.05)
