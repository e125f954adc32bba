from __future__ import annotations

import random

from widgets.conversation.heights import Heights


def test_positions_agree_with_a_plain_list_of_heights() -> None:
    rng = random.Random(1)
    heights, model = Heights(), list[int]()
    for _ in range(1500):
        if not model or rng.random() < 0.5:
            model.append(rng.randint(0, 9))
            heights.append(model[-1])
        else:
            index = rng.randrange(len(model))
            heights[index] = model[index] = rng.randint(0, 9)
        if rng.random() < 0.01:
            heights.reset(model)
        index = rng.randrange(len(model) + 1)
        assert heights.top(index) == sum(model[:index])
        assert heights.total == sum(model)
        if heights.total:
            y = rng.randrange(heights.total)
            index, offset = heights.find(y)
            assert sum(model[:index]) + offset == y
            assert 0 <= offset < model[index]


def test_what_is_cut_off_at_the_end_is_forgotten() -> None:
    heights = Heights(range(20))
    heights.truncate(13)
    assert (len(heights), heights.total, heights.top(13)) == (13, sum(range(13)), sum(range(13)))
    heights.append(5)
    assert heights.find(sum(range(13)) + 2) == (13, 2)


def test_a_row_below_the_end_belongs_to_no_one() -> None:
    assert Heights([2, 0, 3]).find(5) == (3, 0)
    assert Heights().find(0) == (0, 0)
