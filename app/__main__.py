"""The way in. Only what every call needs is imported here."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line and end the process with its exit code."""
    if sys.argv[1:] in (["--version"], ["-V"]):
        import app

        print(f"sawhorse {app.__version__}")
        return
    import contextlib
    import gc
    import os

    gc.disable()  # imports make no garbage worth looking for; turned on again once they are done
    from app.cli.main import main as run

    code = run(sys.argv[1:])
    # everything is closed and synced by now; the teardown of thousands of modules would only take time
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
