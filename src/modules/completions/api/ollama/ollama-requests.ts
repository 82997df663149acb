import { BadRequestError } from '../../../../common/errors/app-error';
import { isJsonObject, type JsonObject } from '../../../../common/util/json';

/** The model name in a request in Ollama's form. @throws BadRequestError without one. */
export function modelNameIn(body: JsonObject): string {
  const { model } = body;
  if (typeof model !== 'string' || model === '') throw new BadRequestError('model: a text is required');
  return model;
}

/** The messages of a chat. @throws BadRequestError for invalid ones. */
export function checkedMessages({ messages }: JsonObject): JsonObject[] {
  if (!Array.isArray(messages)) throw new BadRequestError('messages: a list is required');
  for (const [index, message] of messages.entries())
    if (!isMessage(message))
      throw new BadRequestError(`messages[${index}]: a role and a content or tool_calls are required`);
  return messages as JsonObject[];
}

function isMessage(message: unknown): boolean {
  if (!isJsonObject(message) || typeof message.role !== 'string') return false;
  const { content, tool_calls: calls } = message;
  return (content !== undefined && content !== null) || Array.isArray(calls);
}
