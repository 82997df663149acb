/** A provider in this process with two models: `plain` answers at once, `calling` calls the first tool that it is offered. */
import { once } from 'node:events';
import { createServer } from 'node:http';

const replyOf = ({ model, messages, tools }) => {
  const isAnswered = messages.some(({ role }) => role === 'tool');
  const name = tools?.[0]?.function.name;
  if (model !== 'calling' || isAnswered || !name) return { role: 'assistant', content: 'done' };
  const call = { id: 'call_1', type: 'function', function: { name, arguments: '{"a": 1, "b": 2}' } };
  return { role: 'assistant', content: '', tool_calls: [call] };
};

export async function startProvider() {
  const results = [];
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const part of request) text += part;
    response.writeHead(200, { 'content-type': 'application/json' });
    if (request.method === 'GET') {
      const data = ['plain', 'calling'].map((id) => ({ id, object: 'model', created: 1, owned_by: 'bench' }));
      return response.end(JSON.stringify({ object: 'list', data }));
    }
    const body = JSON.parse(text);
    results.push(...body.messages.filter(({ role }) => role === 'tool').map(({ content }) => content));
    const choices = [{ index: 0, message: replyOf(body), finish_reason: 'stop' }];
    response.end(JSON.stringify({ id: 'c', object: 'chat.completion', created: 1, model: body.model, choices }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${server.address().port}/v1`, results, close: () => server.close() };
}
