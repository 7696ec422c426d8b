from __future__ import annotations

import pytest

from litellm_fnwrap.chat_template import ChatTemplate

LOOP = "{% for m in messages %}BODY{% endfor %}"
PLAIN = "<|{{ m.role }}|>{{ m.content }}"
CALLS = (
    "{{ m.content or '' }}{% for c in m.tool_calls or [] %}<call>{{ c.function.name }} "
    "{{ c.function.arguments ARGUMENTS }}</call>{% endfor %}"
)


def able(body: str, name: str) -> bool:
    return bool(getattr(ChatTemplate(LOOP.replace("BODY", body)).capabilities, name))


@pytest.mark.parametrize(
    ("body", "name", "expected"),
    [
        (PLAIN, "system", True),
        ("{% if m.role == 'system' %}{{ raise_exception('no system') }}{% endif %}" + PLAIN, "system", False),
        ("{% if m.role != 'system' %}" + PLAIN + "{% endif %}", "system", False),
        (PLAIN, "tools", False),
        ("{{ tools | tojson }}" + PLAIN, "tools", True),
        (PLAIN, "tool_calls", False),
        (CALLS.replace("ARGUMENTS", "| tojson"), "tool_calls", True),
        (CALLS.replace("ARGUMENTS", "| tojson"), "object_arguments", True),
        (CALLS.replace("ARGUMENTS", ""), "object_arguments", False),
        (CALLS.replace("ARGUMENTS", ""), "string_arguments", True),
        (CALLS.replace("ARGUMENTS", "| tojson"), "parallel", True),
        (CALLS.replace("m.tool_calls or []", "(m.tool_calls or [])[:1]").replace("ARGUMENTS", ""), "parallel", False),
        (CALLS.replace("ARGUMENTS", ""), "content_beside_calls", True),
        (CALLS.replace("m.content or ''", "''").replace("ARGUMENTS", ""), "content_beside_calls", False),
        (CALLS.replace("ARGUMENTS", ""), "tool_results", True),
        ("{% if m.role != 'tool' %}" + PLAIN + "{% endif %}", "tool_results", False),
        ("{{ m.name }}" + CALLS.replace("ARGUMENTS", ""), "tool_names", True),
        (CALLS.replace("ARGUMENTS", ""), "tool_names", False),
        ("{{ m.content + '' }}" + CALLS.replace("ARGUMENTS", ""), "null_content", False),
        ("{{ m.content + '' }}" + CALLS.replace("ARGUMENTS", ""), "empty_content", True),
        (PLAIN, "reasoning", False),
        ("{{ m.reasoning_content }}" + PLAIN, "reasoning", True),
        (PLAIN, "typed_content", False),
        ("{{ m.content if m.content is string else m.content[0].text }}", "typed_content", True),
        ("{{ m.content[0].text }}", "string_content", False),
        (PLAIN, "string_content", True),
        (PLAIN, "alternation", False),
        (
            "{% if (m.role == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('take turns') }}{% endif %}"
            + PLAIN,
            "alternation",
            True,
        ),
        (PLAIN, "generation_prompt", False),
        (PLAIN + "{% if loop.last and add_generation_prompt %}<|bot|>{% endif %}", "generation_prompt", True),
    ],
)
def test_capability_is_found_by_rendering(body: str, name: str, expected: bool) -> None:
    assert able(body, name) is expected


def test_template_for_tools_only_is_probed_with_tools() -> None:
    body = "{{ tools[0].function.name + '' }}" + CALLS.replace("ARGUMENTS", "| tojson")
    assert able(body, "tool_calls")


def test_capabilities_are_kept() -> None:
    assert ChatTemplate(LOOP).capabilities is ChatTemplate(LOOP).capabilities
