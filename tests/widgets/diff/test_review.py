from __future__ import annotations

import threading

import pytest
from textual.geometry import Region
from textual.widgets import Input, TextArea

from tests.widgets.diff.texts import HOSTILE, TWO_HUNKS, unified
from tests.widgets.terminal import Stage, paste, press, settle, until
from widgets.diff import review
from widgets.diff.decision import Decision
from widgets.diff.parse import FileDiff, Hunk, parse_diff
from widgets.diff.review import HunkReview

ACCEPTED, REJECTED = Decision(), Decision(accepted=False)


class Desk(Stage[HunkReview]):
    """Asks about a diff, and keeps the answers."""

    def __init__(self, diff: str = TWO_HUNKS) -> None:
        super().__init__(HunkReview(diff))
        self.answers: list[tuple[Decision, ...] | None] = []

    def on_mount(self) -> None:
        self.widget.view.focus()

    def on_hunk_review_decided(self, event: HunkReview.Decided) -> None:
        self.answers.append(event.decisions)

    def on_hunk_review_left(self) -> None:
        self.answers.append(None)

    @property
    def bar(self) -> str:
        """What the last row says."""
        return self.rows[-1].split("  ")[0].strip()

    @property
    def editor(self) -> TextArea:
        """Where an edit is written."""
        return self.screen.query_one(TextArea)

    @property
    def offered(self) -> set[str]:
        """What keys can do now."""
        return {active.binding.id or "" for active in self.screen.active_bindings.values() if active.enabled}


async def test_every_hunk_is_accepted_until_the_person_says_otherwise() -> None:
    app = Desk()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert app.bar == "2 of 2 hunks accepted"
        assert [row[:4] for row in app.rows if "@@" in row] == ["▌✓ @", " ✓ @"]
        await press(pilot, "ctrl+s")
        assert app.answers == [(ACCEPTED, ACCEPTED)]


@pytest.mark.parametrize(
    ("keys", "decisions"),
    [
        (["space"], (REJECTED, ACCEPTED)),
        (["space", "space"], (ACCEPTED, ACCEPTED)),
        (["j", "x"], (ACCEPTED, REJECTED)),
        (["x", "j", "x", "k", "a"], (ACCEPTED, REJECTED)),
        (["X"], (REJECTED, REJECTED)),
        (["X", "j", "a"], (REJECTED, ACCEPTED)),
        (["X", "A"], (ACCEPTED, ACCEPTED)),
        (["a", "a"], (ACCEPTED, ACCEPTED)),
    ],
)
async def test_keys_decide(keys: list[str], decisions: tuple[Decision, ...]) -> None:
    app = Desk()
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, *keys)
        assert app.widget.decisions == decisions
        await press(pilot, "enter")
        assert app.answers == [decisions]


async def test_a_rejected_hunk_is_marked_and_dimmed() -> None:
    app = Desk()
    async with app.run_test(size=(160, 45)) as pilot:
        await settle(pilot)
        before = app.style_of("LINE")
        await press(pilot, "x")
        assert app.rows[1].startswith("▌✗ @@ -7,7 +7,7 @@")
        assert app.rows[1].endswith("rejected")
        assert app.style_of("LINE").bgcolor == app.widget.view.rich_style.bgcolor != before.bgcolor
        assert app.bar == "1 of 2 hunks accepted"


async def test_escape_leaves_and_decides_nothing() -> None:
    app = Desk()
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "x", "escape")
        assert app.answers == [None]


async def test_the_new_lines_of_a_hunk_can_be_edited() -> None:
    app = Desk()
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "e")
        assert app.editor.text == "LINE 10\n"
        await press(pilot, *"ax", "enter", "y", "ctrl+s")
        assert app.widget.decisions == (Decision(replacement="ax\nyLINE 10\n"), ACCEPTED)
        assert app.bar == "2 of 2 hunks accepted · 1 edited"
        assert app.rows[1].endswith("edited")
        shown = [row[9:] for row in app.rows[2:12]]
        assert shown[3:6] == ["- line 10", "+ ax", "+ yLINE 10"]
        assert app.widget.view.has_focus
        assert not app.screen.query(TextArea)
        assert app.answers == []
        await press(pilot, "ctrl+s")
        assert app.answers == [(Decision(replacement="ax\nyLINE 10\n"), ACCEPTED)]


async def test_an_edit_can_be_edited_again_or_taken_back_to_what_came() -> None:
    app = Desk()
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "e", "a", "ctrl+s", "e")
        assert app.editor.text == "aLINE 10\n"
        await press(pilot, "b", "ctrl+s")
        assert app.widget.decisions[0].replacement == "baLINE 10\n"
        await press(pilot, "u")
        assert app.widget.decisions == (ACCEPTED, ACCEPTED)
        assert any(row.endswith("+ LINE 10") for row in app.rows)


async def test_an_edit_that_changes_nothing_is_none() -> None:
    app = Desk()
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "e", "a", "backspace", "ctrl+s")
        assert app.widget.decisions == (ACCEPTED, ACCEPTED)


async def test_a_line_that_is_written_without_an_end_gets_one_and_no_lines_need_none() -> None:
    app = Desk()
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "e")
        app.editor.text = "last"
        await press(pilot, "ctrl+s")
        assert app.widget.decisions[0].replacement == "last\n"
        await press(pilot, "e")
        app.editor.text = ""
        await press(pilot, "ctrl+s")
        assert app.widget.decisions[0].replacement == ""
        assert not any("LINE 10" in row for row in app.rows)


async def test_escape_takes_an_edit_back_and_leaves_the_hunk_as_it_was() -> None:
    app = Desk()
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "x", "e", *"abc", "escape")
        assert not app.screen.query(TextArea)
        assert app.widget.decisions == (REJECTED, ACCEPTED)
        assert app.answers == []
        assert app.widget.view.has_focus


async def test_who_edits_a_rejected_hunk_accepts_it_and_rejecting_keeps_the_edit() -> None:
    app = Desk()
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "x", "e", "a", "ctrl+s")
        assert app.widget.decisions[0] == Decision(replacement="aLINE 10\n")
        await press(pilot, "x")
        assert app.bar == "1 of 2 hunks accepted"
        await press(pilot, "a")
        assert app.widget.decisions[0] == Decision(replacement="aLINE 10\n")


async def test_what_is_written_outlives_the_focus_and_must_be_kept_or_taken_back() -> None:
    app = Desk()
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "e", *"abc")
        await pilot.click(app.widget.view, offset=(20, 14))
        app.widget.view.focus()
        await press(pilot, "j", "x")
        assert app.widget.decisions == (ACCEPTED, REJECTED)
        for key in ("ctrl+s", "escape", "e"):
            app.widget.view.focus()
            await press(pilot, key)
            assert app.editor.has_focus
            assert app.widget.view.current_hunk == 0
        assert app.editor.text == "abcLINE 10\n"
        assert app.answers == []
        await press(pilot, "ctrl+s", "ctrl+s")
        assert app.answers == [(Decision(replacement="abcLINE 10\n"), REJECTED)]


async def test_a_tab_is_text_while_one_edits() -> None:
    app = Desk(unified(["a\n"], ["\ta\n"]))
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "e", "tab", "ctrl+s")
        assert app.widget.decisions == (Decision(replacement="\t\ta\n"),)


async def test_letters_are_text_while_one_writes() -> None:
    app = Desk()
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "e", *"axAXersjknN")
        assert app.editor.text == "axAXersjknNLINE 10\n"
        assert app.widget.decisions == (ACCEPTED, ACCEPTED)


async def test_a_rejection_can_have_a_reason() -> None:
    app = Desk()
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "r")
        assert not app.screen.query(Input)
        await press(pilot, "x", "r", *"not", "space", *"now", "enter")
        assert app.widget.decisions == (Decision(False, reason="not now"), ACCEPTED)
        assert app.rows[1].endswith("rejected: not now")
        await press(pilot, "r", *"abc", "escape")
        assert app.widget.decisions[0].reason == "not now"
        await press(pilot, "r", "end", "!", "ctrl+s")
        assert app.widget.decisions[0].reason == "not now!"
        assert app.answers == []


async def test_pastes_are_plain_and_decide_nothing() -> None:
    app = Desk()
    async with app.run_test(size=(80, 24)) as pilot:
        await paste(pilot, "x\na\n")
        await press(pilot, "e")
        await paste(pilot, "one\x1b[2J\r\n\ttwo\u202e\n")
        assert app.editor.text == "one\n\ttwo\nLINE 10\n"
        await press(pilot, "escape", "x", "r")
        await paste(pilot, "one\x1b[2J\ntwo")
        await press(pilot, "enter")
        assert app.widget.decisions == (Decision(False, reason="one two"), ACCEPTED)


async def test_characters_that_cannot_be_typed_cannot_be_edited() -> None:
    app = Desk(HOSTILE)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "e")
        assert not app.screen.query(TextArea)
        assert [notification.message for notification in app._notifications] == [
            "This hunk holds characters that cannot be typed: accept it or reject it."
        ]


async def test_a_last_paint_of_an_editor_that_is_gone_is_blank() -> None:
    app = Desk()
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "e")
        editor = app.editor
        await press(pilot, "escape")
        assert [strip.text for strip in editor.render_lines(Region(0, 0, 4, 2))] == [" " * 4] * 2


async def test_only_what_can_be_done_is_offered() -> None:
    app = Desk(unified(["a\n"], ["b\n"]))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        review = {name for name in app.offered if name.startswith("review.")}
        assert review == {"review.turn", "review.reject", "review.edit", "review.decide", "review.leave"}
        await press(pilot, "x")
        assert {"review.accept", "review.explain"} <= app.offered
        assert "review.reject" not in app.offered
        await press(pilot, "r")
        assert {name for name in app.offered if name.startswith("review.")} == {
            "review.keep_reason",
            "review.take_reason_back",
        }


async def test_a_diff_without_hunks_can_only_be_applied_or_left() -> None:
    app = Desk(
        "diff --git a/i.png b/i.png\nnew file mode 100644\nBinary files /dev/null and b/i.png differ\n"
    )
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "space", "a", "x", "A", "X", "e", "r", "u", "j", "s", "n")
        assert app.bar == "0 of 0 hunks accepted"
        await press(pilot, "enter")
        assert app.answers == [()]


async def test_another_diff_is_asked_about_from_the_beginning() -> None:
    app = Desk()
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "x", "j", "e", "a")
        app.widget.show(parse_diff(unified(["a\n"], ["b\n"])))
        await settle(pilot)
        assert app.widget.decisions == (ACCEPTED,)
        assert app.bar == "1 of 1 hunk accepted"
        assert not app.screen.query(TextArea)
        assert not any("rejected" in row for row in app.rows)


async def test_a_search_ends_before_the_review_is_left_and_follows_an_edit() -> None:
    app = Desk()
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "slash", "1", "0", "enter", "e", "down", *"10", "ctrl+s", "n", "n", "escape")
        assert app.answers == []
        assert app.widget.decisions[0].replacement == "LINE 10\n10\n"
        await press(pilot, "escape")
        assert app.answers == [None]


async def test_a_file_of_which_no_lines_are_shown_is_one_row_to_decide_about() -> None:
    app = Desk("")
    async with app.run_test(size=(80, 24)) as pilot:
        image = FileDiff("i.png", (Hunk.of_file("created, binary"),))
        app.widget.show([image, *parse_diff(TWO_HUNKS), image])
        await press(pilot, "j", "j", "j", "x", "k", "k", "k", "x")
        assert app.widget.decisions == (REJECTED, ACCEPTED, ACCEPTED, REJECTED)
        assert app.rows[0].startswith("▌✗ whole file  created, binary")
        await press(pilot, "s", "end", "ctrl+s")
        assert app.answers == [(REJECTED, ACCEPTED, ACCEPTED, REJECTED)]


class _Slow:
    """Reads diffs in its own time."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.begun, self.done = threading.Event(), threading.Event()
        monkeypatch.setattr(review, "_AT_ONCE", 0)
        monkeypatch.setattr(review, "parse_diff", self._parse)

    def _parse(self, text: str) -> list[FileDiff]:
        assert threading.current_thread() is not threading.main_thread()
        self.begun.set()
        assert self.done.wait(10)
        return parse_diff(text)


async def test_a_long_text_is_read_beside_the_loop_and_nothing_is_decided_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    slow = _Slow(monkeypatch)
    app = Desk(TWO_HUNKS)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, slow.begun.is_set)
        assert app.bar == "reading the diff …"
        await press(pilot, "ctrl+s", "enter", "X", "x", "space")
        assert app.answers == []
        await press(pilot, "escape")
        assert app.answers == [None]
        slow.done.set()
        await until(pilot, lambda: app.bar == "2 of 2 hunks accepted")
        await press(pilot, "j", "x", "ctrl+s")
        assert app.answers == [None, (ACCEPTED, REJECTED)]


async def test_who_leaves_before_a_long_text_is_read_leaves_nothing_behind(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    slow = _Slow(monkeypatch)
    app = Desk(TWO_HUNKS)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, slow.begun.is_set)
        await app.widget.remove()
        slow.done.set()
        await settle(pilot)
        assert not app.screen.query(HunkReview)
