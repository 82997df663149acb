import { BadRequestError } from '../../../common/errors/app-error';
import type { Connection } from './connection';

/** Where requests of one kind go, below the URL of a connection. */
export type Endpoint = '/chat/completions' | '/embeddings';

/** The path, below the connection's URL, of requests for one of its models (by the server's own name of it). */
export function modelPath(connection: Connection, endpoint: Endpoint, model: string): string {
  return connection.isAzure ? azurePath(connection, `/deployments/${segment(model)}${endpoint}`) : endpoint;
}

/** The path of the model list. */
export const listPath = (connection: Connection): string =>
  connection.isAzure ? azurePath(connection, '/models') : '/models';

/** A path of Azure's interface, in the version of the connection. */
export const azurePath = ({ apiVersion }: Connection, path: string): string =>
  `/openai${path}?api-version=${encodeURIComponent(apiVersion)}`;

/** @throws BadRequestError for names that URLs take for a way up, whatever their encoding. */
export function segment(name: string): string {
  if (name === '' || name === '.' || name === '..') throw new BadRequestError('Not a name of a model');
  return encodeURIComponent(name);
}

const WAY_UP = /(^|[/\\])\.\.?([/\\]|$)/;

/**
 * Any path below a connection, with its query. Azure's are those of the deployment that `model` names, if there is one.
 * @throws BadRequestError for a path that leads out of the connection's URL.
 */
export function anyPath(connection: Connection, path: string, model?: string): string {
  if (WAY_UP.test(decoded(path.split('?', 1)[0] ?? ''))) throw new BadRequestError('Not a path');
  if (!connection.isAzure) return path;
  const [below = '', query] = path.split('?', 2);
  const azure = azurePath(connection, model === undefined ? below : `/deployments/${segment(model)}${below}`);
  return query ? `${azure}&${query}` : azure;
}

const ENCODED: Record<string, string> = { '%2e': '.', '%2f': '/', '%5c': '\\', '%25': '%' };

/** What can lead up, as URLs and the server at the other end read it, which may decode twice. */
function decoded(path: string): string {
  const once = path.replace(/%(2e|2f|5c|25)/gi, (code) => ENCODED[code.toLowerCase()] ?? code);
  return once === path ? path : decoded(once);
}
