"""Formats whose call's name stands outside the JSON of its arguments: [TOOL_CALLS]get_weather[ARGS]{"city": ...}."""

from __future__ import annotations

from .. import register_format
from ..spec import Format

register_format(
    Format(
        name="mistral-v11",
        aliases=("mistral-v13", "mistral-small-3", "magistral", "devstral", "ministral"),
        models="Mistral Small 3.x, Magistral, Devstral, Ministral 3, Mistral Large 3 (tokenizers v11 and later)",
        source="https://huggingface.co/mistralai/Devstral-Small-2507; [CALL_ID] by Mistral-Small-3.2-24B-Instruct-2506",
        sample='[TOOL_CALLS]get_weather[ARGS]{"city": "Lyon"}[TOOL_CALLS]ping[ARGS]{}',
        call=(
            "[TOOL_CALLS]{name}[ARGS]{arguments}",
            "[TOOL_CALLS]{name}[CALL_ID]{id}[ARGS]{arguments}",
            "[TOOL_CALLS]{name}{arguments}",
            "[TOOL_CALLS][{object}]",
            "[TOOL_CALLS]{object}",
        ),
        reasoning=("[THINK]{reasoning}[/THINK]", "<think>\n{reasoning}\n</think>\n"),
        drop=("</s>",),
        stop=("</s>",),
        special=("[TOOL_CALLS]", "[ARGS]", "[CALL_ID]"),
        id_pattern="[a-zA-Z0-9]{9}",
    )
)

register_format(
    Format(
        name="kimi-k2",
        aliases=("kimi", "kimi-k2.5", "kimi-linear"),
        models="Kimi K2, K2 Thinking, K2.5, Kimi Linear",
        source="https://huggingface.co/moonshotai/Kimi-K2-Instruct, docs/tool_call_guidance.md",
        sample="<|tool_calls_section_begin|><|tool_call_begin|>functions.get_weather:0<|tool_call_argument_begin|>"
        '{"city": "Lyon"}<|tool_call_end|><|tool_call_begin|>functions.ping:1<|tool_call_argument_begin|>{}'
        "<|tool_call_end|><|tool_calls_section_end|>",
        section=(
            "<|tool_calls_section_begin|>{calls}<|tool_calls_section_end|>",
            "<|tool_call_section_begin|>{calls}<|tool_call_section_end|>",
        ),
        section_optional=True,
        call=(
            "<|tool_call_begin|>functions.{name}:{index}<|tool_call_argument_begin|>{arguments}<|tool_call_end|>",
            "<|tool_call_begin|>{name}:{index}<|tool_call_argument_begin|>{arguments}<|tool_call_end|>",
            "<|tool_call_begin|>{name}<|tool_call_argument_begin|>{arguments}<|tool_call_end|>",
        ),
        drop=("<|im_end|>",),
        stop=("<|im_end|>",),
        special=(
            "<|tool_calls_section_begin|>",
            "<|tool_calls_section_end|>",
            "<|tool_call_begin|>",
            "<|tool_call_argument_begin|>",
            "<|tool_call_end|>",
        ),
    )
)

register_format(
    Format(
        name="functionary-v3.1",
        aliases=("llama3.1-custom", "function-tag"),
        models="Functionary v3.1, Llama 3.1 under Meta's prompt for custom tools",
        source="https://huggingface.co/meetkai/functionary-medium-v3.1, chat template",
        sample='<function=get_weather>{"city": "Lyon"}</function><function=ping>{}</function>',
        call=("<function={name}>{arguments}</function>", '<function name="{name}">{arguments}</function>'),
        # Qwen3-Coder's arguments, whose calls look the same from outside.
        parameter="<parameter={key}>\n{value}\n</parameter>",
        parameter_separator="\n",
        drop=("<|eom_id|>", "<|eot_id|>"),
        stop=("<|eom_id|>", "<|eot_id|>"),
    )
)

register_format(
    Format(
        name="functionary-v3.2",
        aliases=("functionary", "functionary-v3"),
        models="Functionary v3.2",
        source="https://huggingface.co/meetkai/functionary-medium-v3.2, chat template",
        sample='>>>get_weather\n{"city": "Lyon"}>>>ping\n{}',
        call=">>>{name}\n{arguments}",
        content=">>>all\n{content}",
        drop=("<|eot_id|>",),
        stop=("<|eot_id|>",),
        prefill=">>>",
    )
)

register_format(
    Format(
        name="functionary-v2",
        aliases=("functionary-v2.2", "functionary-v2.4"),
        models="Functionary v2 to v2.4",
        source="https://github.com/MeetKai/functionary, prompt_template/prompt_template_v2.py",
        sample='<|from|>assistant\n<|recipient|>get_weather\n<|content|>{"city": "Lyon"}\n'
        "<|from|>assistant\n<|recipient|>ping\n<|content|>{}",
        call=(
            "<|from|>assistant\n<|recipient|>{name}\n<|content|>{arguments}",
            "<|recipient|>{name}\n<|content|>{arguments}",
        ),
        separator="\n",
        content="<|from|>assistant\n<|recipient|>all\n<|content|>{content}",
        drop=("<|stop|>",),
        stop=("<|stop|>",),
        special=("<|from|>", "<|recipient|>", "<|content|>"),
        prefill="<|from|>assistant\n<|recipient|>",
    )
)

register_format(
    Format(
        name="functionary-v2.5",
        aliases=("functionary-v2-llama3",),
        models="Functionary small and medium v2.5",
        source="https://github.com/MeetKai/functionary, prompt_template/llama3_prompt_template.py",
        sample='<|reserved_special_token_249|>get_weather\n{"city": "Lyon"}<|reserved_special_token_249|>ping\n{}',
        call="<|reserved_special_token_249|>{name}\n{arguments}",
        drop=("<|eot_id|>", "<|end_of_text|>"),
        stop=("<|eot_id|>",),
        special=("<|reserved_special_token_249|>",),
    )
)

register_format(
    Format(
        name="functionary-v1",
        models="Functionary v1, v1.4",
        source="https://github.com/MeetKai/functionary, prompt_template/prompt_template_v1.py",
        sample='<|START_OF_FUNCTION_CALL|>get_weather:\n{"city": "Lyon"}<|END_OF_FUNCTION_CALL|>',
        call="<|START_OF_FUNCTION_CALL|>{name}:\n{arguments}<|END_OF_FUNCTION_CALL|>",
        parallel=False,
        drop=("<|END_OF_ASSISTANT|>",),
        stop=("<|END_OF_ASSISTANT|>", "<|END_OF_FUNCTION_CALL|>"),
        special=("<|START_OF_FUNCTION_CALL|>", "<|END_OF_FUNCTION_CALL|>"),
    )
)

register_format(
    Format(
        name="glm-4",
        aliases=("glm4", "glm-4-9b", "chatglm4"),
        models="GLM-4 9B, 2024",
        source="https://huggingface.co/THUDM/glm-4-9b-chat, chat template and tokenization_chatglm.py",
        sample='get_weather\n{"city": "Lyon"}',
        call="{name}\n{arguments}",
        parallel=False,
        drop=("<|observation|>", "<|assistant|>", "<|user|>", "<|endoftext|>"),
        stop=("<|observation|>", "<|user|>"),
    )
)

register_format(
    Format(
        name="hunyuan-dense",
        models="Hunyuan 0.5B, 1.8B, 4B and 7B Instruct",
        source="https://huggingface.co/tencent/Hunyuan-1.8B-Instruct, chat template",
        sample='<tool_calls><tool_call>get_weather\n```json\n{"city": "Lyon"}\n```</tool_call>\n'
        "<tool_call>ping\n```json\n{}\n```</tool_call></tool_calls>",
        section="<tool_calls>{calls}</tool_calls>",
        call="<tool_call>{name}\n```json\n{arguments}\n```</tool_call>",
        separator="\n",
        reasoning="<think>\n{reasoning}\n</think>\n",
        content="<answer>\n{content}\n</answer>",
        drop=("<｜hy_place▁holder▁no▁2｜>", "<|eos|>"),
        stop=("<｜hy_place▁holder▁no▁2｜>", "<|eos|>"),
    )
)

register_format(
    Format(
        name="solar-open",
        aliases=("solar",),
        models="Solar Open 100B",
        source="https://huggingface.co/upstage/Solar-Open-100B, chat template",
        sample="<|tool_calls|><|tool_call:begin|>0<|tool_call:name|>get_weather<|tool_call:args|>"
        '{"city": "Lyon"}<|tool_call:end|><|tool_call:begin|>1<|tool_call:name|>ping<|tool_call:args|>{}'
        "<|tool_call:end|><|calls|>",
        section="<|tool_calls|>{calls}<|calls|>",
        section_optional=True,
        call=(
            "<|tool_call:begin|>{index}<|tool_call:name|>{name}<|tool_call:args|>{arguments}<|tool_call:end|>",
            "<|tool_call:begin|>{id}<|tool_call:name|>{name}<|tool_call:args|>{arguments}<|tool_call:end|>",
        ),
        reasoning="<|think|>{reasoning}<|end|>",
        content="<|content|>{content}<|end|>",
        drop=("<|begin|>assistant", "<|flush|>"),
        stop=("<|calls|>", "<|flush|>"),
        special=(
            "<|tool_calls|>",
            "<|tool_call:begin|>",
            "<|tool_call:name|>",
            "<|tool_call:args|>",
            "<|tool_call:end|>",
            "<|calls|>",
        ),
    )
)
