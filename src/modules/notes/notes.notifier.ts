import { Injectable } from '@nestjs/common';
import { RealtimeService } from '../../platform/realtime/realtime.service';
import { roomOf } from '../../platform/realtime/socket-rooms.service';
import type { NoteResponse } from './notes.dto';

/** Kind of the rooms of users who have a note open. */
export const NOTE_ROOM = 'note';
/** Kind of the rooms of users who edit a note together. */
export const DOCUMENT_ROOM = 'note-document';

@Injectable()
export class NotesNotifier {
  constructor(private readonly realtime: RealtimeService) {}

  /** To every socket that has the note open. */
  changed(note: NoteResponse): void {
    this.realtime.toRoom(roomOf(NOTE_ROOM, note.id), 'note-events', note);
  }

  async hasEditors(id: string): Promise<boolean> {
    return (await this.realtime.socketIdsIn(roomOf(DOCUMENT_ROOM, id))).length > 0;
  }

  /** Users who lost access to the note receive nothing more. Call it after the commit. */
  async accessChanged(id: string): Promise<void> {
    await Promise.all([NOTE_ROOM, DOCUMENT_ROOM].map((kind) => this.realtime.recheckRoom(roomOf(kind, id))));
  }
}
