"""A llama.cpp server with the bundled model. It prints its address, and serves until it is killed."""

from __future__ import annotations

import importlib.resources
import signal

import xllamacpp

parameters = xllamacpp.CommonParams()
parameters.model.path = str(importlib.resources.files("litellm_fnwrap.demo").joinpath("demo.gguf"))
parameters.hostnames = ["127.0.0.1"]
parameters.port = 0
parameters.n_ctx, parameters.n_parallel, parameters.kv_unified = 8192, 4, True
parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = 1
parameters.endpoint_props, parameters.fit_params, parameters.verbosity = True, False, -1
server = xllamacpp.Server(parameters)
print(server.listening_address, flush=True)
signal.pause()
