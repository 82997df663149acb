import { Injectable } from '@nestjs/common';
import type { Principal } from '../../common/auth/principal';
import { AccessService } from '../access/access.service';
import { UsersService } from '../users/users.service';
import type { Model } from './model.entity';
import { ModelsRepository } from './models.repository';
import { toPresetFilter, toPresetResponse, type PresetListQuery, type PresetPageResponse } from './preset-lists.dto';
import { toModelResponse, type ModelResponse } from './workspace-models.dto';

/** What people administer of the presets. */
@Injectable()
export class PresetListsService {
  constructor(
    private readonly rows: ModelsRepository,
    private readonly access: AccessService,
    private readonly users: UsersService,
  ) {}

  /** What the caller may change, and what everybody may use, without its params. */
  async list(caller: Principal, query: PresetListQuery): Promise<PresetPageResponse> {
    const { rows, total } = await this.rows.findPresetPage(caller, toPresetFilter(query));
    const ids = idsOf(rows);
    const [sharing, writable, owners] = await Promise.all([
      this.access.grantsOf('model', ids),
      this.rows.findWritableIds(caller, ids),
      this.users.summaries(rows.map(({ userId }) => userId)),
    ]);
    const items = rows.map((row) =>
      toPresetResponse(row, sharing.get(row.id), writable.has(row.id), owners.get(row.userId)),
    );
    return { items, total };
  }

  /** In code-point order. */
  async listTags(caller: Principal): Promise<string[]> {
    return (await this.rows.findPresetTags(caller)).sort();
  }

  /** Everything that the caller may change, whole. */
  async export(caller: Principal): Promise<ModelResponse[]> {
    const rows = await this.rows.findPresetsOf(caller);
    const sharing = await this.access.grantsOf('model', idsOf(rows));
    return rows.map((row) => toModelResponse(row, sharing.get(row.id)));
  }
}

const idsOf = (rows: Model[]): string[] => rows.map(({ id }) => id);
