"""Step models of StepFun: 3.5 Flash."""

from __future__ import annotations

from .. import register
from ..turns import Turns
from .chatml import CHATML

register(
    Turns(
        name="step3.5",
        source="https://huggingface.co/stepfun-ai/Step-3.5-Flash, chat template",
        models=("step-3.5", "step-3p5"),
        calls="qwen3-coder",
        **CHATML,
        bos="<｜begin▁of▁sentence｜>",
        joint="",
        history={"separator": "", "python_values": ("boolean", "null")},
        think="<think>\n{reasoning}\n</think>\n",
        think_empty="<think>\n\n</think>\n",
        thinks="last",
        prefill="<think>\n",
        results="<|im_start|>tool_response\n{content}<|im_end|>\n",
        result="<tool_response>{content}</tool_response>",
        result_separator="",
        tools="\n\n# Tools\n\nYou have access to the following functions in JSONSchema format:\n\n<tools>\n{tools}\n"
        "</tools>\n\nIf you choose to call a function ONLY reply in the following format with NO suffix:\n\n<tool_call>"
        "\n<function=example_function_name>\n<parameter=example_parameter_1>\nvalue_1\n</parameter>\n"
        "<parameter=example_parameter_2>\nThis is the value for the second parameter\nthat can span\nmultiple lines\n"
        "</parameter>\n</function>\n</tool_call>\n\n<IMPORTANT>\nReminder:\n- Function calls MUST follow the specified "
        "format: an inner <function=...>\n...\n</function> block must be nested within <tool_call>\n...\n</tool_call> "
        "XML tags\n- Required parameters MUST be specified\n</IMPORTANT>",
    )
)
