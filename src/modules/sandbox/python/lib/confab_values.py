"""Results as JSON: what Python tools return becomes values that the server can store."""

import base64
import collections
import dataclasses
import datetime
import decimal
import enum
import json
import math
import pathlib
import types
import uuid
from collections import abc

_LIMIT = 400


def to_value(value, depth=0):
    """A JSON value; unknown objects become text, as in a reply of the model."""
    kind = type(value)
    if value is None or kind is str or kind is bool or kind is int:
        return value
    if kind is float:
        return value if math.isfinite(value) else None
    if depth > _LIMIT:
        raise ValueError("Circular reference detected")
    encode = _known(value)
    if encode is not None:
        return encode(value, depth + 1)
    return _by_method(value, depth + 1)


def _by_method(value, depth):
    for name in ("model_dump", "to_dict", "_asdict", "isoformat", "tolist", "item"):
        method = getattr(value, name, None)
        if callable(method) and not isinstance(value, type):
            try:
                return to_value(method(), depth)
            except TypeError:
                continue
    return str(value)


def _known(value):
    for kinds, encode in _ENCODERS:
        if isinstance(value, kinds):
            return encode
    if hasattr(value, "get_secret_value"):
        return lambda v, depth: to_value(v.get_secret_value(), depth)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return lambda v, depth: {f.name: to_value(getattr(v, f.name, None), depth) for f in dataclasses.fields(v)}
    return None


def _key(key):
    if isinstance(key, enum.Enum):
        key = key.value
    if isinstance(key, str):
        return str.__str__(key)
    if key is None or isinstance(key, (bool, int, float)):
        return json.dumps(key)
    return str(key)


def text_of_bytes(value):
    try:
        return bytes(value).decode()
    except UnicodeDecodeError:
        return base64.b64encode(bytes(value)).decode()


_ENCODERS = (
    (enum.Enum, lambda v, depth: to_value(v.value, depth)),
    (bool, lambda v, depth: bool(v)),
    (str, lambda v, depth: str.__str__(v)),
    (int, lambda v, depth: int(v)),
    (float, lambda v, depth: to_value(float(v))),
    (abc.Mapping, lambda v, depth: {_key(k): to_value(x, depth) for k, x in v.items()}),
    (tuple, lambda v, depth: [to_value(x, depth) for x in v] if not hasattr(v, "_asdict") else to_value(v._asdict(), depth)),
    ((list, set, frozenset, collections.deque, abc.KeysView, abc.ValuesView, abc.ItemsView, range, types.GeneratorType, map, filter, zip), lambda v, depth: [to_value(x, depth) for x in v]),
    ((datetime.datetime, datetime.date, datetime.time), lambda v, depth: v.isoformat()),
    (datetime.timedelta, lambda v, depth: v.total_seconds()),
    (decimal.Decimal, lambda v, depth: _decimal(v)),
    ((uuid.UUID, pathlib.PurePath), lambda v, depth: str(v)),
    ((bytes, bytearray, memoryview), lambda v, depth: text_of_bytes(v)),
    (BaseException, lambda v, depth: str(v)),
)


def _decimal(value):
    if not value.is_finite():
        return None
    return int(value) if value.as_tuple().exponent >= 0 else float(value)


def to_text(value):
    """JSON text in ASCII, so that lone surrogates pass."""
    return json.dumps(to_value(value), ensure_ascii=True, allow_nan=False)
