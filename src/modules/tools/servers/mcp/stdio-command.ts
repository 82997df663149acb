import { isJsonObject, type JsonObject } from '../../../../common/util/json';

/** A local server: a program that speaks MCP over its standard input and output. */
export interface StdioCommand {
  command: string;
  args: string[];
  env: Record<string, string>;
  cwd?: string;
}

const SCHEME = 'stdio:';

export const isStdio = (url: string): boolean => url.startsWith(SCHEME);

/**
 * The program that a URL `stdio:<name>` names in the setting of the environment; undefined for other URLs.
 * @throws Error for a name that the setting lacks: no other program is ever started.
 */
export function stdioCommand(url: string, servers: JsonObject): StdioCommand | undefined {
  if (!isStdio(url)) return undefined;
  const name = url.slice(SCHEME.length).trim();
  const entry = Object.hasOwn(servers, name) ? servers[name] : undefined;
  if (!isJsonObject(entry) || typeof entry.command !== 'string' || entry.command === '')
    throw new Error(`MCP_STDIO_SERVERS has no server ${JSON.stringify(name.slice(0, 100))}`);
  const { command, args, env, cwd } = entry;
  return {
    command,
    args: Array.isArray(args) ? args.map(String) : [],
    env: Object.fromEntries(Object.entries(isJsonObject(env) ? env : {}).map(([key, value]) => [key, String(value)])),
    ...(typeof cwd === 'string' && { cwd }),
  };
}
