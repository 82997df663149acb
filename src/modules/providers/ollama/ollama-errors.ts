import { AppError, BadRequestError } from '../../../common/errors/app-error';
import { isJsonObject } from '../../../common/util/json';
import { ProviderError } from '../provider-errors';

/** In which form clients know the errors of a route: `Ollama: <text>`, or what Ollama said alone. */
export type ErrorForm = 'named' | 'bare';

/** The work, whose error answers of Ollama keep their status and get the form that clients of the route know. */
export async function relaying<T>(form: ErrorForm, work: Promise<T>): Promise<T> {
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
