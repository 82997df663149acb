import { DiscoveryService } from '@nestjs/core';
import type { Principal } from '../../common/auth/principal';

/** An entry of `GET /api/v1/tools/` for tools that are no rows, such as those of a server. */
export interface ListedTools {
  /** Part of `tool_ids` in requests: `server:<id>`, `server:mcp:<id>`. */
  id: string;
  name: string;
  description: string;
  /** The `access_control` of the settings, as stored. */
  access_control: unknown;
  /** False while the principal has to authorise this server at the other one first; undefined when that is not needed. */
  authenticated?: boolean;
}

/** Tools that are no rows. */
export interface ToolListSource {
  /** The entries for the principal. Never waits for another server. */
  list(principal: Principal): Promise<ListedTools[]>;
}

/** Declares a source of the list: a provider of any module, found among its providers. Entries follow the local tools. */
export const ToolListSource = DiscoveryService.createDecorator<{ order: number }>();
