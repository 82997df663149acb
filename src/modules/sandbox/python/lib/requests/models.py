"""Request, PreparedRequest and Response."""

import datetime
import json as _json
from http.client import responses as _reasons
from urllib.parse import quote, urlencode, urljoin, urlsplit, urlunsplit

import confab_http as wire

from .cookies import RequestsCookieJar, cookiejar_from_dict, extract, header_for
from .exceptions import ChunkedEncodingError, ConnectionError, HTTPError, InvalidJSONError, InvalidSchema, InvalidURL, JSONDecodeError, MissingSchema, StreamConsumedError, Timeout
from .structures import CaseInsensitiveDict

_SAFE = "!#$%&'()*+,/:;=?@[]~-._"


class Request:
    def __init__(self, method=None, url=None, headers=None, files=None, data=None, params=None, auth=None, cookies=None, hooks=None, json=None):
        self.method = method
        self.url = url
        self.headers = headers or {}
        self.files = files or []
        self.data = data if data is not None else []
        self.params = params or {}
        self.auth = auth
        self.cookies = cookies
        self.hooks = hooks or {}
        self.json = json

    def prepare(self):
        made = PreparedRequest()
        made.prepare(self.method, self.url, self.headers, self.files, self.data, self.params, self.auth, self.cookies, self.hooks, self.json)
        return made

    def __repr__(self):
        return f"<Request [{self.method}]>"


class PreparedRequest:
    digest = None

    def __init__(self):
        self.method = self.url = self.headers = self.body = None
        self.hooks = {}
        self._cookies = None

    def prepare(self, method=None, url=None, headers=None, files=None, data=None, params=None, auth=None, cookies=None, hooks=None, json=None):
        self.method = method.upper() if method else method
        self.prepare_url(url, params)
        self.headers = CaseInsensitiveDict({str(k): v for k, v in dict(headers or {}).items() if v is not None})
        self.prepare_cookies(cookies)
        self.prepare_body(data, files, json)
        self.prepare_auth(auth)
        self.hooks = hooks or {}

    def prepare_url(self, url, params=None):
        text = (url.decode() if isinstance(url, bytes) else str(url)).lstrip()
        if ":" in text and not text.lower().startswith("http"):
            raise InvalidSchema(f"No connection adapters were found for {text!r}")
        parts = urlsplit(text)
        if not parts.scheme:
            raise MissingSchema(f"Invalid URL {text!r}: No scheme supplied. Perhaps you meant https://{text}?")
        if not parts.netloc:
            raise InvalidURL(f"Invalid URL {text!r}: No host supplied")
        try:
            host = parts.netloc if parts.netloc.isascii() else parts.netloc.encode("idna").decode()
        except UnicodeError:
            raise InvalidURL("URL has an invalid label.") from None
        query = parts.query
        extra = encode_params(params)
        if extra:
            query = f"{query}&{extra}" if query else extra
        self.url = urlunsplit((parts.scheme, host, quote(parts.path or "/", safe=_SAFE), quote(query, safe=_SAFE), quote(parts.fragment, safe=_SAFE)))

    def prepare_cookies(self, cookies):
        self._cookies = cookies if isinstance(cookies, RequestsCookieJar) else cookiejar_from_dict(cookies)
        found = header_for(self._cookies, self.url)
        if found and "Cookie" not in self.headers:
            self.headers["Cookie"] = found

    def prepare_headers(self, headers):
        self.headers = CaseInsensitiveDict(headers or {})

    def prepare_body(self, data, files=None, json=None):
        kind = None
        self.body = None
        if not data and json is not None:
            kind = "application/json"
            try:
                self.body = _json.dumps(json, allow_nan=False).encode()
            except ValueError as error:
                raise InvalidJSONError(error, request=self) from None
        elif files:
            self.body, kind = wire.multipart(data, files)
        elif data:
            if isinstance(data, (str, bytes, bytearray)) or hasattr(data, "read"):
                self.body = data if isinstance(data, (str, bytes)) else wire.to_bytes(data)
                kind = "application/x-www-form-urlencoded" if isinstance(data, str) else None
            elif hasattr(data, "__iter__") and not isinstance(data, (list, tuple, dict)) and not hasattr(data, "items"):
                self.body = wire.to_bytes(data)
            else:
                self.body = wire.form(data)
                kind = "application/x-www-form-urlencoded"
        if self.body is not None:
            self.headers["Content-Length"] = str(len(wire.to_bytes(self.body)))
        elif self.method not in ("GET", "HEAD"):
            self.headers["Content-Length"] = "0"
        if kind and "content-type" not in self.headers:
            self.headers["Content-Type"] = kind

    def prepare_auth(self, auth, url=""):
        from .auth import HTTPBasicAuth

        if auth is None:
            parts = urlsplit(self.url)
            if parts.username is not None:
                from urllib.parse import unquote

                auth = (unquote(parts.username), unquote(parts.password or ""))
        if auth:
            if isinstance(auth, tuple) and len(auth) == 2:
                auth = HTTPBasicAuth(*auth)
            made = auth(self)
            self.__dict__.update(made.__dict__)

    @property
    def path_url(self):
        parts = urlsplit(self.url)
        return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")

    def copy(self):
        made = PreparedRequest()
        made.__dict__.update(self.__dict__)
        made.headers = self.headers.copy() if self.headers is not None else None
        return made

    def __repr__(self):
        return f"<PreparedRequest [{self.method}]>"


def encode_params(params):
    if not params:
        return ""
    if isinstance(params, (str, bytes)):
        return params.decode() if isinstance(params, bytes) else params
    return urlencode(wire.pairs_of(params), doseq=True)


class Response:
    """A response; `content` is read at once unless the request was streamed."""

    def __init__(self):
        self.status_code = None
        self.headers = CaseInsensitiveDict()
        self.url = None
        self.encoding = None
        self.history = []
        self.reason = None
        self.cookies = cookiejar_from_dict({})
        self.elapsed = datetime.timedelta(0)
        self.request = None
        self.raw = None
        self._content = False
        self._consumed = False
        self._reply = None
        self.connection = None

    @classmethod
    def of(cls, reply, request):
        made = cls()
        made.status_code = reply.status
        for name, value in reply.headers:
            made.headers[name] = f"{made.headers[name]}, {value}" if name in made.headers else value
        made.url = reply.url or request.url
        made.reason = reply.reason or _reasons.get(reply.status, "")
        made.encoding = encoding_of(made.headers)
        made.elapsed = datetime.timedelta(seconds=reply.elapsed)
        made.request = request
        extract(made.cookies, made.url, reply.headers)
        made.raw = Raw(made)
        made._reply = reply
        if reply.stream is None:
            made._content = getattr(reply, "body", b"")
        return made

    def __enter__(self):
        return self

    def __exit__(self, *args):
        self.close()

    def __repr__(self):
        return f"<Response [{self.status_code}]>"

    def __bool__(self):
        return self.ok

    def __iter__(self):
        return self.iter_content(128)

    @property
    def ok(self):
        try:
            self.raise_for_status()
        except HTTPError:
            return False
        return True

    @property
    def is_redirect(self):
        return "location" in self.headers and self.status_code in (301, 302, 303, 307, 308)

    @property
    def is_permanent_redirect(self):
        return "location" in self.headers and self.status_code in (301, 308)

    @property
    def apparent_encoding(self):
        try:
            self.content.decode("utf-8")
            return "utf-8"
        except UnicodeDecodeError:
            return "ISO-8859-1"

    @property
    def content(self):
        if self._content is False:
            if self._consumed:
                raise RuntimeError("The content for this response was already consumed")
            self._content = b"".join(self.iter_content(65536)) or b""
        self._consumed = True
        return self._content

    @property
    def text(self):
        if not self.content:
            return ""
        encoding = self.encoding or self.apparent_encoding
        try:
            return str(self.content, encoding, errors="replace")
        except (LookupError, TypeError):
            return str(self.content, errors="replace")

    def json(self, **kwargs):
        try:
            if not self.encoding and self.content:
                try:
                    return _json.loads(self.content.decode("utf-8-sig"), **kwargs)
                except UnicodeDecodeError:
                    pass
            return _json.loads(self.text, **kwargs)
        except _json.JSONDecodeError as error:
            raise JSONDecodeError(error.msg, error.doc, error.pos) from None

    @property
    def links(self):
        found = {}
        for part in (self.headers.get("link") or "").split(","):
            url, _, rest = part.partition(";")
            if not url.strip():
                continue
            link = {"url": url.strip("<> '\"")}
            for item in rest.split(";"):
                key, _, value = item.partition("=")
                if value:
                    link[key.strip(" '\"")] = value.strip(" '\"")
            found[link.get("rel") or link["url"]] = link
        return found

    def _parts(self):
        if self._content is not False:
            yield self._content
            return
        try:
            yield from self._reply.chunks()
        except wire.HostError as error:
            kind = Timeout if error.failure in wire.TIMEOUTS else ChunkedEncodingError
            raise (ConnectionError if kind is Timeout else kind)(str(error), request=self.request) from None

    def iter_content(self, chunk_size=1, decode_unicode=False):
        if self._consumed and self._content is False:
            raise StreamConsumedError()
        if chunk_size is not None and not isinstance(chunk_size, int):
            raise TypeError(f"chunk_size must be an int, it is instead a {type(chunk_size)}.")
        parts = self._sized(chunk_size)
        return _decoded(parts, self.encoding) if decode_unicode and self.encoding else parts

    def _sized(self, size):
        streamed = self._content is False
        if streamed:
            self._consumed = True
        for part in self._parts():
            if size is None or (streamed and len(part) <= size):
                if part:
                    yield part
                continue
            for start in range(0, len(part), max(size, 1)):
                yield part[start : start + max(size, 1)]

    def iter_lines(self, chunk_size=512, decode_unicode=False, delimiter=None):
        return wire.lines_of(self.iter_content(chunk_size, decode_unicode), delimiter)

    def raise_for_status(self):
        reason = self.reason.decode("latin-1") if isinstance(self.reason, bytes) else self.reason
        text = ""
        if 400 <= self.status_code < 500:
            text = f"{self.status_code} Client Error: {reason} for url: {self.url}"
        elif 500 <= self.status_code < 600:
            text = f"{self.status_code} Server Error: {reason} for url: {self.url}"
        if text:
            raise HTTPError(text, response=self)

    def close(self):
        if self._reply is not None:
            self._reply.close()


def _decoded(parts, encoding):
    import codecs

    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    for part in parts:
        text = decoder.decode(part)
        if text:
            yield text
    rest = decoder.decode(b"", final=True)
    if rest:
        yield rest


def encoding_of(headers):
    kind = headers.get("content-type")
    if not kind:
        return None
    found = wire.charset_of(kind)
    if found:
        return found
    if "text" in kind:
        return "ISO-8859-1"
    return "utf-8" if "application/json" in kind else None


class Raw:
    """`response.raw`: a file over the body."""

    decode_content = False

    def __init__(self, response):
        self.response = response
        self.rest = b""
        self.parts = None

    def read(self, amt=None, decode_content=None):
        if self.parts is None:
            self.parts = self.response.iter_content(None)
        while amt is None or len(self.rest) < amt:
            part = next(self.parts, None)
            if part is None:
                break
            self.rest += part
        size = len(self.rest) if amt is None else amt
        found, self.rest = self.rest[:size], self.rest[size:]
        return found

    def stream(self, amt=65536, decode_content=None):
        return self.response.iter_content(amt)

    def readable(self):
        return True

    def close(self):
        self.response.close()

    @property
    def headers(self):
        return self.response.headers

    @property
    def status(self):
        return self.response.status_code

    closed = False


_ = urljoin
