import { embed } from '../../../bench/retrieval/hashed-embedder.cjs';
import { FakeServer, type Answer, type Handler, type RecordedRequest } from './fake-server';

/** Vectors of a request to an OpenAI-compatible or an Ollama server, in its form. */
export function embeddingsOf(request: RecordedRequest, toVector: (text: string) => unknown = embed): Answer {
  const vectors = ([request.body?.input].flat() as string[]).map(toVector);
  if (request.path.endsWith('/embed')) return { json: { embeddings: vectors } };
  return { json: { data: vectors.map((embedding, index) => ({ index, embedding })) } };
}

/** Embeds by hashed n-grams unless `handler` is set. */
export class FakeEmbeddingServer extends FakeServer {
  handler: Handler | undefined;

  static start(): Promise<FakeEmbeddingServer> {
    return new FakeEmbeddingServer('').listen(0);
  }

  /** All texts that were embedded. */
  get texts(): string[] {
    return this.requests.flatMap(({ body }) => [body?.input ?? []].flat() as string[]);
  }

  protected answer(request: RecordedRequest): Answer | Promise<Answer> {
    return (this.handler ?? embeddingsOf)(request);
  }
}
