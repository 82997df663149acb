import { toErrorResponse, toErrorText } from '../../errors/to-error-response';

/** One event of `text/event-stream`, with JSON as its data. */
export const sseFrame = (data: unknown): string => sseText(JSON.stringify(data));

/** As `sseFrame`, for text without line breaks. */
export const sseText = (data: string): string => `data: ${data}\n\n`;

/** The last event of an OpenAI-compatible stream. */
export const SSE_DONE = sseText('[DONE]');

/** A failure within a stream, in the form that OpenAI's clients read. */
export function sseErrorFrame(error: unknown): string {
  const { status } = toErrorResponse(error);
  return sseFrame({ error: { message: toErrorText(error), type: 'server_error', code: status } });
}
