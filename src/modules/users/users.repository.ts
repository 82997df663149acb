import { Injectable } from '@nestjs/common';
import { In, MoreThanOrEqual, type SelectQueryBuilder } from 'typeorm';
import { batched } from '../../common/util/batched';
import type { JsonObject } from '../../common/util/json';
import { nowSeconds } from '../../common/util/time';
import { Database } from '../../platform/database/database';
import { User } from './user.entity';
import { BRIEF_COLUMNS } from './users.types';
import type { Account, NewUser, UserBrief, UserChange, UserDescription, UserProfile, UserSummary } from './users.types';

/** Advisory lock of the sign-up that makes the first administrator. */
const FIRST_USER_LOCK = 0x66697273;

const PROFILES = `
  SELECT id, email, name, role, profile_image_url AS "profileImageUrl", bio, gender,
    to_char(date_of_birth, 'YYYY-MM-DD') AS "dateOfBirth", status_emoji AS "statusEmoji",
    status_message AS "statusMessage", status_expires_at::float8 AS "statusExpiresAt"
  FROM "user" WHERE id = ANY($1::text[])`;

const ACCOUNT = [
  ...BRIEF_COLUMNS,
  'profileImageUrl',
  'bio',
  'gender',
  'dateOfBirth',
  'tokenVersion',
  'lastActiveAt',
  'updatedAt',
  'createdAt',
] as const;

@Injectable()
export class UsersRepository {
  private readonly findProfilesTogether = batched((ids: string[]) => this.findProfiles(ids));

  constructor(private readonly database: Database) {}

  find(id: string): Promise<Account | null> {
    return this.accounts().where({ id }).getOne();
  }

  /** With the free-form objects. */
  findWhole(id: string): Promise<User | null> {
    return this.users.findOneBy({ id });
  }

  /** Requests that arrive together share one statement. */
  findProfile(id: string): Promise<UserProfile | null> {
    return this.findProfilesTogether(id);
  }

  /** Waits until no other transaction changes the row, and keeps them away until the end of this one. */
  findForUpdate(id: string): Promise<Account | null> {
    return this.accounts().where({ id }).setLock('pessimistic_write').getOne();
  }

  findByEmail(email: string): Promise<Account | null> {
    return this.accounts().where('lower(user.email) = lower(:email)', { email }).getOne();
  }

  /** Only these columns of an account. */
  findColumns<K extends keyof User>(id: string, ...columns: K[]): Promise<Pick<User, K> | null> {
    // With the key: without one, a row of nulls counts as no row.
    return this.select(['id', ...columns])
      .where({ id })
      .getOne();
  }

  findDescription(id: string): Promise<UserDescription | null> {
    return this.findColumns(id, 'name', 'bio', 'gender', 'dateOfBirth', 'info');
  }

  /** The account that was created first. */
  findPrimary(): Promise<Account | null> {
    return this.accounts()
      .orderBy('user.createdAt')
      .addOrderBy(`CASE WHEN user.role = 'admin' THEN 0 ELSE 1 END`)
      .addOrderBy('user.id')
      .limit(1)
      .getOne();
  }

  /** Everybody, newest first. */
  findAll(): Promise<UserBrief[]> {
    return this.select(BRIEF_COLUMNS).orderBy('user.createdAt', 'DESC').addOrderBy('user.id').getMany();
  }

  findByIds(ids: readonly string[]): Promise<UserBrief[]> {
    return this.select(BRIEF_COLUMNS)
      .where({ id: In([...ids]) })
      .getMany();
  }

  findSummaries(ids: readonly string[]): Promise<UserSummary[]> {
    return this.select(['id', 'name', 'role', 'email'])
      .where({ id: In([...ids]) })
      .getMany();
  }

  count(): Promise<number> {
    return this.users.count();
  }

  /** Since that time, in Unix seconds. */
  countSeenSince(since: number): Promise<number> {
    return this.users.countBy({ lastActiveAt: MoreThanOrEqual(since) });
  }

  async exists(): Promise<boolean> {
    return this.users.exists();
  }

  /** Until the end of the transaction, nobody else decides whether an account is the first one. */
  async lockFirst(): Promise<void> {
    await this.database.query('SELECT pg_advisory_xact_lock($1)', [FIRST_USER_LOCK]);
  }

  async insert(user: Required<NewUser> & { profileImageUrl: string }): Promise<void> {
    const now = nowSeconds();
    await this.users.insert({ ...user, lastActiveAt: now, updatedAt: now, createdAt: now });
  }

  async update(id: string, change: UserChange): Promise<void> {
    await this.users.update(id, { ...change, updatedAt: nowSeconds() });
  }

  /** `json` cannot be merged by an operator: the caller holds the row's lock. */
  async setSettings(id: string, settings: JsonObject): Promise<void> {
    await this.setJson(id, 'settings', settings);
  }

  /** As `setSettings`. */
  async setInfo(id: string, info: JsonObject): Promise<void> {
    await this.setJson(id, 'info', info);
  }

  async raiseTokenVersion(id: string): Promise<void> {
    await this.users.increment({ id }, 'tokenVersion', 1);
  }

  async touch(id: string): Promise<void> {
    await this.users.update(id, { lastActiveAt: nowSeconds() });
  }

  /** @returns false when there was no such account. */
  async delete(id: string): Promise<boolean> {
    const { affected } = await this.users.delete(id);
    return affected === 1;
  }

  private async findProfiles(ids: string[]): Promise<(UserProfile | null)[]> {
    const rows = await this.database.queryPrepared<UserProfile>('user-profiles', PROFILES, [ids]);
    const found = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => found.get(id) ?? null);
  }

  private get users() {
    return this.database.repository(User);
  }

  private accounts(): SelectQueryBuilder<User> {
    return this.select(ACCOUNT);
  }

  private select(columns: readonly (keyof User)[]): SelectQueryBuilder<User> {
    return this.users.createQueryBuilder('user').select(columns.map((column) => `user.${column}`));
  }

  private async setJson(id: string, column: 'settings' | 'info', value: JsonObject): Promise<void> {
    await this.database.query(`UPDATE "user" SET ${column} = $2::json, updated_at = $3 WHERE id = $1`, [
      id,
      JSON.stringify(value),
      nowSeconds(),
    ]);
  }
}
