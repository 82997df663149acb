"""Serialization: Python values and JSON values of what models hold."""

import base64
import collections
import dataclasses
import datetime as dt
import decimal
import enum
import ipaddress
import json
import pathlib
import re
import uuid
from collections import abc
from contextlib import contextmanager

from ._errors import PydanticSerializationError
from ._times import iso_delta

_PLAIN = (str, int, float, bool, type(None))


def iso(value):
    text = value.isoformat()
    return text[:-6] + "Z" if text.endswith("+00:00") else text


class DumpState:
    """What one run of `model_dump` was asked for."""

    def __init__(self, json=False, include=None, exclude=None, **options):
        self.json = json
        self.include = include
        self.exclude = exclude
        self.by_alias = options.pop("by_alias", None)
        self.exclude_unset = options.pop("exclude_unset", False)
        self.exclude_defaults = options.pop("exclude_defaults", False)
        self.exclude_none = options.pop("exclude_none", False)
        self.exclude_computed_fields = options.pop("exclude_computed_fields", False)
        self.round_trip = options.pop("round_trip", False)
        self.as_any = options.pop("serialize_as_any", False)
        self.context = options.pop("context", None)
        self.fallback = options.pop("fallback", None)
        self.inf_nan = options.pop("inf_nan", None)
        self.encoders = options.pop("encoders", None)
        self.seen = set()

    @property
    def mode(self):
        return "json" if self.json else "python"

    def mode_is_json(self):
        return self.json

    def at(self, key):
        if self.include is None and self.exclude is None:
            return self
        other = DumpState.__new__(DumpState)
        other.__dict__.update(self.__dict__)
        other.include = _deeper(self.include, key)
        other.exclude = _deeper(self.exclude, key)
        if other.exclude is True:
            other.exclude = None
        return other

    def plain(self):
        """Without include and exclude, which are for the outer value only."""
        return self if self.include is None and self.exclude is None else self.at(object())

    def wanted(self, key):
        if self.exclude is not None and _names(self.exclude, key) is True:
            return False
        return self.include is None or bool(_names(self.include, key))

    @contextmanager
    def nest(self, value):
        mark = id(value)
        if mark in self.seen:
            raise ValueError("Circular reference detected (id repeated)")
        self.seen.add(mark)
        try:
            yield
        finally:
            self.seen.discard(mark)

    def key(self, name):
        """A key of a JSON object."""
        if isinstance(name, str):
            return name.value if isinstance(name, enum.Enum) else name
        if name is None:
            return "None"
        if isinstance(name, bool):
            return "true" if name else "false"
        found = self.infer(name)
        if isinstance(found, (list, tuple)):
            return ",".join(str(item) for item in found)
        return found if isinstance(found, str) else str(found)

    def infer(self, value):
        """By the type of the value alone."""
        kind = type(value)
        if kind in _PLAIN:
            return value
        if hasattr(kind, "__pydantic_fields__") or hasattr(kind, "__pydantic_dump__"):
            return kind.__pydantic_dump__(value, self)
        if isinstance(value, enum.Enum):
            return self.infer(value.value) if self.json else value
        if isinstance(value, abc.Mapping):
            return self._mapping(value)
        if isinstance(value, (list, tuple, set, frozenset, collections.deque)):
            return self._items(value)
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            return self._dataclass(value)
        return self._scalar(value) if self.json else self._python(value)

    def _mapping(self, value):
        with self.nest(value):
            entries = [(k, v) for k, v in value.items() if self.wanted(k) and not (v is None and self.exclude_none)]
            return {(self.key(k) if self.json else k): self.at(k).infer(v) for k, v in entries}

    def _items(self, value):
        with self.nest(value):
            found = [self.at(i).infer(v) for i, v in enumerate(value) if self.wanted(i)]
        if self.json or isinstance(value, list):
            return found
        if isinstance(value, tuple) and hasattr(value, "_fields"):
            return type(value)(*found)
        return type(value)(found)

    def _dataclass(self, value):
        with self.nest(value):
            return {f.name: self.at(f.name).infer(getattr(value, f.name)) for f in dataclasses.fields(value) if self.wanted(f.name)}

    def _python(self, value):
        if isinstance(value, abc.Generator):
            return [self.infer(v) for v in value]
        if self.fallback and not isinstance(value, (dt.date, dt.time, dt.timedelta, bytes, decimal.Decimal, uuid.UUID, pathlib.PurePath)):
            return self.fallback(value)
        return value

    def _scalar(self, value):
        for kind, encode in (self.encoders or {}).items():
            if isinstance(value, kind):
                return self.infer(encode(value))
        for kinds, encode in _JSON:
            if isinstance(value, kinds):
                return encode(value)
        if isinstance(value, abc.Generator):
            return [self.infer(v) for v in value]
        if self.fallback:
            return self.infer(self.fallback(value))
        raise PydanticSerializationError(f"Unable to serialize unknown type: {type(value)}")


def _bytes(value):
    try:
        return bytes(value).decode()
    except UnicodeDecodeError as error:
        raise PydanticSerializationError(f"invalid utf-8 sequence of 1 bytes from index {error.start}") from None


_JSON = (
    (bool, bool),
    (str, lambda v: str.__str__(v)),
    (int, int),
    (float, float),
    ((dt.datetime, dt.time), iso),
    (dt.date, lambda v: v.isoformat()),
    (dt.timedelta, iso_delta),
    ((bytes, bytearray, memoryview), _bytes),
    (decimal.Decimal, str),
    ((uuid.UUID, pathlib.PurePath), str),
    (
        (
            *(ipaddress.IPv4Address, ipaddress.IPv6Address, ipaddress.IPv4Network, ipaddress.IPv6Network),
            *(ipaddress.IPv4Interface, ipaddress.IPv6Interface),
        ),
        str,
    ),
    (re.Pattern, lambda v: v.pattern),
    (complex, str),
)


def _deeper(spec, key):
    if spec is None:
        return None
    found = _names(spec, key)
    return found if found not in (True, False, ...) else None


def _names(spec, key):
    """What a set or mapping of include/exclude has for a key: False, True or what is inside."""
    if isinstance(spec, abc.Mapping):
        found = spec.get(key, spec.get("__all__", False))
        return True if found is ... or found is True else found
    return key in spec or "__all__" in spec


def to_jsonable(value, *, fallback=None, by_alias=True, exclude_none=False, **options):
    return DumpState(json=True, by_alias=by_alias, exclude_none=exclude_none, fallback=fallback, **options).infer(value)


def finite(value):
    """JSON has no NaN and no infinity: null."""
    if isinstance(value, float):
        return value if value == value and value not in (float("inf"), float("-inf")) else None
    if isinstance(value, dict):
        return {k: finite(v) for k, v in value.items()}
    if isinstance(value, list):
        return [finite(v) for v in value]
    return value


def to_text(value, indent=None, ensure_ascii=False):
    separators = (",", ":") if indent is None else None
    return json.dumps(finite(value), indent=indent, separators=separators, ensure_ascii=ensure_ascii)


_ = base64
