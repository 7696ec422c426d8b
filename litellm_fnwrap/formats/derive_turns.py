"""What stands around calls and answers in a turn: role heads, reasoning marks, content marks, ends of turns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from .derive_probe import ANSWER, END_OF_TEXT, KEYS, THOUGHT, Prober, probe_calls
from .derive_tokens import is_mark, shared_prefix, shared_suffix, split_blank, tokens

# Reasoning marks that models were trained on, for templates which cut reasoning out of content instead of showing it.
# Sources: the chat templates of DeepSeek R1, Magistral, Seed-OSS, Command A, Apertus, Kimi, Apriel, MiniCPM3, Claude's
# guide.
PAIRS = (
    ("<think>", "</think>"),
    ("[THINK]", "[/THINK]"),
    ("<seed:think>", "</seed:think>"),
    ("<|START_THINKING|>", "<|END_THINKING|>"),
    ("<|inner_prefix|>", "<|inner_suffix|>"),
    ("◁think▷", "◁/think▷"),
    ("<thinking>", "</thinking>"),
    ("<thought>", "</thought>"),
    ("<reasoning>", "</reasoning>"),
    ("<|channel>thought\n", "<channel|>"),
    ("<|thought_start|>", "<|thought_end|>"),
)


@dataclass(frozen=True, slots=True)
class Plain:
    """A turn with an answer in words: tokens before and after the answer."""

    before: list[str]
    after: list[str]


def read_plain(prober: Prober) -> Plain:
    """The tokens around a plain answer; empty if the template shows none."""
    turn = prober.answer() or ""
    before, _, after = turn.partition(ANSWER)
    return Plain(tokens(before), tokens(after)) if ANSWER in turn else Plain([], [])


def find_reasoning(prober: Prober, plain: Plain, opened: str) -> str:
    """The declaration of how reasoning is marked; "" if the template gives no hint.

    opened is the generation prompt: a mark at its end opens reasoning.
    """
    for turn in (
        prober.answer(reasoning_content=THOUGHT),
        prober.calls(probe_calls(1), reasoning_content=THOUGHT),
        prober.answer([{"type": "thinking", "thinking": THOUGHT}, {"type": "text", "text": ANSWER}]),
    ):
        if turn is not None and turn.count(THOUGHT) == 1 and not re.search("""['"]thinking['"]""", turn):
            found = _around_thought(turn, plain, opened)
            if found:
                return found
    for start, end in PAIRS:
        turn = prober.answer(f"{start}\n{THOUGHT}\n{end}\n\n{ANSWER}")
        if (
            turn is not None
            and ANSWER in turn
            and THOUGHT not in turn
            and end.strip() not in turn.split(ANSWER)[0][-40:]
        ):
            return f"{start}\n{{reasoning}}\n{end}\n\n" if start == "<think>" else f"{start}{{reasoning}}{end}"
    source = "".join(prober.template.sources.values())
    found = _cut_out(prober, plain, opened, source)
    if found:
        return found
    for start, end in PAIRS:
        if start.strip() in source and end in source:
            return _with_blanks(start, end, opened)
    last = [token for token in tokens(opened.rstrip()) if token][-1:]
    if last and re.fullmatch(r"<[a-z:_-]+>", last[0]):
        return _with_blanks(last[0], f"</{last[0][1:]}", opened)
    return ""


def _cut_out(prober: Prober, plain: Plain, opened: str, source: str) -> str:
    """Reasoning that the template cuts out of content up to a mark in its text; the prompt has what opens it."""
    head = "".join(plain.before)
    opening = opened[len(head) :] if head and opened.startswith(head) else ""
    for mark in list(dict.fromkeys(token for token in tokens(source) if is_mark(token) and len(token) > 3))[:60]:
        turn = prober.answer(f"{THOUGHT}\n{mark}\n{ANSWER}")
        if turn is None or THOUGHT in turn or ANSWER not in turn or mark in turn:
            continue
        start = opening.strip("\n") or _partner(mark)
        if start:
            return f"{start}\n{{reasoning}}\n{mark}\n" if opening else f"{start}{{reasoning}}{mark}"
    return ""


def _with_blanks(start: str, end: str, opened: str) -> str:
    """Marks with the line breaks that the generation prompt shows behind the opening one."""
    return f"{start}\n{{reasoning}}\n{end}\n\n" if opened.endswith(f"{start}\n") else f"{start}{{reasoning}}{end}"


def _around_thought(turn: str, plain: Plain, opened: str) -> str:
    before, _, behind = turn.partition(THOUGHT)
    start, end = tokens(before), tokens(behind.partition(ANSWER)[0])
    first = next((token for token in end if is_mark(token)), "")
    partner = _partner(first)
    places = [at for at, token in enumerate(start) if token == partner]
    if places:
        start = start[places[-1] :]
    else:
        heads = (plain.before, tokens(opened))
        start = start[min((shared_prefix(start, head) for head in heads if head), default=0) :]
        while start and start[0] == "\n":
            start = start[1:]
    if not "".join(start).strip():
        return ""
    cut = end.index(first) + 1 if first else 0
    while cut < len(end) and end[cut].isspace():
        cut += 1
    return f"{''.join(start)}{{reasoning}}{''.join(end[:cut])}" if first else ""


def _partner(mark: str) -> str:
    """The opening mark that a closing mark closes, by the habits of naming: </x>, [/X], END_X, _suffix."""
    for pattern, replacement in (
        (r"^(<.?|◁)/", r"\1"),
        (r"^\[/", "["),
        (r"END_", "START_"),
        (r"^<\|close\|>", "<|open|>"),
        (r"_end\b", "_begin"),
        (r"suffix", "prefix"),
    ):
        changed = re.sub(pattern, replacement, mark)
        if changed != mark:
            return changed
    return ""


def without_reasoning(parts: Sequence[str], reasoning: str) -> list[str]:
    """Tokens without the reasoning marks at their beginning, and the blanks that go with them."""
    rest = list(parts)
    for marked in reasoning.split("{reasoning}"):
        wanted = tokens(marked.strip())
        _, inside, after = split_blank(rest)
        if wanted and inside[: len(wanted)] == wanted:
            rest = [*inside[len(wanted) :], *after]
    return rest


def with_prefill(prober: Prober, prefill: str, reasoning: str) -> str:
    """The declaration of reasoning, with the prompt's last text before it where reasoning begins with that too."""
    turn = prober.answer(reasoning_content=THOUGHT) or ""
    whole = prefill + reasoning.partition("{reasoning}")[0] + THOUGHT
    return prefill + reasoning if prefill and reasoning and whole in turn else reasoning


def paired_marks(plain: Plain) -> bool:
    """Whether content stands between an opening mark and the closing one that belongs to it."""
    return bool(plain.before and plain.after) and _partner(plain.after[0]) == plain.before[-1]


def head_length(turn: Sequence[str], other: Sequence[str], opened: str, reasoning: str) -> int:
    """How many tokens at the beginning of a turn are its head, given what stands before calls or content: what another
    turn has too, and at least the generation prompt, whatever blanks are before it, if that ends with a whole mark or a
    blank. Marks that both turns have behind the generation prompt are the model's own.
    """
    shared = shared_prefix(turn, other)
    blank, text, inner = split_blank(turn)
    prompt = tokens(opened.lstrip())
    if not prompt or [*text, *inner][: len(prompt)] != prompt:
        return shared
    head = len(blank) + len(prompt)
    if head >= shared:
        return head if is_mark(prompt[-1]) or prompt[-1].isspace() else shared
    return head if any(map(is_mark, without_reasoning(turn[head:shared], reasoning))) else shared


def content_marks(plain: Plain, before_calls: Sequence[str], tail: int, reasoning: str, opened: str) -> str:
    """The declaration of marks around content; "" if content stands bare."""
    if paired_marks(plain):
        return f"{plain.before[-1]}{{content}}{plain.after[0]}"
    opening = without_reasoning(plain.before[head_length(plain.before, before_calls, opened, reasoning) :], reasoning)
    _, opening, inner = split_blank(opening)
    if not opening:
        return ""
    closing = plain.after[: len(plain.after) - tail]
    return f"{''.join([*opening, *inner])}{{content}}{''.join(closing).rstrip()}"


def tail_length(plain: Plain, after: Sequence[str]) -> int:
    """How many tokens at the end of a turn are the same after an answer and after calls."""
    return shared_suffix(plain.after, after)


def ends_of_turn(prober: Prober, plain: Plain, tail: Sequence[str], extra: Sequence[str]) -> list[str]:
    """Marks that end a turn: the first mark behind the answer, or else what opens the next turn."""
    found = [token for token in tail if is_mark(token)][:1] or [token for token in plain.after if is_mark(token)][-1:]
    found += [token for token in extra if is_mark(token)][:1]
    odd = "".join(tail or plain.after).strip()
    if not found and odd and len(odd) <= 40 and "\n" not in odd:
        found.append(odd)
    if not found:
        found += next_turns(prober)
    eos = prober.template.eos_token
    kept = [mark for mark in dict.fromkeys(found) if mark != END_OF_TEXT]
    return [*kept, eos] if eos and eos not in kept else kept


def next_turns(prober: Prober) -> list[str]:
    """What opens the user's next turn, and a tool result."""
    calls = probe_calls(1)
    result = {"role": "tool", "tool_call_id": calls[0].id, "name": calls[0].name, "content": "Zqresultwords"}
    answered, called = prober.answer(), prober.calls(calls)
    user = prober.answer(after=[{"role": "user", "content": "Zqagain"}])
    tool = prober.calls(calls, after=[result])
    out: list[str] = []
    for longer, shorter, said in ((user, answered, ANSWER), (tool, called, calls[0].arguments[KEYS[0]])):
        if longer is None or shorter is None:
            continue
        # What stands before the words may change once they are of an earlier turn: GLM leaves an empty <think> out.
        behind, end = tokens(longer.rpartition(said)[2]), tokens(shorter.rpartition(said)[2])
        rest = behind[shared_prefix(behind, end) :]
        label = re.match(r"\s*(?:((?:#{1,6} )?\w+:)|(\[[a-z_]+\]))", "".join(rest))
        opening = [token.partition(calls[0].id)[0] for token in rest if is_mark(token)][:1]
        out += [label[2]] if label and label[2] else opening or ([f"\n{label[1]}"] if label else [])
    return out
