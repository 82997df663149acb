import { Column, Entity, Generated, Index, PrimaryColumn } from 'typeorm';
import { integer } from '../../platform/database/columns';

/** A file in a knowledge base. The chunks belong to the file and are shared by all its bases. */
@Entity('knowledge_file')
@Index('knowledge_file_file', ['fileId'])
@Index('knowledge_file_order', ['knowledgeId', 'seq'])
export class KnowledgeFile {
  @PrimaryColumn('text')
  knowledgeId: string;

  @PrimaryColumn('text')
  fileId: string;

  /** The account that added it. Outlives that account, so it has no foreign key. */
  @Column('text')
  userId: string;

  /** Unix seconds. */
  @Column('bigint', { transformer: integer })
  createdAt: number;

  /** The order of the files of a base: rises with the insertion. */
  @Generated('increment')
  @Column({ type: 'bigint', insert: false, update: false, select: false })
  seq?: string;
}
