"""Our own themes: calm, one accent colour."""

from __future__ import annotations

from textual.theme import Theme

DARK = Theme(
    name="sawhorse-dark",
    dark=True,
    primary="#7aa2c8",
    secondary="#9b8fc4",
    accent="#e0a458",
    success="#8fb573",
    warning="#d9b45b",
    error="#d9706c",
    foreground="#d3d0c8",
    background="#1b1d20",
    surface="#24272b",
    panel="#2c3035",
    variables={"border": "#7aa2c8", "border-blurred": "#3d434b"},
)
LIGHT = Theme(
    name="sawhorse-light",
    dark=False,
    primary="#2f6496",
    secondary="#6a5a9e",
    accent="#a15c00",
    success="#3f7a2a",
    warning="#8a6400",
    error="#b3362f",
    foreground="#2b2b28",
    background="#fbfaf7",
    surface="#f0eee8",
    panel="#e6e3db",
    variables={"border": "#2f6496", "border-blurred": "#bdb9ae"},
)
