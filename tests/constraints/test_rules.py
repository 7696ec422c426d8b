from __future__ import annotations

from litellm_fnwrap.constraints.grammar import ANY, Literal, Ref, sequence
from litellm_fnwrap.constraints.rules import Rules


def test_every_rule_has_a_name_of_its_own_however_names_end() -> None:
    rules = Rules()
    names = [rules.reserve(hint).name for hint in ("x", "x", "x-1", "x", "x-1-1", "x-1", "X 1", "root", "")]
    assert len(set(names)) == len(names)


def test_rules_of_a_block_meet_no_others_and_are_taken_as_a_whole() -> None:
    inner = Rules(ending="-S")
    again = inner.reserve("text")
    inner.nodes[again.name] = sequence(ANY, inner.add("text", sequence(ANY, ANY)))
    block = inner.block(again)
    rules = Rules()
    own = rules.add("text-S", sequence(ANY, Literal("x")))
    unused = rules.add("unused", sequence(ANY, Literal("y")))
    assert rules.include(block) == rules.include(block) == again
    grammar = rules.grammar(sequence(own, again))
    assert isinstance(unused, Ref)
    assert set(grammar.rules) == {*block.rules, "text-s"}
    assert grammar.blocks == (block,)
    assert rules.grammar(own).blocks == ()
