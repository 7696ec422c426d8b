"""Chat templates in the syntaxes that models use, with marks no model has: a format must be read off each by rule."""

from __future__ import annotations

from dataclasses import dataclass

_FRAME = (
    "{%- for message in messages %}"
    "{%- if message.role == 'assistant' %}{{ '<<turn:bot>>\n' }}"
    "{%- if message.reasoning_content %}{{ '<muse>\n' + message.reasoning_content + '\n</muse>\n\n' }}{%- endif %}"
    "{%- if message.content %}{{ message.content }}{%- endif %}"
    "{%- if message.tool_calls %}CALLS{%- endif %}"
    "{{ '<<end>>\n' }}"
    "{%- else %}{{ '<<turn:' + message.role + '>>\n' + message.content + '<<end>>\n' }}{%- endif %}"
    "{%- endfor %}"
    "{%- if add_generation_prompt %}{{ '<<turn:bot>>\n' }}{%- endif %}"
)


@dataclass(frozen=True)
class MadeUp:
    """A template's part for calls, and fields its declaration must have."""

    calls: str
    fields: dict[str, object]

    @property
    def template(self) -> str:
        """The whole template."""
        return _FRAME.replace("CALLS", self.calls)


_EACH = "{%- for call in message.tool_calls %}{%- set f = call.function %}"
_END = "{%- endfor %}"
_PAIRS = "{%- for k, v in f.arguments.items() %}"
_TEXT = "{{- v if v is string else v | tojson }}"

MADE_UP: dict[str, MadeUp] = {
    "marked_json": MadeUp(
        _EACH
        + "{{ '\n<do_it>\n' }}{{- {'name': f.name, 'arguments': f.arguments} | tojson }}{{- '\n</do_it>' }}"
        + _END,
        {
            "call": "<do_it>\n{object}\n</do_it>",
            "separator": "\n",
            "section": "",
            "stop": ("<<end>>",),
            "reasoning": "<muse>\n{reasoning}\n</muse>\n\n",
        },
    ),
    "marked_json_parameters": MadeUp(
        _EACH + "{{ '<|deed|>' }}{{- {'tool': f.name, 'inputs': f.arguments} | tojson(separators=(',', ':')) }}"
        "{{- '<|done|>' }}" + _END,
        {"call": "<|deed|>{object}<|done|>", "object": '{"tool":{name},"inputs":{arguments}}', "compact": True},
    ),
    "array_with_ids": MadeUp(
        "{{ '[DEEDS][' }}"
        + _EACH
        + "{{- {'id': call.id, 'name': f.name, 'arguments': f.arguments} | tojson }}{{- '' if loop.last else ', ' }}"
        + _END
        + "{{- '][/DEEDS]' }}",
        {
            "section": "[DEEDS][{calls}][/DEEDS]",
            "array": True,
            "separator": ", ",
            "object": '{"id": {id}, "name": {name}, "arguments": {arguments}}',
        },
    ),
    "array_with_counter": MadeUp(
        "{{ '<|acts|>[\n' }}"
        + _EACH
        + "{{- '  {\"no\": ' ~ loop.index ~ ', \"what\": ' ~ (f.name | tojson) ~ ', \"with\": ' ~ "
        "(f.arguments | tojson) ~ '}' }}" + "{{- '\n' if loop.last else ',\n' }}" + _END + "{{- ']<|/acts|>' }}",
        {
            "section": "<|acts|>[\n  {calls}\n]<|/acts|>",
            "object": '{"no": {index}, "what": {name}, "with": {arguments}}',
            "first_index": 1,
            "array": True,
        },
    ),
    "name_as_key": MadeUp(
        "{{ '<|acts|>[' }}"
        + _EACH
        + "{{- {f.name: f.arguments} | tojson }}{{- '' if loop.last else ', ' }}"
        + _END
        + "{{- ']<|/acts|>' }}",
        {"object": "{{name}: {arguments}}", "array": True, "section": "<|acts|>[{calls}]<|/acts|>"},
    ),
    "nested_function": MadeUp(
        _EACH
        + "{{ '<do_it>' }}{{- {'type': 'function', 'function': {'name': f.name, 'arguments': f.arguments}} | tojson }}"
        + "{{- '</do_it>' }}"
        + _END,
        {"object": '{"type": "function", "function": {"name": {name}, "arguments": {arguments}}}'},
    ),
    "name_before_json": MadeUp(
        "{{ '<|acts|>' }}"
        + _EACH
        + "{{- '<|act|>kit.' + f.name + ':' ~ loop.index0 ~ '<|with|>' }}{{- f.arguments | tojson }}{{- '<|/act|>' }}"
        + _END
        + "{{- '<|/acts|>' }}",
        {
            "section": "<|acts|>{calls}<|/acts|>",
            "call": "<|act|>kit.{name}:{index}<|with|>{arguments}<|/act|>",
            "separator": "",
            "section_optional": True,
        },
    ),
    "id_before_name": MadeUp(
        _EACH + "{{ '<|act:' + '|>' + call.id + '<|what|>' + f.name + '<|with|>' }}{{- f.arguments | tojson }}" + _END,
        {"call": "<|act:|>{id}<|what|>{name}<|with|>{arguments}"},
    ),
    "fenced_json": MadeUp(
        _EACH + "{{ '<act>tool<sep>' + f.name + '\n```json\n' }}{{- f.arguments | tojson }}{{- '\n```</act>' }}" + _END,
        {"call": "<act>tool<sep>{name}\n```json\n{arguments}\n```</act>"},
    ),
    "bare_name_and_json": MadeUp(
        "{%- set f = message.tool_calls[0].function %}{{ f.name + '\n' }}{{- f.arguments | tojson }}",
        {"call": "{name}\n{arguments}", "parallel": False},
    ),
    "bare_json_one_call": MadeUp(
        "{%- if message.tool_calls | length > 1 %}{{ raise_exception('one at a time') }}{%- endif %}"
        '{%- set f = message.tool_calls[0].function %}{{ \'{"name": "\' + f.name + \'", "parameters": \' }}'
        "{{- f.arguments | tojson }}{{- '}' }}",
        {"call": "{object}", "object": '{"name": {name}, "parameters": {arguments}}', "parallel": False},
    ),
    "attribute_in_name": MadeUp(
        _EACH + "{{ '<act name=\"' + f.name + '\">' }}{{- f.arguments | tojson }}{{- '</act>' }}" + _END,
        {"call": '<act name="{name}">{arguments}</act>'},
    ),
    "elements": MadeUp(
        "{{ '<acts>\n' }}"
        + _EACH
        + "{{ '<act name=\"' + f.name + '\">\n' }}"
        + _PAIRS
        + "{{- '<arg name=\"' + k + '\">' }}"
        + _TEXT
        + "{{- '</arg>\n' }}"
        + _END
        + "{{- '</act>\n' }}"
        + _END
        + "{{- '</acts>' }}",
        {
            "section": "<acts>\n{calls}\n</acts>",
            "call": '<act name="{name}">\n{arguments}</act>',
            "arguments": "tagged",
            "parameter": '<arg name="{key}">{value}</arg>\n',
            "separator": "\n",
        },
    ),
    "elements_on_lines": MadeUp(
        _EACH
        + "{{ '\n<act>\n<do=' + f.name + '>\n' }}"
        + _PAIRS
        + "{{- '<with=' + k + '>\n' }}"
        + _TEXT
        + "{{- '\n</with>\n' }}"
        + _END
        + "{{- '</do>\n</act>' }}"
        + _END,
        {
            "call": "<act>\n<do={name}>\n{arguments}</do>\n</act>",
            "parameter": "<with={key}>\n{value}\n</with>\n",
            "separator": "\n",
        },
    ),
    "key_value_pairs": MadeUp(
        _EACH
        + "{{ '\n<act>' + f.name + '\n' }}"
        + _PAIRS
        + "{{- '<k>' + k + '</k>\n<v>' }}"
        + _TEXT
        + "{{- '</v>\n' }}"
        + _END
        + "{{- '</act>' }}"
        + _END,
        {"call": "<act>{name}\n{arguments}</act>", "parameter": "<k>{key}</k>\n<v>{value}</v>\n", "separator": "\n"},
    ),
    "string_flag": MadeUp(
        "{{ '<｜F｜acts>\n' }}"
        + _EACH
        + "{{ '<｜F｜act name=\"' + f.name + '\">\n' }}"
        + _PAIRS
        + "{{- '<｜F｜arg name=\"' + k + '\" string=\"' + ('true' if v is string else 'false') + '\">' }}"
        + _TEXT
        + "{{- '</｜F｜arg>\n' }}"
        + _END
        + "{{- '</｜F｜act>\n' }}"
        + _END
        + "{{- '</｜F｜acts>' }}",
        {
            "section": "<｜F｜acts>\n{calls}\n</｜F｜acts>",
            "parameter": '<｜F｜arg name="{key}" string="{is_string}">{value}</｜F｜arg>\n',
            "value_type": "flag",
        },
    ),
    "type_flag": MadeUp(
        _EACH
        + "{{ '<|on|>act tool=\"' + f.name + '\" no=\"' ~ loop.index ~ '\"<|sep|>' }}"
        + _PAIRS
        + "{%- set t = 'string' if v is string else 'boolean' if v is boolean else 'integer' if v is integer"
        + " else 'object' if v is mapping else 'array' %}"
        + "{{- '<|on|>arg key=\"' + k + '\" type=\"' + t + '\"<|sep|>' }}"
        + _TEXT
        + "{{- '<|off|>arg<|sep|>' }}"
        + _END
        + "{{- '<|off|>act<|sep|>' }}"
        + _END,
        {
            "call": '<|on|>act tool="{name}" no="{index}"<|sep|>{arguments}<|off|>act<|sep|>',
            "parameter": '<|on|>arg key="{key}" type="{type}"<|sep|>{value}<|off|>arg<|sep|>',
            "value_type": "flag",
            "first_index": 1,
        },
    ),
    "nested_elements": MadeUp(
        "{%- macro shown(v) %}{%- if v is mapping %}{%- for k, w in v.items() %}{{- '<' + k + '>' }}{{- shown(w) }}"
        "{{- '</' + k + '>' }}{%- endfor %}{%- elif v is string %}{{- v }}{%- elif v is iterable %}{%- for w in v %}"
        "{{- '<entry>' }}{{- shown(w) }}{{- '</entry>' }}{%- endfor %}{%- else %}"
        "{{- v | tojson }}{%- endif %}{%- endmacro %}"
        + "{{ '<acts>\n' }}"
        + _EACH
        + "{{ '<act name=\"' + f.name + '\">' }}{{- shown(f.arguments) }}{{- '</act>\n' }}"
        + _END
        + "{{- '</acts>' }}",
        {
            "arguments": "nested",
            "parameter": "<{key}>{value}</{key}>",
            "item": "entry",
            "call": '<act name="{name}">{arguments}</act>',
        },
    ),
    "pythonic": MadeUp(
        "{{ '<|py|>[' }}" + _EACH + "{{- f.name + '(' }}{%- for k, v in f.arguments.items() %}"
        "{{- k + '=' }}{{- \"'\" + v + \"'\" if v is string else v }}"
        + "{{- '' if loop.last else ', ' }}{%- endfor %}{{- ')' }}{{- '' if loop.last else ', ' }}"
        + _END
        + "{{- ']<|/py|>' }}",
        {"section": "<|py|>[{calls}]<|/py|>", "call": "{name}({arguments})", "arguments": "pythonic", "array": True},
    ),
    "pythonic_on_lines": MadeUp(
        "{{ '<acts>' }}"
        + _EACH
        + "{{- f.name + '(' }}{%- for k, v in f.arguments.items() %}{{- k + '=' }}{{- v | tojson }}"
        + "{{- '' if loop.last else ', ' }}{%- endfor %}{{- ')' }}{{- '' if loop.last else '\n' }}"
        + _END
        + "{{- '</acts>' }}",
        {"section": "<acts>{calls}</acts>", "call": "{name}({arguments})", "arguments": "pythonic", "separator": "\n"},
    ),
    "literal_object": MadeUp(
        _EACH
        + "{{ '<|act>do:' + f.name + '{' }}{%- for k, v in f.arguments.items() %}{{- k + ':' }}"
        + "{{- '<|q|>' + v + '<|q|>' if v is string else v | tojson }}{{- '' if loop.last else ',' }}{%- endfor %}"
        + "{{- '}<act|>' }}"
        + _END,
        {"call": "<|act>do:{name}{arguments}<act|>", "arguments": "literal", "quote": "<|q|>", "quote_all": False},
    ),
    "literal_object_all_quoted": MadeUp(
        _EACH
        + "{{ '<act>do:' + f.name + '{' }}{%- for k, v in f.arguments.items() %}{{- k + ':<q>' }}"
        + _TEXT
        + "{{- '<q>' }}{{- '' if loop.last else ',' }}{%- endfor %}{{- '}</act>' }}"
        + _END,
        {"call": "<act>do:{name}{arguments}</act>", "arguments": "literal", "quote": "<q>", "quote_all": True},
    ),
    "elements_with_blanks_between": MadeUp(
        "{{ '<｜F｜acts>' }}"
        + _EACH
        + "{{ '\n<｜F｜act name=\"' + f.name + '\">\n' }}"
        + "{%- for k, v in f.arguments.items() %}{{- '' if loop.first else '\n' }}"
        + "{{- '<｜F｜arg name=\"' + k + '\">' }}"
        + _TEXT
        + "{{- '</｜F｜arg>' }}{%- endfor %}{{- '\n</｜F｜act>' }}"
        + _END
        + "{{- '\n</｜F｜acts>' }}",
        {
            "call": '<｜F｜act name="{name}">\n{arguments}\n</｜F｜act>',
            "parameter": '<｜F｜arg name="{key}">{value}</｜F｜arg>',
            "parameter_separator": "\n",
        },
    ),
    "open_and_close": MadeUp(
        "{{ '<|open|>acts<|sep|>' }}"
        + _EACH
        + "{{ '<|open|>act what=\"' + f.name + '\"<|sep|>' }}"
        + _PAIRS
        + "{{- '<|open|>arg key=\"' + k + '\"<|sep|>' }}"
        + _TEXT
        + "{{- '<|close|>arg<|sep|>' }}"
        + _END
        + "{{- '<|close|>act<|sep|>' }}"
        + _END
        + "{{- '<|close|>acts<|sep|>' }}",
        {
            "section": "<|open|>acts<|sep|>{calls}<|close|>acts<|sep|>",
            "call": '<|open|>act what="{name}"<|sep|>{arguments}<|close|>act<|sep|>',
            "parameter": '<|open|>arg key="{key}"<|sep|>{value}<|close|>arg<|sep|>',
        },
    ),
    "indented_json": MadeUp(
        "{{ 'Deeds:\n```json\n' }}{%- set out = namespace(all=[]) %}"
        + "{%- for call in message.tool_calls %}"
        + "{%- set out.all = out.all + [{'tool': call.function.name, 'inputs': call.function.arguments}] %}"
        "{%- endfor %}" + "{{- out.all | tojson(indent=2) }}{{- '\n```' }}",
        {
            "section": "Deeds:\n```json\n[\n  {calls}\n]\n```",
            "object": '{\n    "tool": {name},\n    "inputs": {arguments}\n  }',
            "indent": 2,
            "separator": ",\n  ",
        },
    ),
    "prefixed_tags": MadeUp(
        "{{ '~~<acts>\n' }}"
        + _EACH
        + "{{ '~~<act name=\"' + f.name + '\">' }}"
        + _PAIRS
        + "{{- '~~<arg name=\"' + k + '\">' }}"
        + _TEXT
        + "{{- '~~</arg>' }}"
        + _END
        + "{{- '~~</act>\n' }}"
        + _END
        + "{{- '~~</acts>' }}",
        {
            "section": "~~<acts>\n{calls}\n~~</acts>",
            "call": '~~<act name="{name}">{arguments}~~</act>',
            "parameter": '~~<arg name="{key}">{value}~~</arg>',
            "separator": "\n",
        },
    ),
    "type_flag_of_its_own": MadeUp(
        _EACH
        + "{{ '<act>' + f.name + '\n' }}"
        + _PAIRS
        + "{%- set t = 'words' if v is string else 'yesno' if v is boolean else 'whole' if v is integer else 'thing' %}"
        + "{{- '<arg name=\"' + k + '\" is=\"' + t + '\">' }}"
        + _TEXT
        + "{{- '</arg>\n' }}"
        + _END
        + "{{- '</act>' }}"
        + _END,
        {
            "parameter": '<arg name="{key}" is="{type}">{value}</arg>\n',
            "value_type": "flag",
            "type_names": (
                ("string", "words"),
                ("integer", "whole"),
                ("number", "thing"),
                ("boolean", "yesno"),
                ("null", "thing"),
                ("array", "thing"),
                ("object", "thing"),
            ),
        },
    ),
    "sorted_pairs": MadeUp(
        _EACH
        + "{{ '<act>' + f.name + '\n' }}{%- for k, v in f.arguments | dictsort %}{{- '<k>' + k + '</k><v>' }}"
        + _TEXT
        + "{{- '</v>\n' }}"
        + _END
        + "{{- '</act>' }}"
        + _END,
        {"parameter": "<k>{key}</k><v>{value}</v>\n", "sorted_keys": True},
    ),
    "pythonic_in_double_quotes": MadeUp(
        "{{ '<|py|>[' }}" + _EACH + "{{- f.name + '(' }}{%- for k, v in f.arguments.items() %}"
        "{{- k + '=' }}{{- v | tojson if v is string else v }}"
        + "{{- '' if loop.last else ', ' }}{%- endfor %}{{- ')' }}{{- '' if loop.last else ', ' }}"
        + _END
        + "{{- ']<|/py|>' }}",
        {"arguments": "pythonic", "quote": '"'},
    ),
}
