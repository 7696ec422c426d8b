"""Names and what they stand for: aliases, discovery of the package's own catalogs, entry points of other packages."""

from __future__ import annotations

import importlib
import importlib.metadata
import pkgutil
import re
import sys
import threading
import types
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Generic, TypeVar

from .errors import UnknownNameError

T = TypeVar("T")
# People write llama-3.1 for llama3.1.
_BEFORE_VERSION = re.compile(r"(?<=[a-z])-(?=\d)")


@lru_cache(maxsize=4096)
def fold(name: str) -> str:
    """The form in which names are compared: lower case, with - for _, blanks and +."""
    return name.strip().lower().replace("_", "-").replace(" ", "-").replace("+", "-")


class Registry(Generic[T]):
    """Objects by name, filled on first use.

    kind         what its objects are called in messages ("format").
    package      a package whose modules are imported on first use; each registers what it declares.
    entry_point  group of entry points whose objects are registered under the entry point's name, on first need.
    """

    def __init__(self, kind: str, *, package: str = "", entry_point: str = "") -> None:
        self.kind = kind
        self._package = package
        self._entry_point = entry_point
        self._objects: dict[str, T] = {}
        self._canonical: dict[str, str] = {}
        self._loaded = False
        self._loading: set[int] = set()
        self._adding = threading.Lock()

    def add(self, name: str, value: T, aliases: Iterable[str] = (), *, replace: bool = False) -> T:
        """Register an object under its name and aliases; a name that is taken raises ValueError unless replaced."""
        names = [fold(name), *map(fold, aliases)]
        for key in names:
            if not replace and self._canonical.get(key, name) != name:
                raise ValueError(f"{self.kind} name {key!r} is already used by {self._canonical[key]!r}.")
        if not replace and name in self._objects:
            raise ValueError(f"{self.kind} {name!r} is registered twice.")
        self._objects[name] = value
        self._canonical.update(dict.fromkeys(names, name))
        return value

    def get(self, name: str) -> T:
        """The object of a name or alias; raises UnknownNameError that offers the nearest names."""
        self._load()
        found = self._find(name)
        if found is None and self._load_entry_point(name):
            found = self._find(name)
        if found is None:
            raise UnknownNameError(self.kind, name, self._canonical, self.names())
        return self._objects[found]

    def __contains__(self, name: str) -> bool:
        self._load()
        return self._find(name) is not None

    def _find(self, name: str) -> str | None:
        folded = fold(name)
        return self._canonical.get(folded) or self._canonical.get(_BEFORE_VERSION.sub("", folded))

    def __iter__(self) -> Iterator[str]:
        return iter(self.names())

    def names(self) -> list[str]:
        """The canonical names, sorted; entry points of other packages included, without importing them."""
        self._load()
        return sorted({*self._objects, *(point.name for point in self._entry_points())})

    def items(self) -> list[tuple[str, T]]:
        """What is registered so far, by name; entry points of other packages that nobody has asked for are left out."""
        self._load()
        return list(self._objects.items())

    def aliases(self, name: str) -> list[str]:
        """The further names of an object, sorted."""
        self._load()
        return sorted(alias for alias, of in self._canonical.items() if of == name and alias != fold(name))

    def _load(self) -> None:
        me = threading.get_ident()
        # What is imported may ask for names itself. Other threads import too: that waits until a module is complete.
        if self._loaded or not self._package or me in self._loading:
            return
        self._loading.add(me)
        try:
            package = importlib.import_module(self._package)
            for module in pkgutil.iter_modules(package.__path__):
                importlib.import_module(f"{self._package}.{module.name}")
        finally:
            self._loading.discard(me)
        self._loaded = True

    def _entry_points(self) -> Iterable[importlib.metadata.EntryPoint]:
        return importlib.metadata.entry_points(group=self._entry_point) if self._entry_point else ()

    def _load_entry_point(self, name: str) -> bool:
        for point in self._entry_points():
            if fold(point.name) == fold(name):
                loaded: Callable[[], T] | T = point.load()
                value = loaded() if isinstance(loaded, type) else loaded
                with self._adding:
                    if point.name not in self._objects:
                        self.add(point.name, value)  # type: ignore[arg-type]
                return True
        return False


def callable_package(name: str, registry: Registry[T]) -> None:
    """Make a package answer a call with its registry's names: formats() beside formats.get_format()."""

    class NamesPackage(types.ModuleType):
        """A package that can be called for the names of what it holds."""

        def __call__(self) -> list[str]:
            return registry.names()

    sys.modules[name].__class__ = NamesPackage
