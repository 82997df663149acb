import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A row of a module that needs a blob: its kind and its id. A blob with a reference is never removed. */
@Entity('blob_reference')
export class BlobReference {
  /** Names the module's table, for example `chat-image`. */
  @PrimaryColumn('text')
  kind: string;

  @PrimaryColumn('text')
  id: string;

  @Index('blob_reference_blob')
  @Column('text')
  blobId: string;

  /** The account whose space it takes; null for none. */
  @Index('blob_reference_owner')
  @Column('text', { nullable: true })
  ownerId: string | null;
}
