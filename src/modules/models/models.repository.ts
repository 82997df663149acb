import { Injectable } from '@nestjs/common';
import { Any, IsNull, Not, type QueryDeepPartialEntity, type SelectQueryBuilder } from 'typeorm';
import { escapeLike } from '../../common/paging/page';
import { nowSeconds } from '../../common/util/time';
import type { Caller } from '../access/access.types';
import { ShareableRepository } from '../access/shareable.repository';
import { Model } from './model.entity';
import type { ModelOverview, PresetBase, PresetFilter } from './models.types';

const OVERVIEW = ['id', 'userId', 'baseModelId', 'name', 'meta', 'isActive', 'createdAt', 'updatedAt'] as const;

/** The tags of a row, one each; clients may have stored something else than a list. */
const TAGS = `jsonb_array_elements(CASE jsonb_typeof(model.meta -> 'tags') WHEN 'array' THEN model.meta -> 'tags' ELSE '[]' END)`;
const HAS_TAG = `EXISTS (SELECT FROM ${TAGS} AS tag WHERE lower(tag ->> 'name') = lower(:tag))`;

const WITH_OPEN_BASE = `
  SELECT DISTINCT preset.id
  FROM unnest($1::text[], $2::text[], $3::text[]) AS preset (id, owner_id, base_id)
  JOIN "user" owner ON owner.id = preset.owner_id
  LEFT JOIN model base ON base.id = preset.base_id AND base.base_model_id IS NULL
  WHERE $4::boolean AND owner.role = 'admin'
    OR base.user_id = owner.id
    OR EXISTS (
      SELECT FROM access_grant g
      WHERE g.resource_type = 'model' AND g.resource_id = base.id AND g.permission = 'read' AND (
        g.principal_type = 'public' OR g.principal_type = 'user' AND g.principal_id = owner.id
        OR g.principal_type = 'group'
          AND g.principal_id IN (SELECT m.group_id FROM group_member m WHERE m.user_id = owner.id)))`;

/** In code-point order, whatever the database's own is. */
const ORDERS = { name: 'model.name COLLATE "C"', createdAt: 'model.createdAt', updatedAt: 'model.updatedAt' };

/** Free-form JSON is more than TypeORM's type of a partial entity can say. */
type Columns = QueryDeepPartialEntity<Model>;

@Injectable()
export class ModelsRepository extends ShareableRepository<Model> {
  protected readonly resource = { type: 'model', entity: Model, id: 'id', owner: 'userId' } as const;

  /** What the caller may read, oldest first. */
  findOverviewsFor(caller: Caller): Promise<ModelOverview[]> {
    return overviews(this.visibleTo(caller, 'read'));
  }

  /** Every row, oldest first. */
  findOverviews(): Promise<ModelOverview[]> {
    return overviews(this.rows.createQueryBuilder('model'));
  }

  /** Every row that is laid over a provider's model, oldest first. */
  findOverrideOverviews(): Promise<ModelOverview[]> {
    return overviews(this.rows.createQueryBuilder('model').where('model.baseModelId IS NULL'));
  }

  find(id: string): Promise<Model | null> {
    return this.rows.findOneBy({ id });
  }

  /** Rows that are laid over models of providers, oldest first. */
  findOverrides(): Promise<Model[]> {
    return this.rows.find({ where: { baseModelId: IsNull() }, order: { createdAt: 'ASC', id: 'ASC' } });
  }

  /** A page of the presets that the caller may change or everybody may use, and how many there are. */
  async findPresetPage(caller: Caller, filter: PresetFilter): Promise<{ rows: Model[]; total: number }> {
    const presets = this.presets(this.visibleTo(caller, 'write', { alsoPublic: true }));
    if (filter.text !== undefined)
      presets.andWhere('(model.name ILIKE :text OR model.baseModelId ILIKE :text)', {
        text: `%${escapeLike(filter.text)}%`,
      });
    if (filter.tag !== undefined) presets.andWhere(HAS_TAG, { tag: filter.tag });
    if (filter.owned !== undefined)
      presets.andWhere(`model.userId ${filter.owned ? '=' : '<>'} :ownerId`, { ownerId: caller.id });
    const total = await presets.getCount();
    presets.orderBy(ORDERS[filter.orderBy], filter.direction).addOrderBy('model.id');
    return { rows: await presets.limit(filter.limit).offset(filter.offset).getMany(), total };
  }

  /** Which of these the caller may change. */
  async findWritableIds(caller: Caller, ids: readonly string[]): Promise<Set<string>> {
    const rows = this.visibleTo(caller, 'write').select('model.id', 'id').andWhere('model.id = ANY(:ids)', { ids });
    return new Set((await rows.getRawMany<{ id: string }>()).map(({ id }) => id));
  }

  /** Names of the tags of the presets that the caller may change. */
  async findPresetTags(caller: Caller): Promise<string[]> {
    const tags = this.presets(this.visibleTo(caller, 'write')).select(`${TAGS} ->> 'name'`, 'name').distinct();
    return (await tags.getRawMany<{ name: string | null }>()).flatMap(({ name }) => name ?? []);
  }

  /** The presets that the caller may change, oldest first. */
  findPresetsOf(caller: Caller): Promise<Model[]> {
    return this.presets(this.visibleTo(caller, 'write')).orderBy('model.createdAt').addOrderBy('model.id').getMany();
  }

  /** Every row, oldest first. */
  findAll(): Promise<Model[]> {
    return this.rows.find({ order: { createdAt: 'ASC', id: 'ASC' } });
  }

  /** Of a row that the caller may read; undefined when there is none. */
  async findImageUrl(caller: Caller, id: string): Promise<string | null | undefined> {
    const rows = this.visibleTo(caller, 'read')
      .select('model.profileImageUrl', 'url')
      .andWhere('model.id = :id', { id });
    return (await rows.getRawOne<{ url: string | null }>())?.url;
  }

  /**
   * Of these presets those whose owner may use the base: by a row of the base that he may read, or as an administrator
   * where `adminsMay` use everything.
   */
  async findWithOpenBase(presets: readonly PresetBase[], adminsMay: boolean): Promise<Set<string>> {
    if (presets.length === 0) return new Set();
    const columns = (['id', 'ownerId', 'baseId'] as const).map((key) => presets.map((preset) => preset[key]));
    const rows = await this.database.queryPrepared<{ id: string }>('presets-with-open-base', WITH_OPEN_BASE, [
      ...columns,
      adminsMay,
    ]);
    return new Set(rows.map(({ id }) => id));
  }

  /** Inserts rows, or replaces those of the same id. */
  async put(models: Model[]): Promise<void> {
    await this.rows.upsert(models as Columns[], ['id']);
  }

  async deleteAllBut(ids: readonly string[]): Promise<void> {
    await this.rows.delete({ id: Not(Any([...ids])) });
  }

  private presets(rows: SelectQueryBuilder<Model>): SelectQueryBuilder<Model> {
    return rows.andWhere('model.baseModelId IS NOT NULL');
  }

  async insert(model: Model): Promise<void> {
    await this.rows.insert(model as Columns);
  }

  /** False when there is no such row. */
  async update(id: string, change: Partial<Model>): Promise<boolean> {
    const { affected } = await this.rows.update({ id }, change as Columns);
    return affected === 1;
  }

  /** Flips `isActive`. False when there is no such row. */
  async toggle(id: string): Promise<boolean> {
    const { affected } = await this.rows.update({ id }, { isActive: () => 'NOT is_active', updatedAt: nowSeconds() });
    return affected === 1;
  }

  async delete(id: string): Promise<void> {
    await this.rows.delete({ id });
  }

  private get rows() {
    return this.database.repository(Model);
  }
}

function overviews(rows: SelectQueryBuilder<Model>): Promise<ModelOverview[]> {
  rows.select(OVERVIEW.map((column) => `model.${column}`));
  return rows.orderBy('model.createdAt').addOrderBy('model.id').getMany();
}
