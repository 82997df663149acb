import { DiscoveryService } from '@nestjs/core';
import type { Principal } from '../../../common/auth/principal';
import type { JsonObject } from '../../../common/util/json';

/** Text of an attachment, offered to a chat as context. */
export interface AttachedText {
  text: string;
  metadata: JsonObject;
}

/** Loads attachments of one type from another module: chats, notes. */
export interface AttachmentSource {
  /** The value of `type`. */
  readonly type: string;
  /** Null for one that is missing, empty, or that the principal may not read: the three are not told apart. */
  load(principal: Principal, item: JsonObject): Promise<AttachedText | null>;
}

/** Declares a source. Any module may have one; they are found among its providers. */
export const AttachmentSource = DiscoveryService.createDecorator();
