"""The way in. Only what every call needs is imported here."""

from __future__ import annotations

import io
import os
import sys


def main() -> None:
    """Run the command line and end the process with its exit code."""
    _open_missing_streams()
    if isinstance(sys.stdout, io.TextIOWrapper):  # a terminal need not know all characters that are printed
        sys.stdout.reconfigure(errors="replace")
    code = 1
    try:
        code = _run(sys.argv[1:])
        sys.stdout.flush()
    except KeyboardInterrupt:
        code = 130
    except BrokenPipeError:  # whoever read our output has gone
        code = 1
    except OSError as error:
        _say(f"sawhorse: {error.strerror or error}{f': {error.filename}' if error.filename else ''}")
        code = 1
    # everything is closed and synced by now; the teardown of thousands of modules would only take time
    os._exit(code)


def _run(arguments: list[str]) -> int:
    if arguments in (["--version"], ["-V"]):
        import app

        print(f"sawhorse {app.__version__}")
        return 0
    import gc

    gc.disable()  # imports make no garbage worth looking for; turned on again once they are done
    from app.cli.main import main as run

    return run(arguments)


def _open_missing_streams() -> None:
    """Open what the caller closed: a file opened later must not become our standard output."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115 - open to the end


def _say(line: str) -> None:
    try:
        print(line, file=sys.stderr, flush=True)
    except OSError:
        return  # there is no place left to say it


if __name__ == "__main__":
    main()
