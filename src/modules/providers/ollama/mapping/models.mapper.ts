import { isJsonObject, objectsIn, type JsonObject } from '../../../../common/util/json';
import type { ModelTag, ProviderModel } from '../../chat-provider';
import { offeredId } from '../../connection-base';
import type { OllamaHost } from '../ollama-host';

/** A model with the servers that have it. */
export interface PlacedModel extends JsonObject {
  /** Unique id, with the prefix of its servers; `name` is the server's own name. */
  model: string;
  /** Indexes of the servers that have it. */
  urls: number[];
}

/** An item of `GET /api/tags` as this server lists it. */
export interface OllamaModel extends PlacedModel {
  connection_type: string;
  tags?: ModelTag[];
  /** Unix seconds at which it is unloaded from memory; absent when it is not loaded. */
  expires_at?: number;
}

/** The models in a server's responses to `GET /api/tags` and, if available, `GET /api/ps`. */
export function toOllamaModels(host: OllamaHost, listed: unknown, loaded?: unknown): OllamaModel[] {
  const expiries = new Map(modelItems(loaded).map((item) => [nameOf(item), expiryOf(item)]));
  return modelItems(listed).flatMap((item) => {
    const own = nameOf(item);
    const isOffered = own !== '' && (host.modelIds.length === 0 || host.modelIds.includes(own));
    return isOffered ? [toOllamaModel(host, item, expiries.get(own))] : [];
  });
}

function toOllamaModel(host: OllamaHost, item: JsonObject, expiry: number | undefined): OllamaModel {
  return {
    ...item,
    model: offeredId(host, nameOf(item)),
    ...(host.tags.length > 0 && { tags: host.tags }),
    connection_type: host.type,
    urls: [host.index],
    ...(expiry !== undefined && { expires_at: expiry }),
  };
}

/** The loaded models of a server, from its response to `GET /api/ps`. */
export function toLoadedModels(host: OllamaHost, loaded: unknown): PlacedModel[] {
  return modelItems(loaded).map((item) => ({ ...item, model: offeredId(host, nameOf(item)), urls: [host.index] }));
}

/** Merges entries of the same model on several servers. */
export function mergePlaces<M extends PlacedModel>(models: M[]): M[] {
  const byId = new Map<string, M>();
  for (const model of models) {
    const known = byId.get(model.model);
    byId.set(model.model, known ? { ...model, ...known, urls: [...known.urls, ...model.urls] } : model);
  }
  return [...byId.values()];
}

export function toProviderModel(model: OllamaModel): ProviderModel {
  return {
    id: model.model,
    name: typeof model.name === 'string' && model.name ? model.name : model.model,
    object: 'model',
    created: secondsOf(model.modified_at) ?? 0,
    owned_by: 'ollama',
    ollama: model,
    connection_type: model.connection_type,
    ...(model.tags && { tags: model.tags }),
  };
}

/** The entry of `GET /api/tags` behind a model of the list; undefined for models of other providers. */
export function ollamaModelOf({ ollama }: ProviderModel): OllamaModel | undefined {
  return isJsonObject(ollama) && Array.isArray(ollama.urls) ? (ollama as OllamaModel) : undefined;
}

function modelItems(answer: unknown): JsonObject[] {
  const list = isJsonObject(answer) ? answer.models : undefined;
  return objectsIn(list);
}

const nameOf = (item: JsonObject): string =>
  [item.model, item.name].find((name): name is string => typeof name === 'string' && name !== '') ?? '';

const expiryOf = ({ expires_at: expiry }: JsonObject): number | undefined => secondsOf(expiry);

function secondsOf(time: unknown): number | undefined {
  const milliseconds = typeof time === 'string' ? Date.parse(time) : Number.NaN;
  return Number.isNaN(milliseconds) ? undefined : Math.floor(milliseconds / 1000);
}
