import { DiscoveryService } from '@nestjs/core';
import type { JsonObject } from '../../common/util/json';
import type { ReplyHost } from '../providers/chat-provider';
import type { CompletionContext } from './completion-context';
import type { Tool } from './tool';

/** The tools that a request names. */
export interface ToolRequest {
  /** The principal, the messages and files, and `onEnd()` for what has to be released. */
  context: CompletionContext;
  /** Ids as sent, without duplicates: local ids, `server:<id>`, `server:<type>:<id>`. A source skips those of others. */
  ids: readonly string[];
  /** What running code may ask of the server during this reply. */
  host: ReplyHost;
  /** Injected parameters of a call by name (`__metadata__`, `__messages__`, `__files__`, …): read them at each call. */
  injected(): JsonObject;
}

/** Tools of one kind: local ones, OpenAPI servers, MCP servers, servers of the user's browser. */
export interface ToolSource {
  /**
   * The functions behind the ids that the principal may use, in the order of the ids. Unknown, forbidden and disabled
   * ids are skipped. A failure to connect is emitted to the context, not thrown. Register sessions to be closed with `context.onEnd()`
   * as soon as they are open. `signal` ends with the reply.
   */
  resolve(request: ToolRequest, signal: AbortSignal): Promise<Tool[]>;
}

export interface ToolSourceOptions {
  /** Tools are offered in ascending order of their sources. */
  order: number;
  /**
   * What happens when a function has the name of one of an earlier source: `rename` (default) offers it as
   * `<sourceId>_<name>`, `replace` offers it instead of the earlier one.
   */
  clash?: 'rename' | 'replace';
}

/** Declares a source of tools: a provider of any module to the right, found among its providers. */
export const ToolSource = DiscoveryService.createDecorator<ToolSourceOptions>();
