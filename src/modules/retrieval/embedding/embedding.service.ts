import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Principal } from '../../../common/auth/principal';
import { mapConcurrently } from './map-concurrently';
import { ModelServerError } from './embedding.errors';
import { EMBEDDING_PROTOCOLS } from './embedding-protocols';
import { EmbeddingSettings } from './embedding.settings';
import type { EmbeddingSpace } from './embedding-space.entity';
import { EmbeddingsRepository } from './embeddings.repository';
import { LocalModelService } from './local-model.service';
import { ModelServerService } from './model-server.service';
import { toVectors } from './vectors';

/** What a text is: models may expect another prefix for a question than for what answers it. */
export type EmbeddingKind = 'query' | 'content';

export interface EmbeddingOptions {
  signal: AbortSignal;
  /** Named to the server with `ENABLE_FORWARD_USER_INFO_HEADERS`. */
  principal?: Principal;
}

export interface Embedded {
  space: EmbeddingSpace;
  /** In the order of the texts. */
  vectors: Float32Array[];
}

/** Requests at once with `ENABLE_ASYNC_EMBEDDING`. */
const CONCURRENCY = 8;
const RETRIES: Record<EmbeddingKind, number> = { content: 4, query: 1 };
/** A search does not wait as long as a job. Milliseconds. */
const QUERY_TIMEOUT = 20_000;
/** Queries whose vectors are in memory: one request often searches several places for the same. */
const MAX_QUERIES = 256;

/** Turns texts into vectors by the configured engine. */
@Injectable()
export class EmbeddingService {
  private readonly queries = new Map<string, Float32Array>();

  constructor(
    private readonly settings: EmbeddingSettings,
    private readonly embeddings: EmbeddingsRepository,
    private readonly servers: ModelServerService,
    private readonly local: LocalModelService,
  ) {}

  /** Name of the space of the configured engine; null without one: then there is full text alone. */
  space(): string | null {
    const { embedding_engine: engine, embedding_model: model, content_prefix: prefix, models_dir } = this.settings;
    if (!Object.hasOwn(EMBEDDING_PROTOCOLS, engine) && models_dir === '') return null;
    return JSON.stringify([engine, model, prefix]);
  }

  /** The space of the configured engine; null while it has embedded nothing yet. */
  async findSpace(): Promise<EmbeddingSpace | null> {
    const name = this.space();
    return name === null ? null : this.embeddings.findSpace(name);
  }

  /** One vector per text. @throws ModelServerError: never fewer vectors, and never those of other texts. */
  async embed(texts: readonly string[], kind: EmbeddingKind, options: EmbeddingOptions): Promise<Float32Array[]> {
    return texts.length === 0 ? [] : (await this.embedIn(texts, kind, options)).vectors;
  }

  /** As `embed` for at least one text, with the space. No database connection is held while the engine works. */
  async embedIn(texts: readonly string[], kind: EmbeddingKind, options: EmbeddingOptions): Promise<Embedded> {
    const name = this.space();
    // A change of the settings in the meantime must not mix two spaces.
    const settings = { ...this.settings };
    if (name === null) throw new ModelServerError('No embedding engine is configured.');
    const known = await this.embeddings.findSpace(name);
    const keys = kind === 'content' ? texts.map(toKey) : texts;
    const byText = await this.load(known, [...new Set(keys)], kind);
    const missing = [...new Set(keys)].filter((text) => !byText.has(text));
    const made = await this.call(missing, kind, settings, options);
    const dimensions = (made[0] ?? byText.values().next().value)?.length ?? known?.dimensions ?? 0;
    const space = known ?? (await this.embeddings.putSpace(name, dimensions));
    assertDimensions(space, made);
    missing.forEach((text, index) => byText.set(text, made[index] as Float32Array));
    await this.save(space, missing, made, kind);
    return { space, vectors: keys.map((text) => byText.get(text) as Float32Array) };
  }

  /** As `embedIn` for contents, without the engine; null unless the vectors of all of them are cached. */
  async findCached(texts: readonly string[]): Promise<Embedded | null> {
    const space = await this.findSpace();
    const keys = texts.map(toKey);
    const byText = await this.load(space, [...new Set(keys)], 'content');
    const vectors = keys.flatMap((text) => byText.get(text) ?? []);
    return space && vectors.length === keys.length ? { space, vectors } : null;
  }

  /** Deletes all vectors of the configured space, for a model that changed behind its name. */
  async forget(): Promise<void> {
    const name = this.space();
    if (name !== null) await this.embeddings.deleteSpace(name);
  }

  private async load(
    space: EmbeddingSpace | null,
    texts: readonly string[],
    kind: EmbeddingKind,
  ): Promise<Map<string, Float32Array>> {
    if (!space) return new Map();
    if (kind === 'query') {
      const found = texts.map((text) => [text, this.queries.get(queryKey(space, text))] as const);
      return new Map(found.flatMap(([text, vector]) => (vector ? [[text, vector]] : [])));
    }
    const byHash = await this.embeddings.findCached(space.id, texts.map(hashOf));
    const found = texts.map((text) => [text, byHash.get(hashOf(text))] as const);
    return new Map(found.flatMap(([text, vector]) => (vector ? [[text, vector]] : [])));
  }

  private async save(
    space: EmbeddingSpace,
    texts: readonly string[],
    vectors: readonly Float32Array[],
    kind: EmbeddingKind,
  ): Promise<void> {
    if (texts.length === 0) return;
    if (kind === 'content') {
      const byHash = new Map(texts.map((text, index) => [hashOf(text), vectors[index] as Float32Array]));
      return this.embeddings.cache(space.id, byHash);
    }
    texts.forEach((text, index) => this.queries.set(queryKey(space, text), vectors[index] as Float32Array));
    for (const key of this.queries.keys()) {
      if (this.queries.size <= MAX_QUERIES) break;
      this.queries.delete(key);
    }
  }

  private async call(
    texts: readonly string[],
    kind: EmbeddingKind,
    settings: EmbeddingSettings,
    options: EmbeddingOptions,
  ): Promise<Float32Array[]> {
    const { embedding_batch_size: size, enable_async_embedding: isConcurrent } = settings;
    const batches = Array.from({ length: Math.ceil(texts.length / size) }, (_, index) =>
      texts.slice(index * size, (index + 1) * size),
    );
    const vectors = await mapConcurrently(batches, isConcurrent ? CONCURRENCY : 1, options.signal, (batch, signal) =>
      this.callBatch(batch, kind, settings, { ...options, signal }),
    );
    return vectors.flat();
  }

  private async callBatch(
    texts: readonly string[],
    kind: EmbeddingKind,
    settings: EmbeddingSettings,
    { signal, principal }: EmbeddingOptions,
  ): Promise<Float32Array[]> {
    const protocol = EMBEDDING_PROTOCOLS[settings.embedding_engine];
    const { query_prefix, content_prefix, prefix_field_name: field } = settings;
    const prefix = kind === 'query' ? query_prefix : content_prefix;
    const isPrepended = prefix !== '' && (field === '' || !protocol);
    const input = isPrepended ? texts.map((text) => prefix + text) : texts;
    if (!protocol) return toVectors(await this.local.embed(input, settings), texts.length);
    const { body, ...call } = protocol.toCall(input, settings);
    const response = await this.servers.post({
      ...call,
      body: prefix !== '' && field !== '' ? { ...body, [field]: prefix } : body,
      ...{ signal, retries: RETRIES[kind] },
      ...(principal && { principal }),
      ...(kind === 'query' && { timeout: QUERY_TIMEOUT }),
    });
    return toVectors(protocol.read(response), texts.length);
  }
}

/** A content as it is embedded and cached. Stored texts keep their line breaks. */
const toKey = (text: string): string => text.replaceAll('\n', ' ');

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

const queryKey = (space: EmbeddingSpace, text: string): string => `${space.id} ${hashOf(text)}`;

/** @throws ModelServerError when the model behind the name changed: its vectors are not comparable with the stored ones. */
function assertDimensions({ dimensions }: EmbeddingSpace, vectors: readonly Float32Array[]): void {
  const other = vectors.find(({ length }) => length !== dimensions);
  if (other)
    throw new ModelServerError(
      `The embedding model sends vectors of ${other.length} dimensions, but those of the index have ${dimensions}. Reindex, or name the model that was used.`,
    );
}
