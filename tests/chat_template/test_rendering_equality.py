from __future__ import annotations

import os
from pathlib import Path

import pytest

from chat_template.conversations import CONVERSATIONS, with_text_arguments
from chat_template.reference import render_reference
from litellm_fnwrap.chat_template import ChatTemplate
from litellm_fnwrap.errors import TemplateError

FOLDER = Path(os.environ.get("FNWRAP_CORPUS", "")) / "templates"
NAMES = sorted(path.name for path in FOLDER.glob("*.jinja")) if os.environ.get("FNWRAP_CORPUS") else []
VARIABLES = {"bos_token": "<s>", "eos_token": "</s>", "functions": "[]", "datetime": "2026-01-01"}


@pytest.mark.skipif(not NAMES, reason="FNWRAP_CORPUS names no folder with templates")
@pytest.mark.parametrize("arguments", ["object", "text"])
@pytest.mark.parametrize("prompt", [True, False], ids=["prompt", "no_prompt"])
@pytest.mark.parametrize("scenario", CONVERSATIONS)
@pytest.mark.parametrize("name", NAMES)
def test_rendering_equals_transformers(name: str, scenario: str, prompt: bool, arguments: str) -> None:
    """Byte for byte, or refused by both; where transformers refuses what real templates do, with that lifted."""
    source = (FOLDER / name).read_text("utf-8")
    messages, tools = CONVERSATIONS[scenario]
    if arguments == "text":
        messages = with_text_arguments(messages)
    expected: str | None
    try:
        expected = render_reference(source, messages, tools, lenient=True, add_generation_prompt=prompt, **VARIABLES)
    except Exception:  # whatever a template raises there is a refusal here
        expected = None
    template = ChatTemplate(source, bos_token="<s>", eos_token="</s>")
    if expected is None:
        with pytest.raises(TemplateError):
            template.render(messages, tools, add_generation_prompt=prompt, functions="[]", datetime="2026-01-01")
    else:
        found = template.render(messages, tools, add_generation_prompt=prompt, functions="[]", datetime="2026-01-01")
        assert found == expected


MADE_UP = {
    "json_options": "{{ tools | tojson }}{{ tools | tojson(indent=2) }}"
    "{{ tools | tojson(separators=(',', ':'), sort_keys=true) }}"
    "{{ 'é' | tojson(ensure_ascii=true) }}",
    "loop_controls": "{% for m in messages %}{% if m.role == 'system' %}{% continue %}{% endif %}"
    "{{ m.content }}{% break %}{% endfor %}",
    "namespace": "{% set ns = namespace(n=0) %}{% for m in messages %}{% set ns.n = ns.n + 1 %}{% endfor %}{{ ns.n }}",
    "generation": "{% for m in messages %}{% generation %}{{ m.content }}{% endgeneration %}{% endfor %}",
    "filtered_loop": "{% for m in messages if m.role == 'user' %}"
    "{{ loop.index }}/{{ loop.length }}{{ m.content }}{% else %}none{% endfor %}",
    "recursive": "{% for m in [[1, [2]], [3]] recursive %}{{ loop(m) if m is iterable else m }}{% endfor %}",
    "comparisons": "{{ 1 < 2 < 3 }}{{ 'a' in 'abc' }}{{ 1 not in [1, 2] }}{{ messages[0] == messages[0] }}"
    "{{ messages[:1] != [] }}",
    "operators": "{{ 'a' ~ 1 ~ none }}{{ 'a' * 3 }}{{ 2 ** 3 }}{{ 7 // 2 }}{{ 7 % 3 }}"
    "{{ '%s-%03d' % ('a', 5) }}{{ -3 + 1 }}{{ [1] + [2] }}",
    "methods": "{{ ' a b '.strip().split(' ') }}{{ 'a-b'.replace('-', '+') }}{{ {'a': 1}.items() | list }}"
    "{{ 'x'.join(['a', 'b']) }}",
    "formats": "{{ '{} {:>5} {a!r}'.format(1, 'b', a='c') }}{{ '%s' | format(3) }}{{ 'a\nb' | indent(2) }}"
    "{{ 'ab' | center(6) }}",
    "filters": "{{ [3, 1, 2] | sort | join(',') }}{{ messages | map(attribute='role') | list | tojson }}"
    "{{ messages | selectattr('role', 'equalto', 'user') | list | length }}{{ [1, 1] | unique | list }}"
    "{{ 1.567 | round(1) }}"
    "{{ ['a', 'b'] | first }}{{ 'ab' | last }}{{ undefined_thing | default('d') }}{{ {'b': 1, 'a': 2} | dictsort }}",
    "macros": "{% macro m(a, b=2) %}[{{ a }}{{ b }}{{ caller() if caller else '' }}]{% endmacro %}"
    "{{ m(1) }}{% call m(3, b=4) %}in{% endcall %}",
    "blocks": "{% set x %}a{{ 1 }}{% endset %}{{ x }}{% filter upper %}shout{% endfilter %}{% raw %}"
    "{{ x }}{% endraw %}",
    "whitespace": "  {% if true %}\n  a\n  {% endif %}\n{%- if true -%}\n b\n{%- endif %}\n",
    "dicts": "{{ dict(a=1, **{'b': 2}) }}{{ {'a': {'b': 'c'}}.a.b }}{{ {'items': 1}['items'] }}"
    "{{ {'a': 1}.get('z', 'none') }}",
    "values": "{{ none }}{{ true }}{{ 1.0 }}{{ 'a' 'b' }}{{ [none, true] }}{{ messages[0].missing }}{{ documents }}",
    "raises": "{{ raise_exception('not like this') }}",
    "parts_of_a_text": "{% for part in messages[0].content %}"
    "{{ part['type'] is defined }}{{ part['upper'] is defined }}"
    "{% if part['type'] == 'image' %}x{% endif %}{% endfor %}",
    "list_for_a_key": "{{ {'a': 1}[['a', 'b']] is defined }}{{ {'a': 1}[{'b': 2}] | default('none') }}",
    "undefined_attribute": "{{ nothing.at.all }}",
    "type_error": "{{ 'a' + 1 }}",
}


@pytest.mark.parametrize("name", MADE_UP)
def test_language_equals_transformers(name: str) -> None:
    """Every part of the language that templates use, by itself."""
    messages, tools = CONVERSATIONS["many_turns"]
    expected: str | None
    try:
        expected = render_reference(MADE_UP[name], messages, tools, add_generation_prompt=True)
    except Exception:
        expected = None
    if expected is None:
        with pytest.raises(TemplateError):
            ChatTemplate(MADE_UP[name]).render(messages, tools)
    else:
        assert ChatTemplate(MADE_UP[name]).render(messages, tools) == expected
