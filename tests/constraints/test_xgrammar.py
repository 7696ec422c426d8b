"""Structural tags as xgrammar reads them, the engine of vLLM and SGLang.

xgrammar needs PyTorch, so these tests have a session of their own: nox -s xgrammar.
"""

from __future__ import annotations

import json
import random
from functools import lru_cache
from typing import Any

import pytest

from constraints.judging import problem
from constraints.keywords import CASES, Case
from constraints.test_calls import sampler
from constraints.toolsets import TOOLSETS
from litellm_fnwrap.constraints import build_constraint
from litellm_fnwrap.constraints.triggers import excluded_marks
from litellm_fnwrap.formats import FORMATS, get_format
from litellm_fnwrap.formats.parser import parse_text
from litellm_fnwrap.formats.writer import write_calls
from litellm_fnwrap.messages import ToolChoice

xgrammar = pytest.importorskip("xgrammar", reason="xgrammar needs PyTorch; nox -s xgrammar judges structural tags")

END = 256
VOCABULARY = [*(bytes([byte]) for byte in range(END)), b"</s>"]
HASTY = {END, *b'"}])<>|'}
LONGEST = 4000
TOOLS = TOOLSETS["simple"]
formats = pytest.mark.parametrize("name", list(FORMATS))


@lru_cache(maxsize=1)
def compiler() -> Any:
    """Compiles for a vocabulary of bytes."""
    kind = xgrammar.VocabType.RAW
    info = xgrammar.TokenizerInfo(VOCABULARY, vocab_type=kind, vocab_size=len(VOCABULARY), stop_token_ids=[END])
    return xgrammar.GrammarCompiler(info, max_threads=1)


def compiled(name: str, mode: str, tools: str = "simple") -> Any:
    found = build_constraint(get_format(name), TOOLSETS[tools], ToolChoice(mode), dialect="structural_tag")  # type: ignore[arg-type]
    assert found is not None
    return compiler().compile_structural_tag(json.dumps(found.value))


def accepts(grammar: Any, text: str) -> bool:
    matcher = xgrammar.GrammarMatcher(grammar)
    return matcher.accept_string(text) and matcher.accept_token(END)


def drawn(grammar: Any, seed: int) -> str | None:
    """A text as a model of noise would write it, in a hurry to end; None if it does not end."""
    matcher, chance, out = xgrammar.GrammarMatcher(grammar), random.Random(seed), bytearray()
    mask = xgrammar.allocate_token_bitmask(1, len(VOCABULARY))
    while len(out) < LONGEST:
        matcher.fill_next_token_bitmask(mask)
        words = mask[0].tolist()
        allowed = [token for token in range(len(VOCABULARY)) if words[token // 32] >> token % 32 & 1]
        hasty = [token for token in allowed if token in HASTY]
        token = chance.choice(hasty if hasty and chance.random() < 0.5 else allowed)
        assert matcher.accept_token(token)
        if token == END:
            return out.decode()
        out.append(token)
    return None


@formats
@pytest.mark.parametrize("tools", list(TOOLSETS))
def test_written_calls_are_accepted(name: str, tools: str) -> None:
    format = get_format(name)
    if format.envelope:
        pytest.skip("the writer writes calls, not the envelope around a turn")
    required, auto, source = compiled(name, "required", tools), compiled(name, "auto", tools), sampler(name, tools)
    for _ in range(3):
        calls = parse_text(source.draw(), format, list(TOOLSETS[tools])).tool_calls
        text = write_calls(format, calls, TOOLSETS[tools])
        assert accepts(required, text), text
        assert accepts(auto, f"Let me see.\n{text}"), text


@formats
def test_wrong_name_or_argument_is_refused(name: str) -> None:
    format, required, auto = get_format(name), compiled(name, "required"), compiled(name, "auto")
    assert accepts(required, format.sample)
    marks = excluded_marks(format, TOOLS)
    for right, wrong in (("get_weather", "rm_weather"), ("city", "town")):
        text = format.sample.replace(right, wrong)
        assert not accepts(required, text), text
        # Where a call is told by its name, one of another name is text.
        if any(mark in text for mark in marks) and not any(right in mark for mark in marks):
            assert not accepts(auto, text), text
    assert not accepts(required, "Hello.")
    assert format.envelope or accepts(auto, "Hello. I [need] <no> {tool}.")


@formats
@pytest.mark.parametrize("tools", list(TOOLSETS))
def test_noise_under_a_tag_is_valid_calls(name: str, tools: str) -> None:
    found = build_constraint(get_format(name), TOOLSETS[tools], ToolChoice("required"), dialect="structural_tag")
    assert found is not None
    if found.widened:
        pytest.skip(f"checked afterwards: {found.widened[0]}")
    grammar = compiled(name, "required", tools)
    for seed in range(2):
        text = drawn(grammar, seed)
        if text is not None:
            assert problem(name, TOOLSETS[tools], text) is None, text


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_keyword_is_understood(case: Case) -> None:
    found = build_constraint(
        get_format("hermes"), (), ToolChoice("none"), dialect="structural_tag", response_schema=case.schema
    )
    assert found is not None
    grammar = compiler().compile_structural_tag(json.dumps(found.value))
    assert [value for value in case.good if not accepts(grammar, json.dumps(value, ensure_ascii=False))] == []
    if not case.widened:
        assert [value for value in case.bad if accepts(grammar, json.dumps(value, ensure_ascii=False))] == []
