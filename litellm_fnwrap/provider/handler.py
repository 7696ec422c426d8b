"""The provider: the four methods by which LiteLLM asks a custom handler for an answer.

Registering must cost next to nothing beside importing LiteLLM, so this knows of no engine: `answering` does, and is
imported with the first call.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

from litellm.llms.custom_llm import CustomLLM
from litellm.types.utils import ModelResponse

from ..errors import InvalidRequestError
from .failures import to_litellm

if TYPE_CHECKING:
    from .answering import Answering


class FnWrap(CustomLLM):
    """Function calling for any model that continues text; see litellm_fnwrap.register.

    Every method takes what LiteLLM passes to a CustomLLM, by keyword, and raises litellm exceptions.
    """

    def completion(self, *args: Any, **given: Any) -> ModelResponse:
        """The whole answer."""
        return _answering().complete(given)

    async def acompletion(self, *args: Any, **given: Any) -> ModelResponse:
        """The whole answer, on an event loop."""
        return await _answering().acomplete(given)

    def streaming(self, *args: Any, **given: Any) -> Iterator[Any]:
        """The answer as it comes; what the server refuses is raised here, before the first chunk."""
        return _answering().stream(given)

    def astreaming(self, *args: Any, **given: Any) -> AsyncIterator[Any]:  # type: ignore[override]
        """As streaming, to be iterated on an event loop; it blocks until connection and status are settled."""
        return _answering().astream(given)

    def embedding(self, *args: Any, **given: Any) -> Any:
        """Nothing: refused with a litellm.BadRequestError, since a text model gives no vectors."""
        raise _no_embeddings(given.get("model", ""))

    async def aembedding(self, *args: Any, **given: Any) -> Any:
        """As embedding."""
        raise _no_embeddings(given.get("model", ""))


@cache
def _answering() -> Answering:
    """What answers calls. However many threads ask first, Python's import lock has one import it, the others wait."""
    from .answering import Answering

    return Answering()


def _no_embeddings(model: str) -> Exception:
    refused = InvalidRequestError(
        f"fnwrap/{model} cannot embed: fnwrap asks models for text only. "
        "Use the LiteLLM provider of the server itself for embeddings, such as ollama/nomic-embed-text."
    )
    return to_litellm(refused, model)


handler = FnWrap()
