from __future__ import annotations

import random

from widgets.conversation.excerpt import Excerpt, excerpt


def test_a_short_text_is_kept_whole() -> None:
    assert excerpt("one\ntwo\n") == Excerpt("one\ntwo")
    assert excerpt("") == Excerpt("")


def test_of_many_lines_head_and_tail_are_kept_and_the_rest_is_counted() -> None:
    kept = excerpt("\n".join(str(number) for number in range(1000)), lines=2)
    assert kept == Excerpt("0\n1", "996 lines", "998\n999")
    assert str(kept) == "0\n1\n… 996 lines left out …\n998\n999"


def test_of_one_long_line_both_ends_are_kept() -> None:
    kept = excerpt("a" * 50 + "b" * 1_000_000 + "c" * 50, characters=50)
    assert kept == Excerpt("a" * 50, "1,000,000 characters", "c" * 50)


def test_what_is_kept_is_limited_and_comes_from_the_ends() -> None:
    for seed in range(300):
        rng = random.Random(seed)
        text = "".join(
            rng.choice(["x" * rng.randint(0, 30), "\n"]) for _ in range(rng.randint(0, 60))
        ).rstrip("\n")
        kept = excerpt(text, lines=4, characters=40)
        if not kept.left_out:
            assert kept.head == text
            continue
        assert text.startswith(kept.head)
        assert text.endswith(kept.tail)
        assert max(len(kept.head), len(kept.tail)) <= 40
        assert max(kept.head.count("\n"), kept.tail.count("\n")) < 4
