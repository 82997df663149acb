import asyncio

import requests


async def post_webhook(name, url, message, event_data):
    """Posts a message to a chat service, in the form that it expects."""
    if "hooks.slack.com" in url or "chat.googleapis.com" in url:
        payload = {"text": message}
    elif "discord.com/api/webhooks" in url:
        payload = {"content": message if len(message) < 2000 else f"{message[:1980]}... (truncated)"}
    else:
        payload = {**event_data}
    response = await asyncio.to_thread(requests.post, url, json=payload)
    return response.ok
