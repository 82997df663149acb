import type { JsonObject } from '../../../common/util/json';
import type { Machines } from './machine/machines.mjs';

export type Envelope<T = unknown> =
  { ok: T; error?: undefined } | { ok?: undefined; error: { failure: string; message: string; details: string } };

/** What the code of a call may ask of the server: see `process/child.mjs`. */
export type EngineHost = Record<string, (...values: never[]) => unknown>;

export class JavascriptEngine {
  constructor(machines: Machines, options: { cpu: number });
  describe(code: string, expects: string): Promise<Envelope<JsonObject>>;
  parseValves(code: string, expects: string, which: string, values: JsonObject): Promise<Envelope<JsonObject>>;
  call(request: JsonObject, host: EngineHost): Promise<Envelope<JsonObject>>;
  open(request: JsonObject): Promise<Envelope<number>>;
  close(instance: number): Envelope<null>;
  run(request: JsonObject, host: EngineHost): Promise<Envelope<JsonObject>>;
  cancel(call: number): void;
}
