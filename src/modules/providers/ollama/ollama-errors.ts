import { AppError, BadRequestError } from '../../../common/errors/app-error';
import { isJsonObject } from '../../../common/util/json';
import { ProviderError } from '../provider.errors';

/** Error format of a route: `Ollama: <text>`, or Ollama's text alone. */
export type ErrorForm = 'named' | 'bare';

/** Runs `work`; error responses of Ollama get the route's format and retain their status. */
export async function withErrorForm<T>(form: ErrorForm, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof ProviderError ? toRelayed(form, error) : error;
  }
}

function toRelayed(form: ErrorForm, { status, body, message, headers }: ProviderError): AppError {
  if (form === 'named') return new AppError(status, `Ollama: ${message}`, headers);
  const said = isJsonObject(body) ? body.error : undefined;
  return new AppError(status, isJsonObject(said) ? said : message, headers);
}

/** No server has a model of this name. */
export class OllamaModelNotFoundError extends BadRequestError {
  constructor(name: string) {
    super(`Model '${name}' was not found`);
  }
}
