import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { Database } from '../../../platform/database/database';
import { NoteUpdate } from './note-update.entity';

/** Stored updates of a document. */
export interface DocumentSize {
  updates: number;
  bytes: number;
}

@Injectable()
export class DocumentsRepository {
  constructor(private readonly database: Database) {}

  find(noteId: string): Promise<NoteUpdate[]> {
    return this.rows.findBy({ noteId });
  }

  async sizeOf(noteId: string): Promise<DocumentSize> {
    const [size] = await this.database.query<DocumentSize>(
      `SELECT count(*)::float8 AS updates, coalesce(sum(octet_length(content)), 0)::float8 AS bytes
       FROM note_update WHERE note_id = $1`,
      [noteId],
    );
    return size ?? { updates: 0, bytes: 0 };
  }

  /** A no-op for a missing note. */
  async append(noteId: string, content: Uint8Array): Promise<void> {
    await this.database.query(
      'INSERT INTO note_update (note_id, content) SELECT id, $2 FROM note WHERE id = $1 FOR KEY SHARE',
      [noteId, Buffer.from(content)],
    );
  }

  async delete(ids: readonly string[]): Promise<void> {
    if (ids.length > 0) await this.rows.delete({ id: In([...ids]) });
  }

  async deleteAll(noteId: string): Promise<void> {
    await this.rows.delete({ noteId });
  }

  private get rows() {
    return this.database.repository(NoteUpdate);
  }
}
