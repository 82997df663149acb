import { describeStartError } from './start-error';

const systemError = (message: string, fields: object): Error => Object.assign(new Error(message), fields);

describe('describeStartError', () => {
  it('names the port that is taken', () => {
    const error = systemError('listen EADDRINUSE', { code: 'EADDRINUSE', syscall: 'listen', port: 8080 });
    expect(describeStartError(error)).toBe('port 8080 is in use by another program. Stop that one, or set PORT.');
  });

  it('looks into a collection of refused connections', () => {
    const refused = systemError('connect ECONNREFUSED ::1:5432', { code: 'ECONNREFUSED', syscall: 'connect' });
    expect(describeStartError(new AggregateError([refused]))).toBe(
      'the database of DATABASE_URL cannot be reached (connect ECONNREFUSED ::1:5432).',
    );
  });

  it('knows the errors of PostgreSQL', () => {
    expect(describeStartError(systemError('database "x" does not exist', { code: '3D000' }))).toContain(
      'does not exist (database "x" does not exist). Create it first.',
    );
  });

  it('shows any other message as it is', () => {
    expect(describeStartError(new Error('Invalid environment variable PORT="x"'))).toBe(
      'Invalid environment variable PORT="x"',
    );
  });
});
