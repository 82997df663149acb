import { ValidateBy } from 'class-validator';
import { parsePeerList } from './peer-list';

function isPeerList(text: unknown): boolean {
  try {
    return typeof text === 'string' && parsePeerList(text) instanceof Function;
  } catch {
    return false;
  }
}

/** A text that `parsePeerList` reads. */
export const IsPeerList = (): PropertyDecorator =>
  ValidateBy({
    name: 'isPeerList',
    validator: {
      validate: isPeerList,
      defaultMessage: () => '$property must be addresses or networks, comma separated',
    },
  });
