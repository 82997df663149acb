"""Stand-in for aiohttp's client: ClientSession over the HTTP client of the server. There is no server part and no websocket."""

import asyncio
import json as _json
from collections.abc import Mapping
from http.cookies import SimpleCookie
from types import SimpleNamespace
from urllib.parse import urljoin

import confab_http as wire
from requests.cookies import RequestsCookieJar, Trail, header_for
from requests.structures import CaseInsensitiveDict

from . import client_exceptions
from .client_exceptions import *  # noqa: F403
from .client_exceptions import ClientResponseError, ContentTypeError, translated

__version__ = "3.12.15"
http_exceptions = client_exceptions


class ClientTimeout:
    def __init__(self, total=None, connect=None, sock_read=None, sock_connect=None, ceil_threshold=5):
        self.total = total
        self.connect = connect
        self.sock_read = sock_read
        self.sock_connect = sock_connect


DEFAULT_TIMEOUT = ClientTimeout(total=300)


class BasicAuth:
    def __init__(self, login, password="", encoding="latin1"):
        self.login = login
        self.password = password

    def encode(self):
        return wire.basic(self.login, self.password)


class TCPConnector:
    """Accepted and without effect: connections are the server's."""

    def __init__(self, *args, **kwargs):
        self.closed = False

    async def close(self):
        self.closed = True


UnixConnector = BaseConnector = TCPConnector


class DummyCookieJar(RequestsCookieJar):
    pass


class CookieJar(RequestsCookieJar):
    def __init__(self, *args, **kwargs):
        super().__init__()

    def update_cookies(self, cookies, response_url=None):
        self.update(dict(cookies))


class URLText(str):
    """A URL as text, with the properties of yarl's that tools read."""

    @property
    def _parts(self):
        from urllib.parse import urlsplit

        return urlsplit(self)

    host = property(lambda self: self._parts.hostname)
    scheme = property(lambda self: self._parts.scheme)
    port = property(lambda self: self._parts.port)
    path = property(lambda self: self._parts.path or "/")
    query_string = property(lambda self: self._parts.query)

    def human_repr(self):
        return str(self)


class FormData:
    def __init__(self, fields=(), quote_fields=True, charset=None, *, default_to_multipart=False):
        self.fields, self.files = [], []
        self.is_multipart = default_to_multipart
        for name, value in fields.items() if isinstance(fields, Mapping) else fields or ():
            self.add_field(name, value)

    def add_field(self, name, value, *, content_type=None, filename=None, content_transfer_encoding=None):
        if filename is not None or content_type is not None or hasattr(value, "read") or isinstance(value, (bytes, bytearray)):
            self.files.append((name, (filename or getattr(value, "name", None) or name, value, content_type)))
        else:
            self.fields.append((name, value))

    def add_fields(self, *fields):
        for field in fields:
            self.add_field(*field)

    def __call__(self):
        if self.files or self.is_multipart:
            return wire.multipart(self.fields, self.files)
        return wire.form(self.fields).encode(), "application/x-www-form-urlencoded"


class StreamReader:
    """`response.content`: the body in parts, lines or pieces."""

    def __init__(self, response):
        self._response = response
        self._rest = b""
        self._parts = None
        self._done = False

    async def _more(self):
        if self._parts is None:
            self._parts = self._response._pieces()
        try:
            self._rest += await self._parts.__anext__()
            return True
        except StopAsyncIteration:
            self._done = True
            return False

    def _take(self, size):
        found, self._rest = self._rest[:size], self._rest[size:]
        return found

    async def read(self, n=-1):
        while (n < 0 or not self._rest) and await self._more():
            pass
        return self._take(len(self._rest) if n < 0 else n)

    async def readany(self):
        if not self._rest:
            await self._more()
        return self._take(len(self._rest))

    async def readexactly(self, n):
        while len(self._rest) < n and await self._more():
            pass
        if len(self._rest) < n:
            raise asyncio.IncompleteReadError(self._rest, n)
        return self._take(n)

    async def readline(self):
        return await self.readuntil(b"\n")

    async def readuntil(self, separator=b"\n"):
        while separator not in self._rest and await self._more():
            pass
        place = self._rest.find(separator)
        return self._take(len(self._rest) if place < 0 else place + len(separator))

    def at_eof(self):
        return self._done and not self._rest

    async def iter_any(self):
        while True:
            part = await self.readany()
            if not part:
                return
            yield part

    async def iter_chunked(self, n):
        while True:
            part = await self.read(n)
            if not part:
                return
            yield part

    async def iter_chunks(self):
        async for part in self.iter_any():
            yield part, True

    async def __aiter__(self):
        while True:
            line = await self.readline()
            if not line:
                return
            yield line


class ClientResponse:
    def __init__(self, reply, method, url, headers):
        self._reply = reply
        self._body = None
        self.method = method
        self.status = reply.status
        self.reason = reply.reason
        self.url = self.real_url = URLText(reply.url or url)
        self.host = self.url.host
        self.headers = Multi(reply.headers)
        self.raw_headers = tuple((k.encode(), v.encode()) for k, v in reply.headers)
        self.request_info = SimpleNamespace(url=self.url, real_url=self.url, method=method, headers=headers)
        self.history = tuple(SimpleNamespace(status=h.status, url=URLText(h.url), headers=Multi(h.headers)) for h in reply.history)
        self.content = StreamReader(self)
        self.closed = False
        self.cookies = SimpleCookie()
        for name, value in reply.headers:
            if name.lower() == "set-cookie":
                try:
                    self.cookies.load(value)
                except Exception:
                    continue

    ok = property(lambda self: self.status < 400)
    content_length = property(lambda self: int(self.headers["content-length"]) if self.headers.get("content-length", "").isdigit() else None)

    @property
    def content_type(self):
        return (self.headers.get("content-type") or "application/octet-stream").split(";")[0].strip().lower()

    @property
    def charset(self):
        return wire.charset_of(self.headers.get("content-type"))

    def get_encoding(self):
        return self.charset or "utf-8"

    async def _pieces(self):
        if self._reply.stream is None:
            if getattr(self._reply, "body", b""):
                yield self._reply.body
            return
        try:
            async for part in self._reply.achunks():
                yield part
        except wire.HostError as error:
            raise translated(error, self.url) from None

    async def read(self):
        if self._body is None:
            self._body = await self.content.read()
        return self._body

    async def text(self, encoding=None, errors="strict"):
        data = await self.read()
        try:
            return data.decode(encoding or self.get_encoding(), errors)
        except LookupError:
            return data.decode("utf-8", errors)

    async def json(self, *, encoding=None, loads=_json.loads, content_type="application/json"):
        data = await self.read()
        kind = self.content_type
        if content_type and kind != content_type and not (content_type == "application/json" and kind.endswith("+json")):
            raise ContentTypeError(self.request_info, self.history, status=self.status, message=f"Attempt to decode JSON with unexpected mimetype: {self.headers.get('content-type', '')}", headers=self.headers)
        stripped = data.strip()
        return loads(stripped.decode(encoding or self.get_encoding())) if stripped else None

    def raise_for_status(self):
        if not self.ok:
            raise ClientResponseError(self.request_info, self.history, status=self.status, message=self.reason, headers=self.headers)

    def close(self):
        self.closed = True
        self._reply.close()

    release = close

    async def wait_for_close(self):
        self.close()

    async def __aenter__(self):
        return self

    async def __aexit__(self, *args):
        self.close()

    def __repr__(self):
        return f"<ClientResponse({self.url}) [{self.status} {self.reason}]>"


class Multi(CaseInsensitiveDict):
    """Headers; the first of several equal names wins, `getall` has them all."""

    def __init__(self, pairs=()):
        super().__init__()
        self._pairs = list(pairs.items() if isinstance(pairs, Mapping) else pairs)
        for name, value in self._pairs:
            if name not in self:
                self[name] = value

    def getall(self, name, default=None):
        found = [v for k, v in self._pairs if k.lower() == name.lower()]
        return found if found or default is None else default

    getone = CaseInsensitiveDict.__getitem__


class _Pending:
    """What `session.get()` gives: it is awaited, or entered with `async with`."""

    def __init__(self, run):
        self._run = run
        self._response = None

    def __await__(self):
        return self._run().__await__()

    async def __aenter__(self):
        self._response = await self._run()
        return self._response

    async def __aexit__(self, *args):
        if self._response is not None:
            self._response.close()


class ClientSession:
    def __init__(self, base_url=None, *, headers=None, cookies=None, auth=None, timeout=DEFAULT_TIMEOUT, raise_for_status=False, cookie_jar=None, json_serialize=_json.dumps, trust_env=False, connector=None, **_):
        self._base = str(base_url) if base_url else None
        self._headers = CaseInsensitiveDict(headers or {})
        self.cookie_jar = cookie_jar if cookie_jar is not None else CookieJar()
        self.cookie_jar.update(cookies or {})
        self._auth = auth
        self._timeout = timeout
        self._raise = raise_for_status
        self._serialize = json_serialize
        self.closed = False
        self.connector = connector

    headers = property(lambda self: self._headers)
    timeout = property(lambda self: self._timeout)

    def request(self, method, url, **options):
        return _Pending(lambda: self._request(method, url, **options))

    def get(self, url, *, allow_redirects=True, **options):
        return self.request("GET", url, allow_redirects=allow_redirects, **options)

    def head(self, url, *, allow_redirects=False, **options):
        return self.request("HEAD", url, allow_redirects=allow_redirects, **options)

    def options(self, url, **options):
        return self.request("OPTIONS", url, **options)

    def post(self, url, **options):
        return self.request("POST", url, **options)

    def put(self, url, **options):
        return self.request("PUT", url, **options)

    def patch(self, url, **options):
        return self.request("PATCH", url, **options)

    def delete(self, url, **options):
        return self.request("DELETE", url, **options)

    def ws_connect(self, *args, **kwargs):
        raise RuntimeError("Websockets are not available here")

    async def _request(self, method, url, *, params=None, data=None, json=None, headers=None, cookies=None, auth=None, allow_redirects=True, max_redirects=10, timeout=None, raise_for_status=None, **_):
        if self.closed:
            raise RuntimeError("Session is closed")
        if data is not None and json is not None:
            raise ValueError("data and json parameters can not be used at the same time")
        url = urljoin(self._base, str(url)) if self._base else str(url)
        if params:
            url += ("&" if "?" in url else "?") + (params if isinstance(params, str) else _query(params))
        found = CaseInsensitiveDict({"Accept": "*/*", "User-Agent": "Python/3.14 aiohttp/3.12.15"})
        found.update(self._headers)
        found.update(headers or {})
        body, kind = await _body(data, json, self._serialize)
        if kind and "content-type" not in found:
            found["Content-Type"] = kind
        self._sign(found, auth, cookies, url)
        try:
            pairs = [(k, v) for k, v in found.items() if k.lower() not in ("content-length", "host")]
            trail = Trail(self.cookie_jar)
            reply = await wire.send(method, url, pairs, body, _seconds(timeout, self._timeout), allow_redirects, True, max_redirects, trail)
        except wire.HostError as error:
            raise translated(error, url) from None
        response = ClientResponse(reply, method, url, found)
        check = self._raise if raise_for_status is None else raise_for_status
        if callable(check):
            await check(response)
        elif check:
            response.raise_for_status()
        return response

    def _sign(self, found, auth, cookies, url):
        login = auth or self._auth
        if login is not None and "authorization" not in found:
            found["Authorization"] = login.encode()
        jar = RequestsCookieJar()
        jar.update(self.cookie_jar)
        jar.update(dict(cookies or {}))
        line = header_for(jar, url)
        if line and "cookie" not in found:
            found["Cookie"] = line

    async def close(self):
        self.closed = True

    async def __aenter__(self):
        return self

    async def __aexit__(self, *args):
        await self.close()

    def __enter__(self):
        raise TypeError("Use async with instead")

    def __exit__(self, *args):
        pass


def _query(params):
    for key, value in params.items() if isinstance(params, Mapping) else params:
        if isinstance(value, bool) or not isinstance(value, (str, int, float, list, tuple)):
            raise TypeError(f"Invalid variable type: value should be str, int or float, got {value!r} of type {type(value)}")
    return wire.form(params)


async def _body(data, json, serialize):
    if json is not None:
        return serialize(json).encode("utf-8", "surrogatepass"), "application/json"
    if data is None:
        return None, None
    if isinstance(data, FormData):
        return data()
    if isinstance(data, str):
        return data.encode(), "text/plain; charset=utf-8"
    if isinstance(data, (bytes, bytearray)):
        return bytes(data), "application/octet-stream"
    if hasattr(data, "__aiter__"):
        return b"".join([wire.to_bytes(part) async for part in data]), "application/octet-stream"
    if isinstance(data, Mapping) or isinstance(data, (list, tuple)):
        return FormData(data)()
    return wire.to_bytes(data), "application/octet-stream"


def _seconds(timeout, usual):
    timeout = usual if timeout is None else timeout
    if isinstance(timeout, (int, float)):
        return timeout
    return timeout.total or timeout.sock_read


def request(method, url, **options):
    async def run():
        return await ClientSession()._request(method, url, **options)

    return _Pending(run)


class hdrs:
    CONTENT_TYPE = "Content-Type"
    AUTHORIZATION = "Authorization"
    ACCEPT = "Accept"
    USER_AGENT = "User-Agent"


class ClientRequest:
    pass


class WSMsgType:
    TEXT, BINARY, CLOSE, CLOSED, ERROR = 1, 2, 8, 257, 258


def __getattr__(name):
    if name == "web":
        raise ImportError("aiohttp.web is not available here: tools cannot be servers")
    raise AttributeError(f"module 'aiohttp' has no attribute {name!r}")
