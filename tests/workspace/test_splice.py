from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.workspace.splice import Splice, composed, inverse, spliced

EXAMPLES = settings(max_examples=300)
CONTENT = st.text("abc\n", max_size=20).map(str.encode)


@st.composite
def changes(draw: st.DrawFn, content: bytes) -> list[Splice]:
    """Changes of the content: ascending, none within another."""
    borders = sorted(draw(st.lists(st.integers(0, len(content)), max_size=8)))
    pairs = zip(borders[::2], borders[1::2], strict=False)
    return [Splice(start, content[start:end], draw(CONTENT)) for start, end in pairs]


@EXAMPLES
@given(CONTENT, st.data())
def test_changes_at_once_are_the_same_as_one_by_one_from_the_end(content: bytes, data: st.DataObject) -> None:
    splices = data.draw(changes(content))
    expected = content
    for splice in reversed(splices):
        expected = splice.apply(expected)
    assert spliced(content, splices) == expected


@EXAMPLES
@given(CONTENT, st.data())
def test_the_inverse_takes_it_back(content: bytes, data: st.DataObject) -> None:
    splices = data.draw(changes(content))
    assert spliced(spliced(content, splices), inverse(splices)) == content


@EXAMPLES
@given(CONTENT, st.data())
def test_two_rounds_of_changes_can_be_made_in_one(content: bytes, data: st.DataObject) -> None:
    first = data.draw(changes(content))
    middle = spliced(content, first)
    second = data.draw(changes(middle))
    both = composed(content, first, second)
    assert spliced(content, both) == spliced(middle, second)
    assert all(above.end < below.offset for above, below in pairwise(both))


def test_changes_far_apart_stay_apart_when_composed() -> None:
    content = b"a" * 100
    both = composed(content, [Splice(90, b"a", b"xyz")], [Splice(3, b"a", b""), Splice(91, b"y", b"Y")])
    assert both == (Splice(3, b"a", b""), Splice(90, b"a", b"xYz"))


@pytest.mark.parametrize(
    "splices",
    [
        [Splice(2, b"c", b""), Splice(0, b"a", b"")],
        [Splice(0, b"ab", b""), Splice(1, b"b", b"")],
        [Splice(0, b"b", b"")],
        [Splice(4, b"", b"x")],
    ],
)
def test_changes_that_do_not_fit_are_an_error(splices: list[Splice]) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        spliced(b"abc", splices)
