import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import { integer } from '../../../platform/database/columns';
import type { CallPurpose } from '../chat-provider';

/** One provider call. Retained when the user, the key or the model is deleted: past sums do not change. */
@Entity('usage_record')
@Index('usage_record_day', ['day', 'userId', 'modelId'])
export class UsageRecord {
  @PrimaryGeneratedColumn('increment', { type: 'bigint' })
  id: string;

  /** Start of the call. Unix seconds. */
  @Column('bigint', { transformer: integer })
  createdAt: number;

  /** The day of `createdAt` in UTC: `2026-11-23`. */
  @Column('date')
  day: string;

  /** Null for calls of the server itself. */
  @Column('text', { nullable: true })
  userId: string | null;

  /** The user's API key; null when a session was used. */
  @Column('text', { nullable: true })
  apiKeyId: string | null;

  @Column('text')
  purpose: CallPurpose;

  /** As requested: a preset, or the provider's model. */
  @Column('text')
  modelId: string;

  /** The provider's model that was called. */
  @Column('text')
  baseModelId: string;

  /** The kind: `openai`, `ollama`, or `browser` for models that run in the user's browser. */
  @Column('text')
  provider: string;

  /** Index of the connection in the settings at that time. */
  @Column('integer', { nullable: true })
  connection: number | null;

  /** Tokens as counted by the provider; null when not reported. */
  @Column('integer', { nullable: true })
  inputTokens: number | null;

  @Column('integer', { nullable: true })
  outputTokens: number | null;

  /** Input tokens that the provider read from its cache. */
  @Column('integer', { nullable: true })
  cachedTokens: number | null;

  /** Milliseconds to the first part of a streamed response. */
  @Column('integer', { nullable: true })
  firstTokenMs: number | null;

  /** Milliseconds. */
  @Column('integer')
  durationMs: number;

  /** 200, the provider's error status, 499 when the client aborted the call, 500 without a response. */
  @Column('smallint')
  status: number;
}
