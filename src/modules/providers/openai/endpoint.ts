import { BadRequestError } from '../../../common/errors/app-error';
import type { Connection } from './connection';

/** Path of one kind of request, below the URL of a connection. */
export type Endpoint = '/chat/completions' | '/embeddings';

/** The path of requests for a model, below the connection's URL. `model`: the server's own name. */
export function modelPath(connection: Connection, endpoint: Endpoint, model: string): string {
  return connection.isAzure ? azurePath(connection, `/deployments/${segment(model)}${endpoint}`) : endpoint;
}

/** The path of the model list. */
export const listPath = (connection: Connection): string =>
  connection.isAzure ? azurePath(connection, '/models') : '/models';

/** A path of Azure's API, in the version of the connection. */
export const azurePath = ({ apiVersion }: Connection, path: string): string =>
  `/openai${path}?api-version=${encodeURIComponent(apiVersion)}`;

/** @throws BadRequestError for names that URLs resolve as parent directories, in any encoding. */
export function segment(name: string): string {
  if (name === '' || name === '.' || name === '..') throw new BadRequestError('Invalid model name');
  return encodeURIComponent(name);
}

const PARENT_SEGMENT = /(^|[/\\])\.\.?([/\\]|$)/;

/**
 * A path with its query, below a connection. For Azure it is a path of the deployment `model`, if given.
 * @throws BadRequestError for a path that leaves the connection's URL.
 */
export function anyPath(connection: Connection, path: string, model?: string): string {
  if (PARENT_SEGMENT.test(decoded(path.split('?', 1)[0] ?? ''))) throw new BadRequestError('Invalid path');
  if (!connection.isAzure) return path;
  const [below = '', query] = path.split('?', 2);
  const azure = azurePath(connection, model === undefined ? below : `/deployments/${segment(model)}${below}`);
  return query ? `${azure}&${query}` : azure;
}

const ENCODED: Record<string, string> = { '%2e': '.', '%2f': '/', '%5c': '\\', '%25': '%' };

/** Decodes dots, slashes and percent signs repeatedly: the remote server may decode twice. */
function decoded(path: string): string {
  const once = path.replace(/%(2e|2f|5c|25)/gi, (code) => ENCODED[code.toLowerCase()] ?? code);
  return once === path ? path : decoded(once);
}
