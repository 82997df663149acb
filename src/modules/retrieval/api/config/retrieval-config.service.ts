import { Injectable } from '@nestjs/common';
import type { JsonObject } from '../../../../common/util/json';
import { Transaction } from '../../../../platform/database/transaction';
import { SettingsStore } from '../../../../platform/settings/settings-store';
import { RETRIEVAL_FORM, WEB_FORM, type FormPart } from './config-form';
import type { RetrievalConfigRequest, RetrievalConfigResponse } from './retrieval-config.dto';

/** The page of all settings of retrieval: those of several sections in one form. */
@Injectable()
export class RetrievalConfigService {
  constructor(
    private readonly store: SettingsStore,
    private readonly transaction: Transaction,
  ) {}

  get(): RetrievalConfigResponse {
    return { status: true, ...this.show(RETRIEVAL_FORM), web: this.show(WEB_FORM) };
  }

  /** All or nothing. @throws BadRequestError for an invalid value; ConflictError as `SettingsStore.saveForm`. */
  async update({ web, ...sent }: RetrievalConfigRequest): Promise<RetrievalConfigResponse> {
    await this.transaction.run(async () => {
      await this.save(RETRIEVAL_FORM, sent, () => undefined);
      if (web) await this.save(WEB_FORM, web, emptyValueOf);
    });
    return this.get();
  }

  private show(form: readonly FormPart[]): JsonObject {
    const entries = form.flatMap(({ section, fields }) => {
      const shown = this.store.shown(section) as JsonObject;
      return fields.map(([key, field]) => [key, shown[field]] as const);
    });
    return Object.fromEntries(entries);
  }

  /** @param empty what null stands for in a field that cannot be null; undefined: no change */
  private async save(form: readonly FormPart[], sent: object, empty: (current: unknown) => unknown): Promise<void> {
    const values = sent as JsonObject;
    for (const { section, fields } of form) {
      const live = this.store.live(section) as JsonObject;
      const given = fields.flatMap(([key, field]) => {
        const value = values[key];
        const isClearing = value === null && !this.store.admits(section, { [field]: null });
        const next = isClearing ? empty(live[field]) : value;
        return next === undefined ? [] : [[field, next] as const];
      });
      if (given.length > 0) await this.store.saveForm(section, Object.fromEntries(given));
    }
  }
}

function emptyValueOf(current: unknown): unknown {
  if (Array.isArray(current)) return [];
  return typeof current === 'string' ? '' : undefined;
}
