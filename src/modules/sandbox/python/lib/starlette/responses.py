"""Responses that tools and pipes return."""

import json
from urllib.parse import quote

from .datastructures import MutableHeaders


class Response:
    media_type = None
    charset = "utf-8"

    def __init__(self, content=None, status_code=200, headers=None, media_type=None, background=None):
        self.status_code = int(status_code)
        if media_type is not None:
            self.media_type = media_type
        self.background = background
        self.body = self.render(content)
        self._headers(headers)

    def render(self, content):
        if content is None:
            return b""
        return bytes(content) if isinstance(content, (bytes, bytearray, memoryview)) else content.encode(self.charset, "surrogatepass")

    def _headers(self, headers):
        self.headers = MutableHeaders(headers or {})
        if "content-length" not in self.headers and hasattr(self, "body") and self.body is not None:
            self.headers["content-length"] = str(len(self.body))
        if self.media_type is not None and "content-type" not in self.headers:
            text = self.media_type
            if text.startswith("text/") and "charset=" not in text.lower():
                text += f"; charset={self.charset}"
            self.headers["content-type"] = text

    @property
    def raw_headers(self):
        return self.headers.raw

    def set_cookie(self, key, value="", **options):
        self.headers.append("set-cookie", f"{key}={value}")

    def delete_cookie(self, key, **options):
        self.headers.append("set-cookie", f'{key}=""; Max-Age=0')


class HTMLResponse(Response):
    media_type = "text/html"


class PlainTextResponse(Response):
    media_type = "text/plain"


class JSONResponse(Response):
    media_type = "application/json"

    def __init__(self, content, status_code=200, headers=None, media_type=None, background=None):
        super().__init__(content, status_code, headers, media_type, background)

    def render(self, content):
        return json.dumps(content, ensure_ascii=False, allow_nan=False, indent=None, separators=(",", ":")).encode("utf-8", "surrogatepass")


class RedirectResponse(Response):
    def __init__(self, url, status_code=307, headers=None, background=None):
        super().__init__(b"", status_code, headers, None, background)
        self.headers["location"] = quote(str(url), safe=":/%#?=@[]!$&'()*+,;")


class StreamingResponse(Response):
    def __init__(self, content, status_code=200, headers=None, media_type=None, background=None):
        self.body_iterator = content
        self.status_code = int(status_code)
        self.media_type = self.media_type if media_type is None else media_type
        self.background = background
        self.body = None
        self._headers(headers)

    def _headers(self, headers):
        super()._headers(headers)
        if "content-length" in self.headers and not headers:
            del self.headers["content-length"]


class FileResponse(Response):
    """A file of the sandbox, read at once."""

    def __init__(self, path, status_code=200, headers=None, media_type=None, background=None, filename=None, stat_result=None, method=None, content_disposition_type="attachment"):
        import mimetypes

        self.path = path
        self.filename = filename
        kind = media_type or mimetypes.guess_type(str(filename or path))[0] or "text/plain"
        with open(path, "rb") as file:
            super().__init__(file.read(), status_code, headers, kind, background)
        if filename is not None:
            self.headers.setdefault("content-disposition", f'{content_disposition_type}; filename="{filename}"')
