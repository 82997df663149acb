"""Model calls as the user of the call."""

import json

import confab_host as host
from confab_values import to_text


async def generate_chat_completion(request=None, form_data=None, user=None, bypass_filter=False, bypass_system_prompt=False, **_):
    """A completion of a model of the server. A streamed one comes in one piece."""
    body = dict(form_data or {})
    streamed = body.pop("stream", False)
    found = json.loads(await host.call("complete", "completeSync", to_text({**body, "stream": False})))
    return _stream(found) if streamed else found


def _stream(found):
    from starlette.responses import StreamingResponse

    async def lines():
        if isinstance(found, dict) and "choices" in found:
            choices = [{"index": c.get("index", 0), "delta": c.get("message", {}), "finish_reason": c.get("finish_reason")} for c in found["choices"]]
            yield f"data: {json.dumps({**found, 'object': 'chat.completion.chunk', 'choices': choices})}\n\n".encode()
        else:
            yield f"data: {json.dumps(found)}\n\n".encode()
        yield b"data: [DONE]\n\n"

    return StreamingResponse(lines(), media_type="text/event-stream")


generate_chat_completions = chat_completion = generate_chat_completion


async def chat_completed(request=None, form_data=None, user=None):
    return form_data
