"""Grammars of JSON numbers, bounded ones included.

Numbers have at most 40 digits before the point and 20 after (as many as the shortest text of any float has that is
written without an exponent), and an exponent that cannot overflow, since a reader would turn what overflows into
infinity, which JSON does not have.
"""

from __future__ import annotations

from decimal import Decimal

from .grammar import DIGIT, EMPTY, NOTHING, Literal, Node, chars, choice, optional, repeat, sequence

MOST_DIGITS = 40
_FRACTION = 20
_NONZERO = chars(("1", "9"))
_EXPONENTS = choice(
    repeat(DIGIT, 1, 2), sequence(chars("12"), repeat(DIGIT, 2, 2)), sequence(Literal("30"), chars(("0", "7")))
)
_LARGEST = Literal("1.7976931348623157")
_ENUMERABLE = 512


def integer() -> Node:
    """Any integer."""
    return sequence(optional(Literal("-")), _natural())


def number() -> Node:
    """Any number."""
    point = sequence(Literal("."), repeat(DIGIT, 1, _FRACTION))
    plus = optional(Literal("+"))
    plain = sequence(_natural(), optional(point), optional(sequence(chars("eE"), _small_exponent())))
    large = sequence(_NONZERO, optional(point), chars("eE"), plus, _EXPONENTS)
    below = sequence(Literal("1"), optional(sequence(Literal("."), chars(("0", "6")), _more())))
    largest = sequence(choice(below, _LARGEST), chars("eE"), plus, Literal("308"))
    return sequence(optional(Literal("-")), choice(plain, large, largest))


def _small_exponent() -> Node:
    return choice(sequence(optional(Literal("+")), repeat(DIGIT, 1, 2)), sequence(Literal("-"), repeat(DIGIT, 1, 3)))


def _natural() -> Node:
    return choice(Literal("0"), sequence(_NONZERO, repeat(DIGIT, 0, MOST_DIGITS - 1)))


def integers(low: int | None, high: int | None, step: int = 1) -> Node | None:
    """The multiples of step among the integers from low to high; None if they cannot be expressed."""
    if step == 1:
        return between(low, high)
    if low is None and high is None:
        return _multiples(step)
    if low is not None and high is not None and (high - low) // step <= _ENUMERABLE:
        first = -(-low // step) * step
        return choice(*(Literal(str(value)) for value in range(first, high + 1, step)))
    return None


def _multiples(step: int) -> Node | None:
    """Integers divisible by a step whose multiples are told by their last digits: divisors of 10, 100 and 1000."""
    for digits in (1, 2, 3):
        if 10**digits % step == 0:
            endings = choice(*(Literal(f"{value:0{digits}d}") for value in range(0, 10**digits, step)))
            short = choice(*(Literal(str(value)) for value in range(0, 10**digits, step)))
            long = sequence(_NONZERO, repeat(DIGIT, 0, MOST_DIGITS - 1 - digits), endings)
            return sequence(optional(Literal("-")), choice(short, long))
    return None


def between(low: int | None, high: int | None) -> Node:
    """The integers from low to high (None: no bound)."""
    options: list[Node] = []
    if low is None or low < 0:
        smallest = 1 if high is None or high >= 0 else -high
        largest = None if low is None else -low
        options.append(sequence(Literal("-"), _naturals(smallest, largest)))
    if high is None or high >= 0:
        options.append(_naturals(max(low or 0, 0), high))
    return choice(*options)


def _naturals(low: int, high: int | None) -> Node:
    """The integers from low to high, both 0 or more."""
    if high is None:
        high = 10 ** max(MOST_DIGITS, len(str(low)) + 1) - 1
    if low > high:
        return NOTHING
    options: list[Node] = []
    whole: list[int] = []
    for length in range(len(str(low)), len(str(high)) + 1):
        first = 0 if length == 1 else 10 ** (length - 1)
        last = 10**length - 1
        if length > 1 and low <= first and last <= high:
            whole.append(length - 1)
        else:
            digits = _same_length(str(max(low, first)), str(min(high, last)))
            options.append(digits)
    if whole:
        options.append(sequence(_NONZERO, repeat(DIGIT, whole[0], whole[-1])))
    return choice(*options)


def _same_length(low: str, high: str) -> Node:
    """The digit strings from low to high, which are equally long."""
    if not low:
        return EMPTY
    if set(low) == {"0"} and set(high) == {"9"}:
        return repeat(DIGIT, len(low), len(low))
    if low[0] == high[0]:
        return sequence(Literal(low[0]), _same_length(low[1:], high[1:]))
    rest = len(low) - 1
    first, last = int(low[0]), int(high[0])
    options: list[Node] = []
    if set(low[1:]) - {"0"}:
        options.append(sequence(Literal(low[0]), _same_length(low[1:], "9" * rest)))
        first += 1
    if set(high[1:]) - {"9"}:
        options.append(sequence(Literal(high[0]), _same_length("0" * rest, high[1:])))
        last -= 1
    if first <= last:
        options.append(sequence(chars((str(first), str(last))), repeat(DIGIT, rest, rest)))
    return choice(*options)


def numbers(low: Decimal | None, high: Decimal | None, *, above: bool = False, below: bool = False) -> Node:
    """The decimal numbers from low to high; above and below leave the bound itself out."""
    options: list[Node] = []
    if low is None or low < 0:
        smallest, without = (Decimal(0), False) if high is None or high >= 0 else (-high, below)
        if high == 0 and below:
            without = True
        largest = None if low is None else -low
        options.append(sequence(Literal("-"), _positive(smallest, largest, without, above)))
    if high is None or high > 0 or (high == 0 and not below and (low is None or low <= 0)):
        start, without = (low, above) if low is not None and low >= 0 else (Decimal(0), False)
        options.append(_positive(start, high, without, below))
    return choice(*options)


def _positive(low: Decimal, high: Decimal | None, above: bool, below: bool) -> Node:
    """Numbers from low to high, both 0 or more: by their whole part, and at the ends by their fraction."""
    floor, start = _parts(low)
    options: list[Node] = []
    if high is None:
        options.append(sequence(Literal(str(floor)), _fraction_from(start, above)))
        options.append(sequence(_naturals(floor + 1, None), _any_fraction()))
        options.append(_scientific(max(len(str(floor)), 1), "+"))
        if low == 0:
            options.append(_scientific(5, "-"))
        return choice(*options)
    ceiling, end = _parts(high)
    if low > high or (low == high and (above or below)):
        return NOTHING
    if floor == ceiling:
        options.append(sequence(Literal(str(floor)), _fraction_between(start, end, above, below)))
    else:
        options.append(sequence(Literal(str(floor)), _fraction_from(start, above)))
        options.append(sequence(_naturals(floor + 1, ceiling - 1), _any_fraction()))
        options.append(sequence(Literal(str(ceiling)), _fraction_to(end, below)))
    if low == 0 and high > 0:
        options.append(_scientific(max(5, 2 - high.adjusted()), "-"))
    return choice(*options)


def _scientific(least: int, sign: str) -> Node:
    """Numbers such as 1.5e-07 whose exponent is at least so many, as programs write very small and large ones."""
    point = sequence(Literal("."), repeat(DIGIT, 1, _FRACTION))
    exponent = between(least, 300)
    if least < 10:
        exponent = choice(exponent, sequence(Literal("0"), chars((str(least), "9"))))
    mark = Literal("-") if sign == "-" else optional(Literal("+"))
    return sequence(_NONZERO, optional(point), chars("eE"), mark, exponent)


def _parts(value: Decimal) -> tuple[int, str]:
    """The whole part and the digits of the fraction, without zeros at the end."""
    whole, _, fraction = format(value, "f").partition(".")
    return int(whole), fraction.rstrip("0")


def _any_fraction() -> Node:
    return optional(sequence(Literal("."), repeat(DIGIT, 1, _FRACTION)))


def _more() -> Node:
    return repeat(DIGIT, 0, _FRACTION)


def _zeros() -> Node:
    return repeat(chars("0"), 0, _FRACTION)


def _fraction_from(digits: str, above: bool) -> Node:
    """Fractions of at least these digits; the point may be missing where that means nothing less."""
    node = sequence(Literal("."), _digits_from(digits, above))
    return node if digits or above else optional(node)


def _digits_from(digits: str, above: bool) -> Node:
    if not digits:
        return sequence(_zeros(), _NONZERO, _more()) if above else sequence(DIGIT, _more())
    larger = sequence(chars((chr(ord(digits[0]) + 1), "9")), _more()) if digits[0] != "9" else NOTHING
    if len(digits) == 1:
        equal = sequence(_zeros(), _NONZERO, _more()) if above else _more()
    else:
        equal = _digits_from(digits[1:], above)
    return choice(larger, sequence(Literal(digits[0]), equal))


def _fraction_to(digits: str, below: bool) -> Node:
    """Fractions of at most these digits."""
    if not digits:
        return NOTHING if below else optional(sequence(Literal("."), repeat(chars("0"), 1, _FRACTION)))
    return optional(sequence(Literal("."), _digits_to(digits, below)))


def _digits_to(digits: str, below: bool) -> Node:
    smaller = sequence(chars(("0", chr(ord(digits[0]) - 1))), _more()) if digits[0] != "0" else NOTHING
    if len(digits) == 1:
        equal = NOTHING if below else sequence(Literal(digits[0]), _zeros())
        return choice(smaller, equal)
    return choice(smaller, sequence(Literal(digits[0]), optional(_digits_to(digits[1:], below))))


def _fraction_between(low: str, high: str, above: bool, below: bool) -> Node:
    """Fractions from low to high, where low is less than high, or equal to it and both are allowed."""
    node = sequence(Literal("."), _digits_between(low, high, above, below))
    return node if low or above else optional(node)


def _digits_between(low: str, high: str, above: bool, below: bool) -> Node:
    if not high:
        return NOTHING if above or below else repeat(chars("0"), 1, _FRACTION)
    first, last = low[:1] or "0", high[0]
    if first == last:
        rest = _rest_between(low[1:], high[1:], above, below)
        return sequence(Literal(first), rest)
    options: list[Node] = []
    if low[1:]:
        options.append(sequence(Literal(first), _digits_from(low[1:], above)))
    elif above:
        options.append(sequence(Literal(first), _zeros(), _NONZERO, _more()))
    else:
        options.append(sequence(Literal(first), _more()))
    if int(last) - int(first) > 1:
        options.append(sequence(chars((chr(ord(first) + 1), chr(ord(last) - 1))), _more()))
    if high[1:]:
        options.append(sequence(Literal(last), optional(_digits_to(high[1:], below))))
    elif not below:
        options.append(sequence(Literal(last), _zeros()))
    return choice(*options)


def _rest_between(low: str, high: str, above: bool, below: bool) -> Node:
    """What may follow equal digits: nothing more, unless that would be less than low."""
    if not high:
        return NOTHING if above or below else _zeros()
    node = _digits_between(low, high, above, below)
    return node if low or above else optional(node)
