"""The part for calls of templates that people who train models write, each in its own way; and the call read off it."""

from __future__ import annotations

from derive.made_up import _EACH, _END, _PAIRS, _TEXT

_JSON = "{{- f.arguments | tojson }}"
_OBJECT = "{{- {'name': f.name, 'arguments': f.arguments} | tojson }}"
_KEYWORDS = (
    "{%- for k, v in f.arguments.items() %}{{- k ~ '=' ~ (v | tojson) }}{{- '' if loop.last else ', ' }}{%- endfor %}"
)


def _each(before: str, body: str, behind: str = "") -> str:
    """For each call: a text (an expression of Jinja's), a body, a text."""
    return _EACH + "{{- " + before + " }}" + body + (f"{{{{- {behind} }}}}" if behind else "") + _END


PLAUSIBLE = {
    "json in a fence": (_each(r"'```json\n'", _OBJECT, r"'\n```\n'"), "```json\n{object}\n```"),
    "json in a fence of its own": (_each(r"'```tool_call\n'", _OBJECT, r"'\n```\n'"), "```tool_call\n{object}\n```"),
    "code in a fence": (
        r"{{- '```tool_code\n' }}" + _each("f.name ~ '('", _KEYWORDS, r"')\n'") + "{{- '```' }}",
        "{name}({arguments})",
    ),
    "list of code in a fence": (
        r"{{- '```python\n[' }}"
        + _each("f.name ~ '('", _KEYWORDS, "')' ~ ('' if loop.last else ', ')")
        + r"{{- ']\n```' }}",
        "{name}({arguments})",
    ),
    "code between tokens": (
        _each("'<|call|>' ~ f.name ~ '('", _KEYWORDS, "')<|/call|>'"),
        "<|call|>{name}({arguments})<|/call|>",
    ),
    "ReAct": (
        _each(r"'\nAction: ' ~ f.name ~ '\nAction Input: '", _JSON, r"'\n'"),
        "Action: {name}\nAction Input: {arguments}",
    ),
    "a word before a list": (
        "{{- ' functools[' }}" + _each("''", _OBJECT, "'' if loop.last else ', '") + "{{- ']' }}",
        "{object}",
    ),
    "name in a tag": (
        _each("'<function=' ~ f.name ~ '>'", _JSON, "'</function>'"),
        "<function={name}>{arguments}</function>",
    ),
    "id before the name": (
        _each("'<tool_call id=\"' ~ call.id ~ '\" name=\"' ~ f.name ~ '\">'", _JSON, "'</tool_call>'"),
        '<tool_call id="{id}" name="{name}">{arguments}</tool_call>',
    ),
    "id behind the arguments": (
        _each(r"'<call>' ~ f.name ~ '\n'", _JSON, "'</call><id>' ~ call.id ~ '</id>'"),
        "<call>{name}\n{arguments}</call><id>{id}</id>",
    ),
    "id before an object": (
        _each("'<tool_call id=\"' ~ call.id ~ '\">'", _OBJECT, "'</tool_call>'"),
        '<tool_call id="{id}">{object}</tool_call>',
    ),
    "id in an object": (
        _each(
            "'<tool_call>'",
            "{{- {'name': f.name, 'arguments': f.arguments, 'id': call.id} | tojson }}",
            "'</tool_call>'",
        ),
        "<tool_call>{object}</tool_call>",
    ),
    "calls as they came": ("{{- '<tool_calls>' }}{{- message.tool_calls | tojson }}{{- '</tool_calls>' }}", "{object}"),
    "YAML": (
        _each(
            r"'```yaml\ntool: ' ~ f.name ~ '\nparams:\n'",
            _PAIRS + r"{{- '  ' ~ k ~ ': ' ~ (v | tojson) ~ '\n' }}" + _END,
            r"'```\n'",
        ),
        "```yaml\ntool: {name}\nparams:\n{arguments}```",
    ),
    "counter before an object": (
        _each(r"'\n### Tool call ' ~ loop.index ~ '\n'", _OBJECT),
        "### Tool call {index}\n{object}",
    ),
    "counter in a tag": (
        _each("'<call n=\"' ~ loop.index0 ~ '\">'", _OBJECT, "'</call>'"),
        '<call n="{index}">{object}</call>',
    ),
    "counter in both tags": (
        _each("'<call_' ~ loop.index ~ '>'", _OBJECT, "'</call_' ~ loop.index ~ '>'"),
        "<call_{index}>{object}</call_{index}>",
    ),
    "counter and name in a tag": (
        _each("'<call_' ~ loop.index ~ ' name=\"' ~ f.name ~ '\">'", _JSON, r"'</call_' ~ loop.index ~ '>\n'"),
        '<call_{index} name="{name}">{arguments}</call_{index}>',
    ),
    "counter behind the arguments": (
        _each(r"'<call>' ~ f.name ~ '\n'", _JSON, r"'\n#' ~ loop.index ~ '</call>\n'"),
        "<call>{name}\n{arguments}\n#{index}</call>",
    ),
    "numbered list": (_each("loop.index ~ '. ' ~ f.name ~ ': '", _JSON, r"'\n'"), "{index}. {name}: {arguments}"),
    "bullets under a heading": (
        r"{{- '\n\nTool calls:\n' }}" + _each("'- ' ~ f.name ~ ' '", _JSON, r"'\n'"),
        "- {name} {arguments}",
    ),
    "command": (_each("'/' ~ f.name ~ ' '", _JSON, r"'\n'"), "/{name} {arguments}"),
    "objects between semicolons": (_each("''", _OBJECT, "'' if loop.last else '; '"), "{object}"),
    "list over lines": (
        r"{{- '[\n' }}" + _each("'  '", _OBJECT, r"('' if loop.last else ',') ~ '\n'") + "{{- ']' }}",
        "{object}",
    ),
    "text or object": (
        _each(
            "'<tool_call>' ~ f.name ~ '<args>'",
            "{{- f.arguments if f.arguments is string else f.arguments | tojson }}",
            "'</tool_call>'",
        ),
        "<tool_call>{name}<args>{arguments}</tool_call>",
    ),
    "elements": (
        _each(
            r"'<tool_call>\n<name>' ~ f.name ~ '</name>\n<arguments>\n'",
            _PAIRS + "{{- '<' ~ k ~ '>' }}" + _TEXT + r"{{- '</' ~ k ~ '>\n' }}" + _END,
            r"'</arguments>\n</tool_call>\n'",
        ),
        "<tool_call>\n<name>{name}</name>\n<arguments>\n{arguments}</arguments>\n</tool_call>",
    ),
    "elements around JSON": (
        _each(
            r"'<tool_call>\n<id>' ~ call.id ~ '</id>\n<name>' ~ f.name ~ '</name>\n<arguments>'",
            _JSON,
            r"'</arguments>\n</tool_call>\n'",
        ),
        "<tool_call>\n<id>{id}</id>\n<name>{name}</name>\n<arguments>{arguments}</arguments>\n</tool_call>",
    ),
    "a message of its own": (_each(r"'<<end>>\n<<turn:call>>\n'", _OBJECT), "<<end>>\n<<turn:call>>\n{object}"),
    "a known model's marks, spelt otherwise": (
        "{{- '<|tool_calls_begin|>' }}"
        + _each(
            r"'<|tool_call_begin|>function<|tool_sep|>' ~ f.name ~ '\n```json\n'",
            _JSON,
            r"'\n```<|tool_call_end|>' ~ ('' if loop.last else '\n')",
        )
        + "{{- '<|tool_calls_end|>' }}",
        "<|tool_call_begin|>function<|tool_sep|>{name}\n```json\n{arguments}\n```<|tool_call_end|>",
    ),
    "words": (
        _each("'I will use `' ~ f.name ~ '` with `'", _JSON, r"'`.\n'"),
        "I will use `{name}` with `{arguments}`.",
    ),
    "an object that holds the calls": (
        "{{- '{\"tool_calls\": [' }}" + _each("''", _OBJECT, "'' if loop.last else ', '") + "{{- ']}' }}",
        "{object}",
    ),
}

REFUSED = {
    "a number of all calls": _each(
        "'<call ' ~ loop.index ~ '/' ~ (message.tool_calls | length) ~ '>'", _OBJECT, "'</call>'"
    ),
    "a number of all calls before them": r"{{- 'Calling ' ~ (message.tool_calls | length) ~ ':\n' }}"
    + _each("''", _OBJECT, r"'\n'"),
    "names in capitals": _each(r"'<call>' ~ f.name | upper ~ '\n'", _JSON, "'</call>'"),
    "Python's spelling": _each("'<call>'", "{{- {'name': f.name, 'arguments': f.arguments} }}", "'</call>'"),
    "arguments beside the name": _each("'<call>'", "{{- dict(f.arguments, name=f.name) | tojson }}", "'</call>'"),
    "arguments as attributes": _each(
        "'<call tool=\"' ~ f.name ~ '\"'", _PAIRS + "{{- ' ' ~ k ~ '=' ~ (v | tojson) }}" + _END, "'/>'"
    ),
}
