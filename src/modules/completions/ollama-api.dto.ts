import { IsDefined, IsObject, IsOptional, IsString, ValidateBy } from 'class-validator';
import type { JsonObject } from '../../common/util/json';
import { IsLaxBoolean, KeepUnknownKeys } from '../../common/validation/fields';

const isText = (value: unknown): boolean => typeof value === 'string';

/** A text, or a list of texts. */
const IsTexts = (): PropertyDecorator =>
  ValidateBy({
    name: 'isString',
    validator: { validate: (value) => isText(value) || (Array.isArray(value) && value.every(isText)) },
  });

/** Names a model, by either key. */
@KeepUnknownKeys()
export class OllamaShowRequest {
  @IsOptional()
  @IsString()
  model?: string | null;

  /** The older name of `model`. */
  @IsOptional()
  @IsString()
  name?: string | null;

  [key: string]: unknown;
}

@KeepUnknownKeys()
export class OllamaEmbedRequest {
  @IsString()
  model: string;

  /** A text, or several: each gets a vector. */
  @IsDefined()
  @IsTexts()
  input: string | string[];

  /** False: a text that is too long for the model is an error. */
  @IsOptional()
  @IsLaxBoolean()
  truncate?: boolean | null;

  @IsOptional()
  @IsObject()
  options?: JsonObject | null;

  @IsOptional()
  keep_alive?: number | string | null;

  [key: string]: unknown;
}

/** The older request for one vector. */
@KeepUnknownKeys()
export class OllamaEmbeddingsRequest {
  @IsString()
  model: string;

  @IsString()
  prompt: string;

  @IsOptional()
  @IsObject()
  options?: JsonObject | null;

  @IsOptional()
  keep_alive?: number | string | null;

  [key: string]: unknown;
}

/** A completion of a text; keys that are not listed are dropped. */
export class OllamaGenerateRequest {
  @IsString()
  model: string;

  @IsOptional()
  @IsString()
  prompt?: string | null;

  /** Text after what is to be written. */
  @IsOptional()
  @IsString()
  suffix?: string | null;

  /** Base64. */
  @IsOptional()
  @IsString({ each: true })
  images?: string[] | null;

  /** `json`, or a JSON schema. */
  @IsOptional()
  format?: string | JsonObject | null;

  @IsOptional()
  @IsObject()
  options?: JsonObject | null;

  @IsOptional()
  @IsString()
  system?: string | null;

  @IsOptional()
  @IsString()
  template?: string | null;

  /** Of an answer before. */
  @IsOptional()
  context?: number[] | null;

  /** False: one answer at the end. */
  @IsOptional()
  @IsLaxBoolean()
  stream?: boolean | null;

  @IsOptional()
  @IsLaxBoolean()
  raw?: boolean | null;

  /** Whether, or how much, to think first. */
  @IsOptional()
  think?: boolean | string | null;

  @IsOptional()
  keep_alive?: number | string | null;
}

/** A chat in Ollama's form. Checked by the service: faults are answered with 400. */
export class OllamaChatBody {
  /** With the prefix of its server. */
  model?: string;

  /** `{role, content, images, tool_calls}`. */
  messages?: JsonObject[];

  /** False: one answer at the end. */
  stream?: boolean;

  tools?: JsonObject[];

  /** `json`, or a JSON schema. */
  format?: string | JsonObject;

  options?: JsonObject;

  think?: boolean | string;

  keep_alive?: number | string;
}
