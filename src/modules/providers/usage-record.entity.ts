import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import { integer } from '../../platform/database/columns';
import type { CallPurpose } from './chat-provider';

/** One call of a provider. It outlives the user, the key and the model that it names: sums of the past do not change. */
@Entity('usage_record')
@Index('usage_record_day', ['day', 'userId', 'modelId'])
export class UsageRecord {
  @PrimaryGeneratedColumn('increment', { type: 'bigint' })
  id: string;

  /** When it began. Unix seconds. */
  @Column('bigint', { transformer: integer })
  createdAt: number;

  /** The day of `createdAt` in UTC: `2026-11-23`. */
  @Column('date')
  day: string;

  /** Null for calls that the server makes of itself. */
  @Column('text', { nullable: true })
  userId: string | null;

  /** The user's API key; null when a session was used. */
  @Column('text', { nullable: true })
  apiKeyId: string | null;

  @Column('text')
  purpose: CallPurpose;

  /** As it was asked for: a preset, or the provider's model. */
  @Column('text')
  modelId: string;

  /** The provider's model that answered. */
  @Column('text')
  baseModelId: string;

  /** The kind: `openai`, `ollama`, or `browser` for models that the caller's browser runs. */
  @Column('text')
  provider: string;

  /** Index of the connection in the settings of that time. */
  @Column('integer', { nullable: true })
  connection: number | null;

  /** Tokens, as the provider counted them; null when it did not say. */
  @Column('integer', { nullable: true })
  inputTokens: number | null;

  @Column('integer', { nullable: true })
  outputTokens: number | null;

  /** Those of the input that the provider had read before. */
  @Column('integer', { nullable: true })
  cachedTokens: number | null;

  /** Milliseconds to the first part of a streamed answer. */
  @Column('integer', { nullable: true })
  firstTokenMs: number | null;

  /** Milliseconds. */
  @Column('integer')
  durationMs: number;

  /** 200, the provider's error status, 499 for a call that its caller gave up, 500 without an answer. */
  @Column('smallint')
  status: number;
}
