import { ApiProperty } from '@nestjs/swagger';
import { IsDefined, IsObject, IsOptional, IsString, ValidateBy } from 'class-validator';
import type { JsonObject } from '../../../../common/util/json';
import { IsLaxBoolean, KeepUnknownKeys } from '../../../../common/validation/fields';

/** A duration: seconds, or a number with a unit such as `5m`. */
const ApiDuration = () => ApiProperty({ oneOf: [{ type: 'number' }, { type: 'string' }], nullable: true });
const ApiFormat = () => ApiProperty({ oneOf: [{ type: 'string' }, { type: 'object' }], nullable: true });
const ApiThink = () => ApiProperty({ oneOf: [{ type: 'boolean' }, { type: 'string' }], nullable: true });

const isText = (value: unknown): boolean => typeof value === 'string';

/** A string, or a list of strings. */
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

  /** A string or a list; each gets a vector. */
  @ApiProperty({ oneOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] })
  @IsDefined()
  @IsTexts()
  input: string | string[];

  /** False: an input that exceeds the model's context is an error. */
  @IsOptional()
  @IsLaxBoolean()
  truncate?: boolean | null;

  @IsOptional()
  @IsObject()
  options?: JsonObject | null;

  @IsOptional()
  @ApiDuration()
  keep_alive?: number | string | null;

  [key: string]: unknown;
}

/** The older request for a single vector. */
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
  @ApiDuration()
  keep_alive?: number | string | null;

  [key: string]: unknown;
}

/** A text completion; keys that are not listed are dropped. */
export class OllamaGenerateRequest {
  @IsString()
  model: string;

  @IsOptional()
  @IsString()
  prompt?: string | null;

  /** Text after the completion. */
  @IsOptional()
  @IsString()
  suffix?: string | null;

  /** Base64. */
  @IsOptional()
  @IsString({ each: true })
  images?: string[] | null;

  /** `json`, or a JSON schema. */
  @IsOptional()
  @ApiFormat()
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

  /** From an earlier response. */
  @IsOptional()
  context?: number[] | null;

  /** False: a single response at the end. */
  @IsOptional()
  @IsLaxBoolean()
  stream?: boolean | null;

  @IsOptional()
  @IsLaxBoolean()
  raw?: boolean | null;

  /** Whether, or how much, to reason first. */
  @IsOptional()
  @ApiThink()
  think?: boolean | string | null;

  @IsOptional()
  @ApiDuration()
  keep_alive?: number | string | null;
}

/** A chat in Ollama's form. Validated by the service: errors have status 400. */
export class OllamaChatBody {
  /** With the prefix of its server. */
  model?: string;

  /** `{role, content, images, tool_calls}`. */
  messages?: JsonObject[];

  /** False: a single response at the end. */
  stream?: boolean;

  tools?: JsonObject[];

  /** `json`, or a JSON schema. */
  @ApiFormat()
  format?: string | JsonObject;

  options?: JsonObject;

  @ApiThink()
  think?: boolean | string;

  @ApiDuration()
  keep_alive?: number | string;
}
