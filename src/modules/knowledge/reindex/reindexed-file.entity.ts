import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A file of the last request to index all knowledge bases again. */
@Entity('knowledge_reindex')
export class ReindexedFile {
  @PrimaryColumn('text')
  fileId: string;

  /** Of the file's processing; null until it is requested. */
  @Column('integer', { nullable: true })
  revision: number | null;
}
