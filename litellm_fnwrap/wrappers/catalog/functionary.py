"""Functionary models of MeetKai: tools as TypeScript, calls as messages to a recipient."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...formats.spec import Format
from ...formats.toolprompts import bare, dumped
from ...formats.typescript import namespace
from ...messages import Conversation, Tool
from ...options import Options
from .. import register
from ..layout import Turn
from ..turns import Turns
from .functionary_types import typed_namespace
from .llama import HEADERS

_SUPPORTED = "// Supported function definitions that should be called when necessary.\n"
_NONE = "namespace functions {\n\n} // namespace functions"
# Source: https://github.com/MeetKai/functionary, functionary/prompt_template, v1 and v2.
_CHAT = (
    "A chat between a curious user and an artificial intelligence assistant. The assistant gives helpful, detailed, "
    "and "
    "polite answers to the user's questions. The assistant calls functions with appropriate input when necessary"
)


def supported(tools: Sequence[Tool]) -> str:
    """Tools as Functionary v1 and v2 read them."""
    return _SUPPORTED + namespace(tools)


@dataclass(frozen=True, kw_only=True, eq=False)
class Functionary(Turns):
    """Functionary up to v2.5: a system turn lists the functions, were it none, one says what kind of chat it is, and
    then come the conversation's own.
    """

    def head(
        self, system: str, native: str, conversation: Conversation, format: Format, options: Options
    ) -> list[Turn]:
        """The turns before the conversation."""
        own = self.told(system, native, conversation, format, options)
        functions = native if conversation.offered else _SUPPORTED + _NONE
        return [Turn("system", text) for text in (functions, _CHAT, own) if text]


register(
    Functionary(
        name="functionary-v1",
        source="https://github.com/MeetKai/functionary, functionary/prompt_template/prompt_template_v1.py",
        models=("functionary-7b-v1", "functionary-v1"),
        calls="functionary-v1",
        stop=("<|END_OF_ASSISTANT|>", "<|END_OF_FUNCTION_CALL|>"),
        system="system:\n{content}<|END_OF_SYSTEM|>\n",
        user="user:\n{content}<|END_OF_USER|>\n",
        assistant="assistant:\n{content}<|END_OF_ASSISTANT|>\n",
        calling="assistant:\n{content}\n",
        opening="assistant:",
        results="{content}",
        result="function name={name}:\n{content}<|END_OF_FUNCTION_RESULT|>\n",
        result_separator="",
        tools="{tools}",
        tool_list=supported,
        place="own",
    )
)

register(
    Functionary(
        name="functionary-v2",
        source="https://github.com/MeetKai/functionary, functionary/prompt_template/prompt_template_v2.py",
        models=("functionary-small-v2", "functionary-medium-v2", "functionary-v2"),
        calls="functionary-v2",
        bos="<s>",
        stop=("<|stop|>",),
        system="<|from|>system\n<|recipient|>all\n<|content|>{content}\n",
        user="<|from|>user\n<|recipient|>all\n<|content|>{content}\n",
        assistant="{content}<|stop|>\n",
        opening="",
        prefill="<|from|>assistant\n<|recipient|>",
        said="<|from|>assistant\n<|recipient|>all\n<|content|>{content}",
        results="{content}",
        result="<|from|>{name}\n<|recipient|>all\n<|content|>{content}\n",
        result_separator="",
        tools="{tools}",
        tool_list=supported,
        place="own",
    ),
    "functionary_v2",
)

register(
    Functionary(
        name="functionary-v2.5",
        source="https://github.com/MeetKai/functionary, functionary/prompt_template/jinja_templates/v2.llama3.txt",
        models=("functionary-small-v2.5", "functionary-medium-v2.5", "functionary-v2.5"),
        calls="functionary-v2.5",
        **{**HEADERS, "trim": False},
        results="<|start_header_id|>tool<|end_header_id|>\n\n{content}<|eot_id|>",
        result="name={name}\n{content}",
        result_separator="<|eot_id|><|start_header_id|>tool<|end_header_id|>\n\n",
        joint="",
        tools="{tools}",
        tool_list=supported,
        place="own",
    )
)


def used(tools: Sequence[Tool]) -> str:
    """Tools as Functionary v3.1 reads them: a sentence each, and the function as JSON."""
    return "".join(
        f"Use the function '{tool.name}' to '{tool.description}'\n{dumped(bare(tool))}\n\n" for tool in tools
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class Functionary31(Turns):
    """Functionary v3.1: the system turn of Llama 3.1, of which the conversation's own system text is no part."""

    def head(
        self, system: str, native: str, conversation: Conversation, format: Format, options: Options
    ) -> list[Turn]:
        """The turn about knowledge and tools, and the system's own."""
        told = self.told(system, native, conversation, format, options)
        knowledge = Turn("system", "\nCutting Knowledge Date: December 2023\n\n" + native)
        return [knowledge, Turn("system", told)] if told else [knowledge]


register(
    Functionary31(
        name="functionary-v3.1",
        source="https://huggingface.co/meetkai/functionary-medium-v3.1, chat template",
        models=("functionary-small-v3.1", "functionary-medium-v3.1", "functionary-v3.1"),
        calls="functionary-v3.1",
        **{**HEADERS, "trim": False},
        calling="<|start_header_id|>assistant<|end_header_id|>\n\n{content}<|eom_id|>",
        results="<|start_header_id|>ipython<|end_header_id|>\n\n{content}<|eot_id|>",
        result="{content}",
        result_separator="<|eot_id|><|start_header_id|>ipython<|end_header_id|>\n\n",
        joint="",
        tools="\nYou have access to the following functions:\n\n{tools}\nThink very carefully before calling "
        "functions.\n"
        "If a you choose to call a function ONLY reply in the following format:\n<{start_tag}={function_name}>"
        "{parameters}{end_tag}\nwhere\n\nstart_tag => `<function`\nparameters => a JSON dict with the function "
        "argument "
        "name as key and function argument value as value.\nend_tag => `</function>`\n\nHere is an example,\n"
        '<function=example_function_name>{"example_name": "example_value"}</function>\n\nReminder:\n- If looking for '
        "real time information use relevant functions before falling back to brave_search\n- Function calls MUST "
        "follow "
        "the specified format, start with <function= and end with </function>\n- Required parameters MUST be "
        "specified\n"
        "- Only call one function at a time\n- Put the entire function call reply on one line\n\n",
        tool_list=used,
    )
)

register(
    Turns(
        name="functionary-v3.2",
        source="https://huggingface.co/meetkai/functionary-medium-v3.2, chat template",
        models=("functionary",),
        calls="functionary-v3.2",
        **{**HEADERS, "trim": False},
        marks=(">>>",),
        prefill=">>>",
        said=">>>all\n{content}",
        results="<|start_header_id|>tool<|end_header_id|>\n\n{content}<|eot_id|>",
        result="{content}",
        result_separator="<|eot_id|><|start_header_id|>tool<|end_header_id|>\n\n",
        joint="",
        tools="You are capable of executing available function(s) if required.\nOnly execute function(s) when "
        "absolutely "
        "necessary.\nAsk for the required input to:recipient==all\nUse JSON for function arguments.\nRespond in this "
        "format:\n>>>${recipient}\n${content}\nAvailable functions:\n" + _SUPPORTED + "{tools}",
        tool_list=typed_namespace,
        place="own",
    ),
    "functionary",
    "functionary-v3",
)
