"""URL, Headers, Request and Response of httpx."""

import datetime
import json as _json
from collections.abc import MutableMapping
from http import HTTPStatus
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit

import confab_http as wire
from requests.cookies import RequestsCookieJar, extract, header_for

from ._exceptions import DecodingError, HTTPStatusError, InvalidURL, ResponseNotRead, StreamConsumed, translated

_SAFE = "!#$%&'()*+,/:;=?@[]~-._"


class QueryParams:
    def __init__(self, value=None, **kwargs):
        value = value if value is not None else kwargs
        if isinstance(value, (str, bytes)):
            self._list = parse_qsl(value if isinstance(value, str) else value.decode(), keep_blank_values=True)
        elif isinstance(value, QueryParams):
            self._list = list(value._list)
        else:
            self._list = [(str(k), _text(v)) for k, v in _pairs(value)]

    def get(self, key, default=None):
        return dict(reversed(self._list)).get(key, default)

    def __getitem__(self, key):
        return dict(reversed(self._list))[key]

    def keys(self):
        return dict(self._list).keys()

    def items(self):
        return dict(reversed(self._list)).items()

    def multi_items(self):
        return list(self._list)

    def merge(self, params):
        other = QueryParams(params)
        names = {k for k, _ in other._list}
        return QueryParams([(k, v) for k, v in self._list if k not in names] + other._list)

    def __iter__(self):
        return iter(dict(self._list))

    def __bool__(self):
        return bool(self._list)

    def __str__(self):
        return urlencode(self._list)


def _pairs(value):
    for key, item in value.items() if hasattr(value, "items") else value:
        for one in item if isinstance(item, (list, tuple)) else [item]:
            yield key, one


def _text(value):
    return "true" if value is True else "false" if value is False else "" if value is None else str(value)


class URL:
    def __init__(self, url="", params=None, **kwargs):
        self._text = str(url)
        if params:
            self._text = str(self.copy_merge_params(params))
        self._parts = urlsplit(self._text)

    scheme = property(lambda self: self._parts.scheme)
    host = property(lambda self: self._parts.hostname or "")
    path = property(lambda self: self._parts.path or "/")
    fragment = property(lambda self: self._parts.fragment)
    query = property(lambda self: self._parts.query.encode())
    params = property(lambda self: QueryParams(self._parts.query))
    netloc = property(lambda self: self._parts.netloc.encode())
    is_absolute_url = property(lambda self: bool(self._parts.scheme and self._parts.netloc))

    @property
    def port(self):
        return self._parts.port

    def join(self, url):
        return URL(urljoin(self._text, str(url)))

    def copy_merge_params(self, params):
        parts = urlsplit(self._text)
        query = str(QueryParams(parts.query).merge(params))
        return parts._replace(query=query).geturl()

    def copy_with(self, **changes):
        return URL(self._parts._replace(**{k: v for k, v in changes.items() if k in self._parts._fields}).geturl())

    def __str__(self):
        return self._text

    def __repr__(self):
        return f"URL({self._text!r})"

    def __eq__(self, other):
        return self._text == str(other)

    def __hash__(self):
        return hash(self._text)


class Headers(MutableMapping):
    def __init__(self, headers=None, encoding=None):
        pairs = headers._list if isinstance(headers, Headers) else headers.items() if hasattr(headers, "items") else headers or []
        self._list = [(_str(k), _str(v)) for k, v in pairs]

    def __getitem__(self, name):
        found = self.get_list(name)
        if not found:
            raise KeyError(name)
        return ", ".join(found)

    def __setitem__(self, name, value):
        place = next((i for i, (k, _) in enumerate(self._list) if k.lower() == name.lower()), None)
        self._list = [(k, v) for k, v in self._list if k.lower() != name.lower()]
        self._list.insert(len(self._list) if place is None else place, (_str(name), _str(value)))

    def __delitem__(self, name):
        if name not in self:
            raise KeyError(name)
        self._list = [(k, v) for k, v in self._list if k.lower() != name.lower()]

    def __contains__(self, name):
        return any(k.lower() == str(name).lower() for k, _ in self._list)

    def __iter__(self):
        return iter({k.lower(): None for k, _ in self._list})

    def __len__(self):
        return len({k.lower() for k, _ in self._list})

    def get_list(self, name, split_commas=False):
        return [v for k, v in self._list if k.lower() == str(name).lower()]

    def multi_items(self):
        return [(k.lower(), v) for k, v in self._list]

    @property
    def raw(self):
        return [(k.encode(), v.encode()) for k, v in self._list]

    def update(self, headers=None):
        for name, value in Headers(headers)._list:
            self[name] = value

    def copy(self):
        return Headers(self)

    def __repr__(self):
        return f"Headers({dict(self.items())!r})"


def _str(value):
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


class Request:
    def __init__(self, method, url, *, params=None, headers=None, cookies=None, content=None, data=None, files=None, json=None, stream=None, extensions=None):
        self.method = (method.decode() if isinstance(method, bytes) else method).upper()
        self.url = url if isinstance(url, URL) and not params else URL(url, params=params)
        self.headers = Headers(headers)
        self.extensions = extensions or {}
        self.content, kind = _body(content, data, files, json)
        if kind and "content-type" not in self.headers:
            self.headers["Content-Type"] = kind
        if cookies and "cookie" not in self.headers:
            found = header_for(cookies, str(self.url)) if isinstance(cookies, RequestsCookieJar) else "; ".join(f"{k}={v}" for k, v in dict(cookies).items())
            if found:
                self.headers["Cookie"] = found

    def read(self):
        return self.content

    async def aread(self):
        return self.content

    def __repr__(self):
        return f"<Request({self.method!r}, {str(self.url)!r})>"


def _body(content, data, files, json):
    if content is not None:
        return (content if hasattr(content, "__aiter__") else wire.to_bytes(content)), None
    if isinstance(data, (str, bytes)):
        return wire.to_bytes(data), None
    if files:
        return wire.multipart(data, files)
    if data:
        return urlencode([(k, _text(v)) for k, v in _pairs(data)]).encode(), "application/x-www-form-urlencoded"
    if json is not None:
        return _json.dumps(json, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8", "surrogatepass"), "application/json"
    return b"", None


class Response:
    def __init__(self, status_code, *, headers=None, content=None, text=None, html=None, json=None, stream=None, request=None, extensions=None, history=None, default_encoding="utf-8"):
        self.status_code = status_code
        self.headers = Headers(headers)
        self._request = request
        self.history = history or []
        self.extensions = extensions or {}
        self.default_encoding = default_encoding
        self._reply = None
        self._encoding = None
        self.is_closed = True
        self.is_stream_consumed = False
        self.elapsed = datetime.timedelta(0)
        self.cookies = RequestsCookieJar()
        body = wire.to_bytes(content)
        for value, kind in ((text, "text/plain; charset=utf-8"), (html, "text/html; charset=utf-8")):
            if value is not None:
                body = value.encode()
                self.headers.setdefault("Content-Type", kind)
        if json is not None:
            body = _json.dumps(json).encode()
            self.headers.setdefault("Content-Type", "application/json")
        self._content = body if body is not None else b""

    @classmethod
    def of(cls, reply, request):
        made = cls(reply.status, headers=reply.headers, request=request)
        made._reply = reply
        made._reason = reply.reason
        made._url = reply.url
        made._content = None if reply.stream is not None else getattr(reply, "body", b"")
        made.is_closed = reply.stream is None
        made.elapsed = datetime.timedelta(seconds=reply.elapsed)
        extract(made.cookies, reply.url or str(request.url), reply.headers)
        return made

    _reason = ""
    _url = None

    @property
    def request(self):
        if self._request is None:
            raise RuntimeError("The request instance has not been set on this response.")
        return self._request

    @property
    def url(self):
        return URL(self._url) if self._url else self.request.url

    @property
    def reason_phrase(self):
        if self._reason:
            return self._reason
        try:
            return HTTPStatus(self.status_code).phrase
        except ValueError:
            return ""

    http_version = "HTTP/1.1"

    @property
    def content(self):
        if self._content is None:
            raise ResponseNotRead()
        return self._content

    @property
    def encoding(self):
        return self._encoding or wire.charset_of(self.headers.get("content-type")) or self.default_encoding

    @encoding.setter
    def encoding(self, value):
        self._encoding = value

    charset_encoding = encoding

    @property
    def text(self):
        try:
            return self.content.decode(self.encoding, "replace")
        except LookupError:
            return self.content.decode("utf-8", "replace")

    def json(self, **kwargs):
        return _json.loads(self.content, **kwargs)

    is_informational = property(lambda self: 100 <= self.status_code < 200)
    is_success = property(lambda self: 200 <= self.status_code < 300)
    is_redirect = property(lambda self: 300 <= self.status_code < 400)
    is_client_error = property(lambda self: 400 <= self.status_code < 500)
    is_server_error = property(lambda self: 500 <= self.status_code < 600)
    is_error = property(lambda self: 400 <= self.status_code < 600)
    has_redirect_location = property(lambda self: self.is_redirect and "location" in self.headers)

    def raise_for_status(self):
        if self._request is None:
            raise RuntimeError("Cannot call `raise_for_status` as the request instance has not been set on this response.")
        if self.is_success:
            return self
        kinds = {1: "Informational response", 3: "Redirect response", 4: "Client error", 5: "Server error"}
        kind = kinds.get(self.status_code // 100, "Invalid status code")
        text = f"{kind} '{self.status_code} {self.reason_phrase}' for url '{self.url}'"
        if self.has_redirect_location:
            text += f"\nRedirect location: '{self.headers['location']}'"
        text += f"\nFor more information check: https://developer.mozilla.org/en-US/docs/Web/HTTP/Status/{self.status_code}"
        raise HTTPStatusError(text, request=self.request, response=self)

    # --- reading

    def _begin(self):
        if self.is_stream_consumed:
            raise StreamConsumed("Attempted to read or stream some content, but the content has already been streamed.")
        self.is_stream_consumed = True

    def read(self):
        if self._content is None:
            self._content = b"".join(self.iter_bytes())
        return self._content

    async def aread(self):
        if self._content is None:
            self._content = b"".join([part async for part in self.aiter_bytes()])
        return self._content

    def iter_bytes(self, chunk_size=None):
        if self._content is not None:
            yield from _sized(self._content, chunk_size)
            return
        self._begin()
        try:
            for part in self._reply.chunks():
                yield from _sized(part, chunk_size)
        except wire.HostError as error:
            raise translated(error, self._request) from None

    async def aiter_bytes(self, chunk_size=None):
        if self._content is not None:
            for part in _sized(self._content, chunk_size):
                yield part
            return
        self._begin()
        try:
            async for part in self._reply.achunks():
                for piece in _sized(part, chunk_size):
                    yield piece
        except wire.HostError as error:
            raise translated(error, self._request) from None

    iter_raw = iter_bytes
    aiter_raw = aiter_bytes

    def iter_text(self, chunk_size=None):
        decode = _decoder(self.encoding)
        for part in self.iter_bytes(chunk_size):
            text = decode(part)
            if text:
                yield text

    async def aiter_text(self, chunk_size=None):
        decode = _decoder(self.encoding)
        async for part in self.aiter_bytes(chunk_size):
            text = decode(part)
            if text:
                yield text

    def iter_lines(self):
        yield from wire.lines_of(self.iter_text())

    async def aiter_lines(self):
        rest = ""
        async for part in self.aiter_text():
            *lines, rest = (rest + part).replace("\r\n", "\n").split("\n")
            for line in lines:
                yield line
        if rest:
            yield rest

    def close(self):
        self.is_closed = True
        if self._reply is not None:
            self._reply.close()

    async def aclose(self):
        self.close()

    @property
    def num_bytes_downloaded(self):
        return len(self._content or b"")

    def __repr__(self):
        return f"<Response [{self.status_code} {self.reason_phrase}]>"


def _sized(data, size):
    if not size:
        if data:
            yield data
        return
    for start in range(0, len(data), size):
        yield data[start : start + size]


def _decoder(encoding):
    import codecs

    return codecs.getincrementaldecoder(encoding)(errors="replace").decode


Cookies = RequestsCookieJar
_ = (quote, InvalidURL, DecodingError)
