"""The exceptions of aiohttp."""

import asyncio


class ClientError(Exception):
    pass


class ClientResponseError(ClientError):
    def __init__(self, request_info=None, history=(), *, code=None, status=None, message="", headers=None):
        self.request_info = request_info
        self.history = history
        self.status = status if status is not None else code or 0
        self.message = message
        self.headers = headers
        self.args = (request_info, history)

    def __str__(self):
        return f"{self.status}, message={self.message!r}, url={str(getattr(self.request_info, 'real_url', ''))!r}"


class ContentTypeError(ClientResponseError):
    pass


class WSServerHandshakeError(ClientResponseError):
    pass


class TooManyRedirects(ClientResponseError):
    pass


class ClientConnectionError(ClientError):
    pass


class ClientConnectionResetError(ClientConnectionError, ConnectionResetError):
    pass


class ClientOSError(ClientConnectionError, OSError):
    pass


class ClientConnectorError(ClientOSError):
    def __init__(self, key=None, error=None):
        super().__init__(str(error))


class ClientProxyConnectionError(ClientConnectorError):
    pass


class ClientConnectorDNSError(ClientConnectorError):
    pass


class ClientSSLError(ClientConnectorError):
    pass


class ClientConnectorSSLError(ClientSSLError):
    pass


class ClientConnectorCertificateError(ClientSSLError):
    pass


class ServerConnectionError(ClientConnectionError):
    pass


class ServerDisconnectedError(ServerConnectionError):
    def __init__(self, message=None):
        super().__init__(message or "Server disconnected")


class ServerTimeoutError(ServerConnectionError, asyncio.TimeoutError):
    pass


class ConnectionTimeoutError(ServerTimeoutError):
    pass


class SocketTimeoutError(ServerTimeoutError):
    pass


class ClientPayloadError(ClientError):
    pass


class InvalidURL(ClientError, ValueError):
    def __init__(self, url, description=None):
        super().__init__(url)
        self.url = url


class NonHttpUrlClientError(ClientError):
    pass


def translated(error, url):
    failure, text = error.failure, str(error)
    if failure == "timeout":
        return SocketTimeoutError(text)
    if failure == "request":
        return InvalidURL(url)
    kinds = {"dns": ClientConnectorDNSError, "tls": ClientConnectorSSLError, "refused": ClientConnectorError}
    if failure in kinds:
        return kinds[failure](None, text)
    if failure == "redirects":
        return TooManyRedirects(None, (), status=0, message=text)
    return {"reset": ServerDisconnectedError, "protocol": ClientPayloadError}.get(failure, ClientConnectionError)(text)
