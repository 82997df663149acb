import { sseFrame } from '../../../common/http/answers/sse';
import type { JsonObject } from '../../../common/util/json';
import type { ProviderChunk, ProviderStream } from '../../providers/chat-provider';
import { sideChunk } from './side-chunk';

/** Announces the model that was selected for an arena before its response. */
export function withSelectedModel(answer: ProviderStream, id: string): ProviderStream {
  const drawn: ProviderChunk = { selected_model_id: id };
  if (answer.kind === 'json') return { kind: 'json', body: { ...answer.body, ...drawn } };
  const bytes = Buffer.from(sseFrame(sideChunk(id, drawn)));
  return { kind: 'sse', raw: before(bytes, answer.raw), chunks: () => before(drawn, answer.chunks()) };
}

/** The selected model named in a response or a chunk; pipelines servers send it as well. */
export const selectedModelIn = ({ selected_model_id: id }: JsonObject): string | undefined =>
  typeof id === 'string' && id !== '' ? id : undefined;

async function* before<T>(first: T, rest: AsyncIterable<T>): AsyncGenerator<T> {
  yield first;
  yield* rest;
}
