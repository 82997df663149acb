import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** A vector space: vectors of the same model with the same prefix are comparable, others are not. */
@Entity('embedding_space')
@Index('embedding_space_name', ['name'], { unique: true })
export class EmbeddingSpace {
  @PrimaryGeneratedColumn('identity', { generatedIdentity: 'BY DEFAULT' })
  id: number;

  /** Engine, model and prefix; see `spaceName`. */
  @Column('text')
  name: string;

  /** Those of the first vector; vectors of another length are refused. */
  @Column('integer')
  dimensions: number;
}
