import { Injectable } from '@nestjs/common';
import type { Principal } from '../../../common/auth/principal';
import { ForbiddenError } from '../../../common/errors/app-error';
import { Detail } from '../../../common/errors/details';
import { DeclarationsService } from '../../../platform/discovery/declarations.service';
import { FilesService } from '../../files/files.service';
import type { DocumentScope } from '../index/document-scope';
import { CollectionAccessSource, type CollectionLevel } from './collection-access.source';
import { CollectionFilesRepository } from './collection-files.repository';
import { fileIdOf, isOwnName, isWritableName } from './collection-name';

/**
 * The only way from the name of a collection to its documents: resolving is authorizing. `file-<id>` is a file, ids of
 * other modules are resolved by their `CollectionAccessSource`, and every other name is a collection of the principal:
 * accounts do not share names. Unknown and foreign names are both absent.
 */
@Injectable()
export class CollectionsService {
  private sources: readonly CollectionAccessSource[] | undefined;

  constructor(
    private readonly files: FilesService,
    private readonly links: CollectionFilesRepository,
    private readonly declarations: DeclarationsService,
  ) {}

  /** The documents of all collections that the principal may use. The number of queries is constant. */
  async scopeOf(principal: Principal, names: readonly string[], level: CollectionLevel): Promise<DocumentScope> {
    const scopes = [...(await this.resolve(principal, names, level)).values()];
    return {
      fileIds: [...new Set(scopes.flatMap(({ fileIds = [] }) => fileIds))],
      collections: { ownerId: principal.id, names: scopes.flatMap(({ collections }) => collections?.names ?? []) },
    };
  }

  /** As `scopeOf`, by name. A collection of the principal is present also while it has no documents. */
  async resolve(
    principal: Principal,
    names: readonly string[],
    level: CollectionLevel,
  ): Promise<ReadonlyMap<string, DocumentScope>> {
    const unique = [...new Set(names)];
    const others = unique.filter((name) => fileIdOf(name) === undefined);
    const own = others.filter((name) => isOwnName(principal.id, name));
    const [files, foreign, links] = await Promise.all([
      this.resolveFiles(principal, unique, level),
      this.resolveElsewhere(principal, others, level),
      this.linkedFiles(principal, own),
    ]);
    const mine = own.map((name): [string, DocumentScope] => [
      name,
      { fileIds: links.get(name) ?? [], collections: { ownerId: principal.id, names: [name] } },
    ]);
    return new Map([...mine, ...files, ...foreign]);
  }

  /**
   * The name, as that of a collection that the principal writes texts to.
   * @throws ForbiddenError for a name that stands for something else, existing or not.
   */
  ownName(principal: Principal, name: string): string {
    if (!isWritableName(principal.id, name)) throw new ForbiddenError(Detail.accessProhibited);
    return name;
  }

  /** Whether the principal may add files to the collection: one of its own, or of another module. */
  async canAddTo(principal: Principal, name: string): Promise<boolean> {
    return isWritableName(principal.id, name) || (await this.findWritable(principal, name)) !== undefined;
  }

  /** Adds files that the caller has loaded for the principal. @throws ForbiddenError as `canAddTo` */
  async addFiles(principal: Principal, name: string, fileIds: readonly string[]): Promise<void> {
    if (isWritableName(principal.id, name)) return this.links.add(principal.id, name, fileIds);
    const source = await this.findWritable(principal, name);
    if (!source) throw new ForbiddenError(Detail.accessProhibited);
    await source.addFiles?.(principal, name, fileIds);
  }

  /** Takes a file out of the collections of this name, of whichever account or module. @returns whether one had it. */
  async removeFile(name: string, fileId: string): Promise<boolean> {
    for (const source of this.declaredSources()) if (await source.removeFile?.(name, fileId)) return true;
    return this.links.remove(name, fileId);
  }

  /** Deletes the collections of other modules, with what refers to them, and the lists of files of all accounts. */
  async deleteAll(): Promise<void> {
    for (const source of this.declaredSources()) await source.deleteAll?.();
    await this.links.deleteAll();
  }

  private async resolveFiles(
    principal: Principal,
    names: readonly string[],
    level: CollectionLevel,
  ): Promise<[string, DocumentScope][]> {
    const ids = names.flatMap((name) => fileIdOf(name) ?? []);
    const files = ids.length === 0 ? [] : await this.files.findAllFor(principal, level, ids);
    return files.map(({ id }) => [`file-${id}`, { fileIds: [id] }]);
  }

  private async resolveElsewhere(
    principal: Principal,
    names: readonly string[],
    level: CollectionLevel,
  ): Promise<[string, DocumentScope][]> {
    if (names.length === 0) return [];
    const found = await Promise.all(this.declaredSources().map((source) => source.resolve(principal, names, level)));
    return found.flatMap((scopes) => [...scopes]);
  }

  private async findWritable(principal: Principal, name: string): Promise<CollectionAccessSource | undefined> {
    for (const source of this.declaredSources())
      if ((await source.resolve(principal, [name], 'write')).has(name)) return source;
    return undefined;
  }

  /** A file that the principal may no longer read is in none of its collections. */
  private async linkedFiles(principal: Principal, names: readonly string[]): Promise<ReadonlyMap<string, string[]>> {
    const links = await this.links.find(principal.id, names);
    if (links.length === 0) return new Map();
    const ids = links.map(({ fileId }) => fileId);
    const readable = new Set((await this.files.findAllFor(principal, 'read', ids)).map(({ id }) => id));
    const byName = new Map(names.map((name): [string, string[]] => [name, []]));
    for (const { collectionName, fileId } of links) if (readable.has(fileId)) byName.get(collectionName)?.push(fileId);
    return byName;
  }

  private declaredSources(): readonly CollectionAccessSource[] {
    this.sources ??= this.declarations
      .providers(CollectionAccessSource)
      .map(({ instance }) => instance as unknown as CollectionAccessSource);
    return this.sources;
  }
}
