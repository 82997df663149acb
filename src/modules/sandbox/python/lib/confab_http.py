"""HTTP over the server: what requests, httpx, aiohttp and http.client have in common."""

import json
import os
import time
import zlib
from urllib.parse import quote, urlencode, urljoin, urlsplit

import confab_host as host
from confab_host import HostError

ACCEPT = "gzip, deflate"
#: Failures by kind, for the exceptions of each library.
TIMEOUTS = {"timeout"}
REDIRECTS = {"redirects"}
INVALID = {"request"}


class Reply:
    """A response of the server; the body is complete or a stream."""

    def __init__(self, meta, body, started):
        self.status = meta["status"]
        self.reason = meta.get("reason") or ""
        self.url = meta.get("url") or ""
        self.headers = [(str(k), str(v)) for k, v in meta.get("headers") or []]
        self.history = []
        self.stream = meta.get("stream")
        self.elapsed = time.monotonic() - started
        self.raw = body
        self.decoder = decoder(self.header("content-encoding"))
        if self.stream is None:
            self.body = decoded(body, self.decoder)

    def header(self, name):
        return next((v for k, v in self.headers if k.lower() == name), None)

    def _decode(self, data):
        if data is None:
            tail = self.decoder.flush() if self.decoder else b""
            return tail
        return self.decoder.decompress(data) if self.decoder else data

    def chunks(self):
        """The parts of a streamed body, blocking."""
        while self.stream is not None:
            data = bytes_of(host.call_sync("readSync", self.stream))
            if data is None:
                self.stream = None
            part = self._decode(data)
            if part:
                yield part

    async def achunks(self):
        while self.stream is not None:
            data = bytes_of(await host.call("read", "readSync", self.stream))
            if data is None:
                self.stream = None
            part = self._decode(data)
            if part:
                yield part

    def close(self):
        number, self.stream = self.stream, None
        if number is not None:
            try:
                host.call_sync("close", number)
            except Exception:
                pass


def decoder(encoding):
    """A decompressor of a content encoding; None for plain bodies."""
    encoding = (encoding or "").lower().strip()
    if encoding in ("gzip", "x-gzip"):
        return zlib.decompressobj(16 + zlib.MAX_WBITS)
    if encoding == "deflate":
        return _Deflate()
    return None


class _Deflate:
    """With the header of zlib or without it."""

    def __init__(self):
        self.inner = None

    def decompress(self, data):
        if self.inner is None:
            self.inner = zlib.decompressobj()
            try:
                return self.inner.decompress(data)
            except zlib.error:
                self.inner = zlib.decompressobj(-zlib.MAX_WBITS)
        return self.inner.decompress(data)

    def flush(self):
        return self.inner.flush() if self.inner else b""


def decoded(body, coder):
    if coder is None or not body:
        return body
    try:
        return coder.decompress(body) + coder.flush()
    except zlib.error:
        return body


def bytes_of(data):
    """Bytes of a typed array of JavaScript; None stays None."""
    if data is None or isinstance(data, bytes):
        return data
    if type(data).__name__ == "JsNull":
        return None
    return data.to_bytes() if hasattr(data, "to_bytes") else bytes(data)


def _request(method, url, headers, timeout, follow, stream):
    pairs = [[str(k), str(v)] for k, v in headers]
    if not any(k.lower() == "accept-encoding" for k, _ in pairs):
        pairs.append(["accept-encoding", ACCEPT])
    seconds = timeout if isinstance(timeout, (int, float)) and timeout > 0 else None
    return json.dumps({"method": method.upper(), "url": url, "headers": pairs, "timeout": seconds, "follow": bool(follow), "stream": bool(stream)})


def _reply(found, started):
    return Reply(json.loads(found.meta), bytes_of(found.body) or b"", started)


_REDIRECTS = (301, 302, 303, 307, 308)
_SAFE = "!#$%&'()*+,/:;=?@[]~-._"


def _next_hop(method, url, headers, body, reply):
    """The request that a redirect asks for; another host gets no credentials."""
    target = urljoin(url, quote(reply.header("location"), safe=_SAFE))
    before, after = urlsplit(url), urlsplit(target)
    dropped = {"cookie", "host"}
    if (reply.status in (302, 303) and method != "HEAD") or (reply.status == 301 and method == "POST"):
        method, body = "GET", None
        dropped |= {"content-length", "content-type", "transfer-encoding"}
    upgraded = before.hostname == after.hostname and (before.scheme, after.scheme, before.port, after.port) == ("http", "https", None, None)
    if (before.scheme, before.hostname, before.port) != (after.scheme, after.hostname, after.port) and not upgraded:
        dropped.add("authorization")
    return method, target, [(k, v) for k, v in headers if k.lower() not in dropped], body


def _journey(method, url, headers, body, follow, limit, cookies):
    """Yields each request and gets its reply; cookies of a redirect are sent with the next request."""
    history = []
    method, headers = method.upper(), list(headers)
    while True:
        reply = yield method, url, headers, body
        if cookies is not None:
            cookies.take(reply.url or url, reply.headers)
        if not follow or reply.status not in _REDIRECTS or not reply.header("location"):
            reply.history = history
            return reply
        if len(history) >= limit:
            raise HostError("redirects", f"Exceeded {limit} redirects.")
        reply.close()
        history.append(reply)
        method, url, headers, body = _next_hop(method, reply.url or url, headers, body, reply)
        line = cookies.header(url) if cookies is not None else None
        if line:
            headers.append(("Cookie", line))


def send_sync(method, url, headers=(), body=None, timeout=None, follow=True, stream=False, limit=30, cookies=None):
    journey = _journey(method, url, headers, body, follow, limit, cookies)
    step = next(journey)
    while True:
        started = time.monotonic()
        method, url, headers, body = step
        found = host.call_sync("fetchSync", _request(method, url, headers, timeout, False, stream), body)
        try:
            step = journey.send(_reply(found, started))
        except StopIteration as end:
            return end.value


async def send(method, url, headers=(), body=None, timeout=None, follow=True, stream=False, limit=30, cookies=None):
    journey = _journey(method, url, headers, body, follow, limit, cookies)
    step = next(journey)
    while True:
        started = time.monotonic()
        method, url, headers, body = step
        found = await host.call("fetch", "fetchSync", _request(method, url, headers, timeout, False, stream), body)
        try:
            step = journey.send(_reply(found, started))
        except StopIteration as end:
            return end.value


def to_bytes(value):
    """A body that is text, bytes, a file or an iterable of them."""
    if value is None or isinstance(value, bytes):
        return value
    if isinstance(value, str):
        return value.encode("utf-8", "surrogatepass")
    if isinstance(value, (bytearray, memoryview)):
        return bytes(value)
    if hasattr(value, "read"):
        return to_bytes(value.read())
    return b"".join(to_bytes(part) for part in value)


def form(data):
    """`application/x-www-form-urlencoded` of a mapping or pairs; lists are repeated, None is left out."""
    return urlencode(pairs_of(data), doseq=True)


def pairs_of(data):
    items = data.items() if hasattr(data, "items") else data
    found = []
    for key, value in items:
        values = value if isinstance(value, (list, tuple, set)) else [value]
        found.extend((key, v) for v in values if v is not None)
    return found


def multipart(data, files):
    """Body and content type of a form with files: `(name, file)` pairs as requests and httpx take them."""
    boundary = os.urandom(16).hex()
    parts = []
    for key, value in pairs_of(data or {}):
        parts.append((f'Content-Disposition: form-data; name="{_escaped(key)}"', b"" + to_bytes(value if isinstance(value, (str, bytes)) else str(value))))
    for key, value in files.items() if hasattr(files, "items") else files:
        parts.append(_file_part(key, value))
    lines = b"".join(b"--" + boundary.encode() + b"\r\n" + head.encode() + b"\r\n\r\n" + content + b"\r\n" for head, content in parts)
    return lines + b"--" + boundary.encode() + b"--\r\n", f"multipart/form-data; boundary={boundary}"


def _escaped(text):
    return str(text).replace("\\", "\\\\").replace('"', '\\"').replace("\r", "%0D").replace("\n", "%0A")


def _file_part(key, value):
    import mimetypes

    name, content, kind, more = _file(key, value)
    head = f'Content-Disposition: form-data; name="{_escaped(key)}"'
    if name:
        head += f'; filename="{_escaped(name)}"'
    for header, text in (more or {}).items():
        head += f"\r\n{header}: {text}"
    kind = kind or (mimetypes.guess_type(name)[0] if name else None)
    if kind:
        head += f"\r\nContent-Type: {kind}"
    return head, to_bytes(content) or b""


def _file(key, value):
    if isinstance(value, (tuple, list)):
        name, content, *rest = value
        return name, content, rest[0] if rest else None, rest[1] if len(rest) > 1 else None
    path = getattr(value, "name", None)
    name = os.path.basename(path) if isinstance(path, str) and not path.startswith("<") else str(key)
    return name, value, None, None


def charset_of(content_type):
    """The charset of a content type, as browsers and requests read it."""
    for part in (content_type or "").split(";")[1:]:
        name, _, value = part.partition("=")
        if name.strip().lower() == "charset":
            return value.strip("'\" ") or None
    return None


def lines_of(parts, delimiter=None):
    """Lines of text or bytes that come in parts; line ends are left out."""
    rest = None
    for part in parts:
        if rest is not None:
            part = rest + part
        lines = part.split(delimiter) if delimiter else part.splitlines()
        rest = lines.pop() if lines and lines[-1] and part and lines[-1][-1:] == part[-1:] else None
        yield from lines
    if rest is not None:
        yield rest


def basic(name, password):
    import base64

    def raw(value):
        return value if isinstance(value, bytes) else str(value).encode("latin-1", "replace")

    return "Basic " + base64.b64encode(raw(name) + b":" + raw(password)).decode()


__all__ = ["HostError"]
