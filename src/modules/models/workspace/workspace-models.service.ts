import { Injectable } from '@nestjs/common';
import { isAdmin, type Principal } from '../../../common/auth/principal';
import { BadRequestError, RowNotFoundError, UnauthorizedError } from '../../../common/errors/app-error';
import { Detail } from '../../../common/errors/details';
import { isImageUrl } from '../../../common/util/image-url';
import { nowSeconds } from '../../../common/util/time';
import { Transaction } from '../../../platform/database/transaction';
import { AccessService } from '../../access/access.service';
import { ShareableService, type ShareableRules } from '../../groups/sharing/shareable.service';
import { SharingService } from '../../groups/sharing/sharing.service';
import { UsersService } from '../../users/users.service';
import type { Model } from '../model.entity';
import { ModelsRepository } from '../models.repository';
import { ModelsService } from '../models.service';
import {
  toModelChange,
  toModelResponse,
  toPresetFilter,
  type ModelRequest,
  type ModelResponse,
  type PresetListQuery,
  type PresetPageResponse,
} from './workspace-models.dto';
import { ModelDetail } from '../models.errors';

const MAX_ID_LENGTH = 256;

type ModelChange = ReturnType<typeof toModelChange>;

/** Rows of presets, and overrides that share and describe provider models. */
@Injectable()
export class WorkspaceModelsService extends ShareableService<Model, ModelResponse> {
  protected readonly rules: ShareableRules<Model, ModelResponse> = {
    kind: 'models',
    sharedBy: 'writers',
    toResponse: toModelResponse,
    refusal: () => new UnauthorizedError(),
    taken: { constraint: 'model_pkey', refusal: () => new UnauthorizedError(ModelDetail.idTaken) },
  };

  constructor(
    protected override readonly rows: ModelsRepository,
    private readonly models: ModelsService,
    access: AccessService,
    sharing: SharingService,
    users: UsersService,
    transaction: Transaction,
  ) {
    super(rows, access, sharing, users, transaction);
  }

  async listAll(): Promise<ModelResponse[]> {
    return this.toResponses(await this.rows.findAll());
  }

  async listOverrides(): Promise<ModelResponse[]> {
    return this.toResponses(await this.rows.findOverrides());
  }

  /** A page of the presets that the principal may change, and of public ones, which are returned without `params`. */
  async listPage(principal: Principal, query: PresetListQuery): Promise<PresetPageResponse> {
    const { rows, total } = await this.rows.findPresetPage(principal, toPresetFilter(query));
    const [responses, owners, writable] = await Promise.all([
      this.toResponses(rows),
      this.ownersOf(rows),
      this.rows.findWritableIds(
        principal,
        rows.map(({ id }) => id),
      ),
    ]);
    const items = responses.map((response, index) => ({
      ...response,
      params: writable.has(response.id) ? response.params : {},
      user: owners[index] ?? null,
    }));
    return { items, total };
  }

  /** In code-point order. */
  async listTags(principal: Principal): Promise<string[]> {
    return (await this.rows.findPresetTags(principal)).sort();
  }

  /** The presets that the principal may change, with all properties. */
  async export(principal: Principal): Promise<ModelResponse[]> {
    return this.toResponses(await this.rows.findPresetsOf(principal));
  }

  /**
   * @throws BadRequestError for a malformed id, UnauthorizedError for one that is in use, and for users without access
   * to the provider's model.
   */
  async create(principal: Principal, request: ModelRequest): Promise<ModelResponse> {
    return (await this.planCreate(principal, request))();
  }

  /** Checks as `create`, which may call providers; the result performs the write. */
  async planCreate(principal: Principal, request: ModelRequest): Promise<() => Promise<ModelResponse>> {
    const { id, access_control: wanted = null } = request;
    if (!isModelId(id)) throw new BadRequestError(ModelDetail.idTooLong);
    const change = toModelChange(request);
    await this.checkChange(principal, change);
    await this.checkName(principal, id);
    const now = nowSeconds();
    return () =>
      this.insert(principal, { id, userId: principal.id, ...change, createdAt: now, updatedAt: now }, wanted);
  }

  /** Null without read access. @throws RowNotFoundError for an unknown id. */
  async find(principal: Principal, id: string): Promise<ModelResponse | null> {
    const row = await this.rows.findFor(principal, 'read', id);
    if (!row) {
      if (await this.rows.exists(id)) return null;
      throw new RowNotFoundError();
    }
    const isEditable = (await this.rows.findFor(principal, 'write', id)) !== null;
    return toModelResponse(isEditable ? row : { ...row, params: {} }, await this.access.accessControlOf(this.type, id));
  }

  /** @throws RowNotFoundError for an unknown id, BadRequestError (contract) without write access. */
  async update(principal: Principal, request: ModelRequest): Promise<ModelResponse> {
    return (await this.planUpdate(principal, request))();
  }

  /** Checks as `update`, which may call providers; the result performs the write. */
  async planUpdate(principal: Principal, request: ModelRequest): Promise<() => Promise<ModelResponse>> {
    const { id, access_control: wanted } = request;
    const row = await this.getWritable(principal, id, () => new BadRequestError(Detail.accessProhibited));
    const change = { ...toModelChange(request), updatedAt: nowSeconds() };
    await this.checkChange(principal, change, row);
    return () => this.change(principal, id, change, wanted);
  }

  /** Administrators may disable every model. */
  toggle(principal: Principal, id: string): Promise<ModelResponse> {
    return this.transaction.run(async () => {
      if (!isAdmin(principal)) await this.getWritable(principal, id);
      if (!(await this.rows.toggle(id))) throw new RowNotFoundError();
      const row = await this.rows.find(id);
      if (!row) throw new RowNotFoundError();
      return toModelResponse(row, await this.access.accessControlOf(this.type, id));
    });
  }

  /** Administrators may delete every row. */
  override delete(principal: Principal, id: string): Promise<boolean> {
    return this.transaction.run(async () => {
      if (!isAdmin(principal)) await this.getWritable(principal, id);
      else if (!(await this.rows.exists(id))) throw new RowNotFoundError();
      return this.remove(id);
    });
  }

  /** An override shares a provider's model and a preset its base: users need access to it. */
  private async checkChange(principal: Principal, change: ModelChange, before?: Model): Promise<void> {
    const { baseModelId, profileImageUrl } = change;
    if (profileImageUrl !== null && !isImageUrl(profileImageUrl))
      throw new BadRequestError('meta.profile_image_url must be a path, an http(s) URL or a raster image');
    const isKept = before !== undefined && before.baseModelId === baseModelId;
    if (isKept || isAdmin(principal)) return;
    if (baseModelId === null || !(await this.models.findUsable(principal, baseModelId))) throw new UnauthorizedError();
  }

  /** Users cannot use the id of a provider's model or an arena: it would hide their preset. */
  private async checkName(principal: Principal, id: string): Promise<void> {
    if (!isAdmin(principal) && (await this.models.isTaken(id))) throw new UnauthorizedError(ModelDetail.idTaken);
  }
}

/** True for a valid model id. */
export const isModelId = (id: unknown): id is string =>
  typeof id === 'string' && id !== '' && [...id].length <= MAX_ID_LENGTH;
