import { Injectable } from '@nestjs/common';
import { isAdmin, type Principal } from '../../common/auth/principal';
import { NotFoundError } from '../../common/errors/app-error';
import { DeclarationsService } from '../../platform/discovery/declarations.service';
import { Transaction } from '../../platform/database/transaction';
import { EventBus } from '../../platform/events/event-bus';
import { FileAccessSource } from './file-access.source';
import type { FileMessageResponse } from './files.dto';
import { AllFilesDeleted, FilesDeleted } from './files.events';
import { FilesRepository } from './files.repository';
import type { FileLevel, StoredFile } from './files.types';

/**
 * The only way to the files of a principal: loading is authorizing. The owner and administrators have every level; other
 * modules give access to further users by declaring a `FileAccessSource`.
 */
@Injectable()
export class FilesService {
  private sources: readonly FileAccessSource[] | undefined;

  constructor(
    private readonly files: FilesRepository,
    private readonly declarations: DeclarationsService,
    private readonly transaction: Transaction,
    private readonly events: EventBus,
  ) {}

  /** @throws NotFoundError also when the file exists and the principal may not have it. */
  async getFor(principal: Principal, level: FileLevel, id: string): Promise<StoredFile> {
    const [file] = await this.findAllFor(principal, level, [id]);
    if (!file) throw new NotFoundError();
    return file;
  }

  /** Those that exist and the principal may have, in the order of `ids`. The number of queries is constant. */
  async findAllFor(principal: Principal, level: FileLevel, ids: readonly string[]): Promise<StoredFile[]> {
    const files = new Map((await this.files.findAll(ids)).map((file) => [file.id, file]));
    const isOwn = ({ userId }: StoredFile) => userId === principal.id || isAdmin(principal);
    const foreign = [...files.values()].filter((file) => !isOwn(file)).map(({ id }) => id);
    const accessible = await this.findAccessible(principal, level, foreign);
    return [...new Set(ids)].flatMap((id) => {
      const file = files.get(id);
      return file && (isOwn(file) || accessible.has(id)) ? [file] : [];
    });
  }

  /** @throws NotFoundError also when another request deletes it at the same time. */
  async delete(principal: Principal, id: string): Promise<FileMessageResponse> {
    await this.getFor(principal, 'write', id);
    await this.remove(id);
    return { message: 'File deleted successfully' };
  }

  /** Without a check of access. @throws NotFoundError */
  remove(id: string): Promise<void> {
    return this.transaction.run(async () => {
      if (!(await this.files.delete(id))) throw new NotFoundError();
      this.events.publish(new FilesDeleted([id]));
    });
  }

  async deleteAll(): Promise<FileMessageResponse> {
    await this.transaction.run(async () => {
      await this.files.deleteAll();
      this.events.publish(new AllFilesDeleted());
    });
    return { message: 'All files deleted successfully' };
  }

  private async findAccessible(principal: Principal, level: FileLevel, ids: readonly string[]): Promise<Set<string>> {
    if (ids.length === 0) return new Set();
    this.sources ??= this.declarations
      .providers(FileAccessSource)
      .map(({ instance }) => instance as unknown as FileAccessSource);
    const found = await Promise.all(this.sources.map((source) => source.findAccessible(principal, level, ids)));
    return new Set(found.flatMap((accessible) => [...accessible]));
  }
}
