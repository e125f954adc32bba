from __future__ import annotations

import random

from widgets.conversation.palette import Palette
from widgets.conversation.plain_text import PIECE, PlainText

PALETTE = Palette()


def test_plain_text_in_pieces_becomes_what_the_whole_becomes() -> None:
    for seed in range(30):
        rng = random.Random(seed)
        text = "".join(rng.choice(["word ", "\n", "x" * 700, "  "]) for _ in range(rng.randint(0, 200)))
        grown = PlainText("", "dim")
        position = 0
        while position < len(text):
            size = rng.randint(1, PIECE)
            grown.append(text[position : position + size])
            position += size
        whole = PlainText(text, "dim")
        assert [part.lay_out(50, PALETTE) for part in grown.parts] == [
            part.lay_out(50, PALETTE) for part in whole.parts
        ]
        lines = [line for part in whole.parts for line in part.lay_out(50, PALETTE)]
        joined = "".join(("\n" if line.joint is None else line.joint) + line.text for line in lines)
        assert "\n".join(line.rstrip() for line in joined.split("\n")) == "\n" + "\n".join(
            line.rstrip() for line in text.split("\n")
        )
