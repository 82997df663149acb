import type { Role } from '../../common/auth/principal';
import type { User } from './user.entity';

/** The fields of an account shown in lists of other resources. */
export interface UserSummary {
  id: string;
  name: string;
  role: Role;
  email: string;
}

/** An account without its free-form objects, which may be megabytes. The default type to read. */
export type Account = Omit<User, 'info' | 'settings' | 'oauth' | 'keptSession'>;

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

/** The user data available to prompts. */
export type UserDescription = Pick<User, 'name' | 'bio' | 'gender' | 'dateOfBirth' | 'info'>;

/** An account to create; e-mail address in lower case. Null means the default picture. */
export type NewUser = Pick<User, 'id' | 'email' | 'name' | 'role'> & { profileImageUrl?: string | null };

/** An account as shown to its owner. */
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

/** The columns that users and administrators change. */
export type UserChange = Partial<Omit<UserProfile, 'id'>>;
