"""Chat templates: models' own Jinja programs for writing a conversation, rendered inside a sandbox with bounds."""

from __future__ import annotations

from .capabilities import Capabilities
from .files import load_chat_template, load_context_window
from .template import ChatTemplate

__all__ = ["Capabilities", "ChatTemplate", "load_chat_template", "load_context_window"]
