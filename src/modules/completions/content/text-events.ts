import { asString, isJsonObject } from '../../../common/util/json';
import type { MessageEvent } from '../../pipeline/message-event';
import type { ContentBlocks } from './content-blocks';

/** Events that change the text of the message: `message` appends to it, `replace` replaces it. Others are no-ops. */
export function applyTextEvent(reply: ContentBlocks, { type, data }: MessageEvent): void {
  const content = isJsonObject(data) ? asString(data.content) : undefined;
  if (content === undefined) return;
  if (type === 'message') reply.appendText(content);
  if (type === 'replace') reply.replace(content);
}
