"""`request.app`: state without the server's configuration."""

from starlette.datastructures import State


class _Config:
    """Settings are not handed to tools: each reads as absent."""

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return None


class _AppState(State):
    def __getattr__(self, name):
        if name in ("MODELS", "TOOLS", "FUNCTIONS", "OPENAI_MODELS", "OLLAMA_MODELS"):
            return self._state.setdefault(name, {})
        return super().__getattr__(name)


class _App:
    def __init__(self):
        self.state = _AppState({"config": _Config(), "WEBUI_NAME": "Confab"})

    def __getattr__(self, name):
        raise AttributeError(f"The application is not available to tools: {name}")


app = _App()
