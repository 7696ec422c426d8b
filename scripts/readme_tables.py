"""Write the tables of README.md and docs/ anew from the registries.

A table stands between the marks <!-- table NAME --> and <!-- end -->.

python scripts/readme_tables.py          writes
python scripts/readme_tables.py --check  only says, by its exit status, whether they are up to date
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from litellm_fnwrap.cli.catalog import CATALOGS

ROOT = Path(__file__).resolve().parent.parent
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
_TABLE = re.compile(r"(<!-- table (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def refreshed(text: str) -> str:
    """A page's text with its tables as the registries have them."""
    return _TABLE.sub(lambda found: f"{found[1]}{CATALOGS[found[2]]().markdown()}\n{found[3]}", text)


def main() -> None:
    texts = {page: page.read_text(encoding="utf-8") for page in PAGES}
    stale = [page for page, text in texts.items() if refreshed(text) != text]
    if "--check" in sys.argv[1:]:
        names = ", ".join(page.name for page in stale)
        sys.exit(f"{names}: stale tables; run python scripts/readme_tables.py" if stale else 0)
    for page in stale:
        page.write_text(refreshed(texts[page]), encoding="utf-8")


if __name__ == "__main__":
    main()
