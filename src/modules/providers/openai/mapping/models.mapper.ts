import { isJsonObject, objectsIn, type JsonObject } from '../../../../common/util/json';
import type { ProviderModel } from '../../chat-provider';
import { offeredId } from '../../connection-base';
import { isOpenAi, type Connection } from '../connection';

/** Parts of the ids of OpenAI's models without chat completions. */
const NO_CHAT = /babbage|dall-e|davinci|embedding|tts|whisper/;

/** The models in a response to `GET /models`: `{data: []}` or a bare list; any other body has none. */
export function toModels(connection: Connection, answer: unknown): ProviderModel[] {
  const items = modelItems(answer).filter((item) => !(isOpenAi(connection.url) && NO_CHAT.test(idOf(item) ?? '')));
  return mergeModels(items.map((item) => toModel(connection, item)));
}

/** The models listed in the options of a connection, including those without chat completions (embeddings, speech). */
export function listedModels(connection: Connection): ProviderModel[] {
  return mergeModels(
    connection.modelIds.map((id) =>
      toModel(connection, { id, name: id, owned_by: 'openai', openai: { id }, urlIdx: connection.index }),
    ),
  );
}

/** Duplicate ids are dropped; the first one wins. */
export function mergeModels(models: (ProviderModel | null)[]): ProviderModel[] {
  const byId = new Map<string, ProviderModel>();
  for (const model of models) if (model && !byId.has(model.id)) byId.set(model.id, model);
  return [...byId.values()];
}

/** Removes models without chat completions; the form of the response does not change. */
export function withoutUnusable(connection: Connection, answer: unknown): unknown {
  if (!isOpenAi(connection.url) || !isJsonObject(answer)) return answer;
  return { ...answer, data: modelItems(answer).filter(({ id }) => !NO_CHAT.test(String(id))) };
}

function modelItems(answer: unknown): JsonObject[] {
  const list = isJsonObject(answer) ? answer.data : answer;
  return objectsIn(list);
}

const idOf = (item: JsonObject): string | undefined => textOf(item.id) ?? textOf(item.name);

/** Null for an item without an id. */
function toModel(connection: Connection, item: JsonObject): ProviderModel | null {
  const own = idOf(item);
  if (own === undefined) return null;
  const id = offeredId(connection, own);
  const { name, ...rest } = item;
  const model = {
    ...rest,
    ...(typeof name === 'string' && { name }),
    id,
    ...(connection.tags.length > 0 && { tags: connection.tags }),
    connection_type: connection.type,
  };
  const label = textOf(name) ?? id;
  return { ...model, name: label, owned_by: 'openai', openai: model, urlIdx: connection.index };
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value ? value : undefined);
