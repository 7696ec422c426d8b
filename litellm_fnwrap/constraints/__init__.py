"""Constraints: what a server is told so that only a valid call can be generated.

One grammar is built from the format's declaration, the tools and the choice, and printed in the dialect of the server.
"""

from __future__ import annotations

from .build import build_constraint

__all__ = ["build_constraint"]
