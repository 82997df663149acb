import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { integer } from '../../../platform/database/columns';

/** A network of an earlier sign-in of the user. Attempts from other networks cannot lock the user out there. */
@Entity('known_address')
@Index('known_address_used_at', ['usedAt'])
export class KnownAddress {
  @PrimaryColumn('text')
  userId: string;

  /** Keyed hash of the network address. */
  @PrimaryColumn('text')
  fingerprint: string;

  /** Unix seconds of the last sign-in. */
  @Column('bigint', { transformer: integer })
  usedAt: number;
}
