import { ApiProperty } from '@nestjs/swagger';

/** A request for embeddings in OpenAI's form. 422 without `model`; unknown keys are passed to the model's provider. */
export class EmbeddingsBody {
  /** Id of a model of `GET /api/models`, or of a preset of one. */
  model?: string;

  /** A string, or a list; some providers accept lists of tokens too. */
  @ApiProperty({ oneOf: [{ type: 'string' }, { type: 'array', items: {} }] })
  input?: string | string[];

  /** `float` or `base64`. */
  encoding_format?: string;

  /** Length of a vector, for models that support a choice. */
  dimensions?: number;
}

export class EmbeddingResponse {
  /** `embedding`. */
  object: string;
  /** Numbers, or their bytes in base64. */
  @ApiProperty({ oneOf: [{ type: 'array', items: { type: 'number' } }, { type: 'string' }] })
  embedding: number[] | string;
  /** Index of its input. */
  index: number;
}

export class EmbeddingsResponse {
  /** `list`. */
  object: string;
  /** One per input, in order. */
  data: EmbeddingResponse[];
  /** The provider's name of the model. */
  model?: string;
  usage?: Record<string, unknown>;
}
