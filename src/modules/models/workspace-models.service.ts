import { Injectable } from '@nestjs/common';
import { isAdmin, type Principal } from '../../common/auth/principal';
import { BadRequestError, RowNotFoundError, UnauthorizedError } from '../../common/errors/app-error';
import { Detail } from '../../common/errors/details';
import { nowSeconds } from '../../common/util/time';
import { isUniqueViolation } from '../../platform/database/database';
import { Transaction } from '../../platform/database/transaction';
import type { AccessControl } from '../access/access-control.dto';
import { AccessService } from '../access/access.service';
import { SharingService } from '../groups/sharing.service';
import { isImageUrl } from '../../common/http/image-url';
import type { Model } from './model.entity';
import { ModelsRepository } from './models.repository';
import { ModelsService } from './models.service';
import { toModelChange, toModelResponse, type ModelRequest, type ModelResponse } from './workspace-models.dto';

const RESOURCE = 'model';
const MAX_ID_LENGTH = 256;

type ModelChange = ReturnType<typeof toModelChange>;

/** Rows that make presets, or open and describe models of providers. */
@Injectable()
export class WorkspaceModelsService {
  constructor(
    private readonly rows: ModelsRepository,
    private readonly models: ModelsService,
    private readonly access: AccessService,
    private readonly sharing: SharingService,
    private readonly transaction: Transaction,
  ) {}

  async listOverrides(): Promise<ModelResponse[]> {
    const rows = await this.rows.findOverrides();
    const sharing = await this.access.grantsOf(
      RESOURCE,
      rows.map(({ id }) => id),
    );
    return rows.map((row) => toModelResponse(row, sharing.get(row.id)));
  }

  /**
   * @throws BadRequestError for an id that is no id, UnauthorizedError for one that is taken, and for users who would
   * reach a model of a provider that is not open to them.
   */
  async create(caller: Principal, request: ModelRequest): Promise<ModelResponse> {
    return this.transaction.run(await this.planCreate(caller, request));
  }

  /** Checks as `create` does; the result writes, in a transaction. */
  async planCreate(caller: Principal, request: ModelRequest): Promise<() => Promise<ModelResponse>> {
    const { id } = request;
    if (!isModelId(id)) throw new BadRequestError(Detail.modelIdTooLong);
    const change = toModelChange(request);
    await this.checkChange(caller, change);
    await this.checkName(caller, id);
    const sharing = await this.sharing.allowed(caller, 'models', {
      wanted: request.access_control ?? null,
      current: {},
    });
    const now = nowSeconds();
    const model: Model = { id, userId: caller.id, ...change, createdAt: now, updatedAt: now };
    return async () => {
      await this.insert(model);
      return toModelResponse(model, await this.access.replace(RESOURCE, id, sharing));
    };
  }

  /** Null when the caller may not read it. @throws RowNotFoundError when there is none. */
  async find(caller: Principal, id: string): Promise<ModelResponse | null> {
    const row = await this.rows.findFor(caller, 'read', id);
    if (!row) {
      if (await this.rows.exists(id)) return null;
      throw new RowNotFoundError();
    }
    const isEditable = (await this.rows.findFor(caller, 'write', id)) !== null;
    return toModelResponse(row, await this.access.accessControlOf(RESOURCE, id), isEditable);
  }

  /** @throws RowNotFoundError for none, BadRequestError (contract) for a row that the caller may not change. */
  async update(caller: Principal, request: ModelRequest): Promise<ModelResponse> {
    return this.transaction.run(await this.planUpdate(caller, request));
  }

  /** Checks as `update` does; the result writes, in a transaction. */
  async planUpdate(caller: Principal, request: ModelRequest): Promise<() => Promise<ModelResponse>> {
    const { id } = request;
    const row = await this.getWritable(caller, id, new BadRequestError(Detail.accessProhibited));
    const change = { ...toModelChange(request), updatedAt: nowSeconds() };
    await this.checkChange(caller, change, row);
    return async () => {
      if (!(await this.rows.update(id, change))) throw new RowNotFoundError();
      const sharing = await this.updateSharing(caller, id, request.access_control);
      return toModelResponse({ ...row, ...change }, sharing);
    };
  }

  /** Administrators may always: this is how they take a model out of use. */
  toggle(caller: Principal, id: string): Promise<ModelResponse> {
    return this.transaction.run(async () => {
      if (!isAdmin(caller)) await this.getWritable(caller, id, new UnauthorizedError());
      if (!(await this.rows.toggle(id))) throw new RowNotFoundError();
      const row = await this.rows.find(id);
      if (!row) throw new RowNotFoundError();
      return toModelResponse(row, await this.access.accessControlOf(RESOURCE, id));
    });
  }

  delete(caller: Principal, id: string): Promise<boolean> {
    return this.transaction.run(async () => {
      if (!isAdmin(caller)) await this.getWritable(caller, id, new UnauthorizedError());
      else if (!(await this.rows.exists(id))) throw new RowNotFoundError();
      await this.rows.delete(id);
      await this.access.remove(RESOURCE, id);
      return true;
    });
  }

  private async insert(model: Model): Promise<void> {
    try {
      await this.rows.insert(model);
    } catch (error) {
      if (isUniqueViolation(error, 'model_pkey')) throw new UnauthorizedError(Detail.modelIdTaken);
      throw error;
    }
  }

  /** @throws `refusal` for a row of somebody else, RowNotFoundError for none. */
  private async getWritable(caller: Principal, id: string, refusal: Error): Promise<Model> {
    const row = await this.rows.findFor(caller, 'write', id);
    if (row) return row;
    throw (await this.rows.exists(id)) ? refusal : new RowNotFoundError();
  }

  /** A row without a base opens a model of a provider, a preset its base: users may neither reach what is closed to them. */
  private async checkChange(caller: Principal, change: ModelChange, before?: Model): Promise<void> {
    const { baseModelId, profileImageUrl } = change;
    if (profileImageUrl !== null && !isImageUrl(profileImageUrl))
      throw new BadRequestError('meta.profile_image_url must be a path, an http(s) URL or a raster image');
    const isKept = before !== undefined && before.baseModelId === baseModelId;
    if (isKept || isAdmin(caller)) return;
    if (baseModelId === null || !(await this.models.findUsable(caller, baseModelId))) throw new UnauthorizedError();
  }

  /** Users take no id of a provider's model or an arena: their preset would be hidden behind it. */
  private async checkName(caller: Principal, id: string): Promise<void> {
    if (!isAdmin(caller) && (await this.models.isTaken(id))) throw new UnauthorizedError(Detail.modelIdTaken);
  }

  private async updateSharing(
    caller: Principal,
    id: string,
    wanted: AccessControl | undefined,
  ): Promise<AccessControl> {
    const current = await this.access.accessControlOf(RESOURCE, id);
    if (wanted === undefined) return current;
    return this.access.replace(RESOURCE, id, await this.sharing.allowed(caller, 'models', { wanted, current }));
  }
}

/** True for an id that a model may have. */
export const isModelId = (id: unknown): id is string =>
  typeof id === 'string' && id !== '' && [...id].length <= MAX_ID_LENGTH;
