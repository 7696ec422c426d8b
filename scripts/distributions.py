"""Check that a wheel and an sdist hold what they should and nothing else: the files that git knows, by these rules.

python scripts/distributions.py dist/*.whl dist/*.tar.gz    in a checkout; exits with what is missing or too much
"""

from __future__ import annotations

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = "litellm_fnwrap/"
IN_SDIST = (PACKAGE, "tests/", "examples/", "scripts/", "docs/", ".ci/")
BESIDE = {"README.md", "CHANGELOG.md", "LICENSE", "SECURITY.md", "noxfile.py", "pyproject.toml", ".gitignore"}


def tracked() -> set[str]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(listed.stdout.splitlines())


def held_by_wheel(file: Path) -> set[str]:
    """The files of a wheel, without its metadata."""
    with zipfile.ZipFile(file) as wheel:
        return {name for name in wheel.namelist() if ".dist-info/" not in name}


def held_by_sdist(file: Path) -> set[str]:
    """The files of an sdist, without its first folder and PKG-INFO."""
    with tarfile.open(file) as sdist:
        names = {member.name.partition("/")[2] for member in sdist.getmembers() if member.isfile()}
    return names - {"PKG-INFO"}


def differences(file: Path) -> list[str]:
    wheel = file.suffix == ".whl"
    held = held_by_wheel(file) if wheel else held_by_sdist(file)
    wanted = {name for name in tracked() if name.startswith(PACKAGE if wheel else IN_SDIST)}
    wanted |= set() if wheel else tracked() & BESIDE
    missing, extra = sorted(wanted - held), sorted(held - wanted)
    return [f"{file.name} lacks {name}" for name in missing] + [f"{file.name} holds {name}" for name in extra]


if __name__ == "__main__":
    found = [line for name in sys.argv[1:] for line in differences(Path(name))]
    sys.exit("\n".join(found) or (0 if sys.argv[1:] else "Name a wheel or an sdist."))
