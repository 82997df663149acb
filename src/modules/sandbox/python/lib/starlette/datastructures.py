"""Headers, query parameters and state."""

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode, urlsplit


class State:
    def __init__(self, state=None):
        object.__setattr__(self, "_state", {} if state is None else state)

    def __setattr__(self, name, value):
        self._state[name] = value

    def __getattr__(self, name):
        try:
            return self._state[name]
        except KeyError:
            raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'") from None

    def __delattr__(self, name):
        del self._state[name]

    def __getitem__(self, name):
        return self._state[name]

    def __setitem__(self, name, value):
        self._state[name] = value


class Headers(Mapping):
    """Case-insensitive names, each with any number of values."""

    def __init__(self, headers=None, raw=None, scope=None):
        if scope is not None:
            raw = scope["headers"]
        if raw is not None:
            self._list = [(k.decode("latin-1").lower(), v.decode("latin-1")) for k, v in raw]
        else:
            pairs = headers.items() if hasattr(headers, "items") else headers or []
            self._list = [(str(k).lower(), str(v)) for k, v in pairs]

    @property
    def raw(self):
        return [(k.encode("latin-1"), v.encode("latin-1")) for k, v in self._list]

    def __getitem__(self, name):
        for key, value in self._list:
            if key == name.lower():
                return value
        raise KeyError(name)

    def __iter__(self):
        return iter(dict(self._list))

    def __len__(self):
        return len(dict(self._list))

    def __contains__(self, name):
        return any(key == str(name).lower() for key, _ in self._list)

    def getlist(self, name):
        return [v for k, v in self._list if k == name.lower()]

    def mutablecopy(self):
        return MutableHeaders(self._list)

    def __repr__(self):
        return f"{type(self).__name__}({dict(self._list)!r})"


class MutableHeaders(Headers):
    def __setitem__(self, name, value):
        self._list = [(k, v) for k, v in self._list if k != name.lower()] + [(name.lower(), str(value))]

    def __delitem__(self, name):
        self._list = [(k, v) for k, v in self._list if k != name.lower()]

    def append(self, name, value):
        self._list.append((name.lower(), str(value)))

    def setdefault(self, name, value):
        if name not in self:
            self[name] = value
        return self[name]

    def update(self, other):
        for key, value in dict(other).items():
            self[key] = value


class QueryParams(Mapping):
    def __init__(self, value=None, **kwargs):
        text = value.decode() if isinstance(value, bytes) else value
        self._list = parse_qsl(text, keep_blank_values=True) if isinstance(text, str) else list(dict(text or {}, **kwargs).items())

    def __getitem__(self, name):
        return dict(self._list)[name]

    def __iter__(self):
        return iter(dict(self._list))

    def __len__(self):
        return len(dict(self._list))

    def getlist(self, name):
        return [v for k, v in self._list if k == name]

    def multi_items(self):
        return list(self._list)

    def __str__(self):
        return urlencode(self._list)


class URL:
    def __init__(self, url=""):
        self._url = url
        self.components = urlsplit(url)

    scheme = property(lambda self: self.components.scheme)
    netloc = property(lambda self: self.components.netloc)
    path = property(lambda self: self.components.path)
    query = property(lambda self: self.components.query)
    fragment = property(lambda self: self.components.fragment)
    hostname = property(lambda self: self.components.hostname)
    port = property(lambda self: self.components.port)

    def __str__(self):
        return self._url

    def __eq__(self, other):
        return str(self) == str(other)

    def __repr__(self):
        return f"URL({self._url!r})"


class Address:
    def __init__(self, host, port):
        self.host = host
        self.port = port


class FormData(dict):
    pass


class UploadFile:
    """A file in memory, as tools make it for upload functions."""

    def __init__(self, file, *, size=None, filename=None, headers=None):
        self.file = file
        self.filename = filename
        self.size = size
        self.headers = headers or Headers()

    @property
    def content_type(self):
        return self.headers.get("content-type")

    async def read(self, size=-1):
        return self.file.read(size)

    async def write(self, data):
        self.file.write(data)

    async def seek(self, offset):
        self.file.seek(offset)

    async def close(self):
        self.file.close()
