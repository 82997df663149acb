"""http.client, and with it urllib, over the HTTP client of the server."""

import http.client
import io

import confab_http as wire


class _Exchange:
    """Takes the bytes of one request and gives the bytes of its response."""

    def __init__(self, scheme, connection):
        self.scheme = scheme
        self.connection = connection
        self.sent = bytearray()
        self.received = None

    def sendall(self, data):
        self.sent += bytes(data) if not isinstance(data, (bytes, bytearray)) else data

    def finish(self):
        """Sends the request if its body is complete, so that failures arise where http.client expects them."""
        head, _, body = bytes(self.sent).partition(b"\r\n\r\n")
        wanted = next((int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0)
        if len(body) >= wanted and (b"\r\ntransfer-encoding:" not in head.lower() or body.endswith(b"0\r\n\r\n")):
            self.received = self._response()

    def makefile(self, mode, *args, **kwargs):
        data, self.received = self.received, None
        return io.BufferedReader(io.BytesIO(self._response() if data is None else data))

    def _response(self):
        head, _, body = bytes(self.sent).partition(b"\r\n\r\n")
        self.sent = bytearray()
        first, *lines = head.decode("latin-1").split("\r\n")
        method, target, _ = first.split(" ", 2)
        headers = [tuple(part.strip() for part in line.split(":", 1)) for line in lines if ":" in line]
        names = {k.lower(): v for k, v in headers}
        if names.get("transfer-encoding", "").lower() == "chunked":
            body = _unchunked(body)
        sent = [(k, v) for k, v in headers if k.lower() not in ("host", "connection", "content-length", "transfer-encoding")]
        url = target if "://" in target else f"{self.scheme}://{names.get('host', self.connection.host)}{target}"
        timeout = self.connection.timeout
        try:
            reply = wire.send_sync(method, url, sent, body or None, timeout if isinstance(timeout, (int, float)) else None, False)
        except wire.HostError as error:
            raise (TimeoutError if error.failure in wire.TIMEOUTS else ConnectionError)(str(error)) from None
        return _raw(reply, method)

    def close(self):
        pass

    def settimeout(self, value):
        pass


def _unchunked(body):
    found = b""
    while body:
        size, _, body = body.partition(b"\r\n")
        count = int(size.split(b";")[0] or b"0", 16)
        if count == 0:
            break
        found, body = found + body[:count], body[count + 2 :]
    return found


def _raw(reply, method):
    left_out = ("transfer-encoding", "content-length", "connection")
    keep = [(k, v) for k, v in reply.headers if k.lower() not in left_out]
    lines = [f"HTTP/1.1 {reply.status} {reply.reason}", *(f"{k}: {v}" for k, v in keep), f"Content-Length: {len(reply.raw)}", "Connection: close"]
    return "\r\n".join(lines).encode("latin-1", "replace") + b"\r\n\r\n" + (b"" if method == "HEAD" else reply.raw)


def _connect(self):
    self.sock = _Exchange("http", self)


def _connect_tls(self):
    self.sock = _Exchange("https", self)


_endheaders = http.client.HTTPConnection.endheaders


def _finished(self, message_body=None, *, encode_chunked=False):
    _endheaders(self, message_body, encode_chunked=encode_chunked)
    if isinstance(self.sock, _Exchange):
        self.sock.finish()


def install():
    http.client.HTTPConnection.endheaders = _finished
    http.client.HTTPConnection.connect = _connect
    if hasattr(http.client, "HTTPSConnection"):
        http.client.HTTPSConnection.connect = _connect_tls
