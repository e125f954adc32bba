from __future__ import annotations

from dataclasses import dataclass, field

from widgets.output_search import OutputSearch


@dataclass
class Matches:
    """A search that is as far as a test says."""

    count: int = 0
    offsets: list[int] = field(default_factory=list)
    scanned: int = 0
    end: int = 1000
    done: bool = False
    cancelled: bool = False

    def cancel(self) -> None:
        self.cancelled = True

    def find(self, *offsets: int, scanned: int = 1000) -> None:
        self.offsets += offsets
        self.count += len(offsets)
        self.scanned, self.done = scanned, scanned == self.end


def test_the_first_match_after_the_start_is_shown_as_soon_as_it_is_known_and_once() -> None:
    found = Matches()
    search = OutputSearch("x", found, 300)
    assert (search.first(), search.summary) == (None, "0… 0 %")
    found.find(100, 200, scanned=250)
    assert (search.first(), search.summary) == (None, "2… 25 %")
    found.find(300, 400, scanned=450)
    assert (search.first(), search.summary) == (300, "3 of 4… 45 %")
    found.find(900)
    assert (search.first(), search.summary) == (None, "3 of 5")
    assert search.done


def test_with_none_after_the_start_the_first_of_all_is_shown() -> None:
    found = Matches()
    search = OutputSearch("x", found, 300)
    found.find(100, 200)
    assert (search.first(), search.summary) == (100, "1 of 2")


def test_no_match_is_said() -> None:
    found = Matches()
    search = OutputSearch("x", found, 0)
    found.find()
    assert (search.first(), search.step(1), search.summary) == (None, None, "no match")


def test_after_the_last_match_comes_the_first() -> None:
    found = Matches()
    found.find(10, 20, 30)
    search = OutputSearch("x", found, 15)
    assert search.first() == 20
    assert [search.step(1), search.step(1), search.step(-1), search.step(-1)] == [30, 10, 30, 20]


def test_large_numbers_can_be_read_and_what_cannot_be_shown_is_said() -> None:
    found = Matches()
    found.find(*range(1204))
    search = OutputSearch("x", found, 2)
    search.first()
    assert search.summary == "3 of 1,204"
    found.count = 5_000_000
    assert search.summary == "3 of 5,000,000, the first 1,204 can be shown"


def test_an_output_of_nothing_has_no_match() -> None:
    found = Matches(end=0)
    assert OutputSearch("x", found, 0).summary == "0… 0 %"
    found.done = True
    assert OutputSearch("x", found, 0).summary == "no match"


def test_it_can_be_cancelled() -> None:
    found = Matches()
    OutputSearch("x", found, 0).cancel()
    assert found.cancelled
