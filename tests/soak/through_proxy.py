"""Five thousand calls through LiteLLM's proxy to servers that fail at random; needs litellm[proxy].

    python tests/soak/through_proxy.py [5000]

Asked by the openai client; prints as tests/soak/direct.py does, and what it samples is the proxy's process.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import openai

from places.proxy_process import KEY, run_proxy
from soak.asking import base_of, fault_server, judged, judged_async_stream, noted
from soak.calls import BACKENDS, RIGHT, STALLS, Call, Tally, calls, is_late_connection, process_sample

AT_ONCE = 30
ROUND = 100
STATUS = {
    "BadRequestError": 400,
    "AuthenticationError": 401,
    "NotFoundError": 404,
    "Timeout": 408,
    "RateLimitError": 429,
    "InternalServerError": 500,
    "ServiceUnavailableError": 503,
}


async def call_proxy(client: openai.AsyncOpenAI, call: Call) -> str:
    model = f"{call.backend}{'-stalled' if call.fault in STALLS else ''}"
    response: Any = await client.chat.completions.create(model=model, **call.arguments)
    return await judged_async_stream(call, response, response.close) if call.stream else judged(call, response)


def failed_at_the_proxy(call: Call, error: Any) -> str:
    """What is wrong with an error, by its status; what ends a begun stream has none."""
    status, wanted = getattr(error, "status_code", None), STATUS.get(RIGHT[call.fault])
    begun = call.stream and call.fault in ("cut", "stall_later", "error_later")
    if wanted is not None and (status == wanted or (begun and status is None)):
        return ""
    if status == 503 and is_late_connection(call, str(error)):
        return ""
    cause = repr(error.__cause__) if error.__cause__ else error
    return f"{type(error).__name__} {status}: {cause}"[:400]


async def round_of(tally: Tally, base_url: str, batch: list[Call]) -> None:
    gate = asyncio.Semaphore(AT_ONCE)
    # Kept connections are dropped by the proxy's server after five seconds, when the client would still use them: on a
    # busy machine some requests meet that moment, and with max_retries=0 the client does not ask again.
    client = openai.AsyncOpenAI(
        base_url=base_url, api_key=KEY, max_retries=0, timeout=120, default_headers={"Connection": "close"}
    )
    async with client:

        async def one(call: Call) -> None:
            async with gate:
                await noted(tally, call, call_proxy(client, call), failed_at_the_proxy)

        await asyncio.gather(*map(one, batch))


def models_at(url: str) -> list[dict[str, Any]]:
    """Each backend twice: with patience, and with little for calls that ask for a stall."""
    return [
        {
            "model_name": f"{backend}{name}",
            "litellm_params": {"model": f"fnwrap/{backend}/m", "api_base": base_of(backend, url), "timeout": wait},
        }
        for backend in BACKENDS
        for name, wait in (("", 60), ("-stalled", 1))
    ]


def main(count: int) -> bool:
    tally = Tally()
    settings = {"router_settings": {"num_retries": 0, "disable_cooldowns": True}}
    with (
        fault_server() as url,
        tempfile.TemporaryDirectory() as folder,
        run_proxy(Path(folder), models_at(url), **settings) as running,
    ):
        for number, start in enumerate(range(0, count, ROUND)):
            batch = calls(min(ROUND, count - start), seed=number)
            asyncio.run(round_of(tally, running.base_url, batch))
            tally.samples.append(process_sample(running.process.pid))
            if number % 10 == 0:
                print(start + len(batch), "calls,", len(tally.wrong), "wrong,", tally.samples[-1], flush=True)
    return tally.report("proxy")


if __name__ == "__main__":
    began = time.monotonic()
    good = main(int(sys.argv[1]) if len(sys.argv) > 1 else 5_000)
    print(f"  {time.monotonic() - began:.0f} s, {time.process_time():.0f} s of processor time in the client")
    sys.exit(0 if good else 1)
