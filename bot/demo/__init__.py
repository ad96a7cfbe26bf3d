"""`matran demo`: a sample through the real pipeline, from the first invitation to the draft."""

from __future__ import annotations

from bot.demo.year import FIRST, named, play

__all__ = ["FIRST", "named", "play"]
