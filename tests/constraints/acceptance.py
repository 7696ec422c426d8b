"""Whether a constraint admits a text, as others than the package judge it.

Regular expressions are judged by llguidance, an engine that servers run; GBNF by a reader of the tests' own, which
follows llama.cpp's algorithm (llguidance reads GBNF through a lexer, which is stricter than GBNF).
"""

from __future__ import annotations

from functools import lru_cache

from llguidance import LLMatcher, LLTokenizer

from constraints.recognizer import recognizer

_BYTES = LLTokenizer("byte")


@lru_cache(maxsize=64)
def _compiled(text: str) -> str:
    grammar = LLMatcher.grammar_from_regex(text)
    problem = LLMatcher.validate_grammar(grammar, _BYTES)
    if problem:
        raise AssertionError(f"the regular expression is refused: {problem[:500]}")
    return grammar


def accepts(dialect: str, constraint: str, text: str) -> bool:
    """Whether a whole text is admitted by a regular expression or a GBNF grammar."""
    if dialect == "gbnf":
        return recognizer(constraint).accepts(text)
    matcher = LLMatcher(_BYTES, _compiled(constraint), log_level=0)
    data = list(text.encode())
    return matcher.try_consume_tokens(data) == len(data) and matcher.is_accepting()
