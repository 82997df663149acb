import { Injectable } from '@nestjs/common';
import { nowSeconds } from '../../../common/util/time';
import { Database } from '../../../platform/database/database';
import { EmbeddingSpace } from './embedding-space.entity';
import { fromBytes, toBytes } from './vectors';

const DAY = 24 * 60 * 60;

@Injectable()
export class EmbeddingsRepository {
  constructor(private readonly database: Database) {}

  findSpace(name: string): Promise<EmbeddingSpace | null> {
    return this.database.repository(EmbeddingSpace).findOneBy({ name });
  }

  /** The space of that name; made with these dimensions when there is none. */
  async putSpace(name: string, dimensions: number): Promise<EmbeddingSpace> {
    const [space] = await this.database.query<EmbeddingSpace>(
      `INSERT INTO embedding_space (name, dimensions) VALUES ($1, $2)
       ON CONFLICT (name) DO UPDATE SET name = excluded.name RETURNING id, name, dimensions`,
      [name, dimensions],
    );
    return space as EmbeddingSpace;
  }

  /** Deletes the space with all its vectors. */
  async deleteSpace(name: string): Promise<void> {
    await this.database.repository(EmbeddingSpace).delete({ name });
  }

  /** The stored vectors by the hash (hexadecimal) of their text; they count as used. */
  async findCached(spaceId: number, hashes: readonly string[]): Promise<Map<string, Float32Array>> {
    const rows = await this.database.query<{ hash: string; vector: Buffer }>(
      `WITH used AS (
         UPDATE embedding_cache SET used_at = $3
         WHERE space_id = $1 AND hash IN (SELECT decode(unnest($2::text[]), 'hex')) AND used_at < $3 - ${DAY})
       SELECT encode(hash, 'hex') AS hash, vector FROM embedding_cache
       WHERE space_id = $1 AND hash IN (SELECT decode(unnest($2::text[]), 'hex'))`,
      [spaceId, hashes, nowSeconds()],
    );
    return new Map(rows.map(({ hash, vector }) => [hash, fromBytes(vector)]));
  }

  async cache(spaceId: number, vectors: ReadonlyMap<string, Float32Array>): Promise<void> {
    await this.database.query(
      `INSERT INTO embedding_cache (space_id, hash, vector, used_at)
       SELECT $1, decode(hash, 'hex'), vector, $4 FROM unnest($2::text[], $3::bytea[]) AS added (hash, vector)
       ORDER BY hash ON CONFLICT DO NOTHING`,
      [spaceId, [...vectors.keys()], [...vectors.values()].map(toBytes), nowSeconds()],
    );
  }

  /** Deletes at most `limit` entries that were last used before that. @returns how many. */
  async deleteCachedBefore(time: number, limit: number): Promise<number> {
    const [row] = await this.database.query<{ count: string }>(
      `WITH old AS (SELECT space_id, hash FROM embedding_cache WHERE used_at < $1 LIMIT $2),
            deleted AS (DELETE FROM embedding_cache USING old
              WHERE embedding_cache.space_id = old.space_id AND embedding_cache.hash = old.hash RETURNING 1)
       SELECT count(*) FROM deleted`,
      [time, limit],
    );
    return Number(row?.count ?? 0);
  }
}
