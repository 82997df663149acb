import { isDeepStrictEqual } from 'node:util';
import { Injectable, Logger } from '@nestjs/common';
import { BadRequestError } from '../../common/errors/app-error';
import type { JsonObject } from '../../common/util/json';
import { Keyring } from '../crypto/keyring';
import { Transaction } from '../database/transaction';
import type { StoredField } from './decorators';
import { readPath, removePath, writePath } from './document-path';
import { DocumentSettings } from './document.settings';
import { maskCredentials, unmaskSecret } from './secret-mask';
import { SettingsStore, type Section } from './settings-store';

/** Exports and imports all saved settings as one nested document in Open WebUI's form. */
@Injectable()
export class SettingsDocument {
  private readonly logger = new Logger(SettingsDocument.name);

  constructor(
    private readonly store: SettingsStore,
    private readonly rest: DocumentSettings,
    private readonly keyring: Keyring,
    private readonly transaction: Transaction,
  ) {}

  /** Settings that were saved or differ from their default; secrets are masked. */
  export(): JsonObject {
    const document: JsonObject = { version: this.rest.version, ui: {} };
    Object.assign(document, maskCredentials(this.rest.rest, this.keyring));
    for (const { type, live, defaults, saved, fields } of this.store.all()) {
      const shown = this.store.shown(type) as Record<string, unknown>;
      for (const { key, path } of fields)
        if (saved.has(key) || !isDeepStrictEqual(live[key], defaults[key])) writePath(document, path, shown[key]);
    }
    return document;
  }

  /**
   * Replaces all saved settings; settings missing from the document are reset to their default.
   * @throws BadRequestError for an invalid value, ConflictError for a mask without a stored secret; nothing is changed
   * then.
   */
  async import(document: JsonObject): Promise<void> {
    const rest = structuredClone(document);
    const { version = 0 } = rest;
    delete rest.version;
    await this.transaction.run(async () => {
      for (const { fields, ...section } of this.store.all()) {
        if (fields.length > 0) await this.replace(section, fields, document);
        for (const { path } of fields) removePath(rest, path);
      }
      if (!Number.isInteger(version)) throw new BadRequestError('version: must be an integer');
      const kept = unmaskSecret(rest, { name: 'config', stored: this.rest.rest }, this.keyring) as JsonObject;
      await this.store.save(DocumentSettings, { version: version as number, rest: kept });
    });
    this.logger.warn('All settings were replaced by an imported document');
  }

  /** In documents of Open WebUI null means "not set", except where null is a valid value. */
  private async replace({ type }: Section, fields: StoredField[], document: JsonObject): Promise<void> {
    const change: Record<string, unknown> = {};
    const reset: string[] = [];
    for (const { key, path } of fields) {
      const value = readPath(document, path);
      const isSet = value !== undefined && (value !== null || this.store.admits(type, { [key]: null }));
      if (isSet) change[key] = value;
      else reset.push(key);
    }
    await this.store.save(type, this.store.unmasked(type, change), reset as never[]);
  }
}
