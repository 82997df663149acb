import { describeStartError, ListenError } from './start-error';

const systemError = (message: string, fields: object): Error => Object.assign(new Error(message), fields);
const listenError = (code: string, message = code) =>
  new ListenError({ host: 'nohost', port: 80 }, { cause: systemError(message, { code }) });

describe('describeStartError', () => {
  it.each([
    [listenError('EADDRINUSE'), 'port 80 is in use by another program. Stop that one, or set PORT.'],
    [listenError('EACCES'), 'this user may not listen on port 80. Set PORT to 1024 or more.'],
    [
      listenError('ENOTFOUND', 'getaddrinfo ENOTFOUND nohost'),
      'this machine does not have the address in HOST="nohost" (getaddrinfo ENOTFOUND nohost).',
    ],
    [
      systemError('EACCES', { code: 'EACCES', syscall: 'mkdir', path: '/x' }),
      'this user cannot mkdir "/x" (EACCES). Give it to this user, or set DATA_DIR to another directory.',
    ],
    [new Error('Invalid environment variable PORT="x"'), 'Invalid environment variable PORT="x"'],
    ['text', 'text'],
  ])('says of %s what is wrong and what to do', (error, message) => {
    expect(describeStartError(error)).toBe(message);
  });
});
