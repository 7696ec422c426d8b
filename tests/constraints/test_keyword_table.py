from __future__ import annotations

from constraints.keyword_table import README, refreshed


def test_table_of_keywords_in_the_readme_is_up_to_date() -> None:
    """If not, run python tests/constraints/keyword_table.py."""
    text = README.read_text(encoding="utf-8")
    assert "<!-- keywords -->" in text
    assert refreshed(text) == text
