import { lookup } from 'mime-types';
import { Injectable } from '@nestjs/common';
import { isAdmin, type Principal } from '../../common/auth/principal';
import { NotFoundError } from '../../common/errors/app-error';
import { FileResponse, type FileContent, type FileHead } from '../../common/http/answers/file-response';
import type { StreamAnswer } from '../../common/http/answers/stream-answer';
import { LongText } from '../../common/json/json-pieces';
import { BlobStore } from '../../platform/storage/blobs/blob-store';
import { UsersService } from '../users/users.service';
import { FileContentsService } from './file-contents.service';
import { jsonAnswer } from './file-lists.service';
import { FILE_BLOBS } from './files.repository';
import { FilesService } from './files.service';
import type { StoredFile } from './files.types';

const TEXT = 'text/plain';
const PDF = 'application/pdf';
const UNKNOWN = 'application/octet-stream';

/** The bytes and the text of a file, for those who may read it. */
@Injectable()
export class FileDownloadsService {
  constructor(
    private readonly files: FilesService,
    private readonly contents: FileContentsService,
    private readonly blobs: BlobStore,
    private readonly users: UsersService,
  ) {}

  /** Browsers may display PDF, also if only the name says so, and plain text; everything else is a download. */
  async getContent(principal: Principal, id: string, isAttachment = false): Promise<FileResponse> {
    const file = await this.files.getFor(principal, 'read', id);
    const isPdf = file.contentType === PDF || file.filename.toLowerCase().endsWith('.pdf');
    if (!isAttachment && isPdf) return this.respond(file, { type: PDF, name: file.filename });
    if (!isAttachment && file.contentType === TEXT) return this.respond(file, { type: TEXT });
    return this.download(file);
  }

  /** @throws NotFoundError also for a file of an account that is no administrator's. */
  async getPage(principal: Principal, id: string): Promise<FileResponse> {
    const file = await this.files.getFor(principal, 'read', id);
    const [owner] = await this.users.listByIds([file.userId]);
    if (!owner || !isAdmin(owner)) throw new NotFoundError();
    return this.respond(file, { type: lookup(file.filename) || UNKNOWN, isPage: true });
  }

  async getAttachment(principal: Principal, id: string): Promise<FileResponse> {
    return this.download(await this.files.getFor(principal, 'read', id));
  }

  async getText(principal: Principal, id: string): Promise<StreamAnswer> {
    await this.files.getFor(principal, 'read', id);
    return jsonAnswer({ content: new LongText((await this.contents.textOf([id])).get(id) ?? '') });
  }

  private download(file: StoredFile): Promise<FileResponse> {
    return this.respond(file, { type: file.contentType ?? UNKNOWN, name: file.filename, isAttachment: true });
  }

  private async respond(file: StoredFile, head: FileHead): Promise<FileResponse> {
    if (!file.hasBlob) return this.respondText(file, head);
    // The content of a row never changes. The id of the blob could tell that another account has the same content.
    return new FileResponse(await this.contentOf(file), {
      ...{ tag: file.id, updatedAt: file.createdAt, hasExtendedName: true },
      ...head,
    });
  }

  /** A row that has only a text. */
  private async respondText({ id }: StoredFile, head: FileHead): Promise<FileResponse> {
    const text = (await this.contents.textOf([id])).get(id);
    if (text === undefined) throw new NotFoundError();
    return FileResponse.of(Buffer.from(text), { hasExtendedName: true, ...head, type: TEXT });
  }

  private async contentOf({ id }: StoredFile): Promise<FileContent> {
    const blob = (await this.blobs.find(FILE_BLOBS, [id])).get(id);
    if (!blob) throw new NotFoundError();
    return this.blobs.contentOf(blob);
  }
}
