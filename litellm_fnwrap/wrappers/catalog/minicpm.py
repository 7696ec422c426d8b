"""MiniCPM models of OpenBMB: 3."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ...formats.spec import Format
from ...formats.toolprompts import dumped
from ...formats.writer import write_calls
from ...messages import Conversation, Message, Tool
from .. import register
from .chatml import CHATML
from .qwen import QwQ

_PYTHON = {"string": "str", "number": "float", "integer": "int", "boolean": "bool", "null": "None"}


def stubs(tools: Sequence[Tool]) -> str:
    """Tools as MiniCPM3 reads them: functions without a body, their parameters as the fields of pydantic models."""
    return "".join(_stub(tool) for tool in tools)


def _stub(tool: Tool) -> str:
    properties = tool.parameters.get("properties") or {}
    required = tool.parameters.get("required") or ()
    signature = ", ".join(
        name if name in required else f"{name}={_default(schema)}" for name, schema in properties.items()
    )
    fields = _fields(f'\n\ndef {tool.name}({signature}):\n    """{tool.description}\n\n    Args:\n', tool.parameters, 8)
    return fields + '    """\n'


def _fields(head: str, schema: Mapping[str, Any], indent: int) -> str:
    """A class or function with its fields; the classes that these name come before it."""
    required = schema.get("required") or ()
    lines, classes = [head], list[str]()
    for name, field in (schema.get("properties") or {}).items():
        field = field if isinstance(field, Mapping) else {}
        classes += _classes(name, field)
        kind = _type(name, field)
        lines.append(f"{' ' * indent}{name}: {kind if name in required else f'Optional[{kind}]'}")
        lines[-1] += _value(field, required=name in required) + "\n"
    return "".join((*classes, *lines))


def _classes(name: str, field: Mapping[str, Any]) -> Iterator[str]:
    """The class that a field's type names: an enumeration, or a model of the object in it or in its list."""
    inner = field.get("items") if field.get("type") == "array" else field
    if field.get("enum"):
        options = (f"    enum_{n} = {dumped(option)}\n" for n, option in enumerate(field["enum"]))
        yield f"\n\nclass {name.title()}(Enum):\n{''.join(options)}"
    elif isinstance(inner, Mapping) and inner.get("type") == "object" and inner.get("properties"):
        yield _fields(f"\n\nclass {name.title()}(BaseModel):\n", inner, 4)


def _type(name: str, schema: Any) -> str:
    schema = schema if isinstance(schema, Mapping) else {}
    kind = schema.get("type")
    if schema.get("enum"):
        return name.title()
    if isinstance(kind, (list, tuple)):
        return "Union[" + ", ".join(_type(name, {"type": one}) for one in kind) + "]"
    if kind == "array":
        return f"List[{_type(name, schema.get('items'))}]"
    if kind == "object":
        if schema.get("properties"):
            return name.title()
        return f"Dict[str, {_type(name, schema.get('additionalProperties'))}]"
    return _PYTHON.get(str(kind), "Any")


def _value(field: Mapping[str, Any], *, required: bool) -> str:
    """What stands behind a field's type: its default, and the keywords that say more."""
    told = (("description", "description"), ("regex", "pattern"), ("title", "title"))
    more = [f", {word}={dumped(field[key])}" for word, key in told if field.get(key)]
    if not more:
        return "" if required else f" = {_default(field)}"
    return f" = Field({'...' if required else _default(field)}{''.join(more)})"


def _default(schema: Any) -> str:
    if not isinstance(schema, Mapping) or "default" not in schema:
        return "None"
    value = schema["default"]
    return dumped(value) if isinstance(value, str) else str(value)


class MiniCPM3(QwQ):
    """MiniCPM3: the blank line before the tools is there also where no system text is, as QwQ has it; a past turn's
    text stands behind its calls.
    """

    def assistant_text(self, message: Message, latest: bool, conversation: Conversation, format: Format) -> str:
        """Thoughts, calls, text."""
        if not message.tool_calls or format != self.format:
            return super().assistant_text(message, latest, conversation, format)
        calls = write_calls(format.with_(**self.history), message.tool_calls, conversation.tools)
        return f"{self.thought(message, latest)}{calls}\n{message.content}"


register(
    MiniCPM3(
        name="minicpm3",
        source="https://huggingface.co/openbmb/MiniCPM3-4B, chat template",
        models=("minicpm-3",),
        calls="minicpm3",
        **CHATML,
        history={"value_type": "json", "parameter_separator": ","},
        think="<|thought_start|>\n{reasoning}\n<|thought_end|>\n",
        thinks="always",
        results="<|im_start|>tool\n{content}<|im_end|>\n",
        result="{content}",
        result_separator="<|im_end|>\n<|im_start|>tool\n",
        tools="\n# Functions\nHere is a list of functions that you can invoke:\n```python\nfrom enum import Enum\n"
        "from typing import List, Dict, Optional\nfrom pydantic import BaseModel, Field\n\n{tools}\n```\n\n"
        "# Function Call Rule and Output Format\n- If the user's question can be answered without calling any "
        "function, please answer the user's question directly. In this situation, you should return your thought and "
        "answer the user's question directly.\n- If the user cannot be answered without calling any function, and the "
        "user does not provide enough information to call functions, please ask the user for more information. In "
        "this situation, you should return your thought and ask the user for more information.\n- If the user's "
        "question cannot be answered without calling any function, and the user has provided enough information to "
        "call functions to solve it, you should call the functions. In this situation, the assistant should return "
        "your thought and call the functions.\n- Use default parameters unless the user has specified otherwise.\n- "
        "You should answer in the following format:\n\n<|thought_start|>\n{explain why the user's question can be "
        "answered without calling a function or why you should ask the user for more information or why you should "
        "call one or more functions and your plan to solve the user's "
        "question.}\n<|thought_end|>\n<|tool_call_start|>\n```python\nfunc1(params_name=params_value, "
        "params_name2=params_value2...)\nfunc2(params)\n```\n<|tool_call_end|>\n{answer the user's question directly "
        "or ask the user for more information}",
        tool_list=stubs,
    )
)
