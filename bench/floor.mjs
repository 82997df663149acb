/**
 * The least that the measured answers cost in Node: `node:http`, one statement of `pg` on the same database, or a plain
 * pass-through of the provider. No routes, no accounts, no checks. A process of its own.
 */
import { createServer, request as send, Agent } from 'node:http';
import pg from 'pg';

const { DATABASE_HOST: host, PROVIDER, PORT } = process.env;
const pool = new pg.Pool({ host, port: 5432, user: 'confab', database: 'confab', max: 20 });
const agent = new Agent({ keepAlive: true });

const LIST = `SELECT id, title, updated_at, created_at FROM chat WHERE user_id = $1 AND NOT archived
  ORDER BY updated_at DESC LIMIT 60`;
const CHAT = `SELECT chat.*, (SELECT json_agg(m ORDER BY position) FROM chat_message m WHERE m.chat_id = chat.id) AS messages
  FROM chat WHERE id = $1`;

const READS = {
  user: (id) => pool.query('SELECT * FROM "user" WHERE id = $1', [id]),
  list: (id) => pool.query(LIST, [id]),
  chat: (id) => pool.query(CHAT, [id]),
};

async function read([kind, id], response) {
  const { rows } = await READS[kind](id);
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(rows));
}

function passThrough(request, response) {
  const headers = { 'content-type': 'application/json', 'content-length': request.headers['content-length'] };
  const call = send(`${PROVIDER}/chat/completions`, { method: 'POST', headers, agent }, (answer) => {
    response.writeHead(answer.statusCode, answer.headers);
    answer.pipe(response);
  });
  request.pipe(call);
}

createServer((request, response) => {
  if (request.method === 'POST') return passThrough(request, response);
  if (request.url === '/health') return response.end();
  read(request.url.slice(1).split('/'), response).catch((error) => response.writeHead(500).end(String(error)));
}).listen(Number(PORT), '127.0.0.1');
