import type { JsonObject } from '../../../common/util/json';
import { CellOutput, executeRequest } from './kernel-messages';

const ID = 'request';
const message = (msg_type: string, content: unknown, parent: unknown = { msg_id: ID }) =>
  JSON.stringify({ header: { msg_type }, parent_header: parent, content });
const stream = (name: string, text: unknown) => message('stream', { name, text });
const value = (data: unknown) => message('execute_result', { data });

function outputOf(...messages: string[]) {
  const cell = new CellOutput(ID);
  const ended = messages.map((text) => cell.take(text));
  return { ...cell.output, ended };
}

describe('executeRequest', () => {
  it('has ids of its own', () => {
    const [first, second] = [executeRequest('x'), executeRequest('x')];
    expect(first.id).not.toBe(second.id);
    expect((JSON.parse(first.text) as { header: JsonObject }).header.msg_id).toBe(first.id);
  });
});

describe('CellOutput', () => {
  it('ends with the idle status of its own request', () => {
    const status = (execution_state: string, parent?: unknown) => message('status', { execution_state }, parent);
    expect(
      outputOf(status('busy'), status('idle', { msg_id: 'other' }), status('idle', null), status('idle')).ended,
    ).toEqual([false, false, false, true]);
  });

  it.each(['', '[]', 'null', '{"parent_header":{"msg_id":"request"}}', message('error', null), message('stream', [])])(
    'skips %s',
    (text) => {
      expect(outputOf(text)).toEqual({ stdout: '', stderr: '', result: '', ended: [false] });
    },
  );

  it('takes texts of both streams and no other, and drops values of other types', () => {
    const messages = [
      stream('stdout', ' a '),
      stream('other', 'b'),
      stream('stderr', 7),
      value({ 'text/html': 'c' }),
      value(1),
    ];
    expect(outputOf(...messages)).toMatchObject({ stdout: 'a', stderr: '', result: '' });
  });

  it('shows an exception without a traceback', () => {
    const error = message('error', { ename: 'ValueError', evalue: 'no', traceback: [] });
    expect(outputOf(stream('stderr', 'before\n'), error).stderr).toBe('before\nValueError: no');
    expect(outputOf(message('error', {})).stderr).toBe('Error:');
  });

  it('ends a cell that prints too much, and cuts no picture', () => {
    const rest = 'x'.repeat(8_000_000 - 2);
    const full = outputOf(stream('stdout', rest), value({ 'image/png': 'abc' }));
    expect(full).toMatchObject({ result: '', stderr: 'Output limit exceeded.', ended: [false, true] });
    expect(outputOf(stream('stdout', rest), value({ 'text/plain': 'abc' }))).toMatchObject({
      ...{ result: 'ab', stderr: 'Output limit exceeded.' },
    });
  });

  it('adds why the run ended behind what the cell printed', () => {
    const cell = new CellOutput(ID);
    cell.take(stream('stderr', 'careful'));
    cell.timeOut();
    cell.fail('lost');
    expect(cell.output.stderr).toBe('careful\nExecution timed out.\nError: lost');
  });
});
