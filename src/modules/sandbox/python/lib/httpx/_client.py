"""Client and AsyncClient."""

from contextlib import asynccontextmanager, contextmanager

import confab_http as wire
from requests.cookies import RequestsCookieJar, Trail

from ._exceptions import UnsupportedProtocol, translated
from ._models import URL, Headers, QueryParams, Request, Response

_UNSET = object()


class Timeout:
    def __init__(self, timeout=_UNSET, *, connect=_UNSET, read=_UNSET, write=_UNSET, pool=_UNSET):
        base = timeout if timeout is not _UNSET else None
        if isinstance(base, Timeout):
            self.__dict__.update(base.__dict__)
            return
        if isinstance(base, tuple):
            self.connect, self.read, self.write, self.pool = (*base, None, None, None)[:4]
            return
        self.connect = base if connect is _UNSET else connect
        self.read = base if read is _UNSET else read
        self.write = base if write is _UNSET else write
        self.pool = base if pool is _UNSET else pool

    def as_dict(self):
        return {"connect": self.connect, "read": self.read, "write": self.write, "pool": self.pool}

    def __eq__(self, other):
        return isinstance(other, Timeout) and self.as_dict() == other.as_dict()

    def __repr__(self):
        return f"Timeout(connect={self.connect}, read={self.read}, write={self.write}, pool={self.pool})"


class Limits:
    def __init__(self, *, max_connections=None, max_keepalive_connections=None, keepalive_expiry=5.0):
        self.max_connections = max_connections
        self.max_keepalive_connections = max_keepalive_connections
        self.keepalive_expiry = keepalive_expiry


class Auth:
    def auth_flow(self, request):
        yield request


class BasicAuth(Auth):
    def __init__(self, username, password):
        self.value = wire.basic(username, password)

    def auth_flow(self, request):
        request.headers["Authorization"] = self.value
        yield request


class DigestAuth(Auth):
    def __init__(self, username, password):
        from requests.auth import HTTPDigestAuth

        self.digest = HTTPDigestAuth(username, password)

    def auth_flow(self, request):
        response = yield request
        challenge = response.headers.get("www-authenticate", "")
        if response.status_code == 401 and challenge.lower().startswith("digest"):
            request.headers["Authorization"] = self.digest.header(request.method, str(request.url), challenge)
            yield request


class HTTPTransport:
    """Accepted and without effect: connections are the server's."""

    def __init__(self, **options):
        self.retries = options.get("retries", 0)


AsyncHTTPTransport = HTTPTransport
BaseTransport = AsyncBaseTransport = HTTPTransport


def seconds(timeout):
    if isinstance(timeout, Timeout):
        numbers = [t for t in (timeout.connect, timeout.read) if t is not None]
        return max(numbers) if numbers else None
    if isinstance(timeout, tuple):
        return seconds(Timeout(timeout))
    return timeout


class BaseClient:
    def __init__(self, *, auth=None, params=None, headers=None, cookies=None, timeout=5.0, follow_redirects=False, base_url="", max_redirects=20, event_hooks=None, default_encoding="utf-8", **_):
        self.auth = auth
        self.params = QueryParams(params)
        self.headers = Headers({"Accept": "*/*", "Accept-Encoding": wire.ACCEPT, "User-Agent": "python-httpx/0.28.1"})
        self.headers.update(Headers(headers))
        self.cookies = RequestsCookieJar()
        self.cookies.update(cookies or {})
        self.timeout = timeout if isinstance(timeout, Timeout) else Timeout(timeout)
        self.follow_redirects = follow_redirects
        self.base_url = URL(str(base_url).rstrip("/") + "/" if base_url else "")
        self.event_hooks = event_hooks or {}
        self.max_redirects = max_redirects
        self.is_closed = False

    def _merge_url(self, url):
        text = str(url)
        if "://" in text or not str(self.base_url):
            return URL(text)
        return URL(str(self.base_url) + text.lstrip("/"))

    def build_request(self, method, url, *, content=None, data=None, files=None, json=None, params=None, headers=None, cookies=None, timeout=None, extensions=None):
        found = Headers(self.headers)
        found.update(Headers(headers))
        jar = RequestsCookieJar()
        jar.update(self.cookies)
        if cookies:
            jar.update(cookies)
        merged = self.params.merge(params) if params else self.params
        return Request(method, self._merge_url(url), params=merged if merged else None, headers=found, cookies=jar, content=content, data=data, files=files, json=json, extensions=extensions)

    def _wire(self, request, timeout, follow, stream):
        if not str(request.url).lower().startswith(("http://", "https://")):
            raise UnsupportedProtocol("Request URL is missing an 'http://' or 'https://' protocol.", request=request)
        pairs = [(k, v) for k, v in request.headers._list if k.lower() not in ("content-length", "host", "connection")]
        limit = seconds(self.timeout if timeout is _UNSET else timeout)
        follow = self.follow_redirects if follow in (_UNSET, None) else follow
        jar = RequestsCookieJar()
        jar.update(self.cookies)
        trail = Trail(jar, self.cookies)
        return request.method, str(request.url), pairs, request.content, limit, follow, stream, self.max_redirects, trail

    def _response(self, reply, request):
        response = Response.of(reply, request)
        response.history = [Response.of(past, request) for past in reply.history]
        return response

    def _flow(self, auth, request):
        auth = self.auth if auth is _UNSET else auth
        if isinstance(auth, tuple):
            auth = BasicAuth(*auth)
        if callable(auth) and not hasattr(auth, "auth_flow"):
            auth(request)
            return None
        if auth is None:
            parts = request.url._parts
            if parts.username:
                auth = BasicAuth(parts.username, parts.password or "")
        return auth.auth_flow(request) if auth is not None else None


class Client(BaseClient):
    def __enter__(self):
        return self

    def __exit__(self, *args):
        self.close()

    def close(self):
        self.is_closed = True

    def _once(self, request, timeout, follow, stream):
        for hook in self.event_hooks.get("request", []):
            hook(request)
        try:
            response = self._response(wire.send_sync(*self._wire(request, timeout, follow, stream)), request)
        except wire.HostError as error:
            raise translated(error, request) from None
        for hook in self.event_hooks.get("response", []):
            hook(response)
        return response

    def send(self, request, *, stream=False, auth=_UNSET, follow_redirects=_UNSET, timeout=_UNSET):
        if self.is_closed:
            raise RuntimeError("Cannot send a request, as the client has been closed.")
        flow = self._flow(auth, request)
        if flow is None:
            return self._once(request, timeout, follow_redirects, stream)
        request = next(flow)
        while True:
            response = self._once(request, timeout, follow_redirects, stream)
            try:
                request = flow.send(response)
            except StopIteration:
                return response

    def request(self, method, url, *, auth=_UNSET, follow_redirects=_UNSET, timeout=_UNSET, **options):
        return self.send(self.build_request(method, url, **options), auth=auth, follow_redirects=follow_redirects, timeout=timeout)

    @contextmanager
    def stream(self, method, url, *, auth=_UNSET, follow_redirects=_UNSET, timeout=_UNSET, **options):
        response = self.send(self.build_request(method, url, **options), stream=True, auth=auth, follow_redirects=follow_redirects, timeout=timeout)
        try:
            yield response
        finally:
            response.close()


class AsyncClient(BaseClient):
    async def __aenter__(self):
        return self

    async def __aexit__(self, *args):
        await self.aclose()

    async def aclose(self):
        self.is_closed = True

    async def _once(self, request, timeout, follow, stream):
        for hook in self.event_hooks.get("request", []):
            await hook(request)
        if hasattr(request.content, "__aiter__"):
            request.content = b"".join([wire.to_bytes(part) async for part in request.content])
        try:
            response = self._response(await wire.send(*self._wire(request, timeout, follow, stream)), request)
        except wire.HostError as error:
            raise translated(error, request) from None
        for hook in self.event_hooks.get("response", []):
            await hook(response)
        return response

    async def send(self, request, *, stream=False, auth=_UNSET, follow_redirects=_UNSET, timeout=_UNSET):
        if self.is_closed:
            raise RuntimeError("Cannot send a request, as the client has been closed.")
        flow = self._flow(auth, request)
        if flow is None:
            return await self._once(request, timeout, follow_redirects, stream)
        request = next(flow)
        while True:
            response = await self._once(request, timeout, follow_redirects, stream)
            try:
                request = flow.send(response)
            except StopIteration:
                return response

    async def request(self, method, url, *, auth=_UNSET, follow_redirects=_UNSET, timeout=_UNSET, **options):
        return await self.send(self.build_request(method, url, **options), auth=auth, follow_redirects=follow_redirects, timeout=timeout)

    @asynccontextmanager
    async def stream(self, method, url, *, auth=_UNSET, follow_redirects=_UNSET, timeout=_UNSET, **options):
        response = await self.send(self.build_request(method, url, **options), stream=True, auth=auth, follow_redirects=follow_redirects, timeout=timeout)
        try:
            yield response
        finally:
            await response.aclose()


def _verb(name):
    def call(self, url, **options):
        return self.request(name, url, **options)

    call.__name__ = name.lower()
    return call


for _name in ("GET", "OPTIONS", "HEAD", "POST", "PUT", "PATCH", "DELETE"):
    setattr(Client, _name.lower(), _verb(_name))
    setattr(AsyncClient, _name.lower(), _verb(_name))
