"""Validators of scalars: text, numbers, dates, ids, addresses."""

import datetime
import decimal
import ipaddress
import math
import pathlib
import re
import uuid

from ._errors import fail
from ._nodes import LAX, STRICT, Node

_TRUE = {"1", "on", "t", "true", "y", "yes"}
_FALSE = {"0", "off", "f", "false", "n", "no"}
_INT = re.compile(r"[+-]?\d+(_\d+)*(\.0*)?", re.ASCII)
_FLOAT = re.compile(r"[+-]?(\d+(_\d+)*\.?\d*(_\d+)*|\.\d+)([eE][+-]?\d+)?|[+-]?(inf|infinity|nan)", re.ASCII | re.I)


class Str(Node):
    label = "str"
    min_length = max_length = pattern = None
    strip = upper = lower = False
    from_numbers = False

    def validate(self, value, st):
        text = value if type(value) is str else self._text(value, st)
        if self.strip:
            text = text.strip()
        if self.min_length is not None and len(text) < self.min_length:
            raise fail("string_too_short", value, min_length=self.min_length)
        if self.max_length is not None and len(text) > self.max_length:
            raise fail("string_too_long", value, max_length=self.max_length)
        if self.pattern is not None and not self._matches(text):
            shown = self.pattern if isinstance(self.pattern, str) else self.pattern.pattern
            raise fail("string_pattern_mismatch", value, pattern=shown)
        if self.upper:
            text = text.upper()
        if self.lower:
            text = text.lower()
        return text

    def _matches(self, text):
        compiled = self.pattern if not isinstance(self.pattern, str) else re.compile(self.pattern)
        return compiled.search(text) is not None

    def _text(self, value, st):
        if isinstance(value, str):
            st.lower(STRICT)
            plain = value.value if hasattr(value, "_value_") and isinstance(value.value, str) else value
            return str.__str__(plain)
        if not self.is_strict(st):
            if isinstance(value, (bytes, bytearray)):
                st.lower(LAX)
                try:
                    return bytes(value).decode()
                except UnicodeDecodeError:
                    raise fail("string_unicode", value) from None
            if hasattr(value, "_value_") and isinstance(value._value_, str):
                st.lower(LAX)
                return str.__str__(value._value_)
            if self.from_numbers and isinstance(value, (int, float, decimal.Decimal)) and not isinstance(value, bool):
                st.lower(LAX)
                return str(value)
        raise fail("string_type", value)

    def accepts(self, value):
        return isinstance(value, str)

    def schema(self, g):
        found = {"type": "string"}
        if self.min_length is not None:
            found["minLength"] = self.min_length
        if self.max_length is not None:
            found["maxLength"] = self.max_length
        if self.pattern is not None:
            found["pattern"] = self.pattern if isinstance(self.pattern, str) else self.pattern.pattern
        return found


class Bytes(Node):
    label = "bytes"
    min_length = max_length = None

    def validate(self, value, st):
        if isinstance(value, bytes):
            data = value
        elif isinstance(value, bytearray) and not self.is_strict(st):
            st.lower(LAX)
            data = bytes(value)
        elif isinstance(value, str) and (not self.is_strict(st) or st.json):
            st.lower(LAX)
            data = value.encode("utf-8", "surrogatepass")
        else:
            raise fail("bytes_type", value)
        if self.min_length is not None and len(data) < self.min_length:
            raise fail("bytes_too_short", value, min_length=self.min_length)
        if self.max_length is not None and len(data) > self.max_length:
            raise fail("bytes_too_long", value, max_length=self.max_length)
        return data

    def accepts(self, value):
        return isinstance(value, (bytes, bytearray))

    def schema(self, g):
        found = {"type": "string", "format": "binary"}
        if self.min_length is not None:
            found["minLength"] = self.min_length
        if self.max_length is not None:
            found["maxLength"] = self.max_length
        return found


class Bool(Node):
    label = "bool"

    def validate(self, value, st):
        if value is True or value is False:
            return value
        if not self.is_strict(st):
            st.lower(LAX)
            if isinstance(value, (str, bytes, bytearray)):
                return self._word(value)
            if isinstance(value, (int, float, decimal.Decimal)):
                if value == 1:
                    return True
                if value == 0:
                    return False
                whole = isinstance(value, int) or (math.isfinite(value) and value == int(value))
                raise fail("bool_parsing" if whole else "bool_type", value)
        raise fail("bool_type", value)

    def _word(self, value):
        try:
            text = (value if isinstance(value, str) else bytes(value).decode()).lower()
        except UnicodeDecodeError:
            raise fail("bool_type", value) from None
        if text not in _TRUE and text not in _FALSE:
            raise fail("bool_parsing", value)
        return text in _TRUE

    def accepts(self, value):
        return isinstance(value, bool)

    def schema(self, g):
        return {"type": "boolean"}


class Bounded(Node):
    """Comparisons of numbers, dates and times."""

    gt = ge = lt = le = multiple_of = None

    def bounds(self, value, source):
        for name, kind, holds in _BOUNDS:
            limit = getattr(self, name)
            if limit is None:
                continue
            try:
                fits = holds(value, limit)
            except TypeError:
                fits = False
            if not fits:
                raise fail(kind, source, **{name: self.shown(limit)})
        if self.multiple_of is not None and not _is_multiple(value, self.multiple_of):
            raise fail("multiple_of", source, multiple_of=self.multiple_of)

    def shown(self, limit):
        return limit

    def bounds_schema(self, found, g):
        for name, key in (("ge", "minimum"), ("gt", "exclusiveMinimum"), ("le", "maximum"), ("lt", "exclusiveMaximum"), ("multiple_of", "multipleOf")):
            limit = getattr(self, name)
            if limit is not None:
                found[key] = g.jsonable(limit)
        return found


_BOUNDS = (
    ("ge", "greater_than_equal", lambda v, x: v >= x),
    ("gt", "greater_than", lambda v, x: v > x),
    ("le", "less_than_equal", lambda v, x: v <= x),
    ("lt", "less_than", lambda v, x: v < x),
)


def _is_multiple(value, unit):
    if isinstance(value, float) or isinstance(unit, float):
        rest = math.fmod(value, unit)
        threshold = value / 1e9
        return abs(rest) <= abs(threshold) or abs(abs(rest) - abs(unit)) <= abs(threshold)
    return value % unit == 0


class Int(Bounded):
    label = "int"

    def validate(self, value, st):
        found = value if type(value) is int else self._int(value, st)
        self.bounds(found, value)
        return found

    def _int(self, value, st):
        strict = self.is_strict(st)
        if isinstance(value, bool):
            if strict:
                raise fail("int_type", value)
            st.lower(LAX)
            return int(value)
        if isinstance(value, int):
            st.lower(STRICT)
            return int(value)
        if strict:
            raise fail("int_type", value)
        st.lower(LAX)
        if isinstance(value, (float, decimal.Decimal)):
            if not math.isfinite(value):
                raise fail("finite_number", value)
            if value != int(value):
                raise fail("int_from_float", value)
            return int(value)
        if isinstance(value, (str, bytes, bytearray)):
            return self._parse(value)
        if hasattr(value, "_value_") and isinstance(value._value_, int):
            return int(value._value_)
        raise fail("int_type", value)

    def _parse(self, value):
        try:
            text = (value if isinstance(value, str) else bytes(value).decode()).strip()
        except UnicodeDecodeError:
            raise fail("int_parsing", value) from None
        if len(text) > 4300:
            raise fail("int_parsing_size", value)
        if not _INT.fullmatch(text):
            raise fail("int_parsing", value)
        return int(text.split(".")[0])

    def accepts(self, value):
        return isinstance(value, int) and not isinstance(value, bool)

    def schema(self, g):
        return self.bounds_schema({"type": "integer"}, g)


class Float(Bounded):
    label = "float"
    finite = False

    def validate(self, value, st):
        found = value if type(value) is float else self._float(value, st)
        if self.finite and not math.isfinite(found):
            raise fail("finite_number", value)
        self.bounds(found, value)
        return found

    def _float(self, value, st):
        strict = self.is_strict(st)
        if isinstance(value, bool):
            if strict:
                raise fail("float_type", value)
            st.lower(LAX)
            return float(value)
        if isinstance(value, (int, float)):
            st.lower(STRICT)
            return float(value)
        if strict:
            raise fail("float_type", value)
        st.lower(LAX)
        if isinstance(value, decimal.Decimal) or hasattr(type(value), "__float__"):
            return float(value)
        if isinstance(value, (str, bytes, bytearray)):
            try:
                text = (value if isinstance(value, str) else bytes(value).decode()).strip()
                if _FLOAT.fullmatch(text):
                    return float(text)
            except ValueError:
                pass
            raise fail("float_parsing", value)
        raise fail("float_type", value)

    def accepts(self, value):
        return isinstance(value, (int, float)) and not isinstance(value, bool)

    def schema(self, g):
        return self.bounds_schema({"type": "number"}, g)


class Complex(Node):
    label = "complex"

    def validate(self, value, st):
        if isinstance(value, (int, float, complex)) and not isinstance(value, bool):
            return complex(value)
        if isinstance(value, str) and not self.is_strict(st):
            st.lower(LAX)
            try:
                return complex(value)
            except ValueError:
                raise fail("complex_str_parsing", value) from None
        raise fail("complex_type", value)


class Decimal(Bounded):
    label = "decimal"
    max_digits = decimal_places = None
    finite = True

    def validate(self, value, st):
        found = self._decimal(value, st)
        if self.finite and not found.is_finite():
            raise fail("finite_number", value)
        if found.is_finite():
            self._digits(found, value)
        self.bounds(found, value)
        return found

    def _decimal(self, value, st):
        if isinstance(value, decimal.Decimal):
            return value
        if self.is_strict(st) and not st.json:
            raise fail("is_instance_of", value, **{"class": "Decimal"})
        st.lower(LAX)
        if isinstance(value, bool) or not isinstance(value, (int, float, str)):
            raise fail("decimal_type", value)
        try:
            return decimal.Decimal(str(value).strip())
        except decimal.InvalidOperation:
            raise fail("decimal_parsing", value) from None

    def _digits(self, found, value):
        if self.max_digits is None and self.decimal_places is None:
            return
        _, digits, exponent = found.normalize().as_tuple()
        places = max(0, -exponent)
        count = len(digits) + exponent if exponent >= 0 else max(len(digits), places)
        if self.max_digits is not None and count > self.max_digits:
            raise fail("decimal_max_digits", value, max_digits=self.max_digits)
        if self.decimal_places is not None and places > self.decimal_places:
            raise fail("decimal_max_places", value, decimal_places=self.decimal_places)
        if self.max_digits is not None and self.decimal_places is not None:
            whole = self.max_digits - self.decimal_places
            if count - places > whole:
                raise fail("decimal_whole_digits", value, whole_digits=whole)

    def accepts(self, value):
        return isinstance(value, decimal.Decimal)

    def schema(self, g):
        text = {"type": "string"}
        if g.mode == "serialization":
            return {**text, "pattern": _DECIMAL_PATTERN}
        number = self.bounds_schema({"type": "number"}, g)
        return {"anyOf": [number, {**text, "pattern": _decimal_pattern(self)}]}


_DECIMAL_PATTERN = r"^(?!^[-+.]*$)[+-]?0*\d*\.?\d*$"


def _decimal_pattern(node):
    digits, places = node.max_digits, node.decimal_places
    if digits is None and places is None:
        return _DECIMAL_PATTERN
    if digits is None:
        return rf"^(?!^[-+.]*$)[+-]?0*\d*\.?\d{{0,{places}}}0*$"
    if places is None:
        return rf"^(?!^[-+.]*$)[+-]?0*(?:\d{{0,{digits}}}|(?=[\d.]{{1,{digits + 1}}}0*$)\d{{0,{digits}}}\.\d{{0,{digits}}}0*$)"
    whole = digits - places
    return rf"^(?!^[-+.]*$)[+-]?0*(?:\d{{0,{whole}}}|(?=[\d.]{{1,{digits + 1}}}0*$)\d{{0,{whole}}}\.\d{{0,{places}}}0*$)"


class Parsed(Node):
    """A type that is parsed from text: UUID, Path, IP addresses, patterns."""

    def __init__(self, cls, schema, label, parse, error="value_error"):
        self.cls = cls
        self._schema = schema
        self.label = label
        self.parse = parse
        self.error = error

    def validate(self, value, st):
        if isinstance(value, self.cls):
            return value
        if self.is_strict(st) and not st.json:
            raise fail("is_instance_of", value, **{"class": self.cls.__name__})
        st.lower(LAX)
        return self.parse(value)

    def accepts(self, value):
        return isinstance(value, self.cls)

    def schema(self, g):
        return dict(self._schema)


def _uuid(value):
    if isinstance(value, (bytes, bytearray)):
        try:
            return uuid.UUID(bytes=bytes(value)) if len(value) == 16 else uuid.UUID(bytes(value).decode())
        except ValueError:
            raise fail("uuid_parsing", value, error=f"invalid length: expected 16 bytes, found {len(value)}") from None
    if not isinstance(value, str):
        raise fail("uuid_type", value)
    try:
        return uuid.UUID(value)
    except ValueError:
        raise fail("uuid_parsing", value, error=_uuid_problem(value)) from None


def _uuid_problem(text):
    for index, char in enumerate(text):
        if char not in "0123456789abcdefABCDEF-":
            return f"invalid character: found `{char}` at {index + 1}"
    if "-" in text:
        groups = text.split("-")
        if len(groups) != 5:
            return f"invalid group count: expected 5, found {len(groups)}"
        for index, (group, size) in enumerate(zip(groups, (8, 4, 4, 4, 12))):
            if len(group) != size:
                return f"invalid group length in group {index}: expected {size}, found {len(group)}"
    return f"invalid length: expected length 32 for simple format, found {len(text)}"


class UuidNode(Parsed):
    version = None

    def __init__(self):
        super().__init__(uuid.UUID, {"type": "string", "format": "uuid"}, "uuid", _uuid)

    def validate(self, value, st):
        found = super().validate(value, st)
        if self.version is not None and found.version != self.version:
            raise fail("uuid_version", value, expected_version=self.version)
        return found

    def schema(self, g):
        return {"type": "string", "format": f"uuid{self.version or ''}"}


def _path(cls):
    def parse(value):
        if isinstance(value, str) or hasattr(value, "__fspath__"):
            try:
                return cls(value)
            except TypeError:
                pass
        raise fail("path_type", value, cls=cls)

    return parse


def _ip(kind, cls, maker):
    def parse(value):
        try:
            return maker(value)
        except ValueError:
            raise fail(kind, value) from None

    label = f"lax-or-strict[lax=function-plain[{kind}_validator()],strict=json-or-python[json=function-after[{cls.__name__}(), str],python=is-instance[{cls.__name__}]]]"
    return Parsed(cls, {"type": "string", "format": kind_format(cls)}, label, parse)


def kind_format(cls):
    return {
        "IPv4Address": "ipv4",
        "IPv6Address": "ipv6",
        "IPv4Network": "ipv4network",
        "IPv6Network": "ipv6network",
        "IPv4Interface": "ipv4interface",
        "IPv6Interface": "ipv6interface",
    }[cls.__name__]


def _pattern(value):
    if not isinstance(value, (str, bytes)):
        raise fail("pattern_type", value)
    try:
        return re.compile(value)
    except re.error:
        raise fail("pattern_regex", value) from None


def parsed_types():
    """Nodes by class, for types that need nothing but a parser."""
    paths = {
        cls: (lambda cls=cls: Parsed(cls, {"type": "string", "format": "path"}, "lax-or-strict[lax=union[json-or-python[json=function-after[path_validator(), str],python=is-instance[Path]],function-after[path_validator(), str]],strict=json-or-python[json=function-after[path_validator(), str],python=is-instance[Path]]]", _path(cls)))
        for cls in (pathlib.Path, pathlib.PurePath, pathlib.PosixPath, pathlib.PurePosixPath)
    }
    ips = {
        ipaddress.IPv4Address: lambda: _ip("ip_v4_address", ipaddress.IPv4Address, ipaddress.IPv4Address),
        ipaddress.IPv6Address: lambda: _ip("ip_v6_address", ipaddress.IPv6Address, ipaddress.IPv6Address),
    }
    return {
        **paths,
        **ips,
        uuid.UUID: UuidNode,
        re.Pattern: lambda: Parsed(re.Pattern, {"type": "string", "format": "regex"}, "function-plain[pattern_either_validator()]", _pattern),
    }


_ = datetime
