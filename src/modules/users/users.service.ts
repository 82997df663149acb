import { Injectable, Logger } from '@nestjs/common';
import type { Principal } from '../../common/auth/principal';
import { BadRequestError } from '../../common/errors/app-error';
import { Detail } from '../../common/errors/details';
import { isJsonObject, type JsonObject } from '../../common/util/json';
import { assertJsonLength } from '../../common/validation/json-length';
import { nowSeconds } from '../../common/util/time';
import { Transaction } from '../../platform/database/transaction';
import { EventBus } from '../../platform/events/event-bus';
import { DEFAULT_PROFILE_IMAGE_URL } from './profile-image';
import { AccessService } from '../access/access.service';
import type { User } from './user.entity';
import { ACTIVE_SECONDS } from './users.dto';
import { UserDeleted, UserRoleChanged } from './users.events';
import { UsersRepository } from './users.repository';
import type { Account, NewUser, UserBrief, UserChange, UserDescription, UserProfile, UserSummary } from './users.types';

/** Characters of a free-form object as JSON: it is loaded with its account. Clients store a background image in it. */
const MAX_OBJECT = 12_000_000;
const TOUCH_INTERVAL = 60_000;
const TOUCH_MEMORY = 10_000;

/** Stores accounts. Authentication and permissions to change accounts are in `auth`. */
@Injectable()
export class UsersService {
  private readonly logger = new Logger(UsersService.name);
  private readonly touched = new Map<string, number>();

  constructor(
    private readonly users: UsersRepository,
    private readonly access: AccessService,
    private readonly transaction: Transaction,
    private readonly events: EventBus,
  ) {}

  find(id: string): Promise<Account | null> {
    return this.users.find(id);
  }

  /** @throws BadRequestError: the contract requires 400 for an unknown user. */
  async get(id: string): Promise<Account> {
    return known(await this.users.find(id));
  }

  /** An account without its free-form objects. @throws BadRequestError for an unknown user. */
  async getProfile(id: string): Promise<UserProfile> {
    return known(await this.users.findProfile(id));
  }

  /** Including the free-form objects. @throws BadRequestError */
  async getWhole(id: string): Promise<User> {
    return known(await this.users.findWhole(id));
  }

  /** Locks the account until the running transaction ends. @throws BadRequestError */
  async getForUpdate(id: string): Promise<Account> {
    return known(await this.users.findForUpdate(id));
  }

  /** The user data available to prompts. */
  findDescription(id: string): Promise<UserDescription | null> {
    return this.users.findDescription(id);
  }

  /** @throws BadRequestError */
  async getProfileImageUrl(id: string): Promise<string> {
    return known(await this.users.findColumns(id, 'profileImageUrl')).profileImageUrl;
  }

  /** Unix seconds of the last request; null for an unknown account. */
  async lastActiveAt(id: string): Promise<number | null> {
    return (await this.users.findColumns(id, 'lastActiveAt'))?.lastActiveAt ?? null;
  }

  /** @throws BadRequestError */
  async getInfo(id: string): Promise<JsonObject | null> {
    return known(await this.users.findColumns(id, 'info')).info;
  }

  findByEmail(email: string): Promise<Account | null> {
    return this.users.findByEmail(email);
  }

  /** The account that was created first; no other account may change or delete it. */
  findPrimary(): Promise<Account | null> {
    return this.users.findPrimary();
  }

  /** All accounts, newest first. */
  list(): Promise<UserBrief[]> {
    return this.users.findAll();
  }

  listByIds(ids: readonly string[]): Promise<UserBrief[]> {
    return ids.length === 0 ? Promise.resolve([]) : this.users.findByIds(ids);
  }

  count(): Promise<number> {
    return this.users.count();
  }

  /** Accounts active within the last three minutes. */
  countActive(): Promise<number> {
    return this.users.countSeenSince(nowSeconds() - ACTIVE_SECONDS);
  }

  hasUsers(): Promise<boolean> {
    return this.users.exists();
  }

  /** By id, for the `user` fields of lists. Unknown ids are absent. */
  async summaries(ids: readonly string[]): Promise<Map<string, UserSummary>> {
    if (ids.length === 0) return new Map();
    const found = await this.users.findSummaries([...new Set(ids)]);
    return new Map(found.map(({ id, name, role, email }) => [id, { id, name, role, email }]));
  }

  /**
   * Serialises concurrent sign-ups. Call it in the transaction that creates an account: a concurrent one waits, and
   * then sees the first account.
   */
  async lockFirst(): Promise<void> {
    await this.users.lockFirst();
  }

  async create(user: NewUser): Promise<void> {
    await this.users.insert({ ...user, profileImageUrl: user.profileImageUrl ?? DEFAULT_PROFILE_IMAGE_URL });
  }

  /** @returns the updated account. @throws BadRequestError for an unknown one. */
  async update(id: string, change: UserChange): Promise<Account> {
    return this.transaction.run(async () => {
      const { role } = await this.getForUpdate(id);
      await this.users.update(id, change);
      if (change.role && change.role !== role) this.events.publish(new UserRoleChanged(id, change.role));
      return this.get(id);
    });
  }

  /** Null and absent fields are unchanged; an empty string clears. */
  async updateStatus(id: string, { statusEmoji, statusMessage, statusExpiresAt }: UserChange): Promise<Account> {
    const fields = Object.entries({ statusEmoji, statusMessage, statusExpiresAt });
    const change = Object.fromEntries(fields.filter(([, value]) => value !== null && value !== undefined));
    return Object.keys(change).length > 0 ? this.update(id, change) : this.get(id);
  }

  /** Shallow merge of the free-form object. @returns the merged one. @throws PayloadTooLargeError */
  async mergeInfo(id: string, change: JsonObject): Promise<JsonObject> {
    return this.transaction.run(async () => {
      await this.getForUpdate(id);
      const info = await this.getInfo(id);
      const merged = { ...info, ...change };
      assertJsonLength(merged, MAX_OBJECT);
      await this.users.setInfo(id, merged);
      return merged;
    });
  }

  /** Each key replaces the stored one as a whole. @returns the merged settings. @throws PayloadTooLargeError */
  async mergeSettings(id: string, change: JsonObject): Promise<JsonObject> {
    return this.transaction.run(async () => {
      await this.getForUpdate(id);
      const settings = await this.getSettings(id);
      const merged = { ...settings, ...change };
      assertJsonLength(merged, MAX_OBJECT);
      await this.users.setSettings(id, merged);
      return merged;
    });
  }

  /** The value at a path of the user's settings; undefined when it is missing. */
  findSetting(id: string, path: readonly string[]): Promise<unknown> {
    return this.users.findSetting(id, path);
  }

  /** Replaces the value at a path of the user's settings. @throws PayloadTooLargeError */
  async putSetting(id: string, path: readonly string[], value: unknown): Promise<void> {
    await this.transaction.run(async () => {
      await this.getForUpdate(id);
      const settings = withValueAt(await this.getSettings(id), path, value);
      assertJsonLength(settings, MAX_OBJECT);
      await this.users.setSettings(id, settings);
    });
  }

  /** Removes keys of the object at `path` from the settings of all users. */
  async removeSettings(path: readonly [string, string], keys: readonly string[]): Promise<void> {
    await this.users.removeSettings(path, keys);
  }

  /** Revokes every token issued so far, except the one with the `jti` `keptSession`. */
  async raiseTokenVersion(id: string, keptSession: string | null): Promise<void> {
    await this.users.raiseTokenVersion(id, keptSession);
  }

  /** Deletes the account and all rows that belong only to it; shared rows are transferred to the heir. Idempotent. */
  async delete(id: string, heirId: string): Promise<void> {
    await this.transaction.run(async () => {
      await this.access.handOver(id, heirId);
      if (await this.users.delete(id)) this.events.publish(new UserDeleted(id));
    });
  }

  /** Sets `last_active_at` to now, at most once a minute per user and process, in the background. */
  touch(id: string): void {
    const now = Date.now();
    if (now - (this.touched.get(id) ?? 0) < TOUCH_INTERVAL) return;
    if (this.touched.size >= TOUCH_MEMORY) this.touched.clear();
    this.touched.set(id, now);
    this.users
      .touch(id)
      .catch((error: unknown) => this.logger.warn(`Last activity could not be saved: ${String(error)}`));
  }

  /** The settings of the user, `ui` always an object; null when none were ever saved. */
  async settingsOf({ id }: Pick<Principal, 'id'>): Promise<JsonObject | null> {
    const settings = await this.getSettings(id);
    return settings && { ...settings, ui: settings.ui ?? {} };
  }

  private async getSettings(id: string): Promise<JsonObject | null> {
    return known(await this.users.findColumns(id, 'settings')).settings;
  }
}

function known<T>(user: T | null): T {
  if (user === null) throw new BadRequestError(Detail.notFound);
  return user;
}

/** A copy of an object with the value at the path; what is no object on the way is replaced by one. */
function withValueAt(object: unknown, [key, ...rest]: readonly string[], value: unknown): JsonObject {
  const base = isJsonObject(object) ? object : {};
  if (key === undefined) return base;
  const child = Object.hasOwn(base, key) ? base[key] : undefined;
  return { ...base, [key]: rest.length === 0 ? value : withValueAt(child, rest, value) };
}
