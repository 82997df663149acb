import { Injectable } from '@nestjs/common';
import type { Principal } from '../../common/auth/principal';
import type { JsonObject } from '../../common/util/json';
import { nowSeconds } from '../../common/util/time';
import { ContractValidationPipe } from '../../common/validation/contract-validation.pipe';
import { Transaction } from '../../platform/database/transaction';
import { AccessService } from '../access/access.service';
import type { Model } from './model.entity';
import { ModelsRepository } from './models.repository';
import type { SyncedModel } from './preset-lists.dto';
import { ModelRequest, toModelChange, toModelResponse, type ModelResponse } from './workspace-models.dto';
import { isModelId, WorkspaceModelsService } from './workspace-models.service';

const RESOURCE = 'model';

/** Many rows at once: all of a request, or none. */
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
   * Rows that the caller may change are replaced, new ones are his. Items without a valid id, and those that somebody
   * else's row has, are left out. @throws as creating and updating do, and ValidationError for what is no row.
   */
  async import(caller: Principal, items: JsonObject[]): Promise<boolean> {
    const byId = new Map(items.flatMap((item) => (isModelId(item.id) ? [[item.id, item] as const] : [])));
    const writes: (() => Promise<unknown>)[] = [];
    for (const [id, item] of byId) writes.push(...(await this.plan(caller, id, item)));
    await this.transaction.run(async () => {
      for (const write of writes) await write();
    });
    return true;
  }

  /** Afterwards there are these rows, which the caller owns, and no others. */
  async sync(caller: Principal, synced: SyncedModel[]): Promise<ModelResponse[]> {
    const byId = new Map(synced.map((item) => [item.id, item]));
    const rows = [...byId.values()].map((item) => toRow(item, caller.id));
    await this.transaction.run(async () => {
      await this.clearAllBut([...byId.keys()]);
      if (rows.length > 0) await this.rows.put(rows);
      for (const { id, access_control: sharing = null } of byId.values())
        await this.access.replace(RESOURCE, id, sharing);
    });
    return this.listAll();
  }

  /** Deletes every row, whoever owns it. */
  async deleteAll(): Promise<boolean> {
    await this.transaction.run(() => this.clearAllBut([]));
    return true;
  }

  private async clearAllBut(ids: string[]): Promise<void> {
    await this.rows.deleteAllBut(ids);
    await this.access.removeAllBut(RESOURCE, ids);
  }

  private async listAll(): Promise<ModelResponse[]> {
    const rows = await this.rows.findAll();
    const sharing = await this.access.grantsOf(
      RESOURCE,
      rows.map(({ id }) => id),
    );
    return rows.map((row) => toModelResponse(row, sharing.get(row.id)));
  }

  /** What is to be written for an item: nothing for a row that the caller may not change. */
  private async plan(caller: Principal, id: string, item: JsonObject): Promise<(() => Promise<unknown>)[]> {
    const row = await this.rows.findFor(caller, 'write', id);
    if (row) return [await this.models.planUpdate(caller, this.requestOf({ ...known(row), ...item }))];
    if (await this.rows.exists(id)) return [];
    return [await this.models.planCreate(caller, this.requestOf(item))];
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
