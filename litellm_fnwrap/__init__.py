"""A LiteLLM provider that turns any text-generating model into one that calls functions."""
