"""Tool-call formats: declarations, and what is derived from them."""

from __future__ import annotations

from ..registry import Registry, callable_package
from .spec import Format

FORMATS: Registry[Format] = Registry(
    "format", package="litellm_fnwrap.formats.catalog", entry_point="litellm_fnwrap.formats"
)


def register_format(format: Format) -> Format:
    """Make a format known under its name and aliases; raises ValueError if a name is taken."""
    return FORMATS.add(format.name, format, format.aliases)


def get_format(format: str | Format) -> Format:
    """The declaration of a format's name or alias; a declaration is returned as it is. Raises UnknownNameError."""
    return format if isinstance(format, Format) else FORMATS.get(format)


callable_package(__name__, FORMATS)
