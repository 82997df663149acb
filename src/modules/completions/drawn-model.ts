import type { JsonObject } from '../../common/util/json';
import type { ProviderChunk, ProviderStream } from '../providers/chat-provider';
import { pythonJson } from './content/python-json';

/** An answer that tells first which model of an arena gives it. */
export function withDrawnModel(answer: ProviderStream, id: string): ProviderStream {
  const told: ProviderChunk = { selected_model_id: id };
  if (answer.kind === 'json') return { kind: 'json', body: { ...answer.body, ...told } };
  const bytes = Buffer.from(`data: ${pythonJson(told, { ascii: true })}\n\n`);
  return { kind: 'sse', raw: before(bytes, answer.raw), chunks: () => before(told, answer.chunks()) };
}

/** The model that an answer or a chunk says it is of; pipelines servers tell it as well. */
export const drawnModelIn = ({ selected_model_id: id }: JsonObject): string | undefined =>
  typeof id === 'string' && id !== '' ? id : undefined;

async function* before<T>(first: T, rest: AsyncIterable<T>): AsyncGenerator<T> {
  yield first;
  yield* rest;
}
