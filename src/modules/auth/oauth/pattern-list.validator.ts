import { ValidateBy } from 'class-validator';
import { parseBlockedGroups } from './blocked-groups';

function isPatternList(text: unknown): boolean {
  try {
    return typeof text === 'string' && parseBlockedGroups(text) instanceof Function;
  } catch {
    return false;
  }
}

/** A text that `parseBlockedGroups` reads. */
export const IsPatternList = (): PropertyDecorator =>
  ValidateBy({
    name: 'isPatternList',
    validator: { validate: isPatternList, defaultMessage: () => '$property must be a JSON list of names and patterns' },
  });
