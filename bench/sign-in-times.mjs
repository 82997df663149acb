/** Whether the time of a refused sign-in reveals that an account exists. */

const ROUNDS = 60;

async function timeOf(url, email) {
  const begin = performance.now();
  const answer = await fetch(`${url}/api/v1/auths/signin`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password: 'a wrong guess' }),
  });
  const body = await answer.text();
  if (answer.status !== 400) throw new Error(`Sign-in of ${email}: ${answer.status} ${body}`);
  return { ms: performance.now() - begin, body };
}

/**
 * Guesses for a known account and for unknown addresses in turn. `chance`: how often a guess for the known one took
 * longer than one for an unknown one; 0.5 when nothing is revealed. `isSameBody`: all response bodies are equal.
 */
export async function signInTimes(url, email) {
  const known = [];
  const unknown = [];
  await timeOf(url, email);
  await timeOf(url, 'warm-up@example.com');
  for (let round = 0; round < ROUNDS; round++) {
    known.push(await timeOf(url, email));
    unknown.push(await timeOf(url, `nobody-${round}@example.com`));
  }
  const pairs = known.flatMap(({ ms }) => unknown.map((other) => (ms > other.ms ? 1 : 0)));
  return {
    known: known.map(({ ms }) => ms),
    unknown: unknown.map(({ ms }) => ms),
    chance: pairs.reduce((sum, longer) => sum + longer, 0) / pairs.length,
    isSameBody: new Set([...known, ...unknown].map(({ body }) => body)).size === 1,
  };
}
