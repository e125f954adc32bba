from __future__ import annotations

import subprocess
import sys


def test_markdown_and_colours_are_not_loaded_before_they_are_needed() -> None:
    code = "import sys, widgets.conversation; print(sorted({'markdown_it', 'pygments'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
