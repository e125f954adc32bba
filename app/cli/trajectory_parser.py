"""The grammar of the commands that are about trajectories."""

from __future__ import annotations

from argparse import ArgumentParser, RawDescriptionHelpFormatter

from app.settings.schema import MODES

_RUN = "its file or folder, or the id of a session of ours; any agent's"

_EXAMPLES = """\
examples:
  sawhorse trajectory list
  sawhorse trajectory stats run.traj --json
  sawhorse trajectory search "connection refused" --add ~/.codex/sessions
  sawhorse trajectory convert rollout.jsonl --to atif -o run.json
  sawhorse trajectory export 7f4bfe --to html -o run.html

exit codes: 0 done (whole, the same), 1 not whole, differences or nothing found, 2 wrong usage"""


def view_parser() -> ArgumentParser:
    """`sawhorse view`."""
    parser = ArgumentParser(
        prog="sawhorse view", description="Look at a run, whichever agent wrote it, also while it goes on."
    )
    parser.add_argument(
        "file", nargs="?", metavar="FILE", help=f"{_RUN}; - is standard input (default: choose one)"
    )
    parser.add_argument("--at", type=int, metavar="N", help="begin at its event number N")
    return parser


def replay_parser() -> ArgumentParser:
    """`sawhorse replay`."""
    parser = ArgumentParser(
        prog="sawhorse replay",
        description=(
            "Watch a run again as it went. With --execute its calls are carried out again, in a fresh copy "
            "of a folder, as your rules allow, and what comes out otherwise is marked."
        ),
        epilog="exit codes: 0 done, 1 results differ, 2 wrong usage, 130 interrupted",
    )
    parser.add_argument("file", metavar="FILE", help=_RUN)
    parser.add_argument("--speed", type=float, default=1.0, metavar="X", help="so many times faster")
    parser.add_argument("--step", action="store_true", help="stop before each event until a key is pressed")
    parser.add_argument("--at", type=int, default=0, metavar="N", help="begin at its event number N")
    parser.add_argument("--execute", action="store_true", help="carry out its calls again, for real")
    parser.add_argument(
        "--workspace", metavar="DIR", help="with --execute: the folder to copy (default: that of the run)"
    )
    parser.add_argument("--headless", action="store_true", help="with --execute: without a screen")
    parser.add_argument("--mode", choices=MODES, help="with --execute: what runs without asking")
    parser.add_argument("--json", action="store_true", help="with --headless: one JSON object")
    return parser


def trajectory_parser() -> ArgumentParser:
    """`sawhorse trajectory`."""
    parser = ArgumentParser(
        prog="sawhorse trajectory",
        description="Look after recordings: ours, and those of other agents.",
        epilog=_EXAMPLES,
        formatter_class=RawDescriptionHelpFormatter,
    )
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    every = actions.add_parser("list", help="the runs that were recorded, newest first")
    every.add_argument("words", nargs="*", metavar="WORD", help="only those with these words")
    show = actions.add_parser("show", help="a run, as text")
    show.add_argument("--from", type=int, default=0, dest="start", metavar="N", help="from event number N on")
    show.add_argument("--to", type=int, dest="stop", metavar="N", help="up to its event number N")
    show.add_argument("--raw", action="store_true", help="the records as they stand in the file")
    stats = actions.add_parser("stats", help="what a run comes to")
    search = actions.add_parser("search", help="look for words in all runs")
    search.add_argument("words", nargs="+", metavar="WORD")
    search.add_argument("--most", type=int, default=50, metavar="N", help="runs shown at most (default: 50)")
    for action in (every, search):
        action.add_argument(
            "--add",
            action="append",
            default=[],
            metavar="DIR",
            help="look through this folder from now on",
        )
        action.add_argument(
            "--remove", action="append", default=[], metavar="DIR", help="no longer look through this folder"
        )
    check = actions.add_parser("check", help="look at every line of a recording, and change nothing")
    repair = actions.add_parser(
        "repair", help="set aside what was cut off at its end, so that a session can go on with it"
    )
    convert = actions.add_parser(
        "convert", help="write a run as another agent's tools read it; secrets stay in it"
    )
    convert.add_argument("--to", choices=("atif", "trae", "sawhorse"), required=True)
    export = actions.add_parser("export", help="write a run for people to read; secrets are taken out")
    export.add_argument("--to", choices=("markdown", "html"), required=True)
    for action in (convert, export):
        action.add_argument("-o", "--output", metavar="FILE", help="where to (default: standard output)")
        action.add_argument("--force", action="store_true", help="write over a file that is there")
    diff = actions.add_parser("diff", help="what two runs did differently")
    diff.add_argument("file", metavar="FILE", help=_RUN)
    diff.add_argument("other", metavar="OTHER", help="the run to compare it with")
    for action in (show, stats, convert, export):
        action.add_argument("file", metavar="FILE", help=_RUN)
    for action in (check, repair):
        action.add_argument("file", metavar="FILE", help="the recording, or the folder of its session")
    for action in (every, show, stats, search, check, diff):
        action.add_argument("--json", action="store_true", help="as JSON")
    return parser
