import { randomUUID } from 'node:crypto';
import { extname } from 'node:path';
import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import type { Principal } from '../../common/auth/principal';
import { BadRequestError, PayloadTooLargeError } from '../../common/errors/app-error';
import { missing, ValidationError } from '../../common/errors/validation-error';
import { parseJson } from '../../common/json/parse-json';
import { NEVER_ABORTED } from '../../common/util/aborting';
import { safeFileName } from '../../common/util/file-name';
import { storable } from '../../common/util/json';
import { nowSeconds } from '../../common/util/time';
import { Transaction } from '../../platform/database/transaction';
import { BlobStore } from '../../platform/storage/blobs/blob-store';
import type { StoredBlob } from '../../platform/storage/blobs/blobs.repository';
import { FileProcessingService } from './file-processing.service';
import { pathOf, toFileSummaryResponse, type UploadedFileResponse, type UploadFileQuery } from './files.dto';
import { FilesErrors } from './files.errors';
import { FILE_BLOBS, FilesRepository } from './files.repository';
import { FilesSettings } from './files.settings';
import type { StoredFile } from './files.types';

/** The content of a file, stored but without a row. */
export interface ReceivedFile {
  /** Of the row to come. */
  id: string;
  name: string;
  /** As the client declared it. */
  type: string | null;
  blob: StoredBlob;
}

export interface ReceivedForm {
  file: ReceivedFile | undefined;
  /** JSON, or the keys of a form as an object. */
  metadata: unknown;
}

const MB = 1024 * 1024;
/** Milliseconds after which a request no longer waits for the processing, which goes on. */
const PATIENCE = 10 * 60_000;

/** Takes files in: bounded before the first byte, while they come, and when the row is inserted. */
@Injectable()
export class FileUploadsService {
  constructor(
    private readonly files: FilesRepository,
    private readonly blobs: BlobStore,
    private readonly processing: FileProcessingService,
    private readonly settings: FilesSettings,
    private readonly transaction: Transaction,
  ) {}

  /** Bytes that the principal may store in one file now. */
  async roomOf({ id }: Principal): Promise<number> {
    return Math.min(
      this.maxBytes,
      this.maxSpace === Infinity ? Infinity : this.maxSpace - (await this.blobs.sizeOf(id)),
    );
  }

  /** Refuses a body of this many bytes that cannot be a file of at most `room`. @throws PayloadTooLargeError */
  assertRoom(bytes: number, room: number): void {
    if (bytes > room) throw this.tooLarge(bytes);
  }

  /** @throws BadRequestError for an extension that is not allowed, before any content is read. */
  assertAllowed(name: string): void {
    const { allowed_file_extensions: listed } = this.settings;
    const allowed = listed.map((item) => item.toLowerCase().replace(/^\./, '')).filter((item) => item !== '');
    const extension = extname(name).slice(1);
    if (allowed.length === 0 || allowed.includes(extension.toLowerCase())) return;
    throw new BadRequestError(extension === '' ? FilesErrors.notUploaded : FilesErrors.notAllowed(extension));
  }

  /** @throws PayloadTooLargeError, BadRequestError for an empty file. Nothing is left of a refused file. */
  async receive(
    { id, name, email }: Principal,
    content: AsyncIterable<Uint8Array>,
    room: number,
  ): Promise<Pick<ReceivedFile, 'id' | 'blob'>> {
    const fileId = randomUUID();
    const labels = { 'User-Id': id, 'User-Name': name, 'User-Email': email, 'File-Id': fileId };
    let blob: StoredBlob;
    try {
      blob = await this.blobs.write(content, { maxBytes: Math.max(room, 0), labels });
    } catch (error) {
      throw error instanceof PayloadTooLargeError ? this.tooLarge(room + 1) : error;
    }
    if (blob.size > 0) return { id: fileId, blob };
    await this.blobs.discard(blob);
    throw new BadRequestError(FilesErrors.notUploaded);
  }

  /**
   * Stores content that the server received for the principal, such as the result of a tool, and returns the file's id.
   * It is not searched. @throws as `receive` and `store`.
   */
  async keep(principal: Principal, { name, type, bytes }: { name: string; type: string; bytes: Uint8Array }) {
    this.assertAllowed(name);
    const received = await this.receive(principal, Readable.from([bytes]), await this.roomOf(principal));
    const { id } = await this.store(
      principal,
      { file: { ...received, name, type }, metadata: undefined },
      { process: false },
      NEVER_ABORTED,
    );
    return id;
  }

  /** Content that gets no row, because the rest of its form is refused. */
  discard({ blob }: Pick<ReceivedFile, 'blob'>): Promise<void> {
    return this.blobs.discard(blob);
  }

  /** The answer shows the file as it was inserted, also when the request waits for its processing. */
  async store(
    principal: Principal,
    { file: received, metadata }: ReceivedForm,
    { process = true, process_in_background: inBackground = true }: UploadFileQuery,
    client: AbortSignal,
  ): Promise<UploadedFileResponse> {
    if (!received) throw new ValidationError([missing(['body', 'file'], null)]);
    const file = await this.insert(principal.id, received, metadata, process).catch(async (error: unknown) => {
      await this.discard(received);
      throw error;
    });
    if (process && !inBackground) await this.processing.settled(file.id, client, PATIENCE);
    const summary = toFileSummaryResponse(file);
    return process ? { ...summary, status: true, path: pathOf(file), access_control: null } : summary;
  }

  private async insert(
    userId: string,
    { id, name, type, blob }: ReceivedFile,
    metadata: unknown,
    process: boolean,
  ): Promise<StoredFile> {
    const now = nowSeconds();
    const file: StoredFile = {
      ...{ id, userId, filename: safeFileName(name), contentType: type, size: blob.size, hash: null },
      ...{ status: process ? 'pending' : null, error: null, progress: null, revision: 0 },
      ...{ meta: { data: parseMetadata(metadata) }, hasBlob: true, createdAt: now, updatedAt: now },
    };
    await this.transaction.run(async () => {
      if (this.maxSpace < Infinity) await this.files.lockSpace(userId);
      await this.files.insert(file);
      await this.blobs.addReference({ kind: FILE_BLOBS, id: file.id, blobId: blob.id, ownerId: userId });
      if (this.maxSpace < Infinity && (await this.blobs.sizeOf(userId)) > this.maxSpace) throw this.noSpace();
      if (process) await this.processing.start(file);
    });
    return file;
  }

  private get maxBytes(): number {
    const { file_max_size: size } = this.settings;
    return size === null ? Infinity : size * MB;
  }

  private get maxSpace(): number {
    const { file_max_space: space } = this.settings;
    return space === null ? Infinity : space * MB;
  }

  private tooLarge(bytes: number): PayloadTooLargeError {
    return bytes > this.maxBytes
      ? new PayloadTooLargeError(FilesErrors.tooLarge(this.settings.file_max_size ?? 0))
      : this.noSpace();
  }

  private noSpace(): PayloadTooLargeError {
    return new PayloadTooLargeError(FilesErrors.noSpace(this.settings.file_max_space ?? 0));
  }
}

/** @throws BadRequestError */
function parseMetadata(metadata: unknown): unknown {
  if (metadata === undefined || metadata === '') return {};
  if (typeof metadata !== 'string') return storable(metadata);
  try {
    return parseJson(metadata);
  } catch {
    throw new BadRequestError(FilesErrors.invalidMetadata);
  }
}
