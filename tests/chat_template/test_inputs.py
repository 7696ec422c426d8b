from __future__ import annotations

import enum
from collections import OrderedDict
from types import MappingProxyType
from typing import Any

import pydantic
import pytest

from litellm_fnwrap.chat_template import ChatTemplate
from litellm_fnwrap.chat_template.inputs import recurring
from litellm_fnwrap.errors import TemplateError

MESSAGES = [{"role": "user", "content": "Hi"}]
TOOLS: list[dict[str, Any]] = [{"name": "a", "parameters": {"type": "object"}}]


class Role(str, enum.Enum):
    USER = "user"


class Said(pydantic.BaseModel):
    role: Role = Role.USER
    content: str = "Hi"


@pytest.mark.parametrize(
    "message",
    [
        Said(),
        {"role": Role.USER, "content": "Hi"},
        OrderedDict(role="user", content="Hi"),
        MappingProxyType({"role": "user", "content": "Hi"}),
        {"role": "user", "content": "Hi", "more": (Said(), [None, True, 1.5])},
    ],
    ids=["model", "enumeration", "subclass", "mapping", "nested"],
)
def test_objects_reach_the_template_as_plain_data(message: Any) -> None:
    source = "{% for m in messages %}{{ m['role'] }}: {{ m['content'] }}{{ '!' if m['role'] == 'user' }}{% endfor %}"
    assert ChatTemplate(source).render([message]) == "user: Hi!"


def test_object_of_any_other_kind_is_its_type_and_nothing_more() -> None:
    message = {"role": "user", "content": object()}
    assert ChatTemplate("{{ messages[0].content }}").render([message]) == "<object>"


@pytest.mark.parametrize("separators", ["(',', ':')", "[',', ':']"])
def test_json_of_tools_is_written_alike_however_its_options_are_given(separators: str) -> None:
    template = ChatTemplate("{{ tools[0] | tojson(separators=" + separators + ") }}")
    for _ in range(2):
        assert template.render(MESSAGES, TOOLS) == '{"name":"a","parameters":{"type":"object"}}'


@pytest.mark.parametrize("options", ["indent=[1]", "indent={}", "separators=3"])
def test_json_with_impossible_options_is_the_template_s_fault(options: str) -> None:
    with pytest.raises(TemplateError, match="chat template"):
        ChatTemplate("{{ tools[0] | tojson(" + options + ") }}").render(MESSAGES, TOOLS)


def test_texts_kept_of_recurring_tools_are_bounded() -> None:
    known = recurring([{"name": "many texts"}])
    for number in range(10_000):
        assert known.keep(number, str(number)) == str(number)
    assert 0 < len(known.texts) <= 5000
    assert known.texts[9_999] == "9999"


def test_sources_are_not_shown_in_the_template_s_name() -> None:
    assert repr(ChatTemplate({"default": "abc", "tool_use": "d"})) == "ChatTemplate(default, tool_use: 3 characters)"
