"""The bundled model, and what it is asked: see CARD.md beside this file."""

from __future__ import annotations

from pathlib import Path


def model_path() -> Path:
    """Where the bundled model's GGUF file lies."""
    return Path(__file__).with_name("demo.gguf")
