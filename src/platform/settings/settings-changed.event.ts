import type { SettingsClass } from './decorators';

/** A section has new values on this node: saved here, or reloaded after another node saved it. */
export class SettingsChanged {
  constructor(
    readonly section: SettingsClass,
    readonly keys: readonly string[],
  ) {}
}
