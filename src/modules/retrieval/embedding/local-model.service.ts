import { join, resolve } from 'node:path';
import { Injectable } from '@nestjs/common';
import { ModelServerError } from './embedding.errors';
import type { EmbeddingSettings } from './embedding.settings';

/** Not a literal at its import: the package is optional and need not resolve. */
const PACKAGE = '@huggingface/transformers';

type Extractor = (texts: string[], options: object) => Promise<{ tolist(): number[][] }>;

/** The part of the package that is used. */
interface Transformers {
  env: { allowRemoteModels: boolean; localModelPath: string };
  pipeline: (task: 'feature-extraction', model: string, options: object) => Promise<Extractor>;
}

/** Embeds with an ONNX model of the local directory. Nothing is downloaded. */
@Injectable()
export class LocalModelService {
  private loaded: { model: string; extractor: Promise<Extractor> } | undefined;

  /** One vector per text. @throws ModelServerError when the package or the model is missing. */
  async embed(texts: readonly string[], settings: EmbeddingSettings): Promise<number[][]> {
    const model = join(resolve(settings.models_dir), settings.embedding_model);
    if (this.loaded?.model !== model) this.loaded = { model, extractor: load(settings) };
    const { extractor } = this.loaded;
    try {
      return (await (await extractor)([...texts], { pooling: 'mean', normalize: true })).tolist();
    } catch (error) {
      if (this.loaded.extractor === extractor) this.loaded = undefined;
      throw error;
    }
  }
}

async function load({ models_dir, embedding_model: model }: EmbeddingSettings): Promise<Extractor> {
  const { env, pipeline } = await loadPackage();
  env.allowRemoteModels = false;
  env.localModelPath = resolve(models_dir);
  return pipeline('feature-extraction', model, { local_files_only: true }).catch((error: unknown) => {
    throw new ModelServerError(`The embedding model ${model} cannot be loaded: ${String(error)}`);
  });
}

async function loadPackage(): Promise<Transformers> {
  try {
    return (await import(PACKAGE)) as Transformers;
  } catch {
    throw new ModelServerError(`Local embedding models need the optional package: npm install ${PACKAGE}`);
  }
}
