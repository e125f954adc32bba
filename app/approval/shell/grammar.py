"""Names of the nodes of a bash syntax tree, by what they mean for an approval."""

from __future__ import annotations

from app.approval.names import names

# What holds commands, redirects or words; anything else in it is a sign or a keyword between them.
CONTAINERS = names(
    """
    program list pipeline redirected_statement command command_name declaration_command unset_command
    negated_command subshell compound_statement do_group if_statement elif_clause else_clause
    while_statement for_statement c_style_for_statement case_statement case_item function_definition
    variable_assignments file_redirect heredoc_redirect herestring_redirect
    """
)
# What else stands in these is a word of a command.
WORD_PARENTS = names(
    """
    command command_name declaration_command unset_command variable_assignments file_redirect
    heredoc_redirect herestring_redirect
    """
)
REDIRECT_PARENTS = frozenset({"file_redirect", "heredoc_redirect", "herestring_redirect"})
NO_FILE = names("<< <<- <&- >&-")
OPERATORS = names("&& || ; | |& & ;; ;& ;;&")
BRACKETS = names("( ) (( )) $( <( >( `")
SUBSTITUTIONS = frozenset({"command_substitution", "process_substitution"})
# Parts of a word that are computed; quotes in them say nothing about the word.
COMPUTED = SUBSTITUTIONS | {"expansion", "arithmetic_expansion", "ansi_c_string"}

PLAIN = CONTAINERS - names(
    """
    declaration_command unset_command negated_command subshell compound_statement do_group if_statement
    elif_clause else_clause while_statement for_statement c_style_for_statement case_statement case_item
    function_definition variable_assignments heredoc_redirect herestring_redirect
    """
)
PLAIN_OPERATORS = frozenset({"&&", "||", ";", "|"})

# Unquoted, these are no program where one is expected, even if the tree takes them for one.
RESERVED = names(
    "! { } [[ ]] if then elif else fi case esac for select while until do done in function time coproc"
)
# Of these, what may stand in front of a program and is taken for one.
PREFIXES = frozenset({"time", "coproc"})

SUBSTITUTES = "the command runs another one to build itself"
NOT_CLEAR = "the command is not clear"
_LOOPS = "if_statement while_statement for_statement c_style_for_statement case_statement"
_HERE_DOCUMENT = "the command holds a here-document"
_GROUPS = "the command groups commands"
_SETS = "the command sets a variable"

UNCLEAR = {
    "command_substitution": SUBSTITUTES,
    "arithmetic_expansion": SUBSTITUTES,
    "process_substitution": "the command redirects from or into another one",
    "ansi_c_string": "the command holds quotes with escapes",
    "heredoc_redirect": _HERE_DOCUMENT,
    "herestring_redirect": _HERE_DOCUMENT,
    "function_definition": "the command defines a function",
    "positional_loop": NOT_CLEAR,
}
_ODD = UNCLEAR | {
    **dict.fromkeys(_LOOPS.split(), "the command holds a loop, a condition or a case"),
    "subshell": _GROUPS,
    "compound_statement": _GROUPS,
    "negated_command": "the command holds !",
    "test_command": "the command holds a test in brackets",
    "variable_assignment": _SETS,
    "variable_assignments": _SETS,
    "declaration_command": _SETS,
    "unset_command": _SETS,
    "&": "the command leaves a process running",
}


def odd(kind: str) -> str:
    """Why a command with such a node, or such a sign, is not plain."""
    return _ODD.get(kind, f"the command holds {kind.replace('_', ' ')}")
