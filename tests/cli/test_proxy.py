"""Configurations of LiteLLM's proxy."""

from __future__ import annotations

import pytest
import yaml

from litellm_fnwrap.cli.proxy import configuration, to_yaml

HANDLER = {"provider": "fnwrap", "custom_handler": "litellm_fnwrap.handler"}


def test_models_are_served_under_the_names_they_are_given() -> None:
    read = yaml.safe_load(to_yaml(configuration(["gpt-4o=fnwrap/ollama/qwen2.5:7b", "fnwrap/local/demo"])))
    assert read == {
        "model_list": [
            {"model_name": "gpt-4o", "litellm_params": {"model": "fnwrap/ollama/qwen2.5:7b"}},
            {"model_name": "fnwrap/local/demo", "litellm_params": {"model": "fnwrap/local/demo"}},
        ],
        "litellm_settings": {"custom_provider_map": [HANDLER]},
    }


def test_options_and_master_key_are_in_the_configuration(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LITELLM_MASTER_KEY", "sk-secret")
    given = configuration(["fnwrap/tgi/x"], api_base='http://h:1/"', wrapper="hermes", wildcard=True)
    text = to_yaml(given)
    assert yaml.safe_load(text) == given
    assert given["model_list"][0]["litellm_params"]["wrapper"] == "hermes"
    assert given["model_list"][1]["model_name"] == "fnwrap/*"
    assert given["general_settings"] == {"master_key": "os.environ/LITELLM_MASTER_KEY"}
    assert "sk-secret" not in text
