"""Every format that can be read. A new one is a file beside this one, and a line here.

They are asked in this order; the last one takes whatever is left.
"""

from __future__ import annotations

from app.trajectory.formats.contract import Format
from app.trajectory.formats.gemini import Gemini
from app.trajectory.formats.mini_swe_agent import MiniSweAgent
from app.trajectory.formats.opencode import Opencode
from app.trajectory.formats.sawhorse import Sawhorse
from app.trajectory.formats.swe_agent import SweAgent
from app.trajectory.formats.trae import Trae

FORMATS: tuple[Format, ...] = (
    Sawhorse(),
    Trae(),
    SweAgent(),
    MiniSweAgent(),
    Gemini(),
    Opencode(),
)
