"""Every format that can be read. A new one is a file beside this one, and a line here.

They are asked in this order; the last one takes whatever is left.
"""

from __future__ import annotations

from app.trajectory.formats.contract import Format
from app.trajectory.formats.gemini import Gemini
from app.trajectory.formats.opencode import Opencode
from app.trajectory.formats.sawhorse import Sawhorse

FORMATS: tuple[Format, ...] = (Sawhorse(), Gemini(), Opencode())
