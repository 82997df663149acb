import { isDeepStrictEqual } from 'node:util';
import { Injectable, Logger } from '@nestjs/common';
import { BadRequestError } from '../../common/errors/app-error';
import type { JsonObject } from '../../common/util/json';
import { Keyring } from '../crypto/keyring';
import { Transaction } from '../database/transaction';
import type { StoredField } from './decorators';
import { readPath, removePath, writePath } from './document-path';
import { DocumentSettings } from './document.settings';
import { maskCredentials, maskSecret, unmaskSecret } from './secret-mask';
import { SettingsStore, type Section } from './settings-store';

/** All saved settings as one nested document, as Open WebUI exports and imports them (contract: spec 13 §6.1, §7). */
@Injectable()
export class SettingsDocument {
  private readonly logger = new Logger(SettingsDocument.name);

  constructor(
    private readonly store: SettingsStore,
    private readonly rest: DocumentSettings,
    private readonly keyring: Keyring,
    private readonly transaction: Transaction,
  ) {}

  /** The settings that differ from their default; secrets are masked. */
  export(): JsonObject {
    const document: JsonObject = { version: this.rest.version, ui: {} };
    Object.assign(document, maskCredentials(this.rest.rest, this.keyring));
    for (const { live, defaults, fields } of this.store.all())
      for (const { key, path, isSecret } of fields)
        if (!isDeepStrictEqual(live[key], defaults[key]))
          writePath(document, path, isSecret ? maskSecret(live[key], this.keyring) : live[key]);
    return document;
  }

  /**
   * Replaces every saved setting at once; what the document lacks goes back to its default.
   * @throws BadRequestError for a value that is not allowed; nothing is changed then.
   */
  async import(document: JsonObject): Promise<void> {
    const rest = structuredClone(document);
    const { version = 0 } = rest;
    delete rest.version;
    await this.transaction.run(async () => {
      for (const { fields, ...section } of this.store.all()) {
        if (fields.length > 0) await this.store.save(section.type, this.changeOf(section, fields, document));
        for (const { path } of fields) removePath(rest, path);
      }
      if (!Number.isInteger(version)) throw new BadRequestError('version: must be an integer');
      const kept = unmaskSecret(rest, this.rest.rest, this.keyring) as JsonObject;
      await this.store.save(DocumentSettings, { version: version as number, rest: kept });
    });
    this.logger.warn('All settings were replaced by an imported document');
  }

  /** Null in a document of Open WebUI is "not set", except where null is a value. */
  private changeOf({ type, live, defaults }: Section, fields: StoredField[], document: JsonObject): object {
    const change: Record<string, unknown> = {};
    for (const { key, path, isSecret } of fields) {
      const value = readPath(document, path);
      if (value === undefined || (value === null && !this.store.admits(type, { [key]: null })))
        change[key] = defaults[key];
      else change[key] = isSecret ? unmaskSecret(value, live[key], this.keyring) : value;
    }
    return change;
  }
}
