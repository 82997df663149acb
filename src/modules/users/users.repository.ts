import { Injectable } from '@nestjs/common';
import { In, MoreThanOrEqual, type SelectQueryBuilder } from 'typeorm';
import { batched } from '../../common/util/batched';
import type { JsonObject } from '../../common/util/json';
import { nowSeconds } from '../../common/util/time';
import { Database } from '../../platform/database/database';
import { User } from './user.entity';
import { BRIEF_COLUMNS } from './users.types';
import type { Account, NewUser, UserBrief, UserChange, UserDescription, UserProfile, UserSummary } from './users.types';

/** Advisory lock of the sign-up that creates the first administrator. */
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

  /** Including the free-form objects. */
  findWhole(id: string): Promise<User | null> {
    return this.users.findOneBy({ id });
  }

  /** Concurrent requests share one statement. */
  findProfile(id: string): Promise<UserProfile | null> {
    return this.findProfilesTogether(id);
  }

  /** Locks the row until the transaction ends. */
  findForUpdate(id: string): Promise<Account | null> {
    return this.accounts().where({ id }).setLock('pessimistic_write').getOne();
  }

  findByEmail(email: string): Promise<Account | null> {
    return this.accounts().where('lower(user.email) = lower(:email)', { email }).getOne();
  }

  /** Selects only these columns. */
  findColumns<K extends keyof User>(id: string, ...columns: K[]): Promise<Pick<User, K> | null> {
    // Includes the primary key: a row of nulls would count as no row.
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

  /** All accounts, newest first. */
  findAll(): Promise<UserBrief[]> {
    return this.select(BRIEF_COLUMNS).orderBy('user.createdAt', 'DESC').addOrderBy('user.id', 'DESC').getMany();
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

  /** Accounts active since that time, in Unix seconds. */
  countSeenSince(since: number): Promise<number> {
    return this.users.countBy({ lastActiveAt: MoreThanOrEqual(since) });
  }

  async exists(): Promise<boolean> {
    return this.users.exists();
  }

  /** Serialises the decision whether an account is the first one, until the transaction ends. */
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

  /** `json` cannot be merged by an operator: requires the row lock. */
  async setSettings(id: string, settings: JsonObject): Promise<void> {
    await this.setJson(id, 'settings', settings);
  }

  /** The value at a path of the settings; undefined when it is missing. */
  async findSetting(id: string, path: readonly string[]): Promise<unknown> {
    const sql = 'SELECT settings #> $2::text[] AS value FROM "user" WHERE id = $1';
    const [row] = await this.database.query<{ value: unknown }>(sql, [id, path]);
    return row?.value ?? undefined;
  }

  /**
   * Removes keys of the object at `[key, name]` of all settings; the order of other keys does not change. Rows are locked
   * in the order of their ids, so that concurrent calls cannot deadlock.
   */
  async removeSettings([key, name]: readonly [string, string], keys: readonly string[]): Promise<void> {
    await this.database.query(
      `WITH locked AS (
         SELECT id FROM "user"
         WHERE json_typeof(settings) = 'object' AND json_typeof(settings #> ARRAY[$1::text, $2]) = 'object'
           AND (settings #> ARRAY[$1::text, $2])::jsonb ?| $3::text[]
         ORDER BY id FOR UPDATE)
       UPDATE "user" SET settings = (
         SELECT json_object_agg(item.key, CASE WHEN item.key = $1
           THEN jsonb_set(item.value::jsonb, ARRAY[$2::text], (item.value -> $2)::jsonb - $3::text[])::json
           ELSE item.value END)
         FROM json_each(settings) AS item)
       FROM locked WHERE "user".id = locked.id`,
      [key, name, keys],
    );
  }

  /** As `setSettings`. */
  async setInfo(id: string, info: JsonObject): Promise<void> {
    await this.setJson(id, 'info', info);
  }

  async raiseTokenVersion(id: string, keptSession: string | null): Promise<void> {
    await this.users.update(id, { tokenVersion: () => 'token_version + 1', keptSession });
  }

  async touch(id: string): Promise<void> {
    await this.users.update(id, { lastActiveAt: nowSeconds() });
  }

  /** @returns false for an unknown account. */
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
