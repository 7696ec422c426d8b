"""What clients of LiteLLM's proxy may choose: nothing that reads a file or imports code on the proxy's machine.

The proxy passes every unknown member of a request on, so options of this package come from its owner (the model list)
or from a stranger. LiteLLM keeps what the client sent in litellm_params["proxy_server_request"]["body"].
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..errors import InvalidRequestError
from ..options import Options
from ..wrappers import WRAPPERS


def refuse_reaching_options(given: Mapping[str, Any], options: Options) -> None:
    """Raise InvalidRequestError where a client of the proxy names code or files; its owner may."""
    request = (given.get("litellm_params") or {}).get("proxy_server_request")
    if not request:
        return
    body = request.get("body") if isinstance(request, Mapping) else None
    wrapper, template = options.wrapper, options.chat_template
    if _chose(body, "wrapper", wrapper) and not _is_name(wrapper):
        raise InvalidRequestError(
            f"wrapper={wrapper!r} would import code of the proxy's machine, which its clients may not. Name one of the "
            "wrappers that litellm_fnwrap.wrappers() lists, or have the wrapper set in the proxy's model list."
        )
    if _chose(body, "chat_template", template) and not _is_text(template):
        raise InvalidRequestError(
            "chat_template names a file of the proxy's machine, which its clients may not. Give the template's text, "
            "or have it set in the proxy's model list."
        )


def _chose(body: Any, name: str, value: Any) -> bool:
    """Whether the client, not the proxy's owner, gave an option; a wildcard model lets it stand in the model string."""
    if value is None:
        return False
    if not isinstance(body, Mapping):
        return True
    inner = body.get("extra_body")
    return name in body or (isinstance(inner, Mapping) and name in inner) or f"+{value}" in str(body.get("model", ""))


def _is_name(wrapper: Any) -> bool:
    return isinstance(wrapper, str) and (":" not in wrapper or wrapper in WRAPPERS)


def _is_text(template: Any) -> bool:
    return isinstance(template, str) and ("{%" in template or "{{" in template)
