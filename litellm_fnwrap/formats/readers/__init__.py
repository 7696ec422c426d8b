"""Readers: tolerant text of arguments to strict JSON text, incrementally."""
