import { Injectable } from '@nestjs/common';
import type { Principal } from '../../../common/auth/principal';
import type { JsonObject } from '../../../common/util/json';
import { nowSeconds } from '../../../common/util/time';
import { ContractValidationPipe } from '../../../common/validation/contract-validation.pipe';
import { Transaction } from '../../../platform/database/transaction';
import { AccessService } from '../../access/access.service';
import type { Model } from '../model.entity';
import { ModelsRepository } from '../models.repository';
import { ModelRequest, toModelChange, type ModelResponse, type SyncedModel } from './workspace-models.dto';
import { isModelId, WorkspaceModelsService } from './workspace-models.service';

const RESOURCE = 'model';

/** Imports many rows atomically. */
@Injectable()
export class ModelTransfersService {
  private readonly validation = new ContractValidationPipe();

  constructor(
    private readonly rows: ModelsRepository,
    private readonly models: WorkspaceModelsService,
    private readonly access: AccessService,
    private readonly transaction: Transaction,
  ) {}

  /**
   * Replaces rows that the principal may change; new rows are owned by the principal. Items without a valid id, and
   * items with the id of a row that the principal may not change, are skipped.
   * @throws as creating and updating, and ValidationError for items that are not rows.
   */
  async import(principal: Principal, items: JsonObject[]): Promise<boolean> {
    const byId = new Map(items.flatMap((item) => (isModelId(item.id) ? [[item.id, item] as const] : [])));
    const writes: (() => Promise<unknown>)[] = [];
    for (const [id, item] of byId) writes.push(...(await this.plan(principal, id, item)));
    await this.transaction.run(async () => {
      for (const write of writes) await write();
    });
    return true;
  }

  /** Replaces all rows by these, which are then owned by the principal. */
  async sync(principal: Principal, synced: SyncedModel[]): Promise<ModelResponse[]> {
    const byId = new Map(synced.map((item) => [item.id, item]));
    const rows = [...byId.values()].map((item) => toRow(item, principal.id));
    await this.transaction.run(async () => {
      await this.clearAllBut([...byId.keys()]);
      if (rows.length > 0) await this.rows.put(rows);
      for (const { id, access_control: sharing = null } of byId.values())
        await this.access.replace(RESOURCE, id, sharing);
    });
    return this.models.listAll();
  }

  /** Deletes all rows of all owners. */
  async deleteAll(): Promise<boolean> {
    await this.transaction.run(() => this.clearAllBut([]));
    return true;
  }

  private async clearAllBut(ids: string[]): Promise<void> {
    await this.rows.deleteAllBut(ids);
    await this.access.removeAllBut(RESOURCE, ids);
  }

  /** The writes for an item: none for a row that the principal may not change. */
  private async plan(principal: Principal, id: string, item: JsonObject): Promise<(() => Promise<unknown>)[]> {
    const row = await this.rows.findFor(principal, 'write', id);
    if (row) return [await this.models.planUpdate(principal, this.requestOf({ ...known(row), ...item }))];
    if (await this.rows.exists(id)) return [];
    return [await this.models.planCreate(principal, this.requestOf(item))];
  }

  private requestOf(item: JsonObject): ModelRequest {
    const whole = { meta: {}, params: {}, ...item };
    return this.validation.transform(whole, { type: 'body', metatype: ModelRequest }) as ModelRequest;
  }
}

const known = ({ name, baseModelId, isActive }: Model): JsonObject => ({
  name,
  base_model_id: baseModelId,
  is_active: isActive,
});

const toRow = (item: SyncedModel, userId: string): Model => ({
  id: item.id,
  userId,
  ...toModelChange(item),
  createdAt: item.created_at,
  updatedAt: nowSeconds(),
});
