"""Real llama.cpp servers with tiny models, one of each kind for all tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from e2e.tiny_model import serve, write_random_model, write_scripted_model


@pytest.fixture(scope="session")
def random_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Base URL of a server whose model babbles, so that whatever is valid is the constraint's doing."""
    with serve(write_random_model(tmp_path_factory.mktemp("random") / "random.gguf")) as base_url:
        yield base_url


@pytest.fixture
def scripted_server(tmp_path: Path) -> Iterator[Callable[..., str]]:
    """Starts a server whose model gives the answers it is told to; see write_scripted_model."""
    with ExitStack() as servers:

        def start(first: str, *, then: str | None = None, after: str = "\n", **options: str) -> str:
            later = {} if then is None else {after: then}
            path = write_scripted_model(tmp_path / "scripted.gguf", {after: first}, later=later, **options)
            return servers.enter_context(serve(path))

        yield start
