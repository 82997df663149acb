import { consoleLines } from './console-lines';

const render = (entry: object): string => {
  let text = '';
  consoleLines({ write: (chunk) => (text += chunk) }).write(JSON.stringify({ time: 0, ...entry }));
  return text.replace(/^\d\d:\d\d:\d\d /, '');
};

describe('consoleLines', () => {
  it('shows level, context and message', () => {
    expect(render({ level: 40, context: 'Database', msg: 'slow' })).toBe('WARN  [Database] slow\n');
  });

  it('shows a request as one line', () => {
    const entry = { level: 30, method: 'GET', url: '/x', statusCode: 404, ms: 3, msg: 'request' };
    expect(render(entry)).toBe('INFO  GET /x 404 3 ms\n');
  });

  it('shows the stack of an error below', () => {
    expect(render({ level: 50, msg: 'failed', err: { stack: 'Error: x\n    at y' } })).toBe(
      'ERROR failed\nError: x\n    at y\n',
    );
  });
});
