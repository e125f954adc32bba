"""The grammar of the command line, and its help."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Sequence

import app
from app.cli.trajectory_parser import replay_parser, trajectory_parser, view_parser
from app.settings.schema import MODES

COMMANDS = ("run", "demo", "view", "replay", "trajectory", "undo", "rules", "config", "tools")

_EXAMPLES = """\
commands:
  sawhorse [PATH]             open the workbench in a folder
  sawhorse run "TASK"         carry out one task without a screen
  sawhorse demo               watch a scripted model repair a small project
  sawhorse undo               take back what the last turn did to the files here
  sawhorse rules list         what runs, asks or is denied whatever the mode
  sawhorse config show        every setting, its value and where it comes from
  sawhorse tools list         what a model can call
  sawhorse view [FILE]        look at a run: one of ours or another agent's
  sawhorse replay FILE        watch a run again, or carry it out again
  sawhorse trajectory list    the runs that were recorded; stats, search, convert, export, diff

examples:
  sawhorse --model anthropic/claude-sonnet-5
  sawhorse ~/project --model ollama/qwen3 --mode edits
  sawhorse --continue
  sawhorse run "why does the build fail?" --output json
  git diff | sawhorse run -f - --model openai/gpt-5.2
  sawhorse config set model.name llamacpp/default

`sawhorse COMMAND --help` says more about a command."""


_RULES = """\
rules:
  allow bash npm run test           commands that begin with these words
  allow bash --network npm install  the same, with the network in the sandbox
  deny edit secrets/**              changes of files; paths are as in .gitignore
  deny read ~/.ssh/**               files that are neither to be read nor changed
  allow fetch docs.python.org       a domain and all below it
  ask tool mcp__github__*           tools by their names

Deny counts before ask, and ask before allow, whatever their order. A project may bring
rules that ask or deny, in .sawhorse/rules.toml; they count once you trust them.

exit codes: 0 done, 1 a file or a line is refused, 2 wrong usage or not confirmed"""

_SETTINGS = """\
what counts, highest first:
  command line    sawhorse --set recorder.batch_size=50
  environment     SAWHORSE_RECORDER__BATCH_SIZE=50
  project file    .sawhorse/config.toml in the workspace; it can only make things stricter
  user file       `sawhorse config path`
  default

Settings are taken from the folder you are in."""


class UsageError(Exception):
    """The command line asks for something that cannot be. One line that says what to do."""


def parse(arguments: Sequence[str]) -> Namespace:
    """The parsed command line; `command` says what to run. Ends the process for `--help` and wrong usage."""
    if arguments and arguments[0] in COMMANDS:
        command, *rest = arguments
        chosen = _PARSERS[command]().parse_args(rest)
        chosen.command = command
    else:
        chosen = _workbench().parse_args(arguments)
        chosen.command = "workbench"
    return chosen


def _workbench() -> ArgumentParser:
    parser = ArgumentParser(
        prog="sawhorse",
        usage="sawhorse [PATH] [--model PROVIDER/MODEL] [--mode MODE]\n       sawhorse COMMAND ...",
        description="A terminal workbench for coding agents.",
        epilog=_EXAMPLES,
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument("path", nargs="?", metavar="PATH", help="folder to work in (default: here)")
    _add_session_options(parser)
    parser.add_argument("-V", "--version", action="version", version=f"sawhorse {app.__version__}")
    return parser


def _run() -> ArgumentParser:
    parser = ArgumentParser(
        prog="sawhorse run",
        description=(
            "Carry out one task without a screen. Nobody is there to ask: what would ask is denied, "
            "and the model is told so. Allow it before with `sawhorse rules add` or --approve-from."
        ),
        epilog="exit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted",
    )
    parser.add_argument(
        "task", nargs="?", metavar="TASK", help="what to do (default: read from standard input)"
    )
    parser.add_argument("-f", "--file", metavar="FILE", help="read the task from a file; - is standard input")
    parser.add_argument("--workspace", metavar="DIR", help="folder to work in (default: here)")
    _add_session_options(parser)
    parser.add_argument("--max-turns", metavar="N", help="turns after which the task is stopped")
    _add_output(parser)
    return parser


def _demo() -> ArgumentParser:
    parser = ArgumentParser(
        prog="sawhorse demo",
        description=(
            "Copy a small project with a failing test into a temporary folder, and let a scripted model "
            "repair it with the real tools, approvals and recorder. No network, no key."
        ),
    )
    parser.add_argument("--headless", action="store_true", help="without a screen, as `sawhorse run` does")
    _add_output(parser)
    return parser


def _undo() -> ArgumentParser:
    parser = ArgumentParser(
        prog="sawhorse undo",
        description=(
            "Bring files back to what they were before a turn, whatever changed them: edits or commands. "
            "What you have changed yourself since is left alone unless you name it. Asks before it does "
            "anything, and can be taken back with --redo."
        ),
        epilog="exit codes: 0 done, 1 not all could be done, 2 wrong usage or not confirmed",
    )
    parser.add_argument(
        "paths", nargs="*", metavar="PATH", help="only these files and folders; a file named is always taken"
    )
    parser.add_argument("--to", type=int, metavar="TURN", help="back to before this turn (default: the last)")
    parser.add_argument("--redo", action="store_true", help="take the last undo back")
    parser.add_argument("--list", action="store_true", help="turns, and what each did to files")
    parser.add_argument("--diff", action="store_true", help="show the diff even where output is no terminal")
    parser.add_argument("-y", "--yes", action="store_true", help="do not ask")
    parser.add_argument("--session", metavar="ID", help="which session (default: the last one here)")
    return parser


def _rules() -> ArgumentParser:
    parser = ArgumentParser(
        prog="sawhorse rules",
        description="Read, test, extend and trust the rules that say which calls run, ask or are denied.",
        epilog=_RULES,
        formatter_class=RawDescriptionHelpFormatter,
    )
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    every = actions.add_parser("list", help="every rule, and where it stands")
    explain = actions.add_parser("explain", help="what would happen to a command in each mode, and why")
    explain.add_argument("shell_command", metavar="COMMAND", help="as one argument: 'npm run test'")
    test = actions.add_parser("test", help="hold the rules against their examples")
    add = actions.add_parser("add", help="write a rule to your own file")
    add.add_argument("rule", metavar="RULE", help="as one argument: 'allow bash npm run test'")
    trust = actions.add_parser("trust", help="look at the rules of a project, and let them count")
    trust.add_argument("-y", "--yes", action="store_true", help="do not ask")
    check = actions.add_parser(
        "check", help="judge many commands: lines of JSON with id, command, allow, ask and deny, on stdin"
    )
    for action in (every, explain, test, trust, check):
        action.add_argument(
            "--workspace", default=".", metavar="DIR", help="folder of the project (default: here)"
        )
    add.add_argument("--workspace", metavar="DIR", help="the one project that it counts in (default: all)")
    replay = actions.add_parser("replay", help="what today's rules would have said to the calls of a session")
    replay.add_argument("trajectory", metavar="TRAJECTORY", help="its file or folder")
    replay.add_argument("--mode", choices=MODES, help="judge in this mode (default: that of the settings)")
    replay.add_argument("--json", action="store_true", help="as one JSON object, with every difference")
    return parser


def _config() -> ArgumentParser:
    parser = ArgumentParser(
        prog="sawhorse config",
        description="Look at settings, and change them.",
        epilog=_SETTINGS,
        formatter_class=RawDescriptionHelpFormatter,
    )
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    show = actions.add_parser("show", help="every setting, its value and where it comes from")
    show.add_argument("--json", action="store_true", help="as one JSON object")
    get = actions.add_parser("get", help="the value of one setting")
    change = actions.add_parser("set", help="change one setting in your settings file")
    unset = actions.add_parser("unset", help="take one setting out of your settings file")
    for action in (get, change, unset):
        action.add_argument("name", metavar="NAME", help="such as tools.max_concurrency")
    change.add_argument("value", metavar="VALUE", help="of a list: one on each line")
    path = actions.add_parser("path", help="where your settings file is")
    for action in (change, unset, path):
        action.add_argument(
            "--project", action="store_true", help="that of the project here: .sawhorse/config.toml"
        )
    actions.add_parser("schema", help="the settings file as JSON Schema")
    return parser


def _tools() -> ArgumentParser:
    parser = ArgumentParser(prog="sawhorse tools", description="What a model can call.")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    actions.add_parser("list", help="every tool and what it does")
    show = actions.add_parser("show", help="one tool as a model is told of it, as JSON")
    show.add_argument("name", metavar="NAME")
    call = actions.add_parser("call", help="call one tool outside a session; the result is JSON")
    call.add_argument("name", metavar="NAME")
    call.add_argument("arguments", metavar="JSON", help="its arguments, a JSON object")
    call.add_argument("--workspace", default=".", metavar="DIR", help="folder to work in (default: here)")
    return parser


def _add_session_options(parser: ArgumentParser) -> None:
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "-c",
        "--continue",
        action="store_true",
        dest="go_on",
        help="go on with the last session in the folder",
    )
    which.add_argument(
        "--fork",
        metavar="FILE",
        help="begin a session with the conversation of a run: an id, or the file of any agent",
    )
    parser.add_argument("--at", type=int, metavar="N", help="with --fork: go on after its event number N")
    which.add_argument(
        "--resume", metavar="ID", help="go on with a session: its id, the beginning or end of it, or its file"
    )
    parser.add_argument("--model", metavar="PROVIDER/MODEL", help="model to use, such as ollama/qwen3")
    parser.add_argument("--mode", choices=MODES, help="what runs without asking")
    parser.add_argument(
        "--approve-from", metavar="FILE", help="rules beside your own: what runs, asks or is denied"
    )
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        dest="overrides",
        help="any other setting; may be given often",
    )


def _add_output(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--output",
        choices=("text", "json", "stream-json"),
        default="text",
        help="the final answer, one JSON object, or every event as a line of JSON",
    )


_PARSERS = {
    "run": _run,
    "demo": _demo,
    "undo": _undo,
    "rules": _rules,
    "config": _config,
    "tools": _tools,
    "view": view_parser,
    "replay": replay_parser,
    "trajectory": trajectory_parser,
}
