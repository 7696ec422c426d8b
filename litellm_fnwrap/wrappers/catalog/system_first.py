"""Models whose conversations begin with a system turn, whether or not anything is said in it."""

from __future__ import annotations

from ...formats.spec import Format
from ...messages import Conversation
from ...options import Options
from ..layout import Turn
from ..turns import Turns


class SystemFirst(Turns):
    """Turns whose first is the system's, an empty one where there is nothing to say."""

    def head(
        self, system: str, native: str, conversation: Conversation, format: Format, options: Options
    ) -> list[Turn]:
        """The system turn."""
        return super().head(system, native, conversation, format, options) or [Turn("system", "")]
