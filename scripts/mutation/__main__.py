"""A sample of mutants of the core, and how many of them its tests kill.

    pip install cosmic-ray
    python scripts/mutation [--sample 300] [--seed 1] [--seconds 2400]
    python scripts/mutation --again LOG    only the survivors that a former run printed

Needs Python 3.12. Places are drawn at random from the parser, the readers, the writer and the constraints, with one of
Cosmic Ray's changes at each; annotations, decorators and docstrings are left out. Prints each survivor as a difference,
then the score with its interval of 95 %; what takes ten times the time of a test counts as killed.
"""

from __future__ import annotations

import argparse
import math
import os
import time
from pathlib import Path

from judging import Judge
from mutants import Mutant, drawn, survivors


def interval(killed: int, met: int) -> tuple[float, float]:
    """The shares, in percent, between which that of all mutants is in 95 of 100 such samples (Wilson)."""
    z, share = 1.96, killed / met
    middle, half = share + z * z / (2 * met), z * math.sqrt(share * (1 - share) / met + z * z / (4 * met * met))
    return 100 * (middle - half) / (1 + z * z / met), 100 * (middle + half) / (1 + z * z / met)


def judged(judge: Judge, mutants: list[Mutant], end: float) -> tuple[int, int]:
    """How many mutants were killed, of how many that met the tests until the end."""
    killed, met = 0, 0
    for mutant in mutants:
        if time.monotonic() > end:
            break
        verdict = judge.judge(mutant)
        killed, met = killed + (verdict.how == "killed"), met + 1
        print(f"{verdict.how:8} {mutant.module}:{mutant.line} {mutant.operator} ({verdict.why})", flush=True)
        if verdict.how == "survived":
            print(f"    - {mutant.before}\n    + {mutant.after}", flush=True)
    return killed, met


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--sample", type=int, default=300)
    reader.add_argument("--seed", type=int, default=1)
    reader.add_argument("--seconds", type=float, default=2400.0)
    reader.add_argument("--again", type=Path, metavar="LOG")
    asked = reader.parse_args()
    os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
    end = time.monotonic() + asked.seconds
    if asked.again:
        mutants = survivors(asked.again.read_text(encoding="utf-8"))
        print(f"{len(mutants)} survivors of {asked.again}", flush=True)
    else:
        places, mutants = drawn(asked.sample, asked.seed)
        print(f"{places} places, {len(mutants)} drawn with seed {asked.seed}", flush=True)
    with Judge() as judge:
        spent = sum(test.seconds for test in judge.tests)
        print(f"{len(judge.tests)} tests run the core, in {spent:.0f} s of processor time", flush=True)
        killed, met = judged(judge, mutants, end)
    if met:
        low, high = interval(killed, met)
        print(f"{killed} of {met} killed: {100 * killed / met:.1f} % ({low:.1f} to {high:.1f})")


if __name__ == "__main__":
    main()
