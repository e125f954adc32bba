from __future__ import annotations

import asyncio

from textual.pilot import Pilot

from tests.widgets.terminal import Clock, Stage, burst, paste, press, settle, until
from widgets.guard import Guard
from widgets.rule_editor import RuleEditor

RULE = "allow bash npm run test"


class Desk(Stage[RuleEditor]):
    """Rules, what was asked about them, and what was confirmed. Those that begin with `bad` are none."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.counted: list[str] = []
        self.confirmed: list[tuple[str, ...]] = []
        self.answer = asyncio.Event()
        self.answer.set()
        super().__init__(RuleEditor(self._check, self._count, self._together, Guard(self.clock)))

    def on_rule_editor_confirmed(self, event: RuleEditor.Confirmed) -> None:
        self.confirmed.append(event.rules)

    async def begin(self, pilot: Pilot[None], *rules: str) -> None:
        """Show rules, and let the guard pass."""
        self.widget.begin("this is saved", rules)
        await settle(pilot)
        self.clock.now += 1

    @property
    def shown(self) -> list[str]:
        """What stands in the box."""
        rows = [row.strip("│ ") for row in self.rows]
        return [row for row in rows if row and not row.startswith(("╭", "╰"))]

    def _check(self, rule: str) -> str:
        return "this is no rule: [/red]" if rule.startswith("bad") else ""

    async def _count(self, rule: str) -> str:
        self.counted.append(rule)
        await self.answer.wait()
        return f"matched by {rule}"

    async def _together(self, rules: tuple[str, ...]) -> str:
        return "" if "other" not in rules else f"none of [/red] {len(rules)} lets it run"


async def test_enter_confirms_what_is_written() -> None:
    app = Desk()
    async with app.run_test(size=(80, 20)) as pilot:
        await app.begin(pilot, RULE)
        assert "this is saved" in app.rows[0]
        await burst(pilot, *"x", "enter")
        assert app.confirmed == [(f"{RULE}x",)]


async def test_enter_within_300_ms_was_meant_for_something_else() -> None:
    app = Desk()
    async with app.run_test(size=(80, 20)) as pilot:
        app.widget.begin("this is saved", [RULE])
        await press(pilot, "enter")
        app.clock.now += 0.299
        await press(pilot, "enter")
        assert app.confirmed == []
        app.clock.now += 0.3
        await press(pilot, "enter")
        assert app.confirmed == [(RULE,)]


async def test_each_rule_has_its_line_and_what_it_would_have_matched() -> None:
    app = Desk()
    async with app.run_test(size=(80, 20)) as pilot:
        await app.begin(pilot, "allow bash a", "allow bash b")
        await until(pilot, lambda: len(app.shown) == 4)
        assert app.shown == [
            "allow bash a",
            "matched by allow bash a",
            "allow bash b",
            "matched by allow bash b",
        ]
        await press(pilot, "tab", "!", "enter")
        assert app.confirmed == [("allow bash a", "allow bash b!")]


async def test_a_rule_is_counted_once_nobody_types() -> None:
    app = Desk()
    async with app.run_test(size=(80, 20)) as pilot:
        await app.begin(pilot, "allow")
        await until(pilot, lambda: app.counted == ["allow"])
        await burst(pilot, *" bash make")
        await until(pilot, lambda: app.shown[1] == "matched by allow bash make")
        assert app.counted == ["allow", "allow bash make"]


async def test_a_count_that_comes_late_is_not_that_of_another_rule() -> None:
    app = Desk()
    async with app.run_test(size=(80, 20)) as pilot:
        app.answer.clear()
        await app.begin(pilot, "one")
        await until(pilot, lambda: app.counted == ["one"])
        await burst(pilot, "s")
        app.answer.set()
        await settle(pilot)
        assert "matched by one" not in app.shown
        await until(pilot, lambda: "matched by ones" in app.shown)


async def test_what_is_wrong_is_said_at_once_beside_the_rule_and_nothing_is_confirmed() -> None:
    app = Desk()
    async with app.run_test(size=(80, 20)) as pilot:
        await app.begin(pilot, "allow bash a", "bad")
        assert app.shown[-2:] == ["bad", "this is no rule: [/red]"]
        await press(pilot, "enter")
        assert app.confirmed == []
        await press(pilot, "home", *"not ", "enter")
        assert app.confirmed == [("allow bash a", "not bad")], "the cursor is where it is wrong"


async def test_an_empty_line_is_no_rule_and_none_at_all_is_not_confirmed() -> None:
    app = Desk()
    async with app.run_test(size=(80, 20)) as pilot:
        await app.begin(pilot, "a", "b")
        await press(pilot, "backspace", "enter")
        assert app.confirmed == [("b",)]
        await press(pilot, "tab", "backspace", "enter")
        assert app.confirmed == [("b",)]
        assert any("no rule is left" in row for row in app.shown)


async def test_it_begins_anew_with_other_rules() -> None:
    app = Desk()
    async with app.run_test(size=(80, 20)) as pilot:
        await app.begin(pilot, "a", "b", "c")
        await app.begin(pilot, "d")
        await until(pilot, lambda: app.shown == ["d", "matched by d"])


async def test_a_paste_confirms_nothing_and_stays_on_its_line() -> None:
    app = Desk()
    async with app.run_test(size=(80, 20)) as pilot:
        await app.begin(pilot, "allow bash ")
        await paste(pilot, "npm\x1b[31m run\nenter\n")
        assert app.confirmed == []
        await press(pilot, "enter")
        assert app.confirmed == [("allow bash npm run enter",)]


async def test_what_is_to_be_known_of_all_rules_together_is_said_once_and_taken_back() -> None:
    app = Desk()
    async with app.run_test(size=(80, 20)) as pilot:
        await app.begin(pilot, RULE, "other")
        await until(pilot, lambda: app.shown[-1] == "none of [/red] 2 lets it run")
        assert app.shown[:-1] == [RULE, f"matched by {RULE}", "other", "matched by other"]
        await burst(pilot, *["backspace"] * len(RULE))
        await until(pilot, lambda: app.shown[-1] == "none of [/red] 1 lets it run")
        await press(pilot, "tab", "s")
        await until(pilot, lambda: app.shown[-1] == "matched by others")
