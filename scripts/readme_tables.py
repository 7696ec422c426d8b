"""Write the README's tables anew from the registries, between the marks <!-- table NAME --> and <!-- end -->.

python scripts/readme_tables.py          writes
python scripts/readme_tables.py --check  only says, by its exit status, whether they are up to date
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from litellm_fnwrap.cli.catalog import CATALOGS

README = Path(__file__).resolve().parent.parent / "README.md"
_TABLE = re.compile(r"(<!-- table (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def refreshed(text: str) -> str:
    """The README's text with its tables as the registries have them."""
    return _TABLE.sub(lambda found: f"{found[1]}{CATALOGS[found[2]]().markdown()}\n{found[3]}", text)


def main() -> None:
    text = README.read_text(encoding="utf-8")
    fresh = refreshed(text)
    if "--check" in sys.argv[1:]:
        sys.exit("README.md has stale tables; run python scripts/readme_tables.py" if fresh != text else 0)
    README.write_text(fresh, encoding="utf-8")


if __name__ == "__main__":
    main()
