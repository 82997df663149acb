import { Injectable } from '@nestjs/common';
import { Database } from './database';

/**
 * Starts transactions, in the service method that states the rule. Nested calls join the outer one. Do not await model
 * calls, file IO or sockets inside: the connection is held.
 */
@Injectable()
export class Transaction {
  constructor(private readonly database: Database) {}

  /** Commits when `work` resolves, rolls back when it rejects; `afterCommit` callbacks run after the commit. */
  run<T>(work: () => Promise<T>): Promise<T> {
    return this.database.transaction(work);
  }

  /** Runs `callback` after the commit of the running transaction, or now when there is none. It must not throw. */
  afterCommit(callback: () => void): void {
    this.database.afterCommit(callback);
  }
}
