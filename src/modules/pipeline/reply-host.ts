import type { JsonObject } from '../../common/util/json';
import type { ReplyHost } from '../providers/chat-provider';

/** Events that make a web client run code, or call other servers with keys that it holds. */
const ACTING = new Set(['execute', 'execute:python', 'execute:tool', 'request:chat:completion']);

const isActing = ({ type }: JsonObject): boolean => typeof type === 'string' && ACTING.has(type);

/**
 * A host for code whose author is neither an administrator nor the principal: it must not act in the user's browser. Such
 * events are dropped, such questions refused.
 */
export function withoutActing(host: ReplyHost): ReplyHost {
  const { emit, ask } = host;
  return {
    ...host,
    ...(emit && { emit: (event) => (isActing(event) ? undefined : emit(event)) }),
    ...(ask && {
      ask: (event, signal) =>
        isActing(event)
          ? Promise.reject(new Error('Only tools of administrators may run code in the browser'))
          : ask(event, signal),
    }),
  };
}
