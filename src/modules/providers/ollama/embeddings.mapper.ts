import { isJsonObject, type JsonObject } from '../../../common/util/json';
import { ProviderUnreachableError } from '../provider-errors';

/** A request for embeddings in OpenAI's form as the body of `POST /api/embed`. */
export function toEmbedPayload(name: string, { input, dimensions }: JsonObject): JsonObject {
  return { model: name, input, ...(typeof dimensions === 'number' && { dimensions }) };
}

/**
 * The answer to `POST /api/embed` as OpenAI has it: one vector for each input.
 * @throws ProviderUnreachableError for an answer without vectors.
 */
export function toEmbeddings(model: string, answer: unknown): JsonObject {
  const vectors: unknown = isJsonObject(answer) ? answer.embeddings : undefined;
  if (!Array.isArray(vectors)) throw new ProviderUnreachableError(new Error('The answer has no embeddings'));
  const counted = isJsonObject(answer) ? answer.prompt_eval_count : undefined;
  const tokens = typeof counted === 'number' ? counted : 0;
  return {
    object: 'list',
    data: vectors.map((embedding: unknown, index) => ({ object: 'embedding', index, embedding })),
    model,
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  };
}
