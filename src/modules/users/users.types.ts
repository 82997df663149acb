import type { Role } from '../../common/auth/principal';
import type { User } from './user.entity';

/** What lists of other resources show of an account. */
export interface UserSummary {
  id: string;
  name: string;
  role: Role;
  email: string;
}

/** An account without its free-form objects, which may be megabytes: what everybody reads who does not show those. */
export type Account = Omit<User, 'info' | 'settings' | 'oauth'>;

/** Columns of the short form of an account, for lists and pickers. */
export const BRIEF_COLUMNS = [
  'id',
  'name',
  'email',
  'role',
  'statusEmoji',
  'statusMessage',
  'statusExpiresAt',
] as const satisfies readonly (keyof User)[];

export type UserBrief = Pick<User, (typeof BRIEF_COLUMNS)[number]>;

/** What prompts may say of their user. */
export type UserDescription = Pick<User, 'name' | 'bio' | 'gender' | 'dateOfBirth' | 'info'>;

/** An account to create; the e-mail address in lower case. No picture is the default one. */
export type NewUser = Pick<User, 'id' | 'email' | 'name' | 'role'> & { profileImageUrl?: string | null };

/** An account as it shows itself. */
export type UserProfile = Pick<
  User,
  | 'id'
  | 'email'
  | 'name'
  | 'role'
  | 'profileImageUrl'
  | 'bio'
  | 'gender'
  | 'dateOfBirth'
  | 'statusEmoji'
  | 'statusMessage'
  | 'statusExpiresAt'
>;

/** The columns that people change. */
export type UserChange = Partial<Omit<UserProfile, 'id'>>;
