from open_webui._app import app  # noqa: F401
from open_webui.utils.chat import generate_chat_completion  # noqa: F401

generate_chat_completions = chat_completion = generate_chat_completion
