/** A model provider with the interface of OpenAI that answers at once, or at a given pace. A process of its own. */
import { createServer } from 'node:http';

/** Model id -> number of chunks, and milliseconds between them. */
const MODELS = {
  fast: { chunks: 20, pace: 0 },
  paced: { chunks: 40, pace: 250 },
  'at-50': { chunks: 250, pace: 20 },
  'at-1000-short': { chunks: 1000, pace: 1 },
  'at-1000-long': { chunks: 20_000, pace: 1 },
  short: { chunks: 200, pace: 0 },
  long: { chunks: 20_000, pace: 0 },
};

/** One timer for all streams of a pace: with a timer for each, the provider would be what is measured. */
const clocks = new Map();
function everyTick(pace, onTick) {
  const clock = clocks.get(pace) ?? { ticking: new Set(), last: performance.now() };
  if (!clocks.has(pace)) {
    clocks.set(pace, clock);
    setInterval(() => {
      const due = Math.floor((performance.now() - clock.last) / pace);
      clock.last += due * pace;
      for (const tick of clock.ticking) if (!tick(due)) clock.ticking.delete(tick);
    }, pace);
  }
  clock.ticking.add(onTick);
}

const chunk = (model, delta, finish = null) =>
  `data: ${JSON.stringify({ id: 'chatcmpl-bench', object: 'chat.completion.chunk', created: 1, model, choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;

async function stream(model, response) {
  const { chunks, pace } = MODELS[model];
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(chunk(model, { role: 'assistant', content: '' }));
  let index = 0;
  const write = (count) => {
    for (const end = Math.min(index + count, chunks); index < end; index++)
      response.write(chunk(model, { content: `word${index} ` }));
    return index < chunks;
  };
  if (pace === 0) write(chunks);
  else
    await new Promise((resolve) =>
      everyTick(pace, (due) => {
        const isOpen = write(due);
        if (!isOpen) resolve();
        return isOpen;
      }),
    );
  response.end(`${chunk(model, {}, 'stop')}data: [DONE]\n\n`);
}

function complete(model, response) {
  const message = { role: 'assistant', content: 'word '.repeat(MODELS[model].chunks) };
  const usage = { prompt_tokens: 10, completion_tokens: 20, total_tokens: 30 };
  const choices = [{ index: 0, message, finish_reason: 'stop' }];
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ id: 'chatcmpl-bench', object: 'chat.completion', created: 1, model, choices, usage }));
}

createServer(async (request, response) => {
  if (request.method === 'GET') {
    const data = Object.keys(MODELS).map((id) => ({ id, object: 'model', created: 1, owned_by: 'bench' }));
    response.writeHead(200, { 'content-type': 'application/json' });
    return response.end(JSON.stringify({ object: 'list', data }));
  }
  let text = '';
  for await (const part of request) text += part;
  const body = JSON.parse(text);
  return body.stream ? stream(body.model, response) : complete(body.model, response);
}).listen(Number(process.env.PORT), '127.0.0.1');
