import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { Transaction } from '../database/transaction';
import { DeclarationsService, type HandlerDecorator } from '../discovery/declarations.service';

type EventClass<T extends object> = abstract new (...parameters: never[]) => T;
type Listener = (event: object) => unknown;

const Listens = DiscoveryService.createDecorator<EventClass<object>>();

/** Calls the method with each event of the class that this process publishes. */
export const OnEvent = <T extends object>(type: EventClass<T>): HandlerDecorator<[event: T]> => Listens(type);

/**
 * Domain events within this process. A module publishes its own event classes; higher modules listen with `@OnEvent()`.
 * Delivered after the commit of the running transaction. A failing listener is logged and does not affect others. Use a
 * job for anything that must survive a crash.
 */
@Injectable()
export class EventBus implements OnModuleInit {
  private readonly logger = new Logger(EventBus.name);
  private readonly listeners = new Map<unknown, Listener[]>();

  constructor(
    private readonly transaction: Transaction,
    private readonly declarations: DeclarationsService,
  ) {}

  onModuleInit(): void {
    for (const { declaration, call } of this.declarations.methods(Listens)) this.subscribe(declaration, call);
  }

  /** For listeners without a decorator. */
  subscribe<T extends object>(type: EventClass<T>, listener: (event: T) => unknown): void {
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
