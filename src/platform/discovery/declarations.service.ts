import { Injectable } from '@nestjs/common';
import { DiscoveryService, MetadataScanner, type DiscoverableDecorator } from '@nestjs/core';

/** A decorated method; `call` invokes it on its provider. */
export interface DeclaredMethod<T> {
  declaration: T;
  /** `Class.method`, for logs. */
  name: string;
  readonly call: (...parameters: unknown[]) => unknown;
}

/** A provider whose class is decorated. */
export interface DeclaredProvider<T> {
  declaration: T;
  instance: object;
}

/** A decorator for methods with these parameters. */
export type HandlerDecorator<P extends unknown[]> = <M extends (...parameters: P) => unknown>(
  target: object,
  key: string | symbol,
  descriptor: TypedPropertyDescriptor<M>,
) => void;

interface Handler {
  instance: object;
  method: string;
  handler: (...parameters: unknown[]) => unknown;
}

/**
 * Finds methods and providers decorated with Nest's `DiscoveryService.createDecorator()`: job handlers, event listeners
 * and the like. Call it once all providers exist: from a lifecycle hook or later. Results follow the order of the
 * imported modules; a provider with several tokens is listed once.
 */
@Injectable()
export class DeclarationsService {
  /** Scanned once; start-up looks up about twenty decorators. */
  private known: { providers: Map<unknown, object[]>; methods: Map<unknown, Handler[]> } | undefined;

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
  ) {}

  methods<T>({ KEY }: DiscoverableDecorator<T>): DeclaredMethod<T>[] {
    return (this.scan().methods.get(KEY) ?? []).map(({ instance, method, handler }) => ({
      declaration: Reflect.getMetadata(KEY, handler) as T,
      name: `${instance.constructor.name}.${method}`,
      call: handler.bind(instance),
    }));
  }

  providers<T>({ KEY }: DiscoverableDecorator<T>): DeclaredProvider<T>[] {
    return (this.scan().providers.get(KEY) ?? []).map((instance) => ({
      declaration: Reflect.getMetadata(KEY, instance.constructor) as T,
      instance,
    }));
  }

  private scan() {
    if (this.known) return this.known;
    const found = this.discovery.getProviders().map(({ instance }) => instance as unknown);
    const instances = [...new Set(found)].filter(isClassInstance);
    const providers = byKey(instances, ({ constructor }) => constructor);
    const methods = byKey(
      instances.flatMap((instance) => this.handlersOf(instance)),
      ({ handler }) => handler,
    );
    return (this.known = { providers, methods });
  }

  private handlersOf(instance: object): Handler[] {
    return this.scanner.getAllMethodNames(Object.getPrototypeOf(instance) as object).flatMap((method) => {
      const handler = (instance as Record<string, Handler['handler'] | undefined>)[method];
      return handler ? [{ instance, method, handler }] : [];
    });
  }
}

/** In their order, under each key of the metadata of their target. */
function byKey<T>(items: readonly T[], targetOf: (item: T) => object): Map<unknown, T[]> {
  const map = new Map<unknown, T[]>();
  for (const item of items)
    for (const key of Reflect.getMetadataKeys(targetOf(item)) as unknown[]) {
      const list = map.get(key);
      if (list) list.push(item);
      else map.set(key, [item]);
    }
  return map;
}

const isClassInstance = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && typeof value.constructor === 'function';
