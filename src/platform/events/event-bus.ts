import { Injectable, Logger } from '@nestjs/common';
import { Transaction } from '../database/transaction';

type EventClass<T extends object> = abstract new (...parameters: never[]) => T;
type Listener = (event: object) => void | Promise<void>;

/**
 * Domain events inside this process. A module publishes its own event classes downward; higher modules subscribe to
 * them. Delivered after the commit of the running transaction; a failing listener is logged and stops nobody else.
 * What must survive a crash is a job, not an event.
 */
@Injectable()
export class EventBus {
  private readonly logger = new Logger(EventBus.name);
  private readonly listeners = new Map<unknown, Listener[]>();

  constructor(private readonly transaction: Transaction) {}

  subscribe<T extends object>(type: EventClass<T>, listener: (event: T) => void | Promise<void>): void {
    this.listeners.set(type, [...(this.listeners.get(type) ?? []), listener as Listener]);
  }

  publish(event: object): void {
    this.transaction.afterCommit(() => this.deliver(event));
  }

  private deliver(event: object): void {
    for (const listener of this.listeners.get(event.constructor) ?? [])
      Promise.resolve()
        .then(() => listener(event))
        .catch((error: unknown) => this.logger.error({ err: error, event: event.constructor.name }, 'Listener failed'));
  }
}
