"""Types with limits, secrets and encoded values."""

import base64
import datetime
import decimal
import json
import pathlib
import re
import typing
import uuid
from typing import Annotated, Generic, TypeVar

import annotated_types as at

from ._errors import Invalid, Line, PydanticCustomError, fail
from ._functions import Discriminator, Strict, Tag
from ._nodes import LAX, Node
from ._scalars import Str
from .fields import Field, General

T = TypeVar("T")

StrictBool = Annotated[bool, Strict()]
StrictInt = Annotated[int, Strict()]
StrictFloat = Annotated[float, Strict()]
StrictStr = Annotated[str, Strict()]
StrictBytes = Annotated[bytes, Strict()]
PositiveInt = Annotated[int, at.Gt(0)]
NegativeInt = Annotated[int, at.Lt(0)]
NonPositiveInt = Annotated[int, at.Le(0)]
NonNegativeInt = Annotated[int, at.Ge(0)]
PositiveFloat = Annotated[float, at.Gt(0)]
NegativeFloat = Annotated[float, at.Lt(0)]
NonPositiveFloat = Annotated[float, at.Le(0)]
NonNegativeFloat = Annotated[float, at.Ge(0)]
FiniteFloat = Annotated[float, General(allow_inf_nan=False)]
OnErrorOmit = Annotated[T, at.BaseMetadata()]


class _Now:
    def __init__(self, op):
        self.op = op

    def __pydantic_apply__(self, node, ctx):
        if self.op in ("aware", "naive"):
            node.zone = self.op
        else:
            node.now_op = self.op
        return node


PastDate = Annotated[datetime.date, _Now("past")]
FutureDate = Annotated[datetime.date, _Now("future")]
PastDatetime = Annotated[datetime.datetime, _Now("past")]
FutureDatetime = Annotated[datetime.datetime, _Now("future")]
AwareDatetime = Annotated[datetime.datetime, _Now("aware")]
NaiveDatetime = Annotated[datetime.datetime, _Now("naive")]


class _UuidVersion:
    def __init__(self, version):
        self.version = version

    def __pydantic_apply__(self, node, ctx):
        node.version = self.version
        return node


UUID1 = Annotated[uuid.UUID, _UuidVersion(1)]
UUID3 = Annotated[uuid.UUID, _UuidVersion(3)]
UUID4 = Annotated[uuid.UUID, _UuidVersion(4)]
UUID5 = Annotated[uuid.UUID, _UuidVersion(5)]
UUID6 = Annotated[uuid.UUID, _UuidVersion(6)]
UUID7 = Annotated[uuid.UUID, _UuidVersion(7)]


class _PathKind:
    def __init__(self, kind):
        self.kind = kind

    def __pydantic_apply__(self, node, ctx):
        from ._nodes import Function, Serialized

        def call(value, st):
            if self.kind == "file" and not value.is_file():
                raise PydanticCustomError("path_not_file", "Path does not point to a file")
            if self.kind == "dir" and not value.is_dir():
                raise PydanticCustomError("path_not_directory", "Path does not point to a directory")
            if self.kind == "new" and value.exists():
                raise PydanticCustomError("path_exists", "Path already exists")
            return value

        form = {"file": "file-path", "dir": "directory-path", "new": "path"}[self.kind]
        return Serialized(Function("after", call, node), None, lambda inner, g: {"type": "string", "format": form})


FilePath = Annotated[pathlib.Path, _PathKind("file")]
DirectoryPath = Annotated[pathlib.Path, _PathKind("dir")]
NewPath = Annotated[pathlib.Path, _PathKind("new")]


def constr(*, strip_whitespace=None, to_upper=None, to_lower=None, strict=None, min_length=None, max_length=None, pattern=None, regex=None):
    limits = {"strip_whitespace": strip_whitespace, "to_upper": to_upper, "to_lower": to_lower, "pattern": pattern or regex}
    general = General(**{k: v for k, v in limits.items() if v is not None})
    return Annotated[(str, *_limits(strict, min_length=min_length, max_length=max_length), general)]


def _limits(strict, **limits):
    found = [Strict(strict)] if strict is not None else []
    classes = {"gt": at.Gt, "ge": at.Ge, "lt": at.Lt, "le": at.Le, "multiple_of": at.MultipleOf, "min_length": at.MinLen, "max_length": at.MaxLen}
    return found + [classes[k](v) for k, v in limits.items() if v is not None]


def conint(*, strict=None, gt=None, ge=None, lt=None, le=None, multiple_of=None):
    return Annotated[(int, *_limits(strict, gt=gt, ge=ge, lt=lt, le=le, multiple_of=multiple_of), at.BaseMetadata())]


def confloat(*, strict=None, gt=None, ge=None, lt=None, le=None, multiple_of=None, allow_inf_nan=None):
    more = [] if allow_inf_nan is None else [General(allow_inf_nan=allow_inf_nan)]
    return Annotated[(float, *_limits(strict, gt=gt, ge=ge, lt=lt, le=le, multiple_of=multiple_of), *more, at.BaseMetadata())]


def conbytes(*, min_length=None, max_length=None, strict=None):
    return Annotated[(bytes, *_limits(strict, min_length=min_length, max_length=max_length), at.BaseMetadata())]


def condecimal(*, strict=None, gt=None, ge=None, lt=None, le=None, multiple_of=None, max_digits=None, decimal_places=None, allow_inf_nan=None):
    general = {"max_digits": max_digits, "decimal_places": decimal_places, "allow_inf_nan": allow_inf_nan}
    return Annotated[(decimal.Decimal, *_limits(strict, gt=gt, ge=ge, lt=lt, le=le, multiple_of=multiple_of), General(**{k: v for k, v in general.items() if v is not None}))]


def condate(*, strict=None, gt=None, ge=None, lt=None, le=None):
    return Annotated[(datetime.date, *_limits(strict, gt=gt, ge=ge, lt=lt, le=le), at.BaseMetadata())]


def conlist(item_type, *, min_length=None, max_length=None, min_items=None, max_items=None, unique_items=None):
    return Annotated[(typing.List[item_type], *_limits(None, min_length=min_length if min_length is not None else min_items, max_length=max_length if max_length is not None else max_items), at.BaseMetadata())]


def conset(item_type, *, min_length=None, max_length=None):
    return Annotated[(typing.Set[item_type], *_limits(None, min_length=min_length, max_length=max_length), at.BaseMetadata())]


def confrozenset(item_type, *, min_length=None, max_length=None):
    return Annotated[(typing.FrozenSet[item_type], *_limits(None, min_length=min_length, max_length=max_length), at.BaseMetadata())]


class StringConstraints:
    def __init__(self, strip_whitespace=None, to_upper=None, to_lower=None, strict=None, min_length=None, max_length=None, pattern=None):
        limits = {"strip_whitespace": strip_whitespace, "to_upper": to_upper, "to_lower": to_lower, "strict": strict, "min_length": min_length, "max_length": max_length, "pattern": pattern}
        self.limits = {k: v for k, v in limits.items() if v is not None}

    def __pydantic_apply__(self, node, ctx):
        from ._build import constrain

        for name, value in self.limits.items():
            node = constrain(node, name, value)
        return node


class _SecretBase:
    def __init__(self, secret_value):
        self._secret_value = secret_value

    def get_secret_value(self):
        return self._secret_value

    def __eq__(self, other):
        return type(self) is type(other) and self._secret_value == other._secret_value

    def __hash__(self):
        return hash(self._secret_value)

    def _display(self):
        return "**********" if self._secret_value else ""

    def __str__(self):
        return str(self._display())

    def __repr__(self):
        return f"{type(self).__name__}({self._display()!r})"

    def __len__(self):
        return len(self._secret_value)

    def __pydantic_dump__(self, ds):
        return str(self) if ds.json else self


class _SecretNode(Node):
    min_length = max_length = None

    def __init__(self, cls, inner, schema):
        self.cls = cls
        self.inner = inner
        self._schema = schema
        self.label = cls.__name__

    def validate(self, value, st):
        if isinstance(value, self.cls):
            return value
        for name in ("min_length", "max_length"):
            if getattr(self, name) is not None:
                setattr(self.inner, name, getattr(self, name))
        return self.cls(self.inner.validate(value, st))

    def accepts(self, value):
        return isinstance(value, self.cls)

    def schema(self, g):
        found = dict(self._schema)
        if self.min_length is not None:
            found["minLength"] = self.min_length
        if self.max_length is not None:
            found["maxLength"] = self.max_length
        return found


class Secret(_SecretBase, Generic[T]):
    @classmethod
    def __pydantic_node__(cls, ctx):
        from ._nodes import AnyNode

        return _SecretNode(cls, AnyNode(), {"format": "password", "writeOnly": True})

    def __class_getitem__(cls, item):
        return type(cls.__name__, (cls,), {"_inner": item})


class SecretStr(_SecretBase):
    @classmethod
    def __pydantic_node__(cls, ctx):
        return _SecretNode(cls, Str(), {"type": "string", "format": "password", "writeOnly": True})


class SecretBytes(_SecretBase):
    def _display(self):
        return b"**********" if self._secret_value else b""

    @classmethod
    def __pydantic_node__(cls, ctx):
        from ._scalars import Bytes

        return _SecretNode(cls, Bytes(), {"type": "string", "format": "password", "writeOnly": True})


class _Json:
    """A JSON text that is parsed, and then validated by the type in brackets."""

    def __class_getitem__(cls, item):
        return Annotated[item, _JsonMark()]

    @classmethod
    def __pydantic_node__(cls, ctx):
        from ._nodes import AnyNode

        return _JsonNode(AnyNode())


Json = _Json


class _JsonMark:
    def __pydantic_apply__(self, node, ctx):
        return _JsonNode(node)


class _JsonNode(Node):
    def __init__(self, inner):
        self.inner = inner
        self.label = f"json[{inner.label}]"

    def validate(self, value, st):
        from .main import parse_json

        return self.inner.validate(parse_json(value), st)

    def dump(self, value, ds):
        if ds.round_trip:
            return json.dumps(ds.infer(value), separators=(",", ":"))
        return self.inner.dump(value, ds)

    def accepts(self, value):
        return self.inner.accepts(value)

    def schema(self, g):
        found = {"type": "string", "contentMediaType": "application/json"}
        inner = self.inner.schema(g)
        if inner:
            found["contentSchema"] = inner
        else:
            found["contentSchema"] = {}
        return found if g.mode == "validation" else inner


class _Encoded:
    def __init__(self, decode, encode, form):
        self.decode = decode
        self.encode = encode
        self.form = form

    def __pydantic_apply__(self, node, ctx):
        from ._nodes import Function, Serialized

        text = isinstance(node, Str)

        def call(value, st):
            try:
                data = self.decode(value.encode() if text else value)
            except ValueError as error:
                raise PydanticCustomError(f"{self.form}_decode", f"Base64 decoding error: '{{error}}'", {"error": str(error)}) from None
            return data.decode() if text else data

        def dump(value, ds, inner):
            data = self.encode(value.encode() if text else value)
            return data.decode() if text or ds.json else data

        return Serialized(Function("after", call, node), dump, lambda inner, g: {"type": "string", "format": self.form})


def _bytes64(data):
    return base64.encodebytes(data)


Base64Bytes = Annotated[bytes, _Encoded(base64.decodebytes, base64.encodebytes, "base64")]
Base64Str = Annotated[str, _Encoded(base64.decodebytes, base64.encodebytes, "base64")]
Base64UrlBytes = Annotated[bytes, _Encoded(base64.urlsafe_b64decode, base64.urlsafe_b64encode, "base64url")]
Base64UrlStr = Annotated[str, _Encoded(base64.urlsafe_b64decode, base64.urlsafe_b64encode, "base64url")]


class ByteSize(int):
    """`1.5 GiB` as a number of bytes."""

    _units = {"b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "tb": 10**12, "pb": 10**15, "kib": 2**10, "mib": 2**20, "gib": 2**30, "tib": 2**40, "pib": 2**50, "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12, "p": 10**15}

    @classmethod
    def __pydantic_node__(cls, ctx):
        return _ByteSizeNode()

    def human_readable(self, decimal=False, separator=""):
        divisor = 1000 if decimal else 1024
        units = ["B", "KB", "MB", "GB", "TB", "PB"] if decimal else ["B", "KiB", "MiB", "GiB", "TiB", "PiB"]
        number = float(self)
        for unit in units:
            if abs(number) < divisor:
                return f"{number:0.0f}{separator}{unit}" if unit == "B" else f"{number:0.1f}{separator}{unit}"
            number /= divisor
        return f"{number:0.1f}{separator}{'EB' if decimal else 'EiB'}"

    def to(self, unit):
        return self / self._units[unit.lower()]


class _ByteSizeNode(Node):
    label = "function-after[_validate(), union[constrained-str,constrained-int]]"

    def validate(self, value, st):
        if isinstance(value, bool) or not isinstance(value, (int, float, str)):
            raise Invalid([Line("byte_size", value, msg="could not parse value and unit from byte string", custom=True)])
        st.lower(LAX)
        if not isinstance(value, str):
            return ByteSize(int(value))
        match = re.fullmatch(r"\s*(\d*\.?\d+)\s*(\w+)?", value)
        if match is None:
            raise Invalid([Line("byte_size", value, msg="could not parse value and unit from byte string", custom=True)])
        unit = (match.group(2) or "b").lower()
        if unit not in ByteSize._units:
            raise Invalid([Line("byte_size_unit", value, {"unit": match.group(2)}, msg=f"could not interpret byte unit: {match.group(2)}", custom=True)])
        return ByteSize(int(float(match.group(1)) * ByteSize._units[unit]))

    def schema(self, g):
        return {"anyOf": [{"type": "string", "pattern": "^\\s*(\\d*\\.?\\d+)\\s*(\\w+)?"}, {"type": "integer", "minimum": 0}]}


class PaymentCardNumber(str):
    pass


_ = (Discriminator, Tag, Field, fail)
