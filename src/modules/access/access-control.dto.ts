import { applyDecorators } from '@nestjs/common';
import { ArrayMaxSize, IsArray, IsOptional, IsString, MaxLength } from 'class-validator';
import { Nested } from '../../common/validation/fields';

/** Larger audiences are groups. */
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

/** Who gets one permission. Ids are not checked: unknown ones grant nothing. */
export class Grantees {
  /** Ids of groups; their members get it. */
  @IdList()
  group_ids?: string[];

  /** Ids of users. */
  @IdList()
  user_ids?: string[];
}

/** Shared with some: `write` does not imply `read`. Without any grant (`{}`) the row is private to its owner. */
export class SharedWith {
  /** Who may read it. */
  @IsOptional()
  @Nested(() => Grantees)
  read?: Grantees;

  /** Who may change it. */
  @IsOptional()
  @Nested(() => Grantees)
  write?: Grantees;
}

/** Sharing on the wire: `null` = every verified user may read, `{}` = private, otherwise the listed principals. */
export type AccessControl = SharedWith | null;
