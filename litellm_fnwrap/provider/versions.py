"""What the installed LiteLLM needs to be treated with care for."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import re
import warnings

# LiteLLM imports the package mcp on every call with tools, although it does not depend on it.
_NEEDS_MCP = ((1, 106, 0), (1, 108, 4))


def read_version(text: str) -> tuple[int, ...]:
    """A version's numbers: "1.89.0rc1" gives (1, 89, 0)."""
    return tuple(int(number) for number in re.findall(r"\d+", text)[:3])


LITELLM = read_version(importlib.metadata.version("litellm"))


def warn_of_missing_mcp(version: tuple[int, ...] = LITELLM) -> None:
    """Warn with the install line where calls with tools are bound to fail inside LiteLLM."""
    first, fixed = _NEEDS_MCP
    if first <= version < fixed and importlib.util.find_spec("mcp") is None:
        warnings.warn(
            f"LiteLLM {'.'.join(map(str, version))} fails on every call with tools unless the package mcp is "
            "installed. Install it with: pip install 'litellm-fnwrap[mcp]', or use LiteLLM 1.108.4 or later.",
            RuntimeWarning,
            stacklevel=3,
        )
