"""Families of 2023 and early 2024 that were not trained to call: their turns, and the generic way of calling."""

from __future__ import annotations

from .. import register
from ..turns import Turns

register(
    Turns(
        name="zephyr",
        source="https://huggingface.co/HuggingFaceH4/zephyr-7b-beta, chat template",
        models=("zephyr", "~stablelm-zephyr", "stablelm-2-zephyr"),
        stop=("</s>",),
        system="<|system|>\n{content}</s>\n",
        user="<|user|>\n{content}</s>\n",
        assistant="<|assistant|>\n{content}</s>\n",
    )
)

register(
    Turns(
        name="tinyllama",
        source="https://huggingface.co/TinyLlama/TinyLlama-1.1B-Chat-v1.0, chat template",
        models=("tinyllama",),
        stop=("</s>",),
        system="<|system|>\n{content}</s>\n",
        user="<|user|>\n{content}</s>\n",
        assistant="<|assistant|>\n{content}</s>\n",
    )
)

register(
    Turns(
        name="vicuna",
        source="https://github.com/lm-sys/FastChat, docs/vicuna_weights_version.md, prompt of v1.1 to v1.5",
        models=("vicuna", "~wizardlm", "~wizardlm-2", "~wizard", "~llava"),
        bos="<s>",
        stop=("</s>", "\nUSER:"),
        marks=("USER:", "ASSISTANT:"),
        system="{content} ",
        user="USER: {content} ",
        assistant="ASSISTANT: {content}</s>",
        opening="ASSISTANT:",
        default_system="A chat between a curious user and an artificial intelligence assistant. "
        "The assistant gives helpful, detailed, and polite answers to the user's questions.",
    )
)

register(
    Turns(
        name="alpaca",
        source="https://github.com/tatsu-lab/stanford_alpaca, section Data Release",
        models=("alpaca", "~mythomax", "~wizardcoder", "wizard-math", "nous-hermes", "deepseek-coder"),
        stop=("</s>", "\n### Instruction:"),
        marks=("^### Instruction:", "^### Input:", "^### Response:"),
        system="{content}\n\n",
        user="### Instruction:\n{content}\n\n",
        assistant="### Response:\n{content}\n\n",
        default_system="Below is an instruction that describes a task. "
        "Write a response that appropriately completes the request.",
    )
)

register(
    Turns(
        name="openchat",
        source="https://huggingface.co/openchat/openchat-3.5-0106, section Conversation templates",
        models=("openchat", "starling"),
        bos="<s>",
        stop=("<|end_of_turn|>",),
        marks=("^GPT4 Correct User:", "^GPT4 Correct Assistant:"),
        system="{content}<|end_of_turn|>",
        user="GPT4 Correct User: {content}<|end_of_turn|>",
        assistant="GPT4 Correct Assistant: {content}<|end_of_turn|>",
        opening="GPT4 Correct Assistant:",
    )
)
