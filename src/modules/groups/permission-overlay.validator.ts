import { ValidateBy, type ValidationArguments } from 'class-validator';
import { isJsonObject } from '../../common/util/json';
import { permissionFaults } from './permissions';

/** A part of the permission tree: known keys hold booleans. */
export const IsPermissionOverlay = (): PropertyDecorator =>
  ValidateBy({
    name: 'isPermissionOverlay',
    validator: {
      validate: (value) => !isJsonObject(value) || permissionFaults(value).length === 0,
      defaultMessage: (given?: ValidationArguments) =>
        `not part of the permission tree: ${permissionFaults(given?.value as Record<string, unknown>).join(', ')}`,
    },
  });
