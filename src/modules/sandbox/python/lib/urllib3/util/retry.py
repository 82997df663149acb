"""Retries by status and after connection errors."""

import time


class Retry:
    DEFAULT_ALLOWED_METHODS = frozenset(["HEAD", "GET", "PUT", "DELETE", "OPTIONS", "TRACE"])
    DEFAULT_BACKOFF_MAX = 120

    def __init__(self, total=10, connect=None, read=None, redirect=None, status=None, other=None, allowed_methods=DEFAULT_ALLOWED_METHODS, status_forcelist=None, backoff_factor=0, backoff_max=120, raise_on_redirect=True, raise_on_status=True, respect_retry_after_header=True, method_whitelist=None, **_):
        self.total = total
        self.connect = connect
        self.status = status
        self.allowed_methods = method_whitelist or allowed_methods
        self.status_forcelist = status_forcelist or set()
        self.backoff_factor = backoff_factor
        self.backoff_max = backoff_max
        self.raise_on_status = raise_on_status
        self.respect_retry_after_header = respect_retry_after_header

    @classmethod
    def from_int(cls, retries, redirect=True, default=None):
        return retries if isinstance(retries, Retry) else cls(retries)

    def _permits(self, method):
        return not self.allowed_methods or method.upper() in self.allowed_methods

    def _wait(self, number, after):
        if after and self.respect_retry_after_header and after.isdigit():
            return time.sleep(min(int(after), 30))
        seconds = min(self.backoff_factor * 2 ** (number - 1), self.backoff_max) if number > 1 else 0
        if seconds > 0:
            time.sleep(seconds)

    def run(self, method, send, retry_after):
        """Sends until it succeeds or the attempts are used up."""
        from requests.exceptions import ConnectionError, RetryError

        left = self.total if self.total is not False and self.total is not None else 0
        number = 0
        while True:
            number += 1
            try:
                response = send()
            except ConnectionError:
                if number > min(left, self.connect if self.connect is not None else left):
                    raise
                self._wait(number, None)
                continue
            if response.status_code not in self.status_forcelist or not self._permits(method):
                return response
            if number > min(left, self.status if self.status is not None else left):
                if self.raise_on_status and left:
                    raise RetryError(f"Max retries exceeded with url: {response.url} (Caused by ResponseError('too many {response.status_code} error responses'))", request=response.request)
                return response
            self._wait(number, retry_after(response))
