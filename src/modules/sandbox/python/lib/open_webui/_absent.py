"""Tables of the server: calls say that they cannot be reached."""


class Table:
    def __init__(self, name):
        self._name = name

    def __getattr__(self, method):
        if method.startswith("__"):
            raise AttributeError(method)

        def call(*args, **kwargs):
            raise RuntimeError(f"{self._name}.{method} is not available: tools and functions cannot read the database of the server")

        return call
