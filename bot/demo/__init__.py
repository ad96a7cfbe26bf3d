"""`matran demo`: a sample year through the real pipeline, from the first invitation to the draft."""

from __future__ import annotations

from bot.demo.year import play

__all__ = ["play"]
