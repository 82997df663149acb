import { Injectable, Logger } from '@nestjs/common';
import { BadRequestError, RowNotFoundError, UnavailableError } from '../../../common/errors/app-error';
import { errorDetail } from '../../../common/errors/details';
import { storable, type JsonObject } from '../../../common/util/json';
import { assertJsonLength } from '../../../common/validation/json-length';
import { SandboxService } from '../sandbox.service';
import { SandboxError, type SandboxSource } from '../sandbox.types';
import { itemsOf, readFrontmatter } from './frontmatter';
import { languageOf } from './language';
import { SourceDetail } from './source.errors';
import type { StoredSource } from './stored-source.entity';
import { isSourceId, withCurrentImports } from './source-text';
import type { LoadedSource, ValvesKind } from './source.types';
import { ValvesService, type ValvesOwner } from './valves.service';

/** Characters of a message of the sandbox that a response repeats: it may quote the request. */
const MAX_REASON = 500;
/** Characters of a definition as JSON. */
const MAX_DEFINITION = 1_000_000;
/** Characters of valves as JSON. */
const MAX_VALVES = 1_000_000;

/** Sources of tools and functions: as they are stored, and as the sandbox loads them. */
@Injectable()
export class SourcesService {
  private readonly logger = new Logger(SourcesService.name);

  constructor(
    private readonly sandbox: SandboxService,
    private readonly valves: ValvesService,
  ) {}

  /** The id under which a source is stored. @throws BadRequestError for an invalid identifier. */
  toId(text: string): string {
    const id = text.toLowerCase();
    if (!isSourceId(text) || !isSourceId(id)) throw new BadRequestError(SourceDetail.idInvalid);
    return id;
  }

  /** Loads a source in the sandbox. @throws BadRequestError with the reason why it does not load. */
  async load(content: string, expects: SandboxSource['expects'], signal?: AbortSignal): Promise<LoadedSource> {
    const code = languageOf(content) === 'python' ? withCurrentImports(content) : content;
    const manifest = readFrontmatter(code);
    const described = await this.refusing(() => this.sandbox.describe(this.toSandbox(code, expects), signal));
    const { kind, specs, ...definition } = storable(described);
    if (JSON.stringify([specs, definition]).length > MAX_DEFINITION)
      throw new BadRequestError(errorDetail('The specifications and valves of the source are too large'));
    return { code, manifest, kind, specs, definition };
  }

  /** What the sandbox runs. `allowed_hosts` of the frontmatter limits where its requests may go. */
  toSandbox(code: string, expects: SandboxSource['expects']): SandboxSource {
    const manifest = readFrontmatter(code);
    const hosts = Object.hasOwn(manifest, 'allowed_hosts') ? itemsOf(manifest.allowed_hosts) : undefined;
    return { language: languageOf(code), code, expects, ...(hosts && { allowedHosts: hosts }) };
  }

  /**
   * Valves as they are stored: nulls and unknown keys are dropped, the others validated and coerced by the class.
   * @throws BadRequestError with the text of the validation.
   */
  async parseValves(
    source: SandboxSource,
    which: ValvesKind,
    values: JsonObject,
    signal?: AbortSignal,
  ): Promise<JsonObject> {
    const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
    assertJsonLength(given, MAX_VALVES);
    return storable(await this.refusing(() => this.sandbox.parseValves(source, which, given, signal)));
  }

  /** As `parseValves`, for a stored source. @throws RowNotFoundError when it has no such class. */
  async parseValvesOf(
    { content, definition }: Pick<StoredSource, 'content' | 'definition'>,
    expects: SandboxSource['expects'],
    which: ValvesKind,
    values: JsonObject,
    signal: AbortSignal,
  ): Promise<JsonObject> {
    if (!definition[which]) throw new RowNotFoundError();
    return this.parseValves(this.toSandbox(content, expects), which, values, signal);
  }

  /** Removes the valves of all users for deleted sources. Call it in the transaction that deletes the rows. */
  async forgetUserValves(owner: ValvesOwner, ids: readonly string[]): Promise<void> {
    await this.valves.removeOfUsers(owner, ids);
  }

  private async refusing<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof SandboxError)) throw error;
      this.logger.debug(`${error.failure}: ${error.message}`);
      if (error.failure === 'busy') throw new UnavailableError(error.message);
      throw new BadRequestError(errorDetail(error.message.slice(0, MAX_REASON)));
    }
  }
}
