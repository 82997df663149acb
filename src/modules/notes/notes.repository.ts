import { Injectable } from '@nestjs/common';
import type { PageWindow } from '../../common/paging/page';
import type { AccessPrincipal } from '../access/access.types';
import { ShareableRepository } from '../access/shareable.repository';
import { Note, type NoteTitle } from './note.entity';

@Injectable()
export class NotesRepository extends ShareableRepository<Note> {
  readonly resource = {
    type: 'note',
    entity: Note,
    id: 'id',
    owner: 'userId',
    order: { column: 'updatedAt', direction: 'DESC', tie: 'id' },
  } as const;

  /** Titles of the notes that the principal may change. */
  findTitles(principal: AccessPrincipal, { limit, offset }: PageWindow): Promise<NoteTitle[]> {
    const rows = this.ordered(this.visibleTo(principal, 'write'));
    rows.select(['note.id', 'note.title', 'note.createdAt', 'note.updatedAt']);
    return (limit === null ? rows : rows.limit(limit).offset(offset)).getMany();
  }

  /** Blocks other changes of the note until the transaction ends. Does not check access. */
  lock(id: string): Promise<Note | null> {
    return this.table.createQueryBuilder('note').setLock('for_no_key_update').where({ id }).getOne();
  }
}
