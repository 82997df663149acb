import type { SettingsClass } from './decorators';
import type { SettingsStore } from './settings-store';

/** Which section a page is about, and how its fields are called on the wire. */
export interface SettingsWords<S extends object, Shown, Sent> {
  section: SettingsClass<S>;
  show(settings: S): Shown;
  /** What a request changes. */
  read(sent: Sent): Partial<S>;
}

/** Settings of one section as administrators see and replace them; secrets never leave in full. */
export abstract class SettingsPage<S extends object, Shown, Sent = Shown> {
  protected abstract readonly words: SettingsWords<S, Shown, Sent>;

  constructor(
    protected readonly settings: S,
    protected readonly store: SettingsStore,
  ) {}

  getConfig(): Shown {
    return this.words.show(this.store.shown(this.words.section));
  }

  /** Counts at once, on every node. @throws BadRequestError for a value that is not allowed. */
  async updateConfig(sent: Sent): Promise<Shown> {
    const { section } = this.words;
    await this.store.save(section, this.store.meant(section, this.words.read(sent)));
    return this.getConfig();
  }
}
