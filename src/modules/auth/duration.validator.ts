import { ValidateBy } from 'class-validator';
import { isDuration } from './duration';

/** A text that `parseDuration` reads. */
export const IsDuration = (): PropertyDecorator =>
  ValidateBy({
    name: 'isDuration',
    validator: {
      validate: isDuration,
      defaultMessage: () => '$property must be -1, 0, or a positive duration such as 4w or 1h30m',
    },
  });
