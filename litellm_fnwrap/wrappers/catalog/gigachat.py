"""GigaChat models of Sber: 3, 3.1 and 3.5."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ...formats import get_format
from ...formats.spec import Format
from ...messages import Conversation
from ...options import Options
from .. import register
from ..layout import Turn
from ..turns import Turns
from . import gigachat35_types
from .gigachat_types import typed_functions

# Source: https://huggingface.co/ai-sage/GigaChat3-10B-A1.8B, chat template; 3.1 has the same text.
_DEVELOPER = (
    "<role_description>\nDescription of the roles available in the dialog.\n\n`developer system`\nA message added "
    "by Sber before the main dialog. It has the highest priority and sets global, non-overridable conditions (for "
    "example, conversation rules, the safety policy, the assistant's overall response style, etc.).\n\n`system`\nA "
    "system instruction added by developers or by the user, but with a lower priority than `developer system`. It "
    "usually describes the assistant's instructions, a specific response style, and other conditions for this "
    "particular dialog.\n\n`user`\nA message or request from the user. The assistant follows it if it does not "
    "conflict with higher-priority instructions (see <instruction_priority>).\n\n`user memory`\nA sequence of the "
    "most up-to-date long-term facts about the user at the time of their request, presented as a JSON list of "
    "strings. Facts are listed in chronological order, meaning newer facts are appended to the end of the "
    "sequence. When facts are changed or deleted, records of previous facts remain in the sequence. The assistant "
    "saves facts using a function and uses them in accordance with the <memory_guidelines> block below.\n\n`added "
    "files`\nMetadata about files available for use in the dialog, presented in JSON format. It contains the "
    "following keys: id (a unique file identifier), name (file name), type (file type).\n\n`assistant`\nThe "
    "assistant's reply to the user's request. If the system instruction or the user does not set additional rules "
    "for `assistant`, this reply must comply with the instructions in the <assistant_guidelines> block below. The "
    "list of functions available to call is contained in `function descriptions`. The name of the required "
    "function and its arguments will be generated next by the `function call` role. In its replies, the assistant "
    "follows the instructions in accordance with <instruction_priority>.\n\n`function descriptions`\nFunction "
    "descriptions in TypeScript format. A function is a special tool (or a set of instructions) that the assistant "
    "can call to perform specific actions, computations, or obtain data needed to solve the user's task. Each "
    "function description contains blocks with the name, description, and arguments. Sometimes the description "
    "contains separate blocks with return parameters and usage examples that illustrate the correct call and "
    "arguments.\n\n`function call`\nThe function that `assistant` calls based on the dialog context, and its "
    "arguments. The function is invoked in strict accordance with the instructions in the <function_usage> "
    "block.\n\n`function result`\nThe result of the last function call.\n</role_description>\n\n"
    "<available_modalities>\nThe assistant can work with the following modalities: text, available functions.\n"
    "</available_modalities>\n\n<instruction_priority>\nIf instructions from different roles conflict within the "
    "dialog context, observe the following priorities:  \n`developer system` > `system` > `user` > `function "
    "descriptions` > `function result` > `user memory`\n</instruction_priority>\n\n<function_usage>\nBasic "
    "instructions for working with functions.\n\nOnly call those functions that are described in `function "
    "descriptions`.\n\nCall available functions when, according to their description, such a call will help "
    "provide a more complete and/or accurate answer to the user's request. Fill in function arguments using "
    "information from the dialog context. If a function could help answer the request but a required argument is "
    "missing from the context, ask the user for the missing data before calling the function. If a necessary "
    "function is unavailable or an error occurs, briefly inform the user and, if possible, suggest an "
    "alternative.\n</function_usage>\n\n<memory_guidelines>\nRules for using facts in long-term memory:\n\nIf "
    "there is no message under the `user memory` role in the dialog, this is equivalent to the absence of "
    "long-term facts about the user in memory. In that case, information about the user is limited to the current "
    "dialog, and no new facts should be saved.\n</memory_guidelines>\n\n<assistant_guidelines>\nYou are a helpful "
    "assistant.\n\n# Instructions\n- Strictly follow the instruction priority.\n- Maintain a logical chain of "
    "reasoning when answering the user's question.\n- For complex questions (for example, STEM), try to answer in "
    "detail unless the system message or dialog context limits the response length.\n- Be helpful, truthful, and "
    "avoid unsafe or prohibited content in your responses.\n- Try to reply in the language in which the user asked "
    "their question.\n</assistant_guidelines>\n\nA dialog will follow below.\nThe dialog may include various roles "
    "described in the <role_description> block.\nEach turn begins with the role name and a special token that "
    "marks the end of the role's full name, and ends with a special end-of-turn token.\nYour task is to continue "
    "the dialog from the last specified role in accordance with the dialog context."
)
_HEAD, _END = "<|role_sep|>\n", "<|message_sep|>\n\n"
_TURNS: dict[str, Any] = {
    "calls": "gigachat-v3",
    "bos": "<s>",
    "start": f"developer system{_HEAD}{_DEVELOPER}{_END}",
    "system": f"system{_HEAD}{{content}}{_END}",
    "user": f"user{_HEAD}{{content}}{_END}",
    "assistant": f"assistant{_HEAD}{{content}}{_END}",
    "results": "{content}",
    "result": f"function result{_HEAD}{{content}}{_END}",
    "result_separator": "",
    "joint": "",
    "tools": "{tools}\n\n",
    "tool_list": typed_functions,
    "tools_turn": f"function descriptions{_HEAD}{{content}}{_END}",
    "place": "next",
}


@dataclass(frozen=True, kw_only=True, eq=False)
class GigaChat3(Turns):
    """GigaChat 3: a call is a turn behind the text's, so the mark that ends turns must not end the answer."""

    @cached_property
    def format(self) -> Format:
        """The declared format, with the call as this generation writes it, its special tokens hidden or not."""
        declared = get_format(self.calls)
        later, *calls = declared.calls
        return declared.with_(call=(*calls, "function call{object}", later), stop=("</s>",))


@dataclass(frozen=True, kw_only=True, eq=False)
class GigaChat35(Turns):
    """GigaChat 3.5: a system turn is there even if it is empty, and behind all that the model hears stand the names of
    the functions it may call.
    """

    def head(
        self, system: str, native: str, conversation: Conversation, format: Format, options: Options
    ) -> list[Turn]:
        """The system turn."""
        return super().head(system, native, conversation, format, options) or [Turn("system", "")]

    def turns(self, conversation: Conversation, format: Format, options: Options) -> list[Turn]:
        """The turns, with the names of the functions behind those of the user and behind results."""
        native = self.native_tools(conversation, format, options)
        names = json.dumps([tool.name for tool in conversation.offered] if native else [], ensure_ascii=False)
        turns = super().turns(conversation, format, options)
        out = []
        for turn, following in zip(turns, [*turns[1:], None], strict=True):
            out.append(turn)
            more = turn.kind == "results" and following is not None and following.kind == "results"
            if turn.kind in ("user", "results") and not more:
                out.append(Turn("system", names, name="available"))
        return out

    def mark_of(self, turn: Turn, last: bool) -> str:
        """The marks around a turn, or around the names of functions."""
        return f"available functions{_HEAD}{{content}}{_END}" if turn.name else super().mark_of(turn, last)

    def chat(self, turns: Sequence[Turn]) -> list[dict[str, Any]]:
        """The turns without marks, and without what only the marks give a meaning."""
        return super().chat([turn for turn in turns if not turn.name])


register(
    GigaChat3(
        name="gigachat3",
        source="https://huggingface.co/ai-sage/GigaChat3-10B-A1.8B, chat template; "
        "https://github.com/ggml-org/llama.cpp/pull/17922",
        models=("gigachat-3-10b", "gigachat-3-702b", "gigachat-3-latest"),
        stop=("</s>",),
        **_TURNS,
    )
)

register(
    Turns(
        name="gigachat3.1",
        source="https://huggingface.co/ai-sage/GigaChat3.1-10B-A1.8B, chat template",
        models=("gigachat-3.1",),
        stop=("<|message_sep|>", "</s>"),
        **_TURNS,
    )
)

register(
    GigaChat35(
        name="gigachat3.5",
        source="https://huggingface.co/ai-sage/GigaChat3.5-432B-A28B, chat template as llama.cpp keeps it, without the "
        "line that tells the day",
        models=("gigachat-3.5",),
        calls="gigachat-v3.5",
        bos="<s>",
        stop=("<|message_sep|>", "</s>"),
        start=f"developer system{_HEAD}Вызов функций: последовательный\n"
        "Безопасность: соответствует законодательству РФ.\n"
        f"Ограничение знаний: Декабрь, 2025.\nТы сделан на базе нейросети GigaChat.{_END}",
        system=f"system{_HEAD}{{content}}{_END}",
        user=f"user{_HEAD}{{content}}{_END}",
        assistant=f"assistant{_HEAD}{{content}}{_END}",
        results=f"function result{_HEAD}{{content}}{_END}",
        result='<function_response name="{name}">{content}</function_response>',
        joint="\n\n",
        think="<think>{reasoning}</think>\n\n",
        thinks="last",
        tools="{tools}\n\n",
        tool_list=gigachat35_types.typed_functions,
        tools_turn=f"function descriptions{_HEAD}{{content}}{_END}",
        place="first",
    )
)
