import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { Injectable, Logger } from '@nestjs/common';
import { validateSync } from 'class-validator';
import { BadRequestError } from '../../common/errors/app-error';
import { isSealed, Keyring } from '../crypto/keyring';
import { Transaction } from '../database/transaction';
import { Env } from '../env/env';
import { ClusterBus, OnAnnouncement, OnReconnect } from '../events/cluster-bus';
import { EventBus } from '../events/event-bus';
import {
  featureSwitchOf,
  isSaved,
  isSecretField,
  secretsOf,
  sectionName,
  storedFieldsOf,
  type SettingsClass,
  type StoredField,
} from './decorators';
import { validDefaultsOf } from './environment-defaults';
import { maskBelow, maskSecret, unmaskSecret, type TextPath } from './secret-mask';
import { SettingRepository } from './setting.repository';
import { SettingsChanged } from './settings-changed.event';

const TOPIC = 'settings';

/** Tells other nodes that a section was saved. The saving node ignores it: a reload could overwrite its next save. */
interface Announcement {
  section: string;
  node: string;
}

export interface Section {
  type: SettingsClass;
  live: Record<string, unknown>;
  defaults: Record<string, unknown>;
  /** Fields with a stored override, which may equal the default. */
  saved: Set<string>;
}

/**
 * The settings sections of all modules, each one live object: code default < environment < saved override. Read the
 * fields at use. Only overrides are stored.
 */
@Injectable()
export class SettingsStore {
  private readonly logger = new Logger(SettingsStore.name);
  private readonly node = randomUUID();
  private readonly sections = new Map<string, Section>();
  private loading: Promise<Map<string, Map<string, unknown>>> | undefined;

  constructor(
    private readonly repository: SettingRepository,
    private readonly transaction: Transaction,
    private readonly keyring: Keyring,
    private readonly env: Env,
    private readonly events: EventBus,
    private readonly cluster: ClusterBus,
  ) {}

  /** Creates the live object of a section; called once per section during start-up. */
  async register<T extends object>(type: SettingsClass<T>): Promise<T> {
    const defaults = validDefaultsOf(type, this.env.source) as Record<string, unknown>;
    const live = Object.assign(new type(), defaults);
    this.sections.set(sectionName(type), { type, live, defaults, saved: new Set() });
    this.loading ??= this.loadAll();
    const overrides = (await this.loading).get(sectionName(type));
    if (overrides && this.isSaved(type)) this.apply(sectionName(type), overrides);
    return live;
  }

  /** The live object of a section; read its fields at use. */
  live<T extends object>(type: SettingsClass<T>): T {
    return this.section(sectionName(type)).live as T;
  }

  /** False while administrators have disabled the feature. */
  isFeatureOn(feature: string): boolean {
    const found = featureSwitchOf(feature);
    return found === undefined || (this.live(found.type) as Record<string, unknown>)[found.key] === true;
  }

  /** The section with masked secrets, for administrators; `unmasked` is the reverse. */
  shown<T extends object>(type: SettingsClass<T>): T {
    const { live } = this.section(sectionName(type));
    const mask = (value: unknown, within: readonly string[]) =>
      within.length > 0
        ? maskBelow(value, (key) => within.includes(key), this.keyring)
        : maskSecret(value, this.keyring);
    const masked = secretsOf(type).map(({ key, within }): [string, unknown] => [key, mask(live[key], within)]);
    return { ...live, ...Object.fromEntries<unknown>(masked) } as T;
  }

  /** The change with stored secrets in place of their masks. @throws ConflictError as `unmaskSecret`. */
  unmasked<T extends object>(type: SettingsClass<T>, change: Partial<T>): Partial<T> {
    const name = sectionName(type);
    const { live } = this.section(name);
    const next = { ...live, ...change };
    const fields = secretsOf(type).filter(({ key }) => key in change);
    const unmask = ({ key, sentTo }: (typeof fields)[number]): [string, unknown] => {
      const servers = sentTo && {
        storedServer: (path: TextPath) => sentTo(live, path),
        server: (path: TextPath) => sentTo(next, path),
      };
      const field = { name: `${name}.${key}`, stored: live[key], ...servers };
      return [key, unmaskSecret(change[key as keyof T], field, this.keyring)];
    };
    return { ...change, ...Object.fromEntries<unknown>(fields.map(unmask)) };
  }

  /** All registered sections with their savable fields, to show or replace all settings. */
  all(): Readonly<Section & { fields: StoredField[] }>[] {
    const { source } = this.env;
    return [...this.sections.values()].map((section) => ({ ...section, fields: storedFieldsOf(section.type, source) }));
  }

  /** True when the section is valid with this change. */
  admits(type: SettingsClass, change: object): boolean {
    const candidate = Object.assign(new type(), this.section(sectionName(type)).live, change);
    return validateSync(candidate, { forbidUnknownValues: false }).length === 0;
  }

  /**
   * Validates and stores the change, and announces it to all nodes after the commit. Values that equal their default
   * are stored too, because a default from the environment may change. Fields in `reset` return to their default.
   * @throws BadRequestError for an invalid value; nothing is changed then.
   */
  async save<T extends object>(
    type: SettingsClass<T>,
    change: Partial<T>,
    reset: readonly (keyof T & string)[] = [],
  ): Promise<void> {
    const name = sectionName(type);
    const { live, defaults, saved } = this.section(name);
    const values: Record<string, unknown> = { ...change };
    for (const key of reset) values[key] = defaults[key];
    this.assertValid(Object.assign(new type(), live, values));
    const stored = Object.keys(change).filter((key) => !saved.has(key) || !isDeepStrictEqual(live[key], values[key]));
    const removed = reset.filter((key) => saved.has(key));
    if (stored.length + removed.length === 0) return;
    await this.transaction.run(async () => {
      for (const key of stored) await this.write(type, key, values[key]);
      for (const key of removed) await this.repository.delete(name, key);
      await this.cluster.publish(TOPIC, { section: name, node: this.node } satisfies Announcement);
      this.transaction.afterCommit(() => {
        for (const key of stored) saved.add(key);
        for (const key of removed) saved.delete(key);
        this.change(name, values);
      });
    });
  }

  /** As `save`, for a change with masked secrets. @throws ConflictError as `unmasked`. */
  async saveForm<T extends object>(type: SettingsClass<T>, change: Partial<T>): Promise<void> {
    // Another node may have just changed the secrets.
    await this.refresh(type);
    await this.save(type, this.unmasked(type, change));
  }

  /**
   * Reloads the saved overrides, for decisions that must include the latest save of any node: announcements arrive
   * after the commit.
   */
  async refresh(type: SettingsClass): Promise<void> {
    if (this.isSaved(type)) await this.reload(sectionName(type));
  }

  private async write(type: SettingsClass, key: string, value: unknown): Promise<void> {
    const stored = isSecretField(type, key) ? this.keyring.seal(JSON.stringify(value)) : value;
    await this.repository.put(sectionName(type), key, stored);
  }

  private isSaved(type: SettingsClass): boolean {
    return this.env.isPersistentConfigEnabled && isSaved(type, this.env.source);
  }

  private section(name: string): Section {
    const section = this.sections.get(name);
    if (!section) throw new Error(`Settings section ${name} is not registered`);
    return section;
  }

  private async loadAll(): Promise<Map<string, Map<string, unknown>>> {
    if (this.env.shouldResetConfig) await this.repository.deleteAll();
    const loaded = new Map<string, Map<string, unknown>>();
    for (const { section, key, value } of await this.repository.findAll())
      loaded.set(section, (loaded.get(section) ?? new Map<string, unknown>()).set(key, value));
    return loaded;
  }

  @OnAnnouncement(TOPIC)
  async onAnnouncement(message: unknown): Promise<void> {
    const { section, node } = message as Announcement;
    if (node !== this.node) await this.reload(section);
  }

  @OnReconnect()
  async reloadAll(): Promise<void> {
    await Promise.all([...this.sections.keys()].map((name) => this.reload(name)));
  }

  private async reload(name: string): Promise<void> {
    const section = this.sections.get(name);
    if (!section || !isSaved(section.type, this.env.source)) return;
    try {
      const rows = await this.repository.findSection(name);
      this.apply(name, new Map(rows.map(({ key, value }) => [key, value])));
    } catch (error) {
      this.logger.error({ err: error, section: name }, 'Settings could not be reloaded');
    }
  }

  /** Applies the stored overrides; fields without one return to their default. */
  private apply(name: string, overrides: Map<string, unknown>): void {
    const section = this.section(name);
    const { type, defaults } = section;
    const next = { ...defaults };
    for (const [key, stored] of overrides)
      if (key in defaults) next[key] = isSecretField(type, key) ? this.open(name, key, stored, next[key]) : stored;
    const candidate = Object.assign(new type(), next);
    if (validateSync(candidate, { forbidUnknownValues: false }).length > 0)
      return this.logger.error(`Stored settings of ${name} are invalid and ignored`);
    section.saved.clear();
    for (const key of overrides.keys()) if (key in defaults) section.saved.add(key);
    this.change(name, next);
  }

  private open(name: string, key: string, sealed: unknown, fallback: unknown): unknown {
    // Saved before the field was declared secret.
    if (!isSealed(sealed)) return sealed;
    try {
      return JSON.parse(this.keyring.unseal(String(sealed)));
    } catch {
      this.logger.error(`The stored secret ${name}.${key} was sealed with another WEBUI_SECRET_KEY and is ignored`);
      return fallback;
    }
  }

  private change(name: string, values: Record<string, unknown>): void {
    const { type, live } = this.section(name);
    const changed = Object.entries(values).filter(([key, value]) => !isDeepStrictEqual(live[key], value));
    if (changed.length === 0) return;
    Object.assign(live, Object.fromEntries(changed));
    this.events.publish(
      new SettingsChanged(
        type,
        changed.map(([key]) => key),
      ),
    );
  }

  private assertValid(candidate: object): void {
    const [error] = validateSync(candidate, { forbidUnknownValues: false });
    if (!error) return;
    const allowed = Object.values(error.constraints ?? { invalid: 'invalid value' }).join(', ');
    throw new BadRequestError(`${error.property}: ${allowed}`);
  }
}
