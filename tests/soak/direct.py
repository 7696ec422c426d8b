"""Fifty thousand calls through litellm to servers that fail at random: each ends in an answer or the right exception.

    python tests/soak/direct.py [50000]

Half the rounds on event loops, half in threads. Prints how the calls ended, the longest one, and memory, sockets,
threads and tasks early in the run and at its end; exits with 1 where a call ended wrongly or late, or something grew.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import litellm
from litellm.litellm_core_utils.thread_pool_executor import MAX_THREADS, executor

from litellm_fnwrap import register
from soak.asking import base_of, failed, fault_server, judged, judged_async_stream, judged_stream, noted
from soak.calls import Call, Tally, calls, process_sample

AT_ONCE = 40
THREADS = 8
ROUND = 400
HANGS = 120.0


def fill_logging_pool() -> None:
    """Have LiteLLM start all threads of its logging pool.

    It starts one whenever none of them is idle, up to its bound, which takes tens of thousands of calls to reach: a
    growth that is not ours, and in which one of ours would go unseen.
    """
    together = threading.Barrier(MAX_THREADS)
    for started in [executor.submit(together.wait, 60) for _ in range(MAX_THREADS)]:
        started.result()


def asked(call: Call, url: str) -> dict[str, Any]:
    base = base_of(call.backend, url)
    return {"model": f"fnwrap/{call.backend}/m", "api_base": base, "timeout": call.timeout, **call.arguments}


def sync_call(call: Call, url: str) -> str:
    response: Any = litellm.completion(**asked(call, url))
    if not call.stream:
        return judged(call, response)
    return judged_stream(call, response, response.completion_stream.close)


async def async_call(call: Call, url: str) -> str:
    response: Any = await litellm.acompletion(**asked(call, url))
    if not call.stream:
        return judged(call, response)
    return await judged_async_stream(call, response, response.completion_stream.aclose)


def thread_round(tally: Tally, batch: list[Call], url: str) -> int:
    def one(call: Call) -> None:
        began = time.monotonic()
        try:
            wrong = sync_call(call, url)
        except Exception as error:
            wrong = failed(call, error)
        tally.note(call, wrong, time.monotonic() - began)

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(one, batch))
    return 0


async def async_round(tally: Tally, batch: list[Call], url: str) -> int:
    """Make the calls; how many tasks are left after them."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(call: Call) -> None:
        async with gate:
            await noted(tally, call, asyncio.wait_for(async_call(call, url), HANGS))

    await asyncio.gather(*map(one, batch))
    await asyncio.sleep(0.2)
    return len(asyncio.all_tasks()) - 1


def main(count: int) -> bool:
    register()
    fill_logging_pool()
    litellm.suppress_debug_info = True
    logging.getLogger("LiteLLM").setLevel(logging.CRITICAL)
    tally, loop = Tally(), asyncio.new_event_loop()
    with fault_server() as url:
        for number, start in enumerate(range(0, count, ROUND)):
            batch = calls(min(ROUND, count - start), seed=number)
            # Of the rounds on loops, every second has a loop of its own, as scripts that call asyncio.run have.
            if number % 2:
                tasks = thread_round(tally, batch, url)
            elif number % 4:
                tasks = asyncio.run(async_round(tally, batch, url))
            else:
                tasks = loop.run_until_complete(async_round(tally, batch, url))
            gc.collect()
            tally.samples.append({**process_sample(), "tasks": tasks})
            if number % 10 == 0:
                print(start + len(batch), "calls,", len(tally.wrong), "wrong,", tally.samples[-1], flush=True)
    loop.run_until_complete(loop.shutdown_asyncgens())
    loop.close()
    return tally.report("direct")


if __name__ == "__main__":
    began = time.monotonic()
    good = main(int(sys.argv[1]) if len(sys.argv) > 1 else 50_000)
    print(f"  {time.monotonic() - began:.0f} s, {time.process_time():.0f} s of processor time")
    sys.exit(0 if good else 1)
