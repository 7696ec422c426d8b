"""The functions and the question of the demonstration: forecasts that are made up, so that no network is needed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

Unit = Literal["celsius", "fahrenheit"]

QUESTION = "what is the weather going to be like in San Francisco and Glasgow over the next 4 days"
"""The question of llama.cpp's function-calling example (examples/openai, March 2024)."""


def get_current_weather(location: str, format: Unit) -> dict[str, Any]:
    """Get the current weather"""
    return {"location": location, "format": format, "temperature": _temperature(location, 0, format)}


def get_n_day_weather_forecast(location: str, format: Unit, num_days: int) -> dict[str, Any]:
    """Get an N-day weather forecast"""
    days = [_temperature(location, day, format) for day in range(1, num_days + 1)]
    return {"location": location, "format": format, "temperatures": days}


def add(a: float, b: float) -> float:
    """Add two numbers"""
    return a + b


def multiply(a: float, b: float) -> float:
    """Multiply two numbers"""
    return a * b


WEATHER: tuple[Callable[..., Any], ...] = (get_current_weather, get_n_day_weather_forecast)
"""The two tools of the question."""

EVERYTHING: tuple[Callable[..., Any], ...] = (*WEATHER, add, multiply)
"""The tools of a question that the user thought up."""


def _temperature(location: str, day: int, unit: Unit) -> int:
    """A temperature between 5 and 24 degrees celsius that depends on nothing but place and day."""
    celsius = 5 + (sum(map(ord, location)) + 3 * day) % 20
    return celsius if unit == "celsius" else round(celsius * 1.8 + 32)
