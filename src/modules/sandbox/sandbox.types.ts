import type { JsonObject } from '../../common/util/json';

/** `javascript` includes TypeScript. */
export type SandboxLanguage = 'python' | 'javascript';

export type SourceKind = 'tools' | 'pipe' | 'filter' | 'action';

/** The source of a tool or function. A process that ran one source never runs another. */
export interface SandboxSource {
  language: SandboxLanguage;
  code: string;
  /** What the module has to define: class `Tools`, or the first of `Pipe`, `Filter`, `Action`. */
  expects: 'tools' | 'function';
  /** Hosts its HTTP requests may reach, with their subdomains; undefined: those of the settings. */
  allowedHosts?: readonly string[];
}

/** A function as models see it. */
export interface ToolSpec {
  name: string;
  description: string;
  parameters: JsonObject;
}

/** What a source declares, known once it is loaded. */
export interface SourceDescription {
  kind: SourceKind;
  /** Functions that a model may call, in alphabetical order; empty for functions. */
  specs: ToolSpec[];
  /** JSON schemas of the classes `Valves` and `UserValves`; null without them. */
  valves: JsonObject | null;
  userValves: JsonObject | null;
  /** Default valves of the instance (`self.valves`), e.g. `priority` of a filter. */
  valveDefaults: JsonObject;
  /** Handlers that exist: `inlet`, `outlet`, `stream`, `pipe`, `pipes`, `action`. */
  handlers: string[];
  citation: boolean;
  fileHandler: boolean;
  toggle: boolean;
  icon: string | null;
  name: string | null;
  /** `actions` of an action module: `{id, name, icon_url?}`. */
  actions: JsonObject[];
}

export interface SandboxCall {
  source: SandboxSource;
  /** Id of the user for whom it runs. Owners take turns when processes are scarce; calls without one share one turn. */
  owner?: string;
  /** Method of the instance. For tools: the name in the spec. `pipes` may also be a list attribute. */
  method: string;
  /** Positional values: the `body` of inlet/outlet/pipe/action, the `event` of stream. */
  positional?: unknown[];
  /** Arguments from the model, by name. */
  keyword?: JsonObject;
  /** Injected parameters by name (`__user__`, `__metadata__`, …): passed if the signature has them. */
  injected?: JsonObject;
  /** Stored valves: `self.valves = Valves(**valves)`. Absent: defaults. */
  valves?: JsonObject;
  /** Stored user valves: become `__user__["valves"]`, an instance of `UserValves`, when the class exists. */
  userValves?: JsonObject;
}

/**
 * What a running source may ask of the server. Without `emit`/`ask` the parameters `__event_emitter__`/`__event_call__`
 * are None.
 */
export interface SandboxHost {
  emit?(event: JsonObject): void | Promise<void>;
  ask?(event: JsonObject, signal: AbortSignal): Promise<unknown>;
  /** Tools offered to a pipe as `__tools__`; called by `callTool`. */
  tools?: Record<string, { spec: ToolSpec }>;
  callTool?(name: string, args: JsonObject, signal: AbortSignal): Promise<unknown>;
  /** `generate_chat_completion` of `open_webui.utils.chat`: a model call as the principal. */
  complete?(body: JsonObject, signal: AbortSignal): Promise<unknown>;
}

export type SandboxOutcome =
  | { kind: 'value'; value: unknown }
  /** A response object (FastAPI's HTMLResponse, JSONResponse, …), also as first part of a `(response, …)` tuple. */
  | { kind: 'response'; status: number; headers: Record<string, string>; body: string }
  /** A generator, a StreamingResponse or a streamed response of `requests`: items in order. Leaving the loop ends it. */
  | { kind: 'stream'; items: AsyncIterable<unknown> };

/** A file that free code wrote into its working directory. */
export interface CodeFile {
  /** Path relative to the directory. */
  name: string;
  /** Base64. */
  content: string;
}

/** An instance that remains for many calls. If its process ends, the next call rejects with `crash`. */
export interface SandboxInstance {
  /** As `SandboxService.call`, on this instance: one call after the other, in order. */
  call(
    call: Pick<SandboxCall, 'method' | 'positional' | 'keyword' | 'injected'>,
    host: SandboxHost,
    signal: AbortSignal,
  ): Promise<SandboxOutcome>;
  /** Releases it; idempotent. */
  close(): void;
}

/** What free code printed. */
export interface CodeOutcome {
  stdout: string;
  stderr: string;
  /** `repr` of the last expression; pictures as lines `data:image/png;base64,…`. */
  result: string;
  files?: CodeFile[];
}

/**
 * `source`: the code does not load, with the message that clients see as `[ERROR: …]`; `raised`: it threw;
 * `requirements`: it needs packages that this server does not have; `busy`: no process came free in time; the others are
 * limits and deaths of the process.
 */
export type SandboxFailure = 'source' | 'raised' | 'timeout' | 'memory' | 'output' | 'crash' | 'requirements' | 'busy';

/** A call gave no result. `message` is for users; `details` (a traceback) for logs and writers of the source. */
export class SandboxError extends Error {
  override readonly name = 'SandboxError';

  constructor(
    readonly failure: SandboxFailure,
    message: string,
    readonly details = '',
  ) {
    super(message);
  }
}
