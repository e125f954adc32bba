"""A file of rules: read again when it changes, refused as a whole, extended without touching the rest."""

from __future__ import annotations

from pathlib import Path

from app.approval.rule import Rule
from app.approval.rule_toml import RuleFileError, read_rules, table_of
from app.approval.small_file import SmallFile


class RuleFile:
    """The rules of a file, as they were when it last could be read.

    Args:
        path: Where it is, or may be.
        tightens: Its rules may ask and deny, not allow.

    Attributes:
        rules: Those of its last good content.
        content: What it holds now; None if it is not there or cannot be read.
        error: Why its content is refused, with path and line; empty if it is not.
        loaded: Whether it was good at least once, or is not there.
    """

    def __init__(self, path: Path, *, tightens: bool = False) -> None:
        self.path = path
        self.rules: tuple[Rule, ...] = ()
        self.content: bytes | None = None
        self.error = ""
        self.loaded = False
        self._tightens = tightens
        self._file = SmallFile(path)

    def refresh(self) -> bool:
        """Read it if it has changed; whether it was read."""
        if not self._file.has_news():
            return False
        try:
            self.content = self._file.read()
            self.rules = self._read(self._decoded(self.content or b""))
        except OSError as error:
            self.content = None
            self.error = f"{self.path} cannot be read: {error.strerror}"
        except RuleFileError as error:
            self.error = str(error)
        else:
            self.error = ""
            self.loaded = True
        return True

    def add(self, rule: Rule) -> Rule:
        """Add a rule at the end, unless it is there; all else in the file stays as it is.

        Returns:
            The rule as it stands in the file.

        Raises:
            RuleFileError: The file, or the rule, is refused. Nothing has changed.
            OSError: The file cannot be read or written.
        """
        import tomlkit

        text = self._decoded(SmallFile(self.path).read() or b"")  # what `refresh` has seen stays as it is
        for known in self._read(text):
            if table_of(known) == table_of(rule):
                return known
        block = tomlkit.dumps({"rule": [table_of(rule)]})
        text = f"{text.rstrip()}\n\n{block}" if text.strip() else block
        added = self._read(text)[-1]
        self._file.write(text.encode())
        return added

    def _read(self, text: str) -> tuple[Rule, ...]:
        return read_rules(text, str(self.path), tightens=self._tightens)

    def _decoded(self, content: bytes) -> str:
        try:
            return content.decode()
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            raise RuleFileError(str(self.path), "is not UTF-8 text; save it as UTF-8", line) from None
