"""A real llama.cpp server whose model is noise: what is valid in its output is the constraint's doing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from e2e.tiny_model import serve, write_random_model


@pytest.fixture(scope="session")
def noise(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Base URL of the server; the model can say every byte, so that any mark and name can be spelled."""
    model: Path = tmp_path_factory.mktemp("noise") / "noise.gguf"
    with serve(write_random_model(model, whole_characters=False)) as base_url:
        yield base_url
