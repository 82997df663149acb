import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database';
import type { RatedReply } from './comparison';

/** Tags that the list of topics has at most. */
const MAX_TOPICS = 100;

/** `data.tags` as a list of strings; empty for any other value. */
const tagsOf = (data: string): string =>
  `json_array_elements_text(CASE json_typeof(${data} -> 'tags') WHEN 'array' THEN ${data} -> 'tags' ELSE '[]' END)`;

const OTHERS = `json_array_elements_text(
  CASE json_typeof(f.data -> 'sibling_model_ids') WHEN 'array' THEN f.data -> 'sibling_model_ids' ELSE '[]' END)`;

@Injectable()
export class LeaderboardRepository {
  constructor(private readonly database: Database) {}

  /** Ratings of a reply against others, with that tag if one is given; last changed first. */
  findRatedReplies(tag: string | undefined, limit: number): Promise<RatedReply[]> {
    return this.database.query(
      `SELECT f.model_id AS "modelId", f.rating = 1 AS "isPreferred", ARRAY(SELECT ${OTHERS}) AS "otherIds"
       FROM feedback f
       WHERE f.rating IN (1, -1) AND f.model_id IS NOT NULL
         AND ($1::text IS NULL OR $1 IN (SELECT ${tagsOf('f.data')}))
       ORDER BY f.updated_at DESC, f.id DESC LIMIT $2`,
      [tag ?? null, limit],
    );
  }

  /** The most frequent first. */
  findTopics(): Promise<{ tag: string; count: number }[]> {
    return this.database.query(
      `SELECT topic.tag, count(*)::float8 AS count FROM feedback f, ${tagsOf('f.data')} AS topic (tag)
       WHERE length(topic.tag) BETWEEN 1 AND 200 GROUP BY topic.tag ORDER BY count DESC, topic.tag LIMIT $1`,
      [MAX_TOPICS],
    );
  }
}
