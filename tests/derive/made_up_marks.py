"""Further made-up templates: marks that are no tags, names in tags, values always in JSON, arguments on lines."""

from __future__ import annotations

from derive.made_up import _EACH, _END, _PAIRS, _TEXT, MadeUp

_ARGUMENTS = "{{- f.arguments | tojson }}"
_OBJECT = "{{- {'name': f.name, 'arguments': f.arguments} | tojson }}"
_KEYWORDS = (
    "{%- for k, v in f.arguments.items() %}{{- k ~ '=' ~ (v | tojson) }}{{- '' if loop.last else ', ' }}{%- endfor %}"
)

WITH_ODD_MARKS: dict[str, MadeUp] = {
    "hash_in_braces": MadeUp(
        _EACH + "{{ '{' ~ '#act}' }}" + _OBJECT + "{{- '{/act}' }}" + _END,
        {"call": "{#act}{object}{/act}"},
    ),
    "name_in_double_braces": MadeUp(
        _EACH + "{{ '{' ~ '{act ' ~ f.name ~ '}}' }}" + _ARGUMENTS + "{{- '{' ~ '{/act}}' }}" + _END,
        {"call": "{{act {name}}}{arguments}{{/act}}"},
    ),
    "headings": MadeUp(
        _EACH + "{{ '\n### Do: ' + f.name + '\n' }}" + _ARGUMENTS + _END,
        {"call": "### Do: {name}\n{arguments}", "separator": "\n"},
    ),
    "headings_around_an_object": MadeUp(
        _EACH + "{{ '\n### Do:\n' }}" + _OBJECT + "{{- '\n### Done' }}" + _END,
        {"call": "### Do:\n{object}\n### Done", "separator": "\n"},
    ),
    "name_between_at_signs": MadeUp(
        _EACH + "{{ '@@' + f.name + '@@' }}" + _ARGUMENTS + "{{- '@@/@@' }}" + _END,
        {"call": "@@{name}@@{arguments}@@/@@"},
    ),
    "lower_case_in_square_brackets": MadeUp(
        "{{ '[acts][' }}"
        + _EACH
        + "{{- f.name + '(' }}"
        + _KEYWORDS
        + "{{- ')' }}{{- '' if loop.last else ', ' }}"
        + _END
        + "{{- ']' }}",
        {"section": "[acts][{calls}]", "call": "{name}({arguments})", "array": True, "value_type": "json"},
    ),
    "words_in_brackets_of_another_script": MadeUp(
        _EACH + "{{ '【做】' + f.name + '【用】' }}" + _ARGUMENTS + "{{- '【完】' }}" + _END,
        {"call": "【做】{name}【用】{arguments}【完】"},
    ),
    "labels": MadeUp(
        _EACH + "{{ '\nDo: ' + f.name + '\nWith: ' }}" + _ARGUMENTS + _END,
        {"call": "Do: {name}\nWith: {arguments}", "separator": "\n"},
    ),
    "fence_that_also_opens": MadeUp(
        _EACH + "{{ '~~~do ' + f.name + '\n' }}" + _ARGUMENTS + "{{- '\n~~~\n' }}" + _END,
        {"call": "~~~do {name}\n{arguments}\n~~~", "separator": "\n"},
    ),
    "text_of_json_in_json": MadeUp(
        _EACH + "{{ '<do>' }}{{- {'name': f.name, 'arguments': f.arguments | tojson} | tojson }}{{- '</do>' }}" + _END,
        {"call": "<do>{object}</do>", "as_text": True},
    ),
    "tag_of_the_name": MadeUp(
        _EACH + "{{ '<' + f.name + '>' }}" + _ARGUMENTS + "{{- '</' + f.name + '>' }}" + _END,
        {"call": "<{name}>{arguments}</{name}>"},
    ),
    "tags_of_names_and_keys": MadeUp(
        "{{ '<acts>\n' }}"
        + _EACH
        + "{{ '<' + f.name + '>\n' }}"
        + _PAIRS
        + "{{- '<' + k + '>' }}"
        + _TEXT
        + "{{- '</' + k + '>\n' }}"
        + _END
        + "{{- '</' + f.name + '>\n' }}"
        + _END
        + "{{ '</acts>' }}",
        {
            "section": "<acts>\n{calls}\n</acts>",
            "call": "<{name}>\n{arguments}</{name}>",
            "parameter": "<{key}>{value}</{key}>\n",
        },
    ),
    "arguments_only_where_there_are_some": MadeUp(
        _EACH
        + "{{ '<act>' + f.name }}{%- if f.arguments %}{{ '<with>' }}"
        + _ARGUMENTS
        + "{%- endif %}{{ '</act>' }}"
        + _END,
        {"call": "<act>{name}<with>{arguments}</act>", "empty_call": "<act>{name}</act>"},
    ),
    "json_in_attributes": MadeUp(
        _EACH
        + "{{ '<act name=\"' + f.name + '\">' }}"
        + _PAIRS
        + "{{- '<arg name=\"' + k + '\" value=' + (v | tojson) + '/>' }}"
        + _END
        + "{{- '</act>' }}"
        + _END,
        {"parameter": '<arg name="{key}" value={value}/>', "value_type": "json"},
    ),
    "json_on_lines": MadeUp(
        _EACH
        + "{{ '<act>\nname: ' + f.name + '\nargs:\n' }}"
        + _PAIRS
        + "{{- '  ' + k + ': ' }}{{- v | tojson }}{{- '\n' }}"
        + _END
        + "{{- '</act>' }}"
        + _END,
        {
            "call": "<act>\nname: {name}\nargs:\n{arguments}</act>",
            "parameter": "  {key}: {value}\n",
            "value_type": "json",
        },
    ),
    "text_on_lines_with_a_word_before": MadeUp(
        _EACH
        + "{{ '\nACT ' + f.name + '\n' }}"
        + _PAIRS
        + "{{- 'WITH ' + k + ': ' }}"
        + _TEXT
        + "{{- '\n' }}"
        + _END
        + "{{- 'DONE' }}"
        + _END,
        {"call": "ACT {name}\n{arguments}DONE", "parameter": "WITH {key}: {value}\n", "separator": "\n"},
    ),
    "json_in_parentheses": MadeUp(
        _EACH + "{{ '\nact: ' + f.name + '(' }}" + _ARGUMENTS + "{{- ')' }}" + _END,
        {"call": "act: {name}({arguments})", "arguments": "json"},
    ),
    "numbered_lines": MadeUp(
        _EACH + "{{ '\n<act> ' ~ loop.index ~ '. ' + f.name + ' with ' }}" + _ARGUMENTS + _END,
        {"call": "<act> {index}. {name} with {arguments}", "first_index": 1},
    ),
    "elements_for_key_and_value": MadeUp(
        _EACH
        + "{{ '<act><tool>' + f.name + '</tool><with>' }}"
        + _PAIRS
        + "{{- '<arg><key>' + k + '</key><value>' }}"
        + _TEXT
        + "{{- '</value></arg>' }}"
        + _END
        + "{{- '</with></act>' }}"
        + _END,
        {"parameter": "<arg><key>{key}</key><value>{value}</value></arg>"},
    ),
    "text_on_lines": MadeUp(
        _EACH
        + "{{ '<act>' + f.name + '\n' }}"
        + _PAIRS
        + "{{- k + '=' }}"
        + _TEXT
        + "{{- '\n' }}"
        + _END
        + "{{- '</act>' }}"
        + _END,
        {"call": "<act>{name}\n{arguments}</act>", "parameter": "{key}={value}\n", "value_type": "schema"},
    ),
}
