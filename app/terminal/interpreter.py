"""What the sequences that a program writes do to its screen."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from app.terminal.screen import Screen

_BREAK = re.compile(r"([\t\n])")
_CONTROL = re.compile(r"(?:\x1b\[|\x9b)(\??)([0-9;:]*)([@-~])")
_REPLIES = 1024  # bytes that wait to be taken
_VT102 = b"\x1b[?6c"  # who asks is told of no more than is followed here

_COUNTED: dict[str, Callable[[Screen, int], None]] = {
    "@": Screen.insert_characters,
    "A": Screen.cursor_up,
    "B": Screen.cursor_down,
    "C": Screen.cursor_forward,
    "D": Screen.cursor_back,
    "E": Screen.cursor_down1,
    "F": Screen.cursor_up1,
    "G": Screen.cursor_to_column,
    "I": Screen.forward_tab,
    "L": Screen.insert_lines,
    "M": Screen.delete_lines,
    "P": Screen.delete_characters,
    "S": Screen.scroll_up,
    "T": Screen.scroll_down,
    "X": Screen.erase_characters,
    "Z": Screen.back_tab,
    "`": Screen.cursor_to_column,
    "a": Screen.cursor_forward,
    "d": Screen.cursor_to_line,
    "e": Screen.cursor_down,
}
"""What a control sequence does that has one number, by its last character."""


@dataclass(slots=True)
class Modes:
    """How the program wants keys and pastes to be sent."""

    application_cursor: bool = False
    application_keypad: bool = False
    bracketed_paste: bool = False


class Interpreter:
    """Follows text and complete sequences. What is not known does nothing.

    Args:
        screen: Where they act.

    Attributes:
        modes: What the program has asked for.
        replies: What it is to be sent because it asked; never much.
        used_alternate: The alternate screen has been shown at some time.
    """

    def __init__(self, screen: Screen) -> None:
        self.modes = Modes()
        self.replies = b""
        self.used_alternate = False
        self._screen = screen
        self._last = " "

    def write(self, text: str) -> None:
        """Write text.

        Args:
            text: Holds no control characters but tabs and newlines.
        """
        for part in _BREAK.split(text):
            match part:
                case "":
                    pass
                case "\n":
                    self._screen.linefeed()
                case "\t":
                    self._screen.tab()
                case _:
                    self._screen.draw(part)
                    self._last = part[-1]

    def end_line(self, ending: str) -> None:
        """Follow carriage returns and the newline that may come after them."""
        if ending[0] == "\r":
            self._screen.carriage_return()
        if ending[-1] == "\n":
            self._screen.linefeed()

    def control_character(self, character: str) -> None:
        """Follow a control character that begins no sequence."""
        match character:
            case "\b":
                self._screen.backspace()
            case "\v" | "\f":
                self._screen.linefeed()
            case "\x0e":
                self._screen.shift_out()
            case "\x0f":
                self._screen.shift_in()
            case _:
                pass

    def escape(self, sequence: str) -> None:
        """Follow an escape sequence.

        Args:
            sequence: What comes after the escape character.
        """
        screen = self._screen
        match sequence:
            case "7":
                screen.save_cursor()
            case "8":
                screen.restore_cursor()
            case "=" | ">":
                self.modes.application_keypad = sequence == "="
            case "D":
                screen.index()
            case "E":
                screen.carriage_return()
                screen.index()
            case "H":
                screen.set_tab_stop()
            case "M":
                screen.reverse_index()
            case "c":
                screen.reset()
                self.modes = Modes()
            case _ if sequence[0] in "()":
                screen.define_charset(sequence[1:], sequence[0])
            case _:
                pass

    def control(self, sequence: str) -> None:
        """Follow a control sequence other than a colour.

        Args:
            sequence: All of it.
        """
        match = _CONTROL.fullmatch(sequence)
        if match is None:
            return
        private, parameters, final = match.groups()
        numbers = [_number(parameter) for parameter in parameters.split(";")]
        first, second, *_ = *numbers, 0, 0
        screen = self._screen
        if (move := _COUNTED.get(private + final)) is not None:
            move(screen, first or 1)
            return
        match private + final:
            case "H" | "f":
                screen.cursor_position(first, second)
            case "J" | "?J":
                screen.erase_in_display(first)
            case "K" | "?K":
                screen.erase_in_line(first)
            case "b":
                screen.draw(self._last * min(first or 1, screen.columns))
            case "c" if not first:
                self._reply(_VT102)
            case "g":
                screen.clear_tab_stop(first)
            case "h" | "l":
                for number in numbers:
                    if number in (4, 20):  # insert; a new line starts at the left
                        (screen.set_mode if final == "h" else screen.reset_mode)(number)
            case "?h" | "?l":
                for number in numbers:
                    self._set_private_mode(number, final == "h")
            case "n" if first == 5:
                self._reply(b"\x1b[0n")
            case "n" if first == 6:
                row, column = screen.place
                self._reply(b"\x1b[%d;%dR" % (row + 1, column + 1))
            case "r":
                screen.set_margins(first or None, second or None)
                screen.cursor_position()
            case "s":
                screen.save_cursor()
            case "u":
                screen.restore_cursor()
            case _:
                pass

    def _set_private_mode(self, mode: int, wanted: bool) -> None:
        screen = self._screen
        match mode:
            case 1:
                self.modes.application_cursor = wanted
            case 7 | 25:  # wrapping; the cursor
                (screen.set_mode if wanted else screen.reset_mode)(mode, private=True)
            case 47 | 1047 | 1049:
                screen.use_alternate(wanted)
                self.used_alternate |= wanted
            case 66:
                self.modes.application_keypad = wanted
            case 1048 if wanted:
                screen.save_cursor()
            case 1048:
                screen.restore_cursor()
            case 2004:
                self.modes.bracketed_paste = wanted
            case _:
                pass

    def _reply(self, reply: bytes) -> None:
        if len(self.replies) + len(reply) <= _REPLIES:
            self.replies += reply


def _number(parameter: str) -> int:
    return int(parameter.partition(":")[0][:4] or 0)
