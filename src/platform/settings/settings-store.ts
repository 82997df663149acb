import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { Injectable, Logger } from '@nestjs/common';
import { validateSync } from 'class-validator';
import { BadRequestError } from '../../common/errors/app-error';
import { Keyring } from '../crypto/keyring';
import { Transaction } from '../database/transaction';
import { Env } from '../env/env';
import { InvalidEnvError, type Source } from '../env/env-readers';
import { ClusterBus } from '../events/cluster-bus';
import { EventBus } from '../events/event-bus';
import {
  defaultsOf,
  isSaved,
  isSecretField,
  secretsOf,
  sectionName,
  storedFieldsOf,
  variablesOf,
  type SettingsClass,
  type StoredField,
} from './decorators';
import { maskBelow, maskSecret, unmaskSecret } from './secret-mask';
import { SettingRepository } from './setting.repository';
import { SettingsChanged } from './settings-changed.event';

const TOPIC = 'settings';

/** A section was saved by a node; that node has the values already, and a reload could overtake its next save. */
interface Announcement {
  section: string;
  node: string;
}

export interface Section {
  type: SettingsClass;
  live: Record<string, unknown>;
  defaults: Record<string, unknown>;
}

/**
 * The sections of all domains, each a plain live object: code default < environment < saved override. Readers read the
 * fields at use. Only overrides that differ from the default are stored.
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
  ) {
    cluster.subscribe(TOPIC, (message) => void this.hear(message as Announcement));
    cluster.onReconnect(() => [...this.sections.keys()].forEach((name) => void this.reload(name)));
  }

  /** Makes the live object of a section; called once for each while the application is built. */
  async register<T extends object>(type: SettingsClass<T>): Promise<T> {
    const defaults = defaultsOf(type, this.env.source) as Record<string, unknown>;
    const live = Object.assign(new type(), defaults);
    this.sections.set(sectionName(type), { type, live, defaults });
    this.assertValid(live, 'environment');
    this.loading ??= this.loadAll();
    const overrides = (await this.loading).get(sectionName(type));
    if (overrides && this.isSaved(type)) this.apply(sectionName(type), overrides);
    return live;
  }

  /** The live object of a section, for readers of other domains' settings; its fields are read at use. */
  live<T extends object>(type: SettingsClass<T>): T {
    return this.section(sectionName(type)).live as T;
  }

  /** The section as administrators see it: something stands for each secret by which `meant` knows it again. */
  shown<T extends object>(type: SettingsClass<T>): T {
    const { live } = this.section(sectionName(type));
    const mask = (value: unknown, within: readonly string[]) =>
      within.length > 0
        ? maskBelow(value, (key) => within.includes(key), this.keyring)
        : maskSecret(value, this.keyring);
    const masked = secretsOf(type).map(({ key, within }): [string, unknown] => [key, mask(live[key], within)]);
    return { ...live, ...Object.fromEntries<unknown>(masked) } as T;
  }

  /** A change with the saved secrets in place of what stood for them. */
  meant<T extends object>(type: SettingsClass<T>, change: Partial<T>): Partial<T> {
    const { live } = this.section(sectionName(type));
    const fields = secretsOf(type).filter(({ key }) => key in change);
    const meant = (key: string) => unmaskSecret(change[key as keyof T], live[key], this.keyring);
    const unmasked = Object.fromEntries<unknown>(fields.map(({ key }) => [key, meant(key)]));
    return { ...change, ...unmasked };
  }

  /** Every section that a module registered, with what can be saved of it: for those who show or replace all settings. */
  all(): Readonly<Section & { fields: StoredField[] }>[] {
    const { source } = this.env;
    return [...this.sections.values()].map((section) => ({ ...section, fields: storedFieldsOf(section.type, source) }));
  }

  /** Whether the section would be valid with this change. */
  admits(type: SettingsClass, change: object): boolean {
    const candidate = Object.assign(new type(), this.section(sectionName(type)).live, change);
    return validateSync(candidate, { forbidUnknownValues: false }).length === 0;
  }

  /**
   * Validates the section as it would be, stores the changed fields, and announces them to every node after the commit.
   * @throws BadRequestError when a value is not allowed; nothing is changed then.
   */
  async save<T extends object>(type: SettingsClass<T>, change: Partial<T>): Promise<void> {
    const name = sectionName(type);
    const { live, defaults } = this.section(name);
    this.assertValid(Object.assign(new type(), live, change), 'request');
    const changed = Object.entries(change).filter(([key, value]) => !isDeepStrictEqual(live[key], value));
    if (changed.length === 0) return;
    await this.transaction.run(async () => {
      for (const [key, value] of changed) await this.write(type, key, value, defaults[key]);
      await this.cluster.publish(TOPIC, { section: name, node: this.node } satisfies Announcement);
      this.transaction.afterCommit(() => this.change(name, Object.fromEntries(changed)));
    });
  }

  /**
   * Reads the saved overrides again, for a decision that must not miss what was saved a moment ago, here or on another
   * node: announcements arrive after the commit.
   */
  async refresh(type: SettingsClass): Promise<void> {
    if (this.isSaved(type)) await this.reload(sectionName(type));
  }

  private async write(type: SettingsClass, key: string, value: unknown, fallback: unknown): Promise<void> {
    const name = sectionName(type);
    if (isDeepStrictEqual(value, fallback)) return this.repository.delete(name, key);
    const stored = isSecretField(type, key) ? this.keyring.seal(JSON.stringify(value)) : value;
    await this.repository.put(name, key, stored);
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

  private async hear({ section, node }: Announcement): Promise<void> {
    if (node !== this.node) await this.reload(section);
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

  /** Takes over the stored overrides; fields without one go back to their default. */
  private apply(name: string, overrides: Map<string, unknown>): void {
    const { type, live, defaults } = this.section(name);
    const next = { ...defaults };
    for (const [key, stored] of overrides)
      if (key in defaults) next[key] = isSecretField(type, key) ? this.open(name, key, stored, next[key]) : stored;
    const candidate = Object.assign(new type(), next);
    if (validateSync(candidate, { forbidUnknownValues: false }).length > 0)
      return this.logger.error(`Stored settings of ${name} are invalid and ignored`);
    const changed = Object.entries(next).filter(([key, value]) => !isDeepStrictEqual(live[key], value));
    if (changed.length > 0) this.change(name, Object.fromEntries(changed));
  }

  private open(name: string, key: string, sealed: unknown, fallback: unknown): unknown {
    try {
      return JSON.parse(this.keyring.unseal(String(sealed)));
    } catch {
      this.logger.error(`The stored secret ${name}.${key} was sealed with another WEBUI_SECRET_KEY and is ignored`);
      return fallback;
    }
  }

  private change(name: string, values: Record<string, unknown>): void {
    const { type, live } = this.section(name);
    Object.assign(live, values);
    this.events.publish(new SettingsChanged(type, Object.keys(values)));
  }

  private assertValid(candidate: object, origin: 'environment' | 'request'): void {
    const [error] = validateSync(candidate, { forbidUnknownValues: false });
    if (!error) return;
    const allowed = Object.values(error.constraints ?? { invalid: 'invalid value' }).join(', ');
    if (origin === 'request') throw new BadRequestError(`${error.property}: ${allowed}`);
    throw invalidVariable(candidate.constructor as SettingsClass, error.property, allowed, this.env.source);
  }
}

/** Names the variable that gave the field its value; of a secret not the value. */
function invalidVariable(type: SettingsClass, key: string, allowed: string, source: Source): Error {
  const { names = [], isSecret = false } = variablesOf(type).find((field) => field.key === key) ?? {};
  const name = names.find((candidate) => (source[candidate] ?? '').trim() !== '') ?? names[0];
  if (name === undefined) return new Error(`Invalid default of the setting ${key}: ${allowed}`);
  return new InvalidEnvError(name, isSecret ? '(secret)' : (source[name] ?? ''), allowed);
}
