import { NO_COUNTS, tokenCounts } from './token-counts';

describe('tokenCounts', () => {
  it.each<[string, unknown, [number | null, number | null, number | null]]>([
    [
      'OpenAI',
      { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10, prompt_tokens_details: { cached_tokens: 5 } },
      [7, 3, 5],
    ],
    ['no cache', { prompt_tokens: 7, completion_tokens: 0, prompt_tokens_details: null }, [7, 0, null]],
    ['embeddings', { prompt_tokens: 2, total_tokens: 2 }, [2, null, null]],
    ['responses', { input_tokens: 4, output_tokens: 2, input_tokens_details: { cached_tokens: 1 } }, [4, 2, 1]],
    ['Anthropic', { input_tokens: 4, output_tokens: 2, cache_read_input_tokens: 3 }, [4, 2, 3]],
    ['DeepSeek', { prompt_tokens: 9, completion_tokens: 1, prompt_cache_hit_tokens: 8 }, [9, 1, 8]],
    ['Ollama', { prompt_eval_count: 6, eval_count: 5 }, [6, 5, null]],
    ['llama.cpp', { prompt_n: 6, predicted_n: 5 }, [6, 5, null]],
    ['texts and negative numbers', { prompt_tokens: '7', completion_tokens: -1 }, [null, null, null]],
    ['more than a column holds', { prompt_tokens: 2 ** 31, completion_tokens: 2.4 }, [null, 2, null]],
  ])('reads %s', (_, usage, [input, output, cached]) => {
    expect(tokenCounts(usage)).toEqual({ input, output, cached });
  });

  it.each([[null], [undefined], ['x'], [[1]], [{}]])('finds nothing in %j', (usage) => {
    expect(tokenCounts(usage)).toEqual(NO_COUNTS);
  });
});
