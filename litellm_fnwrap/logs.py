"""The package's one logger, "litellm_fnwrap". What looks like a secret is masked before any handler sees it."""

from __future__ import annotations

import logging
import re

_SECRET = re.compile(
    r"(?P<lead>\b(?:api[_-]?key|authorization|access[_-]?token|password)[\"']?\s*[:=]\s*[\"']?(?:bearer\s+)?"
    r"|\bbearer\s+)[^\s\"',;}]{6,}"
    r"|\b(?:sk|hf|esecret|gsk|pk)[-_][A-Za-z0-9_-]{8,}",
    re.IGNORECASE,
)


def mask(text: str, *secrets: str | None) -> str:
    """The text with the given secrets, and all that is shaped like a key, replaced by asterisks."""
    for secret in secrets:
        if secret and len(secret) > 3:
            text = text.replace(secret, "****")
    return _SECRET.sub(lambda match: f"{match.group('lead') or ''}****", text)


class _Masking(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        plain = record.getMessage()
        masked = mask(plain)
        if masked != plain:
            record.msg, record.args = masked, ()
        return True


log = logging.getLogger("litellm_fnwrap")
log.addFilter(_Masking())
log.addHandler(logging.NullHandler())
