"""URLs and e-mail addresses."""

import re
from typing import Annotated
from urllib.parse import quote, urlsplit

from ._errors import Invalid, Line, fail
from ._nodes import LAX, Node

_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443, "ftp": 21}
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.\-]*:", re.ASCII)
_NEEDS_HOST = {"http", "https", "ws", "wss", "ftp"}


class UrlConstraints:
    def __init__(self, max_length=None, allowed_schemes=None, host_required=None, default_host=None, default_port=None, default_path=None, preserve_empty_path=None):
        self.max_length = max_length
        self.allowed_schemes = allowed_schemes
        self.host_required = host_required
        self.default_port = default_port

    def __pydantic_apply__(self, node, ctx):
        for name in ("max_length", "allowed_schemes", "host_required"):
            if getattr(self, name) is not None:
                setattr(node, name, getattr(self, name))
        return node


def _problem(text):
    if not text:
        return "input is empty"
    if not _SCHEME.match(text):
        return "relative URL without a base"
    return None


def normalize(text):
    """The parts of a URL in the form in which URLs are compared."""
    text = text.strip()
    problem = _problem(text)
    if problem:
        raise ValueError(problem)
    scheme, rest = text.split(":", 1)
    scheme = scheme.lower()
    if scheme in _NEEDS_HOST:
        rest = "//" + rest.replace("\\", "/").lstrip("/")
    parts = urlsplit(f"{scheme}:{rest}", allow_fragments=True)
    try:
        host, port = parts.hostname, parts.port
    except ValueError:
        raise ValueError("invalid port number") from None
    if scheme in _NEEDS_HOST and not host:
        raise ValueError("empty host")
    if host and (" " in host or any(c in host for c in "<>^|%")):
        raise ValueError("invalid international domain name")
    return scheme, parts, host, port


class AnyUrl:
    _schemes = None
    _host = False
    _max = None

    def __init__(self, url):
        node = self.__pydantic_node__(None)
        if isinstance(url, AnyUrl):
            url = str(url)
        from ._errors import ValidationError
        from ._nodes import State

        try:
            found = node.validate(url, State())
        except Invalid as error:
            raise ValidationError(type(self).__name__, error.lines) from None
        self.__dict__.update(found.__dict__)

    @classmethod
    def _make(cls, text):
        scheme, parts, host, port = normalize(text)
        made = cls.__new__(cls)
        path = quote(parts.path, safe="/%:@!$&'()*+,;=-._~") or None
        if scheme in _NEEDS_HOST and not path:
            path = "/"
        if host:
            try:
                host = host if host.isascii() else host.encode("idna").decode()
            except UnicodeError:
                raise ValueError("invalid international domain name") from None
        shown = port if port is not None and port != _PORTS.get(scheme) else None
        login = ""
        if parts.username or parts.password:
            login = (parts.username or "") + (f":{parts.password}" if parts.password else "") + "@"
        place = f"//{login}{'[' + host + ']' if host and ':' in host else host or ''}{f':{shown}' if shown is not None else ''}" if parts.netloc or scheme in _NEEDS_HOST else ("//" if f"{text}".split(":", 1)[1].startswith("//") else "")
        query = f"?{quote(parts.query, safe=_QUERY)}" if parts.query or "?" in text.split("#")[0] else ""
        fragment = f"#{quote(parts.fragment, safe=_QUERY)}" if parts.fragment else ""
        made.__dict__.update(
            scheme=scheme,
            username=parts.username,
            password=parts.password,
            host=host,
            port=port if port is not None else _PORTS.get(scheme),
            path=path,
            query=parts.query or None,
            fragment=parts.fragment or None,
            _text=f"{scheme}:{place}{path or ''}{query}{fragment}",
        )
        return made

    @classmethod
    def build(cls, *, scheme, username=None, password=None, host, port=None, path=None, query=None, fragment=None):
        login = f"{username or ''}{f':{password}' if password else ''}@" if username or password else ""
        return cls(f"{scheme}://{login}{host}{f':{port}' if port else ''}{'/' + path.lstrip('/') if path else ''}{f'?{query}' if query else ''}{f'#{fragment}' if fragment else ''}")

    def query_params(self):
        from urllib.parse import parse_qsl

        return parse_qsl(self.query or "", keep_blank_values=True)

    def unicode_string(self):
        return self._text

    def unicode_host(self):
        return self.host

    def encoded_string(self):
        return self._text

    def __str__(self):
        return self._text

    def __repr__(self):
        return f"{type(self).__name__}({self._text!r})"

    def __eq__(self, other):
        return type(self) is type(other) and self._text == other._text

    def __lt__(self, other):
        return self._text < other._text

    def __hash__(self):
        return hash(self._text)

    def __len__(self):
        return len(self._text)

    def __pydantic_dump__(self, ds):
        return self._text if ds.json else self

    @classmethod
    def __pydantic_node__(cls, ctx):
        return _UrlNode(cls)


_QUERY = "/?:@!$&'()*+,;=-._~%[]{}|^`\\"


class _UrlNode(Node):
    def __init__(self, cls):
        self.cls = cls
        self.label = "function-wrap[wrap_val()]"
        self.allowed_schemes = cls._schemes
        self.host_required = cls._host
        self.max_length = cls._max

    def validate(self, value, st):
        if isinstance(value, self.cls):
            return value
        if isinstance(value, AnyUrl):
            value = str(value)
        if not isinstance(value, str):
            raise fail("url_type", value)
        st.lower(LAX)
        if self.max_length is not None and len(value) > self.max_length:
            raise fail("url_too_long", value, max_length=self.max_length)
        try:
            found = self.cls._make(value)
        except ValueError as error:
            raise fail("url_parsing", value, error=str(error)) from None
        if self.allowed_schemes and found.scheme not in self.allowed_schemes:
            shown = [repr(s) for s in self.allowed_schemes]
            text = shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} or {shown[-1]}"
            raise fail("url_scheme", value, expected_schemes=text)
        if self.host_required and not found.host:
            raise fail("url_parsing", value, error="empty host")
        return found

    def accepts(self, value):
        return isinstance(value, self.cls)

    def schema(self, g):
        found = {"type": "string", "format": "uri", "minLength": 1}
        if self.max_length is not None:
            found["maxLength"] = self.max_length
        return found


class AnyHttpUrl(AnyUrl):
    _schemes = ["http", "https"]
    _host = True


class HttpUrl(AnyHttpUrl):
    _max = 2083


class FileUrl(AnyUrl):
    _schemes = ["file"]


class FtpUrl(AnyUrl):
    _schemes = ["ftp"]


class WebsocketUrl(AnyUrl):
    _schemes = ["ws", "wss"]


class AnyWebsocketUrl(WebsocketUrl):
    pass


class PostgresDsn(AnyUrl):
    _schemes = ["postgres", "postgresql", "postgresql+asyncpg", "postgresql+pg8000", "postgresql+psycopg", "postgresql+psycopg2", "postgresql+psycopg2cffi", "postgresql+py-postgresql", "postgresql+pygresql"]
    _host = True


class RedisDsn(AnyUrl):
    _schemes = ["redis", "rediss"]


class MongoDsn(AnyUrl):
    _schemes = ["mongodb", "mongodb+srv"]


_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~\-\u0080-\U0010ffff]+")
_LABEL = re.compile(r"[A-Za-z0-9\u0080-\U0010ffff](?:[A-Za-z0-9\u0080-\U0010ffff\-]*[A-Za-z0-9\u0080-\U0010ffff])?")
_PRETTY = re.compile(r'\s*(?:([^<>"]*)|"([^"]*)")\s*<([^<>]+)>\s*')


def check_email(text):
    """The normalized address; raises ValueError with the reason."""
    if "@" not in text:
        raise ValueError("An email address must have an @-sign.")
    local, domain = text.rsplit("@", 1)
    if not local:
        raise ValueError("There must be something before the @-sign.")
    if not domain:
        raise ValueError("There must be something after the @-sign.")
    if len(text) > 254:
        raise ValueError("The email address is too long.")
    if local.startswith("."):
        raise ValueError("An email address cannot start with a period.")
    if local.endswith("."):
        raise ValueError("An email address cannot have a period immediately before the @-sign.")
    if ".." in local:
        raise ValueError("An email address cannot have two periods in a row.")
    if not _EMAIL.fullmatch(local):
        bad = sorted({c for c in local if not _EMAIL.fullmatch(c)})
        shown = ", ".join("SPACE" if c == " " else repr(c) for c in bad)
        raise ValueError(f"The email address contains invalid characters before the @-sign: {shown}.")
    if domain.startswith("."):
        raise ValueError("An email address cannot have a period immediately after the @-sign.")
    if domain.endswith("."):
        raise ValueError("An email address cannot end with a period.")
    if ".." in domain:
        raise ValueError("An email address cannot have two periods in a row.")
    if "." not in domain:
        raise ValueError("The part after the @-sign is not valid. It should have a period.")
    for label in domain.split("."):
        if not _LABEL.fullmatch(label):
            if label.startswith("-"):
                raise ValueError("An email address cannot have a hyphen immediately after the @-sign." if domain.startswith("-") else "An email address cannot have a period and a hyphen next to each other.")
            bad = sorted({c for c in label if not re.fullmatch(r"[A-Za-z0-9\-\u0080-\U0010ffff]", c)})
            shown = ", ".join("SPACE" if c == " " else repr(c) for c in bad)
            raise ValueError(f"The part after the @-sign contains invalid characters: {shown}.")
    return f"{local}@{domain.lower()}"


def validate_email(value):
    name = None
    match = _PRETTY.fullmatch(value)
    if match:
        name = (match.group(1) or match.group(2) or "").strip() or None
        value = match.group(3)
    from ._errors import PydanticCustomError

    try:
        email = check_email(value.strip())
    except ValueError as error:
        raise PydanticCustomError("value_error", "value is not a valid email address: {reason}", {"reason": str(error)}) from None
    return name or email.split("@")[0], email


class _EmailNode(Node):
    label = "function-after[_validate(), str]"

    def __init__(self, named=False):
        self.named = named

    def validate(self, value, st):
        if self.named and isinstance(value, NameEmail):
            return value
        if not isinstance(value, str):
            raise fail("string_type", value)
        if self.named:
            from ._errors import PydanticCustomError, from_exception

            try:
                return NameEmail(*validate_email(value))
            except PydanticCustomError as error:
                raise from_exception(error, value) from None
        try:
            email = check_email(value.strip())
        except ValueError as error:
            raise Invalid([Line("value_error", value, {"reason": str(error)}, msg=f"value is not a valid email address: {error}", custom=True)]) from None
        return email

    def accepts(self, value):
        return isinstance(value, NameEmail if self.named else str)

    def schema(self, g):
        return {"type": "string", "format": "name-email" if self.named else "email"}


class EmailStr(str):
    @classmethod
    def __pydantic_node__(cls, ctx):
        return _EmailNode()


class NameEmail:
    def __init__(self, name, email):
        self.name = name
        self.email = email

    def __eq__(self, other):
        return isinstance(other, NameEmail) and (self.name, self.email) == (other.name, other.email)

    def __str__(self):
        return f"{self.name} <{self.email}>"

    def __repr__(self):
        return f"NameEmail(name={self.name!r}, email={self.email!r})"

    def __pydantic_dump__(self, ds):
        return str(self) if ds.json else self

    @classmethod
    def __pydantic_node__(cls, ctx):
        return _EmailNode(True)


class IPvAnyAddress:
    @classmethod
    def __pydantic_node__(cls, ctx):
        import ipaddress

        from ._scalars import Parsed

        def parse(value):
            try:
                return ipaddress.ip_address(value)
            except ValueError:
                raise fail("ip_any_address", value) from None

        return Parsed((ipaddress.IPv4Address, ipaddress.IPv6Address), {"type": "string", "format": "ipvanyaddress"}, "ip", parse)


_ = Annotated
