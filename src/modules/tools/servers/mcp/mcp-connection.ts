import { name as product, version } from '../../../../../package.json';
import { aborting } from '../../../../common/util/aborting';
import { isJsonObject, type JsonObject } from '../../../../common/util/json';
import { linkSignal } from '../../../../platform/http-client/linked-signal';
import { readContent, readTools, type McpTool } from './mcp-results';

/** Milliseconds for which a list is used of a server that does not announce changes. */
const LIST_AGE = 60_000;
const MAX_PAGES = 50;
const MAX_TOOLS = 1_000;
/** The longest time of a timer. */
const NO_LIMIT = 2 ** 31 - 1;
/** Statuses for an unknown session: that of the specification, and that of the SDK's own example servers. */
const LOST = [404, 400];

/** The server does not know the session any more: a new one can repeat the request, which was not processed. */
export class SessionLostError extends Error {}

/** Loaded at first use: it takes a fifth of a second. */
export const loadSdk = async () => {
  const [client, http, stdio, types] = await Promise.all([
    import('@modelcontextprotocol/sdk/client/index.js'),
    import('@modelcontextprotocol/sdk/client/streamableHttp.js'),
    import('@modelcontextprotocol/sdk/client/stdio.js'),
    import('@modelcontextprotocol/sdk/types.js'),
  ]);
  return { ...client, ...http, ...stdio, ...types };
};

export type Sdk = Awaited<ReturnType<typeof loadSdk>>;
type Client = InstanceType<Sdk['Client']>;
export type Transport = Parameters<Client['connect']>[0];

/** One session at an MCP server. */
export class McpConnection {
  private tools: { list: Promise<McpTool[]>; at: number } | undefined;
  private isClosed = false;

  private constructor(
    private readonly sdk: Sdk,
    private readonly client: Client,
    private readonly transport: Transport,
    /** Milliseconds for listing; 0: no limit. */
    private readonly listTimeout: number,
  ) {
    client.setNotificationHandler(sdk.ToolListChangedNotificationSchema, () => {
      this.tools = undefined;
    });
    client.onclose = () => (this.isClosed = true);
    // Requests whose streams the SDK could not resume would wait for their timeout.
    client.onerror = ({ message }) => {
      if (message.startsWith('Maximum reconnection attempts')) void client.close();
    };
  }

  /** @throws when the server cannot be reached or does not speak MCP within `timeout` milliseconds (0: no limit). */
  static async open(sdk: Sdk, transport: Transport, timeout: number, signal?: AbortSignal): Promise<McpConnection> {
    // Results are read by this server: schemas of others are not compiled.
    const accept = (input: unknown) => ({ valid: true as const, data: input as never, errorMessage: undefined });
    const jsonSchemaValidator = { getValidator: () => accept };
    const client = new sdk.Client({ name: product, version }, { capabilities: {}, jsonSchemaValidator });
    const connection = new McpConnection(sdk, client, transport, timeout);
    const link = linkSignal(signal, timeout, () => new Error('The MCP server did not respond in time'));
    try {
      await aborting(link.signal, client.connect(transport, { timeout: timeout || NO_LIMIT }));
      return connection;
    } catch (error) {
      await connection.close();
      throw error;
    } finally {
      link.release();
    }
  }

  /** False once the connection is closed: the process ended, or the server was lost. */
  get isOpen(): boolean {
    return !this.isClosed;
  }

  /** All tools of the server; the same list until the server announces a change. */
  listTools(): Promise<McpTool[]> {
    const announces = this.client.getServerCapabilities()?.tools?.listChanged === true;
    const isCurrent = this.tools && (announces || Date.now() - this.tools.at < LIST_AGE);
    if (this.tools && isCurrent) return this.tools.list;
    const list = this.fetchTools();
    const entry = { list, at: Date.now() };
    this.tools = entry;
    list.catch(() => {
      if (this.tools === entry) this.tools = undefined;
    });
    return list;
  }

  /**
   * Calls a tool. An abort is sent to the server.
   * @returns the content items. @throws SessionLostError; Error with the text of the server; the reason of the signal.
   */
  async call(name: string, args: JsonObject, timeout: number, signal: AbortSignal): Promise<JsonObject[]> {
    return readContent(await this.request('tools/call', { name, arguments: args }, timeout, signal));
  }

  async close(): Promise<void> {
    this.isClosed = true;
    if ('terminateSession' in this.transport)
      await (this.transport as { terminateSession(): Promise<void> }).terminateSession().catch(() => undefined);
    await this.client.close().catch(() => undefined);
  }

  private async fetchTools(): Promise<McpTool[]> {
    const found = new Map<string, McpTool>();
    const seen = new Set<string | undefined>();
    const end = new AbortController();
    let cursor: string | undefined;
    do {
      seen.add(cursor);
      const page = readTools(
        await this.request('tools/list', cursor === undefined ? {} : { cursor }, this.listTimeout, end.signal),
      );
      for (const tool of page.tools) if (found.size < MAX_TOOLS && !found.has(tool.name)) found.set(tool.name, tool);
      cursor = page.next;
    } while (cursor !== undefined && !seen.has(cursor) && seen.size < MAX_PAGES && found.size < MAX_TOOLS);
    return [...found.values()];
  }

  private async request(method: string, params: JsonObject, timeout: number, signal: AbortSignal): Promise<JsonObject> {
    signal.throwIfAborted();
    // The SDK never detaches from the signal, and would cancel a finished request when it aborts later.
    const link = linkSignal(signal, 0, () => new Error());
    try {
      const options = { signal: link.signal, timeout: timeout || NO_LIMIT };
      const result: unknown = await this.client.request({ method, params }, this.sdk.ResultSchema, options);
      return isJsonObject(result) ? result : {};
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      throw this.isLoss(error) ? new SessionLostError() : error;
    } finally {
      link.release();
    }
  }

  private isLoss(error: unknown): boolean {
    const hasSession = this.transport.sessionId !== undefined;
    return hasSession && error instanceof this.sdk.StreamableHTTPError && LOST.includes(error.code ?? 0);
  }
}
