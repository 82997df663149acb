import { Injectable, Logger } from '@nestjs/common';
import type { Principal } from '../../common/auth/principal';
import { BadRequestError, PayloadTooLargeError } from '../../common/errors/app-error';
import { Detail } from '../../common/errors/details';
import type { JsonObject } from '../../common/util/json';
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

/** Characters of a free-form object as JSON: it is read with its account. Clients keep a background image in it. */
const MAX_OBJECT = 12_000_000;
const TOUCH_INTERVAL = 60_000;
const TOUCH_MEMORY = 10_000;

/** Accounts as data. How they sign in, and who may change whom, is in `auth`. */
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

  /** @throws BadRequestError: the contract answers 400 for an unknown user. */
  async get(id: string): Promise<Account> {
    return known(await this.users.find(id));
  }

  /** What an account shows of itself, without its free-form objects. @throws BadRequestError for an unknown user. */
  async getProfile(id: string): Promise<UserProfile> {
    return known(await this.users.findProfile(id));
  }

  /** With the free-form objects. @throws BadRequestError */
  async getWhole(id: string): Promise<User> {
    return known(await this.users.findWhole(id));
  }

  /** Nobody else changes the account until the end of the running transaction. @throws BadRequestError */
  async getForUpdate(id: string): Promise<Account> {
    return known(await this.users.findForUpdate(id));
  }

  /** What prompts may say of their user. */
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

  /** The account that was created first: nobody else may change or delete it. */
  findPrimary(): Promise<Account | null> {
    return this.users.findPrimary();
  }

  /** Everybody, newest first. */
  list(): Promise<UserBrief[]> {
    return this.users.findAll();
  }

  listByIds(ids: readonly string[]): Promise<UserBrief[]> {
    return ids.length === 0 ? Promise.resolve([]) : this.users.findByIds(ids);
  }

  count(): Promise<number> {
    return this.users.count();
  }

  /** Those who were here within the last minutes. */
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
   * To be called in a transaction before the first account is made: whoever comes second waits, and then sees that
   * there is one.
   */
  async lockFirst(): Promise<void> {
    await this.users.lockFirst();
  }

  async create(user: NewUser): Promise<void> {
    await this.users.insert({ ...user, profileImageUrl: user.profileImageUrl ?? DEFAULT_PROFILE_IMAGE_URL });
  }

  /** @returns the account as it is now. @throws BadRequestError for an unknown one. */
  async update(id: string, change: UserChange): Promise<Account> {
    return this.transaction.run(async () => {
      const { role } = await this.getForUpdate(id);
      await this.users.update(id, change);
      if (change.role && change.role !== role) this.events.publish(new UserRoleChanged(id, change.role));
      return this.get(id);
    });
  }

  /** Null and absent fields are left as they are; an empty text clears. */
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
      assertSmall(merged);
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
      assertSmall(merged);
      await this.users.setSettings(id, merged);
      return merged;
    });
  }

  /** Every token of the account made so far is void. */
  async raiseTokenVersion(id: string): Promise<void> {
    await this.users.raiseTokenVersion(id);
  }

  /** With everything that belongs to it alone; what it shared becomes the heir's. An unknown id is no error. */
  async delete(id: string, heirId: string): Promise<void> {
    await this.transaction.run(async () => {
      await this.access.handOver(id, heirId);
      if (await this.users.delete(id)) this.events.publish(new UserDeleted(id));
    });
  }

  /** The user is there: `last_active_at` = now, at most once a minute per user and process; nobody waits for it. */
  touch(id: string): void {
    const now = Date.now();
    if (now - (this.touched.get(id) ?? 0) < TOUCH_INTERVAL) return;
    if (this.touched.size >= TOUCH_MEMORY) this.touched.clear();
    this.touched.set(id, now);
    this.users.touch(id).catch((error: unknown) => this.logger.warn(`Last activity not saved: ${String(error)}`));
  }

  /** The settings of the caller, `ui` always an object; null when nothing was ever saved. */
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

function assertSmall(object: JsonObject): void {
  if (JSON.stringify(object).length > MAX_OBJECT) throw new PayloadTooLargeError();
}
