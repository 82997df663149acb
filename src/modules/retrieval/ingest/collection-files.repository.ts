import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { nowSeconds } from '../../../common/util/time';
import { Database } from '../../../platform/database/database';
import { CollectionFile } from './collection-file.entity';

@Injectable()
export class CollectionFilesRepository {
  constructor(private readonly database: Database) {}

  /** The files of the collections of one account. */
  find(ownerId: string, names: readonly string[]): Promise<Pick<CollectionFile, 'collectionName' | 'fileId'>[]> {
    if (names.length === 0) return Promise.resolve([]);
    return this.links.find({
      select: { collectionName: true, fileId: true },
      where: { ownerId, collectionName: In([...names]) },
    });
  }

  /** Files that the collection has already, and those that were deleted meanwhile, are skipped. */
  async add(ownerId: string, collectionName: string, fileIds: readonly string[]): Promise<void> {
    await this.database.query(
      `INSERT INTO collection_file (owner_id, collection_name, file_id, created_at)
       SELECT $1, $2, id, $4 FROM file WHERE id = ANY ($3::text[]) ON CONFLICT DO NOTHING`,
      [ownerId, collectionName, fileIds, nowSeconds()],
    );
  }

  /** Takes the file out of the collections of this name, of all accounts. @returns whether one had it. */
  async remove(collectionName: string, fileId: string): Promise<boolean> {
    return ((await this.links.delete({ collectionName, fileId })).affected ?? 0) > 0;
  }

  async deleteAll(): Promise<void> {
    await this.links.createQueryBuilder().delete().execute();
  }

  private get links() {
    return this.database.repository(CollectionFile);
  }
}
