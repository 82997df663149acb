import type { SettingsClass } from './decorators';
import type { SettingsStore } from './settings-store';

/** The section of a settings page, and its mapping to the wire. */
export interface SettingsForm<S extends object, Shown, Sent> {
  section: SettingsClass<S>;
  show(settings: S): Shown;
  /** Converts a request to a change of the section. */
  read(sent: Sent): Partial<S>;
}

/** Shows and replaces the settings of one section for administrators; secrets are always masked. */
export abstract class SettingsPage<S extends object, Shown, Sent = Shown> {
  protected abstract readonly form: SettingsForm<S, Shown, Sent>;

  constructor(
    protected readonly settings: S,
    protected readonly store: SettingsStore,
  ) {}

  getConfig(): Shown {
    return this.form.show(this.store.shown(this.form.section));
  }

  /**
   * Takes effect at once, on every node. @throws BadRequestError for an invalid value; see also
   * `SettingsStore.saveForm`.
   */
  async updateConfig(sent: Sent): Promise<Shown> {
    await this.store.saveForm(this.form.section, this.form.read(sent));
    return this.getConfig();
  }
}
