"""Every declaration says what it claims: sample, names, source."""

from __future__ import annotations

import json
from itertools import product

import pytest

from formats.transcript import PING, WEATHER, read, sample_calls
from litellm_fnwrap.errors import UnknownNameError
from litellm_fnwrap.formats import FORMATS, get_format
from litellm_fnwrap.formats.spec import Format, Hole, segments
from litellm_fnwrap.formats.writer import write_calls

NAMES = FORMATS.names()


def names(text: str) -> list[str]:
    """The names in a text."""
    return text.split()


# What people type after --tool-call-parser, by the engine that takes it.
VLLM = names("""
    apertus cohere_command3 cohere_command4 deepseek_v3 deepseek_v31 deepseek_v32 deepseek_v4 deepseek_v41 ernie45
    functiongemma gemma4 gigachat3 gigachat35 glm45 glm47 granite granite-20b-fc granite4 hermes hunyuan_a13b hy_v3
    hy_v4 inkling internlm jamba k2_horizon kimi_k2 kimi_k3 lfm2 ling3 llama3_json llama4_json llama4_pythonic longcat
    mimo minicpm5 minimax minimax_m2 minimax_m3 mistral olmo3 openai phi4_mini_json plamo3 poolside_v1 pythonic
    qwen3_coder qwen3_xml seed_oss solar_open2 step3 step3p5 xlam
""")
SGLANG = names("""
    apertus2509 cohere_command4 deepseekv3 deepseekv31 deepseekv32 deepseekv4 deepseekv41 dots gemma4 gigachat3
    gigachat35 glm glm45 glm47 gpt-oss hermes hunyuan inkling interns1 k2_horizon kimi_k2 kimi_k3 lfm2 ling3 llama3
    mimo minicpm5 minimax-m2 minimax-m3 mistral muse poolside_v1 pythonic qwen qwen25 qwen3_coder spark25 step3
    step3p5 trinity
""")
OTHERS = names("""
    airoboros generic glm4 gorilla raven functionary-v1 functionary-v2 functionary-v2.5 functionary-v3.1
    functionary-v3.2 minimax-m1 qwen1 react tool_code claude openai-echo required apriel nemotron-v2 solar-open
    llama-cpp-generic lm-studio pangu openpangu xlam-json granite-20b python-call-list command-r7b cohere2moe
    deepseek-r1 gigachat-v3 granite-4 mistral-v11 firefunction-v2 command-r-plus harmony
""")


@pytest.mark.parametrize("name", NAMES)
def test_sample_is_what_the_writer_writes(name: str) -> None:
    format = get_format(name)
    assert write_calls(format, sample_calls(format), [WEATHER, PING]) == format.sample


@pytest.mark.parametrize("sizes", [(1 << 30,), (1,), (4,)], ids=["whole", "ones", "fours"])
@pytest.mark.parametrize("name", NAMES)
def test_sample_parses_back_to_its_calls(name: str, sizes: tuple[int, ...]) -> None:
    format = get_format(name)
    transcript = read(format, format.sample, [WEATHER, PING], sizes=sizes)
    assert transcript.calls == [(call.name, json.loads(call.arguments)) for call in sample_calls(format)]
    assert (transcript.parsed.content or "").strip() == ""
    assert transcript.parsed.finish_reason == "tool_calls"
    assert transcript.parsed.repairs == []


@pytest.mark.parametrize("name", NAMES)
def test_sample_after_text_keeps_the_text(name: str) -> None:
    format = get_format(name)
    if format.envelope or format.content or format.prefill:
        pytest.skip("text has its own place in this format")
    transcript = read(format, f"Let me look.\n\n{format.sample}", [WEATHER, PING], sizes=(3,))
    assert (transcript.parsed.content or "").strip() == "Let me look."
    assert [name for name, _ in transcript.calls] == [call.name for call in sample_calls(format)]


@pytest.mark.parametrize("name", NAMES)
def test_every_spelling_of_a_declaration_is_read_to_its_end(name: str) -> None:
    format = get_format(name)
    if format.envelope:
        pytest.skip("the whole turn is one object")
    calls = sample_calls(format)
    for section, call, parameter in product(format.sections or ("",), format.calls, format.parameters or ("",)):
        if "{object}" in call and format.arguments != "json":
            continue  # the declaration says how arguments are written in its own calls only
        written = write_calls(format.with_(section=section, call=call, parameter=parameter), calls, [WEATHER, PING])
        transcript = read(format, written, [WEATHER, PING])
        assert transcript.calls == [(call.name, json.loads(call.arguments)) for call in calls], written
        assert (transcript.parsed.content or "").strip() == "", written


@pytest.mark.parametrize("name", NAMES)
def test_declaration_names_its_source_and_models(name: str) -> None:
    format = get_format(name)
    assert format.source.startswith("https://")
    assert format.models


@pytest.mark.parametrize("name", NAMES)
def test_declaration_uses_only_holes_of_each_field(name: str) -> None:
    format = get_format(name)
    allowed = {
        "section": {"calls"},
        "call": {"name", "arguments", "id", "index", "object"},
        "object": {"name", "arguments", "id", "index"},
        "parameter": {"key", "value", "type", "is_string"},
        "reasoning": {"reasoning"},
        "content": {"content"},
        "envelope": {"calls", "content", "reasoning"},
    }
    for field, holes in allowed.items():
        value = getattr(format, field)
        for template in (value,) if isinstance(value, str) else value:
            assert {part.name for part in segments(template) if isinstance(part, Hole)} <= holes


@pytest.mark.parametrize("name", sorted({*VLLM, *SGLANG, *OTHERS}))
def test_name_people_type_resolves(name: str) -> None:
    assert isinstance(get_format(name), Format)


@pytest.mark.parametrize("name", NAMES)
def test_alias_resolves_to_its_declaration(name: str) -> None:
    format = get_format(name)
    for alias in format.aliases:
        assert get_format(alias) is format
        assert get_format(alias.upper().replace("-", "_")) is format


def test_unknown_name_offers_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="hermes"):
        get_format("hermess")
