import type { JsonObject } from '../../common/util/json';
import type { FeedbackData, FeedbackSnapshot } from './feedbacks.dto';
import type { Feedback } from './feedback.entity';

/** Integers as clients send them, also as strings; longer ones are not exact as numbers. */
const INTEGER = /^[+-]?\d{1,15}$/;

/** The columns of the `data` of a request. The known keys are always stored, and null when they are absent. */
export function toDataColumns(data: FeedbackData): Pick<Feedback, 'data' | 'modelId' | 'rating'> {
  const { rating = null, model_id = null, sibling_model_ids = null, reason = null, comment = null, ...extra } = data;
  return {
    data: { rating, model_id, sibling_model_ids, reason, comment, ...extra },
    modelId: model_id,
    rating: numberOf(rating),
  };
}

/** The stored form of a snapshot: `chat` is always present. */
export const toStoredSnapshot = ({ chat = null, ...extra }: FeedbackSnapshot): JsonObject => ({ chat, ...extra });

function numberOf(rating: unknown): number | null {
  const text = String(rating);
  return INTEGER.test(text) ? Number(text) : null;
}
