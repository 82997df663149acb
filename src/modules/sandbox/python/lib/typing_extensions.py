"""Names of typing_extensions: those that typing of this Python has."""

import typing
from typing import *  # noqa: F403
from typing import (  # noqa: F401
    Annotated,
    Any,
    Callable,
    ClassVar,
    Concatenate,
    Final,
    ForwardRef,
    Generic,
    Literal,
    LiteralString,
    NamedTuple,
    Never,
    NotRequired,
    ParamSpec,
    Protocol,
    Required,
    Self,
    TypedDict,
    TypeGuard,
    TypeVar,
    TypeVarTuple,
    Union,
    Unpack,
    assert_never,
    assert_type,
    clear_overloads,
    dataclass_transform,
    final,
    get_args,
    get_origin,
    get_overloads,
    get_type_hints,
    is_typeddict,
    overload,
    override,
    reveal_type,
    runtime_checkable,
)

for _name in ("TypeAliasType", "TypeIs", "ReadOnly", "NoDefault", "get_protocol_members", "is_protocol", "evaluate_forward_ref", "TypeAlias", "NewType"):
    if hasattr(typing, _name):
        globals()[_name] = getattr(typing, _name)


def deprecated(message, /, *, category=DeprecationWarning, stacklevel=1):
    """Marks a class or function; the message stays readable on it."""

    def decorate(target):
        target.__deprecated__ = message
        return target

    return decorate


class Doc:
    def __init__(self, documentation, /):
        self.documentation = documentation
