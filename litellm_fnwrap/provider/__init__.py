"""The LiteLLM provider "fnwrap"; with backends.litellm the only place that imports litellm."""

from __future__ import annotations

from .handler import FnWrap, handler
from .registration import register, register_model

__all__ = ["FnWrap", "handler", "register", "register_model"]
