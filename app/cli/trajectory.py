"""`sawhorse trajectory`: look after recordings. Only what one action needs is loaded."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping


def trajectory(chosen: Namespace, environ: Mapping[str, str]) -> int:
    """Run one action of `sawhorse trajectory`."""
    import gc

    gc.enable()  # a run may be a million events
    match chosen.action:
        case "list":
            from app.cli.trajectory_library import list_runs

            return list_runs(chosen, environ)
        case "search":
            from app.cli.trajectory_library import search_runs

            return search_runs(chosen, environ)
        case "show":
            from app.cli.trajectory_show import show

            return show(chosen, environ)
        case "stats":
            from app.cli.trajectory_show import stats

            return stats(chosen, environ)
        case "convert":
            from app.cli.trajectory_export import convert_run

            return convert_run(chosen, environ)
        case "export":
            from app.cli.trajectory_export import export_run

            return export_run(chosen, environ)
        case "diff":
            from app.cli.trajectory_diff import diff

            return diff(chosen, environ)
        case "check":
            from app.cli.trajectory_check import check

            return check(chosen, environ)
        case _:
            from app.cli.trajectory_check import mend

            return mend(chosen, environ)
