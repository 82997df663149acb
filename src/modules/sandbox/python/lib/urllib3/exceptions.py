class HTTPError(Exception):
    pass


class HTTPWarning(Warning):
    pass


class PoolError(HTTPError):
    pass


class MaxRetryError(PoolError):
    def __init__(self, pool, url, reason=None):
        self.reason = reason
        super().__init__(f"Max retries exceeded with url: {url} (Caused by {reason!r})")


class TimeoutError(HTTPError):
    pass


class ReadTimeoutError(TimeoutError):
    pass


class ConnectTimeoutError(TimeoutError):
    pass


class NewConnectionError(ConnectTimeoutError):
    pass


class ProtocolError(HTTPError):
    pass


class SSLError(HTTPError):
    pass


class LocationParseError(HTTPError, ValueError):
    pass


class SecurityWarning(HTTPWarning):
    pass


class InsecureRequestWarning(SecurityWarning):
    pass


class InsecurePlatformWarning(SecurityWarning):
    pass
