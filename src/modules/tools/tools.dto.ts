import { IsOptional, IsString, MaxLength } from 'class-validator';
import { Nested } from '../../common/validation/fields';
import { MAX_CONTENT, MAX_NAME } from '../../common/validation/lengths';
import { SharedWith, type AccessControl } from '../access/access-control.dto';
import { SourceMetaRequest } from '../sandbox/source/source.dto';
import { UserSummaryResponse } from '../users/users.dto';
import type { StoredTool } from './tool.entity';
import type { ListedTools } from './tool-list.source';
import type { ToolOverview } from './tools.types';

export class ToolRequest {
  /** A Python identifier; stored in lower case. Ignored by updates. */
  @IsString()
  id: string;

  @IsString()
  @MaxLength(MAX_NAME)
  name: string;

  /** The source: Python, JavaScript or TypeScript. */
  @IsString()
  @MaxLength(MAX_CONTENT)
  content: string;

  @Nested(() => SourceMetaRequest)
  meta: SourceMetaRequest;

  /**
   * `null` = public, which needs `sharing.public_tools`; `{}` = private. Absent: public for a new tool, unchanged for an
   * update.
   */
  @IsOptional()
  @Nested(() => SharedWith)
  access_control?: SharedWith | null;
}

export class ToolMetaResponse {
  description: string | null;
  /** The frontmatter of the source. */
  manifest: Record<string, unknown>;
}

export class ToolResponse {
  id: string;
  /** Id of the owner, whose account may have been deleted. */
  user_id: string;
  name: string;
  meta: ToolMetaResponse;
  /** `null` = public, `{}` = private. */
  access_control: SharedWith | null;
  /** Unix seconds. */
  updated_at: number;
  /** Unix seconds. */
  created_at: number;
}

export class ToolUserResponse extends ToolResponse {
  /** The owner; null when the account was deleted, and for tool servers. */
  user: UserSummaryResponse | null;
}

/** A tool that the user may use: a local one, or a tool server (`server:…`). */
export class ListedToolResponse extends ToolUserResponse {
  /** Local tools: the user may set valves. */
  has_user_valves?: boolean;
  /** Tool servers that the user authorises: whether that was done. */
  authenticated?: boolean;
}

/** A function of a tool, as models get it. */
export class ToolSpecResponse {
  name: string;
  description: string;
  /** JSON schema of an object. */
  parameters: Record<string, unknown>;
}

export class ToolSourceResponse extends ToolResponse {
  /** The source; empty for users who may not change the tool. */
  content: string;
  specs: ToolSpecResponse[];
}

/** Unknown sharing counts as private. */
export const toToolResponse = (tool: ToolOverview, accessControl: AccessControl = {}): ToolResponse => ({
  id: tool.id,
  user_id: tool.userId,
  name: tool.name,
  meta: tool.meta,
  access_control: accessControl,
  updated_at: tool.updatedAt,
  created_at: tool.createdAt,
});

export const toToolSourceResponse = (tool: StoredTool, accessControl: AccessControl = {}): ToolSourceResponse => ({
  ...toToolResponse(tool, accessControl),
  content: tool.content,
  specs: tool.specs,
});

/** An entry for tools that are no rows. */
export const toServerResponse = (server: ListedTools, now: number): ListedToolResponse => ({
  id: server.id,
  user_id: server.id,
  name: server.name,
  meta: { description: server.description, manifest: {} },
  access_control: server.access_control as SharedWith | null,
  updated_at: now,
  created_at: now,
  user: null,
  ...(server.authenticated !== undefined && { authenticated: server.authenticated }),
});
