"""Llama models of Meta: 2, 3, 3.1 to 3.3, and 4; ToolACE, which has Llama 3's turns."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from ...formats.spec import Format
from ...formats.toolprompts import indented
from ...messages import Conversation, Message
from ...options import Options
from .. import register
from ..layout import Turn
from ..turns import Turns

HEADERS: dict[str, Any] = {
    "bos": "<|begin_of_text|>",
    "stop": ("<|eot_id|>", "<|end_of_text|>"),
    "system": "<|start_header_id|>system<|end_header_id|>\n\n{content}<|eot_id|>",
    "user": "<|start_header_id|>user<|end_header_id|>\n\n{content}<|eot_id|>",
    "assistant": "<|start_header_id|>assistant<|end_header_id|>\n\n{content}<|eot_id|>",
    "trim": True,
}

register(
    Turns(
        name="llama3",
        source="https://huggingface.co/meta-llama/Meta-Llama-3-8B-Instruct, chat template",
        models=("~llama-3",),
        calls="llama3-json",
        **HEADERS,
    )
)


@dataclass(frozen=True, kw_only=True, eq=False)
class Llama31(Turns):
    """Llama 3.1 to 3.3: the system turn begins with dates, and with the environment where there are tools.

    today  the date the model is told, as its template writes it where nobody says.
    """

    today: str = "26 Jul 2024"

    def head(
        self, system: str, native: str, conversation: Conversation, format: Format, options: Options
    ) -> list[Turn]:
        """The one system turn."""
        environment = "Environment: ipython\n" if native else ""
        dates = f"{environment}Cutting Knowledge Date: December 2023\nToday Date: {self.today}\n\n"
        return [Turn("system", dates + self.told(system, native, conversation, format, options))]


# Source: https://huggingface.co/meta-llama/Llama-3.1-8B-Instruct, chat template; Llama 4 has the same text.
_TOOLS = (
    "Given the following functions, please respond with a JSON for a function call with its proper arguments that best "
    'answers the given prompt.\n\nRespond in the format {"name": function name, "parameters": dictionary of argument '
    "name and its value}.Do not use variables.\n\n{tools}\n\n"
)

register(
    Llama31(
        name="llama3.1",
        source="https://huggingface.co/meta-llama/Llama-3.1-8B-Instruct, chat template; 3.2, 3.3: same turns",
        models=(
            "~llama-3.1",
            "~llama-3.2",
            "~llama-3.3",
            "~llama-xlam-2",
            "~watt-tool-8b",
            "~reflection",
            "~cogito",
            "~nemotron-70b",
        ),
        calls="llama3-json",
        **HEADERS,
        results="<|start_header_id|>ipython<|end_header_id|>\n\n{content}<|eot_id|>",
        one_by_one=True,
        result="{json}",
        result_separator="<|eot_id|><|start_header_id|>ipython<|end_header_id|>\n\n",
        tools=_TOOLS,
        tool_list=indented,
        place="first",
    ),
    "llama3.2",
    "llama3.3",
)

register(
    Turns(
        name="toolace",
        source="https://github.com/vllm-project/vllm, examples/tool_chat_template_toolace.jinja; "
        "https://huggingface.co/Team-ACE/ToolACE-8B, model card",
        models=("toolace-8b",),
        calls="pythonic",
        **HEADERS,
        default_system="You are a helpful assistant with tool calling capabilities. Only reply with a tool call if the "
        "function exists in the library provided by the user. If it doesn't exist, just reply directly in natural "
        "language.",
        results="<|start_header_id|>ipython<|end_header_id|>\n\n{content}<|eot_id|>",
        result='{"output": {json}}',
        result_separator="<|eot_id|><|start_header_id|>ipython<|end_header_id|>\n\n",
        tools="You are an expert in composing functions. You are given a question and a set of possible functions. "
        "Based on the question, you will need to make one or more function/tool calls to achieve the purpose.\nIf none "
        "of the function can be used, point it out. If the given question lacks the parameters required by the "
        "function, also point it out.\nYou should only return the function call in tools call sections.\n\nIf you decide "
        "to invoke any of the function(s), you MUST put it in the format of [func_name1(params_name1=params_value1, "
        "params_name2=params_value2...), func_name2(params)]\nYou SHOULD NOT include any other text in the response.\n"
        "Here is a list of functions in JSON format that you can invoke.\n{tools}\n\n\n",
        tool_list=indented,
        place="before",
    )
)


@dataclass(frozen=True, kw_only=True, eq=False)
class Llama4(Turns):
    """Llama 4: a system text is told of the environment where there are tools; text before calls has marks."""

    def head(
        self, system: str, native: str, conversation: Conversation, format: Format, options: Options
    ) -> list[Turn]:
        """The system turn, where something is to be said in it."""
        turns = super().head(system.strip(), native, conversation, format, options)
        return [Turn("system", "Environment: ipython\n" + turn.text) for turn in turns] if native else turns

    def assistant_text(self, message: Message, latest: bool, conversation: Conversation, format: Format) -> str:
        """Text and calls; the marks around the text are there also where it is empty."""
        if not message.tool_calls or format != self.format:
            return super().assistant_text(message, latest, conversation, format)
        calls = super().assistant_text(replace(message, content=""), latest, conversation, format)
        return f"<|python_start|>{message.content}<|python_end|>{calls}"


register(
    Llama4(
        name="llama4",
        source="https://huggingface.co/meta-llama/Llama-4-Scout-17B-16E-Instruct, chat template",
        models=("~llama-4",),
        calls="llama4-json",
        bos="<|begin_of_text|>",
        stop=("<|eot|>", "<|end_of_text|>"),
        marks=("<|python_start|>", "<|python_end|>"),
        system="<|header_start|>system<|header_end|>\n\n{content}<|eot|>",
        user="<|header_start|>user<|header_end|>\n\n{content}<|eot|>",
        assistant="<|header_start|>assistant<|header_end|>\n\n{content}<|eot|>",
        results="<|header_start|>ipython<|header_end|>\n\n{content}<|eot|>",
        result="{json}",
        result_separator="<|eot|><|header_start|>ipython<|header_end|>\n\n",
        tools=_TOOLS,
        tool_list=indented,
        place="first",
    )
)

register(
    Turns(
        name="llama2",
        source="https://huggingface.co/meta-llama/Llama-2-7b-chat-hf, chat template",
        models=("~llama-2", "~codellama"),
        calls="generic",
        bos="<s>",
        stop=("</s>",),
        user="<s>[INST] {content} [/INST]",
        assistant=" {content} </s>",
        opening="",
        trim=True,
        strict=True,
        fold="first",
        fold_text="<<SYS>>\n{system}\n<</SYS>>\n\n{content}",
    )
)
