"""Words that requests are made of, and the rule that keeps some of them for the evaluation."""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import yaml

TEXTS = Path(__file__).with_name("texts")
WORDS = yaml.safe_load((TEXTS / "words.yaml").read_text(encoding="utf-8"))
PLACES, PEOPLE, SYLLABLES = WORDS["places"].split(), WORDS["people"].split(), WORDS["syllables"].split()
NOUNS, ADJECTIVES, DOINGS = WORDS["nouns"].split(), WORDS["adjectives"].split(), WORDS["doings"].split()
TWO_WORD_PLACES = WORDS["two_word_places"]
PLACE_BEGINNINGS = ("San", "New", "Port", "El", "Saint", "Lake", "Upper", "North", "Mount", "Old", "Bad", "La", "Fort")
PLACE_ENDINGS = (
    "City",
    "Falls",
    "Beach",
    "Springs",
    "Bay",
    "Hill",
    "Valley",
    "Island",
    "Lake",
    "Park",
    "on Sea",
    "Harbour",
)
PLACE_MIDDLES = ("of", "of", "upon", "on", "de", "del", "am", "la", "es", "under")
IMPERATIVES = frozenset(WORDS["imperatives"].split())


def is_held_out(value: str) -> bool:
    """Whether a value is kept for the evaluation: one in eight is, by a checksum, whatever it is made of."""
    return zlib.crc32(value.encode()) % 8 == 0


@dataclass
class Draw:
    """Random choices from a seed; values are held-out ones, or none of them are."""

    random: random.Random
    held_out: bool = False

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def value(self, make: Callable[[], str]) -> str:
        """A value of the side that is drawn from; of any side if that side seems to have none."""
        made = make()
        for _ in range(200):
            if is_held_out(made) == self.held_out:
                break
            made = make()
        return made


def made_up(draw: Draw, least: int = 2, most: int = 4) -> str:
    """A word that no list holds, such as Kolatrind."""
    return "".join(draw.random.choices(SYLLABLES, k=draw.random.randint(least, most)))


def place(draw: Draw) -> str:
    """A city or town; training dwells on names of three words, whose ends are the hardest to see."""
    if not draw.held_out and draw.chance(0.12):
        return _long_place(draw)
    kind = draw.random.random()
    if kind < 0.3:
        return draw.random.choice(PLACES)
    if kind < 0.44:
        return draw.random.choice(TWO_WORD_PLACES)
    name = made_up(draw).capitalize()
    if draw.chance(0.2):
        return f"{draw.random.choice(PLACE_BEGINNINGS)} {name}"
    if draw.chance(0.12):
        return f"{name} {draw.random.choice(PLACE_ENDINGS)}"
    return f"{name} {draw.random.choice(PLACE_MIDDLES)} {made_up(draw).capitalize()}" if draw.chance(0.06) else name


def _long_place(draw: Draw) -> str:
    """A place of three words, such as "Kolatrind am Osde" or "Red Bear Lake"."""
    if draw.chance(0.3):
        return f"{draw.random.choice(ADJECTIVES)} {noun(draw)} {draw.random.choice(PLACE_ENDINGS)}".title()
    first = noun(draw) if draw.chance(0.3) else made_up(draw)
    return f"{first.capitalize()} {draw.random.choice(PLACE_MIDDLES)} {made_up(draw).capitalize()}"


def person(draw: Draw) -> str:
    first = draw.random.choice(PEOPLE) if draw.chance(0.5) else made_up(draw, 2, 3).capitalize()
    return f"{first} {made_up(draw, 2, 3).capitalize()}" if draw.chance(0.2) else first


def noun(draw: Draw) -> str:
    return draw.random.choice(NOUNS) if draw.chance(0.8) else made_up(draw)


def phrase(draw: Draw) -> str:
    """One to three words, such as "green lamp"."""
    words = [draw.random.choice(ADJECTIVES)] if draw.chance(0.4) else []
    words += [noun(draw) for _ in range(draw.random.choice((1, 1, 2)))]
    return " ".join(words)


def errand(draw: Draw) -> str:
    """Something to do, such as "feed the old cat of Nina"."""
    what = f"{draw.random.choice(('the', 'the', 'a', 'my', 'some', 'two', 'our'))} {phrase(draw)}"
    tail = draw.random.choice(
        ("", "", "", f" for {person(draw)}", f" with {person(draw)}", f" in {place(draw)}", f" and the {noun(draw)}")
    )
    return f"{draw.random.choice(DOINGS)} {what}{tail}"


def saying(draw: Draw) -> str:
    """A short statement, such as "the train is late"."""
    kind = draw.random.randrange(5)
    if kind == 0:
        return f"the {noun(draw)} is {draw.random.choice(ADJECTIVES)}"
    if kind == 1:
        return f"I will be in {place(draw)} {draw.random.choice(('soon', 'today', 'tomorrow', 'next week', 'at noon'))}"
    if kind == 2:
        return " ".join(noun(draw) for _ in range(draw.random.randint(2, 5)))
    if kind == 3:
        return f"{person(draw)} has the {phrase(draw)}"
    return errand(draw)
