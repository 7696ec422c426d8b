"""Functions for a model to call. The agent reads their names, docstrings and annotations."""

from __future__ import annotations

from typing import Literal


def get_current_weather(location: str, format: Literal["celsius", "fahrenheit"]) -> str:
    """Get the current weather"""
    return f"{21 if format == 'celsius' else 70} degrees in {location}"
