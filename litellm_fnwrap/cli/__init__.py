"""The command fnwrap: one module for each of its commands."""

from __future__ import annotations


def main() -> None:
    """Run the command line; the exit status is 0, 2 for a mistake of the caller's, and 1 for any other failure."""
    from .app import run

    run()
