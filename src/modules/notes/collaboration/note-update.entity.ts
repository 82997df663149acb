import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** An update of the shared document of a note. All updates of a note, in any order, are its document. */
@Entity('note_update')
@Index('note_update_note', ['noteId'])
export class NoteUpdate {
  @PrimaryGeneratedColumn({ type: 'bigint' })
  id: string;

  @Column('text')
  noteId: string;

  /** In the binary format of Yjs, version 1. */
  @Column('bytea')
  content: Buffer;
}
