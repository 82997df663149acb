import { Injectable } from '@nestjs/common';
import type { Principal } from '../../common/auth/principal';
import { BadRequestError, ConflictError, ForbiddenError, NotFoundError } from '../../common/errors/app-error';
import { Detail } from '../../common/errors/details';
import { pageWindow } from '../../common/paging/page';
import type { JsonObject } from '../../common/util/json';
import { nowNanoseconds } from '../../common/util/time';
import { timeOrderedId } from '../../common/util/time-ordered-id';
import { assertJsonLength } from '../../common/validation/json-length';
import { MAX_CONTENT } from '../../common/validation/lengths';
import { Transaction } from '../../platform/database/transaction';
import type { AccessPrincipal } from '../access/access.types';
import { AccessService } from '../access/access.service';
import { ShareableService, type ShareableRules } from '../groups/sharing/shareable.service';
import { SharingService } from '../groups/sharing/sharing.service';
import { UsersService } from '../users/users.service';
import { DocumentsService } from './collaboration/documents.service';
import type { Note } from './note.entity';
import {
  toNoteResponse,
  toNoteTitleResponse,
  type CreateNoteRequest,
  type NoteResponse,
  type NoteTitleResponse,
  type NoteUserResponse,
  type UpdateNoteRequest,
} from './notes.dto';
import { NotesNotifier } from './notes.notifier';
import { NotesRepository } from './notes.repository';

const PAGE_SIZE = 60;

/** Lists show own notes and those that the user may change, also to administrators. */
@Injectable()
export class NotesService extends ShareableService<Note, NoteResponse> {
  protected readonly rules: ShareableRules<Note, NoteResponse> = {
    kind: 'notes',
    sharedBy: 'owner',
    toResponse: toNoteResponse,
    refusal: () => new ForbiddenError(Detail.generic),
    missing: () => new NotFoundError(),
    taken: { constraint: 'note_pkey', refusal: () => new ConflictError(Detail.generic) },
  };

  constructor(
    private readonly notes: NotesRepository,
    private readonly notifier: NotesNotifier,
    private readonly documents: DocumentsService,
    access: AccessService,
    sharing: SharingService,
    users: UsersService,
    transaction: Transaction,
  ) {
    super(notes, access, sharing, users, transaction);
  }

  listOwn(principal: Principal): Promise<NoteUserResponse[]> {
    return this.listEditable(asUser(principal));
  }

  async listTitles(principal: Principal, page?: number): Promise<NoteTitleResponse[]> {
    const notes = await this.notes.findTitles(asUser(principal), pageWindow(page, PAGE_SIZE));
    return notes.map(toNoteTitleResponse);
  }

  create(principal: Principal, request: CreateNoteRequest): Promise<NoteResponse> {
    const { title, data = null, meta = null, access_control: wanted = null } = request;
    const now = nowNanoseconds();
    const note = { id: timeOrderedId(), userId: principal.id, title, data, meta, createdAt: now, updatedAt: now };
    return this.insert(principal, note, wanted);
  }

  /** @throws NotFoundError; ForbiddenError without read access. */
  override async get(principal: Principal, id: string): Promise<NoteResponse> {
    const note = await this.notes.findFor(principal, 'read', id);
    if (note) return toNoteResponse(note, await this.access.accessControlOf(this.type, id));
    throw (await this.notes.exists(id)) ? this.rules.refusal() : new NotFoundError();
  }

  /**
   * Replaces the title, and the keys that are sent of `data` and `meta`. The next editor starts from a text that is sent;
   * while there are editors, their text wins.
   * @throws NotFoundError; ForbiddenError without write access; BadRequestError for null objects.
   */
  async update(principal: Principal, id: string, request: UpdateNoteRequest): Promise<NoteResponse> {
    const { title, data, meta, access_control: wanted } = request;
    if (data === null || meta === null) throw new BadRequestError();
    const isDocumentUnused = data?.content !== undefined && !(await this.notifier.hasEditors(id));
    const note = await this.transaction.run(async () => {
      const stored = await this.notes.lock(id);
      const change: Partial<Note> = {
        title,
        ...(data && { data: merged(stored?.data, data) }),
        ...(meta && { meta: merged(stored?.meta, meta) }),
        updatedAt: nowNanoseconds(),
      };
      const changed = await this.change(principal, id, change, wanted);
      if (isDocumentUnused) await this.documents.reset(id);
      return changed;
    });
    this.notifier.changed(note);
    if (wanted !== undefined) await this.notifier.accessChanged(id);
    return note;
  }

  override async delete(principal: Principal, id: string): Promise<boolean> {
    await super.delete(principal, id);
    await this.notifier.accessChanged(id);
    return true;
  }

  /** Whether the principal may read, or write. */
  async may(principal: AccessPrincipal, level: 'read' | 'write', id: string): Promise<boolean> {
    return (await this.notes.findFor(principal, level, id)) !== null;
  }
}

/** Administrators get no further notes in their lists. */
const asUser = (principal: Principal): Principal => ({ ...principal, role: 'user' });

function merged(stored: JsonObject | null | undefined, change: JsonObject): JsonObject {
  const result = { ...stored, ...change };
  assertJsonLength(result, MAX_CONTENT);
  return result;
}
