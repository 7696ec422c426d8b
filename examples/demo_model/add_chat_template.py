"""Copy a GGUF model file, with the chat template of this folder in its metadata.

    python examples/demo_model/add_chat_template.py SOURCE.gguf litellm_fnwrap/demo/demo.gguf

The tensors are copied bit by bit and every other metadata key is kept, so the shipped file may itself be the source.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import gguf

TEMPLATE = Path(__file__).with_name("chat_template.jinja")
NAME = "fnwrap-demo"


def rewrite(source: Path, target: Path, *, name: str, chat_template: str) -> None:
    """Write the model of one file to another under a new name and with a chat template."""
    reader = gguf.GGUFReader(source)
    writer = gguf.GGUFWriter(target, reader.fields[gguf.Keys.General.ARCHITECTURE].contents())
    replaced = {gguf.Keys.General.NAME: name, gguf.Keys.Tokenizer.CHAT_TEMPLATE: chat_template}
    for key, field in reader.fields.items():
        if key.startswith("GGUF.") or key == gguf.Keys.General.ARCHITECTURE or key in replaced:
            continue
        inner = field.types[-1] if field.types[0] == gguf.GGUFValueType.ARRAY else None
        writer.add_key_value(key, field.contents(), field.types[0], sub_type=inner)
    for key, text in replaced.items():
        writer.add_string(key, text)
    for tensor in reader.tensors:
        writer.add_tensor(tensor.name, tensor.data, raw_dtype=tensor.tensor_type)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("source", type=Path)
    options.add_argument("target", type=Path)
    given = options.parse_args()
    if given.source.resolve() == given.target.resolve():
        options.error("source and target are the same file; write to another one and move it.")
    rewrite(given.source, given.target, name=NAME, chat_template=TEMPLATE.read_text(encoding="utf-8").rstrip("\n"))
    print(f"{given.target}: {given.target.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
