import { Injectable } from '@nestjs/common';
import { Any, Not, type QueryDeepPartialEntity, type SelectQueryBuilder } from 'typeorm';
import { escapeLike } from '../../common/paging/page';
import { nowSeconds } from '../../common/util/time';
import type { AccessPrincipal } from '../access/access.types';
import { ShareableRepository } from '../access/shareable.repository';
import { Model } from './model.entity';
import type { ModelOverview, PresetBase, PresetFilter } from './models.types';

const OVERVIEW = ['id', 'userId', 'baseModelId', 'name', 'meta', 'isActive', 'createdAt', 'updatedAt'] as const;

/** The tags of a row, one each; clients may have stored values other than a list. */
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

/** In code-point order, independent of the database's collation. */
const ORDERS = { name: 'model.name COLLATE "C"', createdAt: 'model.createdAt', updatedAt: 'model.updatedAt' };

/** TypeORM's own type does not accept free-form JSON columns. */
type Columns = QueryDeepPartialEntity<Model>;

@Injectable()
export class ModelsRepository extends ShareableRepository<Model> {
  readonly resource = {
    type: 'model',
    entity: Model,
    id: 'id',
    owner: 'userId',
    order: { column: 'createdAt', direction: 'ASC', tie: 'seq' },
  } as const;

  /** The rows that the principal may read, oldest first. */
  findOverviewsFor(principal: AccessPrincipal): Promise<ModelOverview[]> {
    return this.overviews(this.visibleTo(principal, 'read'));
  }

  /** All rows, oldest first. */
  findOverviews(): Promise<ModelOverview[]> {
    return this.overviews(this.table.createQueryBuilder('model'));
  }

  /** All rows that override a provider's model, oldest first. */
  findOverrideOverviews(): Promise<ModelOverview[]> {
    return this.overviews(this.table.createQueryBuilder('model').where('model.baseModelId IS NULL'));
  }

  find(id: string): Promise<Model | null> {
    return this.table.findOneBy({ id });
  }

  /** All rows that override provider models, oldest first. */
  findOverrides(): Promise<Model[]> {
    return this.ordered(this.table.createQueryBuilder('model').where('model.baseModelId IS NULL')).getMany();
  }

  /** A page of the presets that the principal may change and of public ones, with the total number. */
  async findPresetPage(principal: AccessPrincipal, filter: PresetFilter): Promise<{ rows: Model[]; total: number }> {
    const presets = this.presets(this.visibleTo(principal, 'write', { alsoPublic: true }));
    if (filter.text !== undefined)
      presets.andWhere('(model.name ILIKE :text OR model.baseModelId ILIKE :text)', {
        text: `%${escapeLike(filter.text)}%`,
      });
    if (filter.tag !== undefined) presets.andWhere(HAS_TAG, { tag: filter.tag });
    if (filter.owned !== undefined)
      presets.andWhere(`model.userId ${filter.owned ? '=' : '<>'} :ownerId`, { ownerId: principal.id });
    const total = await presets.getCount();
    presets.orderBy(ORDERS[filter.orderBy], filter.direction).addOrderBy('model.seq', filter.direction);
    return { rows: await presets.limit(filter.limit).offset(filter.offset).getMany(), total };
  }

  /** The ids of these that the principal may change. */
  async findWritableIds(principal: AccessPrincipal, ids: readonly string[]): Promise<Set<string>> {
    const rows = this.visibleTo(principal, 'write').select('model.id', 'id').andWhere('model.id = ANY(:ids)', { ids });
    return new Set((await rows.getRawMany<{ id: string }>()).map(({ id }) => id));
  }

  /** Names of the tags of the presets that the principal may change. */
  async findPresetTags(principal: AccessPrincipal): Promise<string[]> {
    const tags = this.presets(this.visibleTo(principal, 'write')).select(`${TAGS} ->> 'name'`, 'name').distinct();
    return (await tags.getRawMany<{ name: string | null }>()).flatMap(({ name }) => name ?? []);
  }

  /** The presets that the principal may change, oldest first. */
  findPresetsOf(principal: AccessPrincipal): Promise<Model[]> {
    return this.ordered(this.presets(this.visibleTo(principal, 'write'))).getMany();
  }

  /** All rows, oldest first. */
  findAll(): Promise<Model[]> {
    return this.ordered(this.table.createQueryBuilder('model')).getMany();
  }

  /** The picture of a row that the principal may read; undefined for no such row. */
  async findImageUrl(principal: AccessPrincipal, id: string): Promise<string | null | undefined> {
    const rows = this.visibleTo(principal, 'read')
      .select('model.profileImageUrl', 'url')
      .andWhere('model.id = :id', { id });
    return (await rows.getRawOne<{ url: string | null }>())?.url;
  }

  /**
   * The presets whose owner may use the base: by a readable row of the base, or as an administrator while `adminsMay`
   * use everything.
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
    await this.table.upsert(models as Columns[], ['id']);
  }

  async deleteAllBut(ids: readonly string[]): Promise<void> {
    await this.table.delete({ id: Not(Any([...ids])) });
  }

  /** Removes knowledge bases from `meta.knowledge` of all rows; the order of other entries does not change. */
  async removeKnowledge(ids: readonly string[]): Promise<void> {
    await this.database.query(
      `WITH changed AS (
         SELECT model.id, coalesce(jsonb_agg(item ORDER BY position) FILTER (WHERE NOT item ->> 'id' = ANY($1)
           IS TRUE), '[]') AS knowledge
         FROM model, jsonb_array_elements(
           CASE jsonb_typeof(model.meta -> 'knowledge') WHEN 'array' THEN model.meta -> 'knowledge' ELSE '[]' END
         ) WITH ORDINALITY AS items (item, position)
         GROUP BY model.id HAVING bool_or(item ->> 'id' = ANY($1)))
       UPDATE model SET meta = jsonb_set(meta, '{knowledge}', changed.knowledge), updated_at = $2
       FROM changed WHERE model.id = changed.id`,
      [ids, nowSeconds()],
    );
  }

  /** Removes ids from a list in `meta` of all rows. */
  async removeFromMeta(list: 'toolIds' | 'filterIds' | 'defaultFilterIds' | 'actionIds', ids: readonly string[]) {
    await this.database.query(
      `UPDATE model SET meta = jsonb_set(meta, ARRAY[$1::text], (meta -> $1) - $2::text[]), updated_at = $3
       WHERE jsonb_typeof(meta -> $1) = 'array' AND (meta -> $1) ?| $2::text[]`,
      [list, ids, nowSeconds()],
    );
  }

  private presets(rows: SelectQueryBuilder<Model>): SelectQueryBuilder<Model> {
    return rows.andWhere('model.baseModelId IS NOT NULL');
  }

  /** Toggles `isActive`. False for an unknown id. */
  async toggle(id: string): Promise<boolean> {
    const { affected } = await this.table.update({ id }, { isActive: () => 'NOT is_active', updatedAt: nowSeconds() });
    return affected === 1;
  }

  private overviews(rows: SelectQueryBuilder<Model>): Promise<ModelOverview[]> {
    return this.ordered(rows.select(OVERVIEW.map((column) => `model.${column}`))).getMany();
  }
}
