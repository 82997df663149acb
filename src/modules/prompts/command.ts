import { BadRequestError } from '../../common/errors/app-error';

/** One path segment that URL parsers do not resolve as a parent directory. */
const COMMAND = /^\/(?!\.{1,2}$)[^/\s]+$/;

/**
 * Normalizes a command: adds a missing leading slash.
 * @throws BadRequestError when the command cannot be part of a path.
 */
export function toCommand(text: string): string {
  const command = text.startsWith('/') ? text : `/${text}`;
  if (!COMMAND.test(command)) throw new BadRequestError('The command must be one word without spaces and slashes.');
  return command;
}

/** The stored command of a path segment, which lacks the slash. */
export const commandFromPath = (segment: string): string => `/${segment}`;
