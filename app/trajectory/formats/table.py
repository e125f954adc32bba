"""Every format that can be read. A new one is a file beside this one, and a line here.

They are asked in this order; the last one takes whatever is left.
"""

from __future__ import annotations

from app.trajectory.formats.aider import Aider
from app.trajectory.formats.atif import Atif
from app.trajectory.formats.claude_code import ClaudeCode
from app.trajectory.formats.claude_stream import ClaudeStream
from app.trajectory.formats.codex import Codex
from app.trajectory.formats.contract import Format
from app.trajectory.formats.gemini import Gemini
from app.trajectory.formats.generic import Generic
from app.trajectory.formats.inspect_ai import InspectAI
from app.trajectory.formats.mini_swe_agent import MiniSweAgent
from app.trajectory.formats.opencode import Opencode
from app.trajectory.formats.openhands import OpenHands
from app.trajectory.formats.pi import Pi
from app.trajectory.formats.sawhorse import Sawhorse
from app.trajectory.formats.swe_agent import SweAgent
from app.trajectory.formats.trae import Trae

FORMATS: tuple[Format, ...] = (
    Sawhorse(),
    Atif(),
    Trae(),
    SweAgent(),
    MiniSweAgent(),
    ClaudeCode(),
    ClaudeStream(),
    Codex(),
    Pi(),
    Gemini(),
    Opencode(),
    OpenHands(),
    InspectAI(),
    Aider(),
    Generic(),
)
