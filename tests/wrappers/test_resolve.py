from __future__ import annotations

import sys
import types
from pathlib import Path
from typing import Any

import pytest

from litellm_fnwrap.errors import InvalidRequestError, TemplateError, UnknownNameError
from litellm_fnwrap.generation import ModelInfo
from litellm_fnwrap.messages import read_conversation
from litellm_fnwrap.options import Options
from litellm_fnwrap.wrappers import WRAPPERS, get_wrapper, resolve_wrapper
from litellm_fnwrap.wrappers.foreign import ForeignWrapper
from litellm_fnwrap.wrappers.resolve import wrapper_for_model
from litellm_fnwrap.wrappers.template import TemplateWrapper
from wrappers.go_templates import GO_TEMPLATES
from wrappers.model_names import NAMED, UNNAMED

JINJA = (
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
GO = "{{ if .System }}<|start_header_id|>system<|end_header_id|>\n\n{{ .System }}<|eot_id|>{{ end }}" + (
    "<|start_header_id|>user<|end_header_id|>\n\n{{ .Prompt }}<|eot_id|>"
    "<|start_header_id|>assistant<|end_header_id|>\n\n{{ .Response }}<|eot_id|>"
)

NAMES = {
    "qwen2.5:7b-instruct-q4_K_M": "qwen2.5",
    "Qwen/Qwen2.5-Coder-32B-Instruct": "qwen2.5",
    "qwen3:8b": "qwen3",
    "Qwen3-30B-A3B-Q4_K_M.gguf": "qwen3",
    "qwen3-coder:30b": "qwen3-coder",
    "Qwen3.5-4B": "qwen3.5",
    "NousResearch/Hermes-3-Llama-3.1-8B": "hermes",
    "openhermes:latest": "hermes",
    "llama3.1": "llama3.1",
    "llama3.2:3b": "llama3.1",
    "meta-llama/Llama-3.3-70B-Instruct": "llama3.1",
    "Meta-Llama-3-8B-Instruct.Q5_K_M.gguf": "llama3",
    "llama2:13b": "llama2",
    "mistral": "mistral-v3",
    "mistral:7b-instruct-v0.2-q4_0": "mistral-v1",
    "mistralai/Mistral-7B-Instruct-v0.2": "mistral-v1",
    "mistral-nemo": "mistral-nemo",
    "mistral-small3.2": "mistral-v11",
    "mixtral:8x7b": "mixtral",
    "mixtral-8x22b-instruct": "mistral-v3",
    "devstral:24b": "mistral-v13",
    "gemma2:9b": "gemma2",
    "gemma3:4b": "gemma3",
    "google/gemma-4-31B-it": "gemma4",
    "phi3.5": "phi3",
    "phi4": "phi4",
    "phi4-mini": "phi4-mini",
    "microsoft/Phi-4-mini-instruct": "phi4-mini",
    "command-r": "command-r",
    "command-r7b": "command-r7b",
    "deepseek-r1:8b": "deepseek-r1",
    "DeepSeek-R1-Distill-Qwen-32B": "deepseek-r1",
    "deepseek-ai/DeepSeek-V3.1": "deepseek-v3.1",
    "deepseek-v3": "deepseek-v3",
    "granite3.3:8b": "granite3",
    "granite4:micro": "granite4",
    "glm4": "glm4",
    "zai-org/GLM-4.5-Air": "glm4.5",
    "internlm2_5-7b-chat": "internlm2",
    "meetkai/functionary-small-v3.2": "functionary-v3.2",
    "functionary-medium-v3.1": "functionary-v3.1",
    "fireworks-ai/llama-3-firefunction-v2": "firefunction-v2",
    "gpt-oss:20b": "gpt-oss",
    "LiquidAI/LFM2-1.2B": "lfm2",
    "lfm2.5-8b": "lfm2.5",
    "dolphin-2.9-llama3-8b": "dolphin",
    "zephyr:7b": "zephyr",
    "vicuna:13b": "vicuna",
    "openchat:7b": "openchat",
    "airoboros-l2-70b-2.1.Q4_K_M.gguf": "airoboros",
}


@pytest.mark.parametrize(("model", "wrapper"), {**NAMES, **NAMED}.items(), ids=[*dict.fromkeys([*NAMES, *NAMED])])
def test_model_name_finds_its_family(model: str, wrapper: str) -> None:
    choice = resolve_wrapper(Options(), model=model, info=None)
    assert choice.wrapper.name == wrapper
    assert "the model's name has" in choice.reason


@pytest.mark.parametrize("model", ["my-model", "gpt-4", "xllama3", "phiphi", "demo", *UNNAMED])
def test_unknown_model_gets_the_generic_wrapper(model: str) -> None:
    choice = resolve_wrapper(Options(), model=model, info=None)
    assert choice.wrapper.name == "generic"
    assert model in choice.reason


def test_every_pattern_belongs_to_the_wrapper_it_finds() -> None:
    for name in WRAPPERS.names():
        for pattern in get_wrapper(name).models:
            found = wrapper_for_model(pattern.lstrip("~"))
            assert found is not None
            assert found[0].name == name, pattern


def test_named_wrapper_wins_over_template_and_name() -> None:
    choice = resolve_wrapper(Options(wrapper="zephyr"), model="qwen3:8b", info=ModelInfo(chat_template=JINJA))
    assert choice.wrapper.name == "zephyr"
    assert choice.reason == "the option wrapper names 'zephyr'"


def test_server_template_wins_over_name() -> None:
    info = ModelInfo(chat_template=JINJA, bos_token="<s>", eos_token="<|im_end|>")
    choice = resolve_wrapper(Options(), model="llama3.1", info=info)
    assert isinstance(choice.wrapper, TemplateWrapper)
    assert "the server reports" in choice.reason
    assert choice.wrapper.bos == "<s>"


def test_template_that_has_a_familys_marks_but_renders_no_calls_leaves_the_choice_to_the_models_name() -> None:
    phi = (
        "{% for m in messages %}<|{{ m.role }}|>{{ m.content }}"
        "{% if m.tools %}<|tool|>{{ m.tools }}<|/tool|>{% endif %}<|end|>{% endfor %}"
        "{% if add_generation_prompt %}<|assistant|>{% endif %}"
    )
    choice = resolve_wrapper(Options(), model="Phi-4-mini-instruct.gguf", info=ModelInfo(chat_template=phi))
    assert choice.wrapper.name == "phi4-mini"
    assert choice.reason == "the model's name has 'phi-4-mini', and its own chat template renders no calls"


OFFERING = JINJA.replace(
    "{% for m", "{% if tools %}<|im_start|>system\nTOOLS{{ tools }}<|im_end|>\n{% endif %}{% for m"
)


@pytest.mark.parametrize(
    ("model", "words", "format"),
    [
        pytest.param("LFM2.5-1.2B-Instruct", "List of tools: ", "lfm2", id="a family without marks of its own"),
        pytest.param("Qwen2.5-7B", "Call <tool_call>.", "hermes", id="a mark alone"),
    ],
)
@pytest.mark.parametrize("by_option", [False, True], ids=["from the server", "by option"])
def test_template_that_offers_tools_gets_the_format_of_the_models_family(
    model: str, words: str, format: str, by_option: bool
) -> None:
    template = OFFERING.replace("TOOLS", words)
    options = Options(chat_template=template) if by_option else Options()
    info = ModelInfo(chat_template=None if by_option else template)
    choice = resolve_wrapper(options, model=model, info=info)
    assert isinstance(choice.wrapper, TemplateWrapper)
    assert choice.wrapper.format.name == format
    assert "the model's name has" in choice.reason
    tool = {"type": "function", "function": {"name": "ping", "description": "d", "parameters": {"type": "object"}}}
    text = choice.wrapper.render(read_conversation([{"role": "user", "content": "hi"}], tools=[tool])).text
    assert text.startswith(f"<|im_start|>system\n{words}[{{'type'")
    assert text.endswith("<|im_end|>\n<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\n")


@pytest.mark.parametrize(
    ("model", "template"),
    [
        pytest.param("hermes-2-pro", JINJA, id="no marks of tools"),
        pytest.param("phi-4-mini", JINJA + "{# <|tool_call|> #}", id="other turns"),
        pytest.param("unheard-of", JINJA + "{# <tool_call> #}", id="no known name"),
    ],
)
def test_template_without_calls_is_kept_where_the_models_family_does_not_fit(model: str, template: str) -> None:
    assert resolve_wrapper(Options(), model=model, info=ModelInfo(chat_template=template)).wrapper.name == "template"


def test_template_wrapper_is_shared_between_calls() -> None:
    info = ModelInfo(chat_template=JINJA)
    one, other = (resolve_wrapper(Options(), model="x", info=info).wrapper for _ in range(2))
    assert one is other


def test_broken_server_template_falls_back_and_says_so() -> None:
    info = ModelInfo(chat_template="{% for m in messages %}")
    choice = resolve_wrapper(Options(), model="llama3.1", info=info)
    assert choice.wrapper.name == "llama3.1"
    assert "cannot be used" in choice.reason


@pytest.mark.parametrize(
    ("model", "wrapper"), [("llama3.1", "llama3.1"), ("unheard-of", "llama3")], ids=["by name", "by marks"]
)
def test_go_template_is_read_for_its_marks(model: str, wrapper: str) -> None:
    choice = resolve_wrapper(Options(), model=model, info=ModelInfo(chat_template=GO))
    assert choice.wrapper.name.startswith(wrapper)
    assert "marks" in choice.reason


def test_template_option_names_a_file(tmp_path: Path) -> None:
    path = tmp_path / "chat_template.jinja"
    path.write_text(JINJA, encoding="utf-8")
    choice = resolve_wrapper(Options(chat_template=str(path)), model="x", info=None)
    assert isinstance(choice.wrapper, TemplateWrapper)
    assert "chat_template" in choice.reason


def test_style_is_woven_into_the_servers_template() -> None:
    choice = resolve_wrapper(Options(wrapper="thoughtful_steps"), model="x", info=ModelInfo(chat_template=JINJA))
    assert choice.wrapper.name == "template+generic"
    text = choice.wrapper.render(read_conversation([{"role": "user", "content": "hi"}])).text
    assert text == "<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\n"


def test_wrapper_and_template_together_are_refused() -> None:
    with pytest.raises(InvalidRequestError, match="Leave one of them out"):
        resolve_wrapper(Options(wrapper="zephyr", chat_template=JINJA), model="x", info=None)


def test_wrapper_template_without_any_template_is_refused() -> None:
    with pytest.raises(InvalidRequestError, match="chat_template="):
        resolve_wrapper(Options(wrapper="template"), model="x", info=None)


def test_unknown_wrapper_offers_the_nearest() -> None:
    with pytest.raises(UnknownNameError) as caught:
        resolve_wrapper(Options(wrapper="chatlm"), model="x", info=None)
    assert "chatml" in caught.value.suggestions


class Foreign:
    """A class as MemGPT's users write it."""

    def chat_completion_to_prompt(self, messages: Any, functions: Any) -> str:
        return f"{len(messages)} messages, {len(functions)} functions"

    def output_to_chat_completion_response(self, raw_llm_output: str) -> dict[str, Any]:
        return {"role": "assistant", "content": raw_llm_output}


@pytest.mark.parametrize(
    "given", [Foreign, Foreign(), "foreign_module:Foreign"], ids=["class", "instance", "import path"]
)
def test_foreign_wrapper_plugs_in(given: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    module = types.ModuleType("foreign_module")
    module.Foreign = Foreign  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "foreign_module", module)
    choice = resolve_wrapper(Options(wrapper=given), model="x", info=None)
    assert isinstance(choice.wrapper, ForeignWrapper)
    prompt = choice.wrapper.render(read_conversation([{"role": "user", "content": "hi"}]))
    assert prompt.text == "1 messages, 0 functions"


@pytest.mark.parametrize("given", ["no_such_module:Wrapper", "json:NoSuchName"])
def test_import_path_that_leads_nowhere_is_an_error(given: str) -> None:
    with pytest.raises(InvalidRequestError, match="cannot be imported"):
        resolve_wrapper(Options(wrapper=given), model="x", info=None)


def test_object_without_the_two_methods_is_refused() -> None:
    with pytest.raises(InvalidRequestError, match="chat_completion_to_prompt"):
        resolve_wrapper(Options(wrapper=object()), model="x", info=None)


@pytest.mark.parametrize("family", GO_TEMPLATES)
def test_go_template_finds_its_family_by_what_it_writes(family: str) -> None:
    info = ModelInfo(chat_template=GO_TEMPLATES[family])
    choice = resolve_wrapper(Options(), model="unheard-of", info=info)
    assert choice.wrapper.name == family.split(" ")[0]
    assert choice.reason == f"the server's template has the marks of {choice.wrapper.name!r}"


def test_go_template_that_shows_a_familys_turns_leaves_the_choice_to_the_models_name() -> None:
    info = ModelInfo(chat_template=GO_TEMPLATES["chatml"], name="hermes3")
    assert resolve_wrapper(Options(), model="my-alias", info=info).wrapper.name == "hermes"
    assert resolve_wrapper(Options(), model="qwen3:8b", info=info).wrapper.name == "qwen3"
    assert resolve_wrapper(Options(), model="llama3.1", info=info).wrapper.name == "chatml"


@pytest.mark.parametrize("kind", ["text", "file", "Modelfile"])
def test_go_template_as_an_option_is_read_for_its_family(kind: str, tmp_path: Path) -> None:
    given = GO_TEMPLATES["phi3"]
    if kind != "text":
        path = tmp_path / kind
        path.write_text(given if kind == "file" else f'FROM phi3\nTEMPLATE """{given}"""\n', encoding="utf-8")
        given = str(path)
    choice = resolve_wrapper(Options(chat_template=given), model="x", info=None)
    assert choice.wrapper.name == "phi3"
    assert choice.reason == "the template of the option chat_template has the marks of 'phi3'"


def test_go_template_of_no_family_is_refused_with_a_way_out() -> None:
    with pytest.raises(TemplateError, match="name a wrapper"):
        resolve_wrapper(Options(chat_template="{{ .System }}~{{ .Prompt }}~"), model="x", info=None)
