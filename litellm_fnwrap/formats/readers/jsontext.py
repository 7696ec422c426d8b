"""JSON text from values and values from JSON text, as all readers write and read it."""

from __future__ import annotations

import json

# The functions of the json module make a new encoder or decoder for every call with an option.
encode = json.JSONEncoder(ensure_ascii=False).encode
"""A value as JSON text, characters beyond ASCII as they are."""

decode = json.JSONDecoder(strict=False).decode
"""The value of a JSON text; raw control characters in strings are let pass. Raises ValueError for any other text."""
