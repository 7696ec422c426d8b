"""SmolLM3 of Hugging Face."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...formats.spec import Format
from ...formats.toolprompts import openai
from ...messages import Conversation, Tool
from ...options import Options
from .. import register
from .chatml import CHATML
from .think_switch import Switched


def python_lines(tools: Sequence[Tool]) -> str:
    """Tools as SmolLM3 reads them: one a line, as Python spells a dictionary."""
    return "\n".join(str(openai(tool)) for tool in tools)


def _metadata(mode: str) -> str:
    return f"## Metadata\n\nKnowledge Cutoff Date: June 2025\nReasoning Mode: {mode}\n\n## Custom Instructions\n\n"


@dataclass(frozen=True, kw_only=True, eq=False)
class SmolLM3(Switched):
    """SmolLM3: the system's text follows a section about the model, with the mode of reasoning.

    metadata  that section.
    """

    metadata: str = ""

    def told(self, system: str, native: str, conversation: Conversation, format: Format, options: Options) -> str:
        """The section, then what the system says."""
        return self.metadata + super().told(system, native, conversation, format, options)


_WHO = "You are a helpful AI assistant named SmolLM, trained by Hugging Face."
_UNTHOUGHT = "<think>\n\n</think>\n"

register(
    SmolLM3(
        name="smollm3",
        source="https://huggingface.co/HuggingFaceTB/SmolLM3-3B, chat template without its date",
        models=("~smollm-3",),
        calls="hermes",
        **{
            **CHATML,
            # The template ends the system turn behind the tools alone.
            "system": "<|im_start|>system\n{content}\n\n",
        },
        metadata=_metadata("/think"),
        default_system=_WHO + " Your role as an assistant involves thoroughly exploring questions through a systematic "
        "thinking process before providing the final precise and accurate solutions. This requires engaging in a "
        "comprehensive cycle of analysis, summarizing, exploration, reassessment, reflection, backtracking, and "
        "iteration to develop well-considered thinking process. Please structure your response into two main sections: "
        "Thought and Solution using the specified format: <think> Thought section </think> Solution section. In the "
        "Thought section, detail your reasoning process in steps. Each step should include detailed considerations "
        "such as analysing questions, summarizing relevant findings, brainstorming new ideas, verifying the accuracy "
        "of the current steps, refining any errors, and revisiting previous steps. In the Solution section, based on "
        "various attempts, explorations, and reflections from the Thought section, systematically present the final "
        "solution that you deem correct. The Solution section should be logical, accurate, and concise and detail "
        "necessary steps needed to reach the conclusion.",
        result="{content}",
        result_separator="<|im_end|>\n<|im_start|>user\n",
        tools="### Tools\n\nYou may call one or more functions to assist with the user query.\nYou are provided with "
        "function signatures within <tools></tools> XML tags:\n\n<tools>\n{tools}\n</tools>\n\nFor each function call, "
        "return a json object with function name and arguments within <tool_call></tool_call> XML tags:\n<tool_call>\n"
        '{"name": <function-name>, "arguments": <args-json-object>}\n</tool_call>',
        tool_list=python_lines,
        place="next",
        tools_turn="{content}\n\n<|im_end|>\n",
        quiet={
            "metadata": _metadata("/no_think"),
            "default_system": _WHO,
            "think": _UNTHOUGHT,
            "think_empty": _UNTHOUGHT,
            "thinks": "always",
            "opening": f"<|im_start|>assistant\n{_UNTHOUGHT}",
        },
    )
)
