import { BadRequestError } from '../../common/errors/app-error';

/** One path segment that no URL parser takes for a step up. */
const COMMAND = /^\/(?!\.{1,2}$)[^/\s]+$/;

/**
 * The command under which a prompt is stored: a missing leading slash is added.
 * @throws BadRequestError when no path could name it.
 */
export function toCommand(text: string): string {
  const command = text.startsWith('/') ? text : `/${text}`;
  if (!COMMAND.test(command)) throw new BadRequestError('The command must be one word without spaces and slashes.');
  return command;
}

/** The stored command that a path names without its slash. */
export const commandFromPath = (segment: string): string => `/${segment}`;
