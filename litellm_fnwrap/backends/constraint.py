"""The one rule about constraints that all backends share: a dialect the server lacks is refused, never dropped."""

from __future__ import annotations

from dataclasses import replace

from ..errors import ConstraintError
from ..generation import Constraint
from .base import Capabilities


def refuse_dialect(constraint: Constraint, capabilities: Capabilities, backend: str) -> None:
    """Raise ConstraintError for a dialect, or a lazy form, that the server does not take."""
    if constraint.dialect not in capabilities.dialects:
        taken = f"It takes {', '.join(capabilities.dialects)}." if capabilities.dialects else "It takes none."
        raise ConstraintError(
            f"{backend} takes no constraint written as {constraint.dialect}. {taken} "
            "Use constrain='never' to go without.",
            backend=backend,
        )
    # A structural tag says itself where it begins.
    if constraint.lazy and not capabilities.lazy and constraint.dialect != "structural_tag":
        raise ConstraintError(
            f"{backend} cannot let a constraint begin in the middle of the text. Use tool_choice='required', "
            "or constrain='never'.",
            backend=backend,
        )


def plain(constraint: Constraint) -> Constraint:
    """A structural tag that is one grammar throughout as that grammar: older servers, other engines take it."""
    tag = constraint.value.get("format") if isinstance(constraint.value, dict) else None
    if constraint.dialect != "structural_tag" or not isinstance(tag, dict) or tag.get("type") != "grammar":
        return constraint
    return replace(constraint, dialect="gbnf", value=tag["grammar"])
