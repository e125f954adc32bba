"""The parser is loaded with the first command, not with the program."""

from __future__ import annotations

from tests.cli.test_imports import loaded

JUDGE = "from app.approval.places import Here\njudge('ls', Here('/w', '/w'))"


def test_the_parser_is_loaded_with_the_first_command() -> None:
    imports = "import app.approval.policy\nfrom app.approval.commands import judge\n"
    assert not {"tree_sitter", "tree_sitter_bash"} & loaded(imports)
    assert {"tree_sitter", "tree_sitter_bash"} <= loaded(f"{imports}{JUDGE}")
