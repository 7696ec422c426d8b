"""Declarations that cannot be meant are refused where they are written."""

from __future__ import annotations

from typing import Any

import pytest

from litellm_fnwrap.formats import get_format


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"arguments": "tagged", "parameter": ()}, "tagged arguments need the field parameter"),
        ({"arguments": "nested", "parameter": ()}, "nested arguments need the field parameter"),
        ({"arguments": "literal", "quote": ""}, "literal arguments need the field quote"),
        ({"section": "<calls></calls>"}, "section '<calls></calls>' lacks the hole {calls}"),
        ({"reasoning": "<think></think>"}, "lacks the hole {reasoning}"),
        ({"content": "<say></say>"}, "lacks the hole {content}"),
        ({"call": "<call>{name}</call>"}, "needs {object}, or {name} and behind it {arguments}"),
        ({"call": "<call>{arguments}{name}</call>"}, "needs {object}, or {name} and behind it {arguments}"),
        ({"call": "<call>{arguments}</call>"}, "needs {object}, or {name} and behind it {arguments}"),
    ],
    ids=["tagged", "nested", "literal", "section", "reasoning", "content", "no-arguments", "name-behind", "no-name"],
)
def test_declaration_that_lacks_a_part_is_refused(change: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=r"format 'hermes'") as refused:
        get_format("hermes").with_(**change)
    assert told in str(refused.value)
