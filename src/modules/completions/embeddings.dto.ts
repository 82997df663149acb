/** A request for embeddings, as OpenAI's. Without `model` the answer is 422; what the server does not know goes to the model's provider. */
export class EmbeddingsBody {
  /** Id of a model of `GET /api/models`, or of a preset of one. */
  model?: string;

  /** One text, or several; some providers take lists of tokens too. */
  input?: string | string[];

  /** `float` or `base64`. */
  encoding_format?: string;

  /** Numbers of a vector, where the model has a choice. */
  dimensions?: number;
}

export class EmbeddingResponse {
  /** `embedding`. */
  object: string;
  /** Numbers, or their bytes in base64. */
  embedding: number[] | string;
  /** Place of its input. */
  index: number;
}

export class EmbeddingsResponse {
  /** `list`. */
  object: string;
  /** One for each input, in order. */
  data: EmbeddingResponse[];
  /** As the provider calls it. */
  model?: string;
  usage?: Record<string, unknown>;
}
