"""Stand-in for annotated_types: constraints as metadata of Annotated."""

from dataclasses import dataclass
from typing import Any, Callable, Optional


class BaseMetadata:
    __slots__ = ()


class GroupedMetadata:
    def __iter__(self):
        raise NotImplementedError


def _bound(name):
    def __init__(self, value):
        object.__setattr__(self, name, value)

    def __repr__(self):
        return f"{type(self).__name__}({name}={getattr(self, name)!r})"

    def __eq__(self, other):
        return type(self) is type(other) and getattr(self, name) == getattr(other, name)

    def __hash__(self):
        return hash((type(self), repr(getattr(self, name))))

    members = {"__init__": __init__, "__repr__": __repr__, "__eq__": __eq__, "__hash__": __hash__, "constraint": name}
    return members


Gt = type("Gt", (BaseMetadata,), _bound("gt"))
Ge = type("Ge", (BaseMetadata,), _bound("ge"))
Lt = type("Lt", (BaseMetadata,), _bound("lt"))
Le = type("Le", (BaseMetadata,), _bound("le"))
MultipleOf = type("MultipleOf", (BaseMetadata,), _bound("multiple_of"))
MinLen = type("MinLen", (BaseMetadata,), _bound("min_length"))
MaxLen = type("MaxLen", (BaseMetadata,), _bound("max_length"))


@dataclass(frozen=True)
class Interval(GroupedMetadata):
    gt: Any = None
    ge: Any = None
    lt: Any = None
    le: Any = None

    def __iter__(self):
        for cls, value in ((Gt, self.gt), (Ge, self.ge), (Lt, self.lt), (Le, self.le)):
            if value is not None:
                yield cls(value)


@dataclass(frozen=True)
class Len(GroupedMetadata):
    min_length: int = 0
    max_length: Optional[int] = None

    def __iter__(self):
        if self.min_length > 0:
            yield MinLen(self.min_length)
        if self.max_length is not None:
            yield MaxLen(self.max_length)


@dataclass(frozen=True)
class Timezone(BaseMetadata):
    tz: Any


@dataclass(frozen=True)
class Unit(BaseMetadata):
    unit: str


@dataclass(frozen=True)
class Predicate(BaseMetadata):
    func: Callable[[Any], bool]


@dataclass
class Not:
    func: Callable[[Any], bool]

    def __call__(self, value):
        return not self.func(value)


@dataclass(frozen=True)
class DocInfo:
    documentation: str


def doc(documentation):
    return DocInfo(documentation)
