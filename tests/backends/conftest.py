"""Every test meets servers that nothing is known about."""

from __future__ import annotations

import pytest

from litellm_fnwrap.backends import runner


@pytest.fixture(autouse=True)
def _nothing_known() -> None:
    """Ports are used again, so what was learned about one server must not be believed of the next."""
    runner._known.clear()
