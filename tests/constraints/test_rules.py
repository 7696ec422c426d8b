from __future__ import annotations

import re

from litellm_fnwrap.constraints.grammar import ANY, EMPTY, NOTHING, Grammar, Literal, Ref, sequence
from litellm_fnwrap.constraints.keys import keys_except
from litellm_fnwrap.constraints.notation import SPACED
from litellm_fnwrap.constraints.regex import RegexPrinter
from litellm_fnwrap.constraints.rules import Rules
from litellm_fnwrap.constraints.values import Values


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


def test_what_was_made_is_remembered_unless_it_was_reported_or_hangs_on_its_place() -> None:
    rules, made = Rules(), []

    def make(*, report: bool = False) -> int:
        made.append(1)
        if report:
            rules.widen(f"report {len(made)}")
        return len(made)

    assert [rules.remember(("a", 1), make), rules.remember(("a", 1), make), rules.remember(("a", 2), make)] == [1, 1, 2]
    assert [rules.remember(("b", None), make), rules.remember(("b", None), make)] == [3, 4]
    assert [rules.remember(("c",), lambda: make(report=True)), rules.remember(("c",), lambda: make(report=True))] == [
        5,
        6,
    ]
    assert list(rules.widened) == ["report 5", "report 6"]


def test_empty_and_impossible_nodes_and_references_need_no_rule() -> None:
    rules = Rules()
    assert [rules.add("x", EMPTY), rules.add("x", NOTHING), rules.add("x", Ref("y"))] == [EMPTY, NOTHING, Ref("y")]
    assert rules.nodes == {}
    assert rules.add("X y!", ANY) == Ref("x-y")
    assert rules.add("X y!", ANY) == Ref("x-y-1")
    assert rules.nodes == {"x-y": ANY, "x-y-1": ANY}


def test_shared_rule_is_made_once_and_may_refer_to_itself() -> None:
    rules = Rules()
    first = rules.shared("again", lambda: sequence(ANY, rules.shared("again", lambda: ANY)))
    assert rules.shared("again", lambda: NOTHING) == first
    assert rules.nodes == {"again": sequence(ANY, first)}


def test_block_may_begin_with_what_is_no_rule() -> None:
    block = Rules(ending="-S").block(sequence(ANY, Literal("x")))
    assert (block.start, block.rules) == ("text-S", {"text-S": sequence(ANY, Literal("x"))})


def test_keys_that_are_not_declared_are_all_others() -> None:
    texts = ["", "a", "b", "ab", "abc", "_x", "a-1", "1a", "é", "a b", "A"]
    bare = re.compile(RegexPrinter(Grammar(keys_except(("a", "ab", "xyz"), bare=True))).print())
    assert [text for text in texts if bare.fullmatch(text)] == ["b", "abc", "_x", "a-1", "A"]
    assert [size for size in (1, 2, 63, 64, 65) if bare.fullmatch("k" * size)] == [1, 2, 63, 64]
    quoted = re.compile(RegexPrinter(Grammar(keys_except(("a", "ab")))).print())
    assert [text for text in texts if not quoted.fullmatch(text)] == ["a", "ab"]
    without_empty = re.compile(RegexPrinter(Grammar(keys_except(("", "b")))).print())
    assert [text for text in texts if not without_empty.fullmatch(text)] == ["", "b"]


def test_rule_of_a_reference_is_named_after_its_definition() -> None:
    schema = {"$ref": "#/$defs/shapes/Tree", "$defs": {"shapes": {"Tree": {"type": "array", "items": {"$ref": "#"}}}}}
    rules = Rules()
    assert Values(rules, SPACED, schema).node({"$ref": "#/$defs/shapes/Tree"}, "q") == Ref("tree")
