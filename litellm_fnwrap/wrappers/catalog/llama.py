"""Llama models of Meta: 2, 3, 3.1 to 3.3, and 4; ToolACE, which has Llama 3's turns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from ...formats.spec import Format
from ...formats.toolprompts import bare, dumped, indented
from ...messages import Conversation, Message, Tool
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
        source="https://github.com/vllm-project/vllm, examples/tool_chat_template_toolace.jinja, for ToolACE-8B",
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
        "Based on the question, you will need to make one or more function/tool calls to achieve the purpose.\n"
        "If none of the "
        "function can be used, point it out. If the given question lacks the parameters required by the function, "
        "also point it out.\nYou should only return the function call in tools call sections.\n\nIf you decide to "
        "invoke any of the function(s), you MUST put it in the format of [func_name1(params_name1=params_value1, "
        "params_name2=params_value2...), func_name2(params)]\nYou SHOULD NOT include any other text in the "
        "response.\nHere is a list of functions in JSON format that you can invoke.\n{tools}\n\n\n",
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

    def body(self, messages: Sequence[Message], conversation: Conversation, format: Format) -> list[Turn]:
        """The turns; the first has no whitespace around its text where the tools come before it."""
        turns = super().body(messages, conversation, format)
        if conversation.offered and turns and turns[0].kind == "user":
            turns[0] = Turn("user", turns[0].text.strip())
        return turns

    def assistant_text(self, message: Message, latest: bool, conversation: Conversation, format: Format) -> str:
        """Text and calls; the marks around the text are there also where it is empty."""
        if not message.tool_calls or format != self.format:
            return super().assistant_text(message, latest, conversation, format)
        calls = super().assistant_text(replace(message, content=""), latest, conversation, format)
        return f"<|python_start|>{message.content}<|python_end|>{calls}"


_LLAMA4: dict[str, Any] = {
    "bos": "<|begin_of_text|>",
    "stop": ("<|eot|>", "<|end_of_text|>"),
    "marks": ("<|python_start|>", "<|python_end|>"),
    "system": "<|header_start|>system<|header_end|>\n\n{content}<|eot|>",
    "user": "<|header_start|>user<|header_end|>\n\n{content}<|eot|>",
    "assistant": "<|header_start|>assistant<|header_end|>\n\n{content}<|eot|>",
    "results": "<|header_start|>ipython<|header_end|>\n\n{content}<|eot|>",
    "result_separator": "<|eot|><|header_start|>ipython<|header_end|>\n\n",
}

register(
    Llama4(
        name="llama4",
        source="https://huggingface.co/meta-llama/Llama-4-Scout-17B-16E-Instruct, chat template",
        models=("~llama-4",),
        calls="llama4-json",
        **_LLAMA4,
        result="{json}",
        tools=_TOOLS,
        tool_list=indented,
        place="first",
    )
)


def bare_indented(tools: Sequence[Tool]) -> str:
    """Tools as Meta's page shows them to Llama 4: the functions alone, as one JSON list, indented by four."""
    return dumped([bare(tool) for tool in tools], indent=4)


# Source: the page below.
_COMPOSE = (
    "\n\nYou are a helpful assistant and an expert in function composition. You can answer general questions using "
    "your internal knowledge OR invoke functions when necessary. Follow these strict guidelines:\n\n1. FUNCTION "
    "CALLS:\n- ONLY use functions that are EXPLICITLY listed in the function list below\n- If NO functions are listed "
    "(empty function list []), respond ONLY with internal knowledge or \"I don't have access to [Unavailable service] "
    'information"\n- If a function is not in the list, respond ONLY with internal knowledge or "I don\'t have access '
    'to [Unavailable service] information"\n- If ALL required parameters are present AND the query EXACTLY matches a '
    "listed function's purpose: output ONLY the function call(s)\n- Use exact format: [func_name1(param1=value1, "
    'param2=value2), func_name2(...)]\nExamples:\nCORRECT: [get_weather(location="Vancouver"), '
    'calculate_route(start="Boston", end="New York")] <- Only if get_weather and calculate_route are in function '
    'list\nINCORRECT: get_weather(location="New York")\nINCORRECT: Let me check the weather: '
    '[get_weather(location="New York")]\nINCORRECT: [get_events(location="Singapore")] <- If function not in '
    "list\n\n2. RESPONSE RULES:\n- For pure function requests matching a listed function: ONLY output the function "
    "call(s)\n- For knowledge questions: ONLY output text\n- For missing parameters: ONLY request the specific "
    'missing parameters\n- For unavailable services (not in function list): output ONLY with internal knowledge or "I '
    "don't have access to [Unavailable service] information\". Do NOT execute a function call.\n- If the query asks "
    "for information beyond what a listed function provides: output ONLY with internal knowledge about your "
    "limitations\n- NEVER combine text and function calls in the same response\n- NEVER suggest alternative functions "
    "when the requested service is unavailable\n- NEVER create or invent new functions not listed below\n\n3. STRICT "
    "BOUNDARIES:\n- ONLY use functions from the list below - no exceptions\n- NEVER use a function as an alternative "
    "to unavailable information\n- NEVER call functions not present in the function list\n- NEVER add explanatory "
    "text to function calls\n- NEVER respond with empty brackets\n- Use proper Python/JSON syntax for function "
    "calls\n- Check the function list carefully before responding\n\n4. TOOL RESPONSE HANDLING:\n- When receiving "
    "tool responses: provide concise, natural language responses\n- Don't repeat tool response verbatim\n- Don't add "
    "supplementary information\n\n\nHere is a list of functions in JSON format that you can invoke.\n\n{tools}\n\nYou "
    "can answer general questions or invoke tools when necessary.\nIn addition to tool calls, you should also augment "
    "your responses by using the tool outputs."
)

register(
    Turns(
        name="llama4-pythonic",
        source="https://www.llama.com/docs/model-cards-and-prompt-formats/llama4, section Zero-shot function calling; "
        "for results https://github.com/meta-llama/llama-models, models/llama4/chat_format.py",
        calls="llama4-pythonic",
        **_LLAMA4,
        history={"section": "[{calls}]"},
        result="{content}",
        tools=_COMPOSE,
        tool_list=bare_indented,
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
