from __future__ import annotations

import pytest

from widgets.verbs import Offers, Verb, verb_line, verb_rows

MORE = Verb("f2", "more")
VERBS = [Verb("y", "yes", 0), Verb("s", "session", 2), Verb("n", "no", 1)]


@pytest.mark.parametrize(
    ("width", "line"),
    [
        (22, "y yes  s session  n no"),
        (21, "y yes  n no  f2 more"),
        (20, "y yes  n no  f2 more"),
        (19, "y yes  f2 more"),
        (1, "y yes  f2 more"),
    ],
)
def test_a_line_that_is_too_short_names_the_most_important_and_where_the_others_are(
    width: int, line: str
) -> None:
    assert verb_line(VERBS, width, MORE).plain == line


@pytest.mark.parametrize(
    ("width", "rows"),
    [(22, "y yes  s session  n no"), (21, "y yes  s session\nn no"), (3, "y yes\ns session\nn no")],
)
def test_rows_name_all_and_break_none(width: int, rows: str) -> None:
    assert verb_rows(VERBS, width).plain == rows


@pytest.mark.parametrize(
    ("offers", "keys"),
    [
        (Offers(), "yndev"),
        (Offers(wider=("bash: ls",)), "ytsndev"),
        (Offers(wider=("allow bash ls",), saves=True), "ytspndev"),
        (Offers(network=True), "yndevw"),
        (Offers(plan=True), "ysndev"),
    ],
)
def test_what_is_named_is_what_is_offered(offers: Offers, keys: str) -> None:
    assert "".join(verb.key for verb in offers.verbs()) == keys
    assert offers.include("answer", ("turn",)) is ("t" in keys)
    assert offers.include("place", ("project",)) is ("p" in keys)
    assert offers.include("answer_with_network", ()) is ("w" in keys)
    assert offers.include("answer", ("once",))
    assert offers.include("place", ("edit",))
