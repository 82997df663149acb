import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The text of a file: extracted, or as a user has edited it. */
@Entity('file_content')
export class FileContent {
  @PrimaryColumn('text')
  fileId: string;

  /** May have hundreds of megabytes. */
  @Column('text')
  content: string;

  /** A client sent it: it is not in the stored bytes. */
  @Column('boolean', { default: false })
  isEdited: boolean;
}
