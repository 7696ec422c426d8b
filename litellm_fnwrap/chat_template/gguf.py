"""The metadata of a GGUF file, read without its tensors and without the gguf package.

Layout (https://github.com/ggml-org/ggml/blob/master/docs/gguf.md): the magic "GGUF", version (u32), number of tensors
(u64), number of keys (u64), then per key a string (u64 length, UTF-8), the type of its value (u32), and the value. Of
arrays, which hold whole vocabularies, only the elements asked for are decoded.
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Collection
from pathlib import Path
from typing import Any

from ..errors import TemplateError

_NUMBERS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_STRING, _ARRAY = 8, 9
_MAX_KEYS, _MAX_STRING, _MAX_DEPTH = 100_000, 64_000_000, 8


class _Reader:
    """A place in the file; every read moves it on."""

    def __init__(self, data: mmap.mmap | bytes, order: str) -> None:
        self.data, self.order, self.at = data, order, 0

    def number(self, code: str) -> Any:
        (value,) = struct.unpack_from(self.order + code, self.data, self.at)
        self.at += struct.calcsize(self.order + code)
        return value

    def skip_string(self) -> tuple[int, int]:
        length = self.number("Q")
        if length > _MAX_STRING or self.at + length > len(self.data):
            raise ValueError(f"a string of {length} bytes")
        start, self.at = self.at, self.at + length
        return start, self.at

    def string(self) -> str:
        start, end = self.skip_string()
        return bytes(self.data[start:end]).decode("utf-8", errors="replace")

    def value(self, kind: int) -> Any:
        if kind == _STRING:
            return self.string()
        if kind == _ARRAY:
            return self._array()
        if kind not in _NUMBERS:
            raise ValueError(f"value type {kind}")
        return self.number(_NUMBERS[kind])

    def _array(self, depth: int = 0) -> list[Any] | GgufStrings:
        if depth > _MAX_DEPTH:
            raise ValueError(f"arrays nested more than {_MAX_DEPTH} deep")
        kind, count = self.number("I"), self.number("Q")
        if kind == _STRING:
            start = self.at
            for _ in range(count):
                self.skip_string()
            return GgufStrings(self, start, count)
        if kind == _ARRAY:
            return [self._array(depth + 1) for _ in range(count)]
        if kind not in _NUMBERS:
            raise ValueError(f"array of type {kind}")
        self.at += count * struct.calcsize(self.order + _NUMBERS[kind])
        if self.at > len(self.data):
            raise ValueError(f"an array of {count} elements")
        return []


class GgufStrings:
    """A list of strings in the file (a vocabulary), decoded where asked."""

    def __init__(self, reader: _Reader, start: int, count: int) -> None:
        self._reader, self._start, self._count = reader, start, count

    def pick(self, index: int) -> str:
        """The string at an index; "" outside of the list."""
        if not 0 <= index < self._count:
            return ""
        reader = self._reader
        reader.at = self._start
        for _ in range(index):
            reader.skip_string()
        return reader.string()


def read_metadata(path: str | Path, keys: Collection[str], *, tokens: Collection[str] = ()) -> dict[str, Any]:
    """The values of these metadata keys; "{arch}.x" stands for the key of the file's own architecture.

    tokens names keys that hold a token's number; they come back as the token's text, and are left out if it has none.
    Keys that the file lacks are left out. Raises TemplateError if the file is no GGUF file or is cut off.
    """
    with Path(path).open("rb") as file:
        if file.read(4) != b"GGUF":
            raise TemplateError(f"{str(path)!r} is no GGUF file: it does not begin with 'GGUF'. Give a GGUF file.")
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            try:
                return _read(data, keys, tokens)
            except (struct.error, ValueError, OverflowError) as error:
                raise TemplateError(
                    f"The metadata of {str(path)!r} cannot be read ({error}). Download the file again."
                ) from error


def _read(data: mmap.mmap, keys: Collection[str], tokens: Collection[str]) -> dict[str, Any]:
    order = "<" if struct.unpack_from("<I", data, 4)[0] < 0x10000 else ">"
    reader = _Reader(data, order)
    reader.at = 4
    version = reader.number("I")
    if version < 2:
        raise ValueError(f"version {version}, and 2 or newer is needed")
    reader.number("Q")
    count = reader.number("Q")
    if count > _MAX_KEYS:
        raise ValueError(f"{count} keys")
    found: dict[str, Any] = {}
    for _ in range(count):
        key = reader.string()
        found[key] = reader.value(reader.number("I"))
    architecture = str(found.get("general.architecture", ""))
    out = {key: found[real] for key in keys if (real := key.replace("{arch}", architecture)) in found}
    vocabulary = found.get("tokenizer.ggml.tokens")
    for key in tokens:
        number = found.get(key)
        text = vocabulary.pick(number) if isinstance(vocabulary, GgufStrings) and isinstance(number, int) else ""
        if text:
            out[key] = text
    return out
