import { Pool } from 'undici';

/** Milliseconds: what hangs shows as an error. */
const TIMEOUTS = { headersTimeout: 30_000, bodyTimeout: 30_000 };

export const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** Requests per second that are answered with 200 while `connections` of them are under way, for `duration` ms. */
export async function throughput(target, { connections = 16, duration = 2000 } = {}) {
  const pool = new Pool(target.origin, { connections, ...TIMEOUTS });
  const end = performance.now() + duration;
  let answered = 0;
  const work = async () => {
    while (performance.now() < end) {
      const { statusCode, body } = await pool.request(target.request);
      if (statusCode !== 200) throw new Error(`${target.request.path}: ${statusCode} ${await body.text()}`);
      await body.dump({ limit: Infinity });
      answered++;
    }
  };
  const begin = performance.now();
  await Promise.all(Array.from({ length: connections }, work));
  const seconds = (performance.now() - begin) / 1000;
  await pool.close();
  return answered / seconds;
}

/** Throughput of `ours` in relation to that of `floor`, measured by turns: the median of the rounds. */
export async function ratio(ours, floor, rounds = 3) {
  for (const target of [ours, floor]) await throughput(target, { duration: 1000 });
  const results = [];
  for (let round = 0; round < rounds; round++)
    results.push({ floor: await throughput(floor), ours: await throughput(ours) });
  return {
    ratio: median(results.map((result) => result.ours / result.floor)),
    ours: median(results.map((result) => result.ours)),
    floor: median(results.map((result) => result.floor)),
  };
}

/** Milliseconds from the request to the first event that holds text, one request after the other. */
export async function timeToFirstToken(target, count) {
  const pool = new Pool(target.origin, { connections: 1, ...TIMEOUTS });
  const times = [];
  for (let index = 0; index < count; index++) {
    const begin = performance.now();
    const { body } = await pool.request(target.request);
    let text = '';
    let time;
    for await (const part of body) {
      text += part;
      if (time === undefined && text.includes('word0')) time = performance.now() - begin;
    }
    times.push(time);
  }
  await pool.close();
  return median(times.slice(Math.floor(count / 4)));
}

/** Many streams at once: how many came whole and in order, and the longest time between two events of one. */
export async function pacedStreams(target, count, chunks) {
  const pool = new Pool(target.origin, { connections: count, ...TIMEOUTS });
  const expected = Array.from({ length: chunks }, (_, index) => `word${index} `).join('');
  let longest = 0;
  const follow = async () => {
    const { statusCode, body } = await pool.request(target.request);
    let text = '';
    let last;
    for await (const part of body) {
      const now = performance.now();
      if (last !== undefined) longest = Math.max(longest, now - last);
      last = now;
      text += part;
    }
    const contents = [...text.matchAll(/"content":"(word\d+ )"/g)].map(([, content]) => content).join('');
    return statusCode === 200 && contents === expected && text.includes('data: [DONE]');
  };
  const outcomes = await Promise.all(Array.from({ length: count }, () => follow().catch(() => false)));
  await pool.close();
  return { whole: outcomes.filter(Boolean).length, longest };
}
