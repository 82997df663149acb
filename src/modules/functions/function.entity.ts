import { Column, Entity, Index } from 'typeorm';
import { StoredSource } from '../sandbox/source/stored-source.entity';

export type FunctionType = 'pipe' | 'filter' | 'action';

/**
 * Code of administrators that runs in completions: a model (pipe), a filter of requests and replies, or a button. Belongs
 * to the installation.
 */
@Entity('function')
@Index('function_active', ['type'], { where: 'is_active' })
export class StoredFunction extends StoredSource {
  /** Determined by the source. */
  @Column('text')
  type: FunctionType;

  /** Increases with each change of source and valves. */
  @Column('integer', { default: 1 })
  version: number;

  @Column('boolean', { default: false })
  isActive: boolean;

  /** Filters and actions: applies to all models. */
  @Column('boolean', { default: false })
  isGlobal: boolean;
}
