import { Injectable } from '@nestjs/common';
import { In, MoreThan, Not } from 'typeorm';
import { Database } from '../../platform/database/database';
import { Memory } from './memory.entity';

/** First key of the advisory locks of accounts: the bytes of "memo". */
const ACCOUNT_LOCK = 0x6d656d6f;

@Injectable()
export class MemoriesRepository {
  constructor(private readonly database: Database) {}

  /** All memories of the account, oldest first. */
  findAll(userId: string): Promise<Memory[]> {
    return this.rows.find({ where: { userId }, order: { createdAt: 'ASC', id: 'ASC' } });
  }

  find(id: string): Promise<Memory | null> {
    return this.rows.findOneBy({ id });
  }

  /** Blocks other changes of the memory until the transaction ends. */
  lock(id: string): Promise<Memory | null> {
    return this.rows.createQueryBuilder('memory').setLock('pessimistic_write').where({ id }).getOne();
  }

  /** Serialises additions to the account and the deletion of all its memories until the transaction ends. */
  async lockAccount(userId: string): Promise<void> {
    await this.database.query('SELECT pg_advisory_xact_lock($1, hashtext($2))', [ACCOUNT_LOCK, userId]);
  }

  findSome(userId: string, ids: readonly string[]): Promise<Memory[]> {
    return this.rows.findBy({ userId, id: In(ids) });
  }

  /** The memories that were changed last, without those of `except`. */
  findLatest(userId: string, except: readonly string[], limit: number): Promise<Memory[]> {
    return this.rows.find({
      where: { userId, id: Not(In(except)) },
      order: { updatedAt: 'DESC', id: 'DESC' },
      take: limit,
    });
  }

  /** At most `limit` memories of the account in the order of their ids, after the given one. */
  findPage(userId: string, after: string, limit: number): Promise<Memory[]> {
    return this.rows.find({ where: { userId, id: MoreThan(after) }, order: { id: 'ASC' }, take: limit });
  }

  count(userId: string): Promise<number> {
    return this.rows.countBy({ userId });
  }

  exists(userId: string): Promise<boolean> {
    return this.rows.existsBy({ userId });
  }

  /** Ids of the accounts that have memories. */
  async findOwners(): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>('SELECT DISTINCT user_id AS id FROM memory');
    return rows.map(({ id }) => id);
  }

  async insert(memory: Memory): Promise<void> {
    await this.rows.insert(memory);
  }

  async update({ id, content, updatedAt }: Memory): Promise<void> {
    await this.rows.update({ id }, { content, updatedAt });
  }

  /** @returns whether the account had it. */
  async delete(userId: string, id: string): Promise<boolean> {
    return (await this.rows.delete({ id, userId })).affected === 1;
  }

  async deleteAll(userId: string): Promise<void> {
    await this.rows.delete({ userId });
  }

  private get rows() {
    return this.database.repository(Memory);
  }
}
