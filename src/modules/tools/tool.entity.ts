import { Column, Entity, Index } from 'typeorm';
import type { ToolSpec } from '../sandbox/sandbox.types';
import { StoredSource } from '../sandbox/source/stored-source.entity';

/** A source with functions that models may call. Shareable; its grants are in `access_grant`. */
@Entity('tool')
@Index('tool_user', ['userId'])
export class StoredTool extends StoredSource {
  /** The functions, as models get them; `json` preserves the order of the keys. */
  @Column('json')
  specs: ToolSpec[];

  /** Users may set valves of their own. */
  @Column('boolean', { default: false })
  hasUserValves: boolean;
}
