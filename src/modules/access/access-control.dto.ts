import { applyDecorators } from '@nestjs/common';
import { ArrayMaxSize, IsArray, IsOptional, IsString, MaxLength } from 'class-validator';
import { Nested } from '../../common/validation/fields';

/** Use groups for larger audiences. */
const MAX_IDS = 1000;
const MAX_ID_LENGTH = 255;

const IdList = () =>
  applyDecorators(
    IsOptional(),
    IsArray(),
    ArrayMaxSize(MAX_IDS),
    IsString({ each: true }),
    MaxLength(MAX_ID_LENGTH, { each: true }),
  );

/** Grantees of one permission. Ids are not checked: unknown ones grant nothing. */
export class Grantees {
  /** Ids of groups; their members get the permission. */
  @IdList()
  group_ids?: string[];

  /** Ids of users. */
  @IdList()
  user_ids?: string[];
}

/**
 * Shared with listed principals: `write` does not imply `read`. Without any grant (`{}`) the row is private to its
 * owner.
 */
export class SharedWith {
  /** Read access. */
  @IsOptional()
  @Nested(() => Grantees)
  read?: Grantees;

  /** Write access. */
  @IsOptional()
  @Nested(() => Grantees)
  write?: Grantees;
}

/** Sharing on the wire: `null` = readable by every verified user, `{}` = private, otherwise the listed principals. */
export type AccessControl = SharedWith | null;
