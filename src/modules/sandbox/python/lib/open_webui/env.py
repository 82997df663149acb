import logging
import os


class _Levels(dict):
    def __missing__(self, key):
        return logging.INFO


SRC_LOG_LEVELS = _Levels({k: logging.INFO for k in ("AUDIO", "COMFYUI", "CONFIG", "DB", "IMAGES", "MAIN", "MODELS", "OLLAMA", "OPENAI", "RAG", "WEBHOOK", "SOCKET", "OAUTH")})
GLOBAL_LOG_LEVEL = "INFO"
VERSION = "0.6.41"
WEBUI_NAME = "Confab"
ENV = "prod"
DATA_DIR = "/tmp/data"
BACKEND_DIR = BASE_DIR = "/tmp"
AIOHTTP_CLIENT_TIMEOUT = 300
AIOHTTP_CLIENT_SESSION_SSL = True
ENABLE_FORWARD_USER_INFO_HEADERS = False
BYPASS_MODEL_ACCESS_CONTROL = False
log = logging.getLogger("open_webui")
os.makedirs(DATA_DIR, exist_ok=True)
