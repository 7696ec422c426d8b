"""The vocabulary of a tiny model, and the next-token table that makes it say given text."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

import gguf

STEP = 32  # the vocabulary's size is a multiple of it; it is also the width of an attention head
MERGES = ("Ġ t", "h e", "Ġt he", "i n", "e r", "a n", "o n", "Ġ {")
CONTROL = (
    "<s>", "</s>", "<|im_start|>", "<|im_end|>", "<|endoftext|>",
    "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>", "<|eom_id|>", "<|python_tag|>",
    "[INST]", "[/INST]", "[AVAILABLE_TOOLS]", "[/AVAILABLE_TOOLS]", "[TOOL_CALLS]", "[TOOL_RESULTS]", "[/TOOL_RESULTS]",
)  # fmt: skip
"""Special tokens that a server hides from its output unless told to show them."""
VISIBLE = ("<tool_call>", "</tool_call>", "<tool_response>", "</tool_response>", "<think>", "</think>")
"""Special tokens that are always shown as text."""

_PIECE_LENGTHS = (6, 5, 7, 4, 8, 3, 9, 2, 10, 11, 12, 13, 14)


_CHARACTERS = ("é", "ß", "ж", "北", "京", "–", "🎉", "\u2028")


@dataclass
class Vocabulary:
    """Byte-level pieces as GPT-2's tokenizer has them, in front of them the special tokens.

    whole_characters  the model can say some characters beyond ASCII, but no single byte of one: noise would make
                      invalid UTF-8 of them, which a server replaces by other characters after the grammar saw it.
    silent            bytes the model cannot say.
    """

    control: Sequence[str] = CONTROL
    visible: Sequence[str] = VISIBLE
    whole_characters: bool = False
    silent: Collection[int] = ()
    texts: list[str] = field(default_factory=list)
    kinds: list[int] = field(default_factory=list)
    ids: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.add("<unk>", gguf.TokenType.UNKNOWN)
        for text in self.control:
            self.add(text, gguf.TokenType.CONTROL)
        for text in self.visible:
            self.add(text, gguf.TokenType.USER_DEFINED)
        for byte, letter in enumerate(_BYTE_LETTERS):
            silent = (self.whole_characters and byte > 127) or byte in self.silent
            self.add(letter, gguf.TokenType.UNUSED if silent else gguf.TokenType.NORMAL)
        for character in _CHARACTERS if self.whole_characters else ():
            self.add(to_letters(character), gguf.TokenType.NORMAL)
        for merge in MERGES:
            self.add(merge.replace(" ", ""), gguf.TokenType.NORMAL)

    def add(self, text: str, kind: gguf.TokenType = gguf.TokenType.NORMAL) -> int:
        """The id of a new token; llama.cpp refuses two tokens of the same text."""
        if text in self.ids:
            raise ValueError(f"{text!r} is a token already.")
        self.texts.append(text)
        self.kinds.append(int(kind))
        self.ids[text] = len(self.texts) - 1
        return self.ids[text]

    def find(self, text: str) -> int:
        """The id of a token by its text."""
        found = self.ids.get(text, self.ids.get(to_letters(text)))
        if found is None:
            raise ValueError(f"{text!r} is not one token.")
        return found

    def pad(self) -> None:
        """Fill up to the next step of widths."""
        while len(self.texts) % STEP:
            self.add(f"<|reserved_{len(self.texts)}|>", gguf.TokenType.UNUSED)

    @property
    def specials(self) -> tuple[str, ...]:
        """All special tokens."""
        return (*self.control, *self.visible)


def _byte_letters() -> list[str]:
    """GPT-2's printable letter for each of the 256 bytes."""
    printable = {*range(33, 127), *range(161, 173), *range(174, 256)}
    spare = iter(range(256, 512))
    return [chr(byte if byte in printable else next(spare)) for byte in range(256)]


_BYTE_LETTERS = _byte_letters()


def to_letters(text: str) -> str:
    """Text as the vocabulary spells it."""
    return "".join(_BYTE_LETTERS[byte] for byte in text.encode())


@dataclass
class Script:
    """A next-token table in which a token may have further successors, each valid once another token was seen."""

    vocabulary: Vocabulary
    successors: dict[int, list[tuple[int, int | None]]] = field(default_factory=dict)

    def say(self, after: str, text: str, end: str, *, seen: str | None = None) -> None:
        """Answer with a text when the context ends in one token and, if given, holds another.

        A token said again needs to know at which of its places it is: that is told by the last piece that is said
        only once. Such a piece is never in a prompt, since no merge makes it.
        """
        last = self.vocabulary.find(after)
        landmark = None if seen is None else self.vocabulary.find(seen)
        if last in self.successors and landmark is None:
            raise ValueError(f"{after!r} has an answer already.")
        first = True
        for token, private in (*self._tokens(text), (self.vocabulary.find(end), False)):
            known = self.successors.setdefault(last, [])
            known.append((token, landmark if known or (first and seen) else None))
            landmark = token if private else landmark
            last, first = token, False

    def _tokens(self, text: str) -> Iterator[tuple[int, bool]]:
        """Tokens of a text, each with whether it is a piece made for this place alone."""
        for part in _split_at(text, self.vocabulary.specials):
            pieces = None if part in self.vocabulary.specials else self._pieces(part, frozenset())
            if part in self.vocabulary.specials:
                yield self.vocabulary.find(part), False
            elif pieces is None:
                yield from ((self.vocabulary.find(letter), False) for letter in to_letters(part))
            else:
                yield from ((self.vocabulary.add(to_letters(piece)), True) for piece in pieces)

    def _pieces(self, text: str, taken: frozenset[str]) -> list[str] | None:
        """A split into pieces that are no tokens yet, so that each piece has one place in one script."""
        if not text:
            return []
        for length in _PIECE_LENGTHS:
            piece = text[:length]
            if len(piece) < length or piece in taken or to_letters(piece) in self.vocabulary.ids:
                continue
            rest = self._pieces(text[length:], taken | {piece})
            if rest is not None:
                return [piece, *rest]
        return None


def _split_at(text: str, marks: Sequence[str]) -> Iterator[str]:
    while text:
        at, mark = min(((text.find(mark), mark) for mark in marks if mark in text), default=(len(text), ""))
        if at:
            yield text[:at]
        if mark:
            yield mark
        text = text[at + len(mark) :]
