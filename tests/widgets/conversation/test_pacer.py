from __future__ import annotations

from widgets.conversation.pacer import Pacer


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


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
