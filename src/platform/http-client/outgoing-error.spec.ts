import { OutgoingError, toOutgoingError } from './outgoing-error';

const withCode = (code: string) => Object.assign(new Error('secret internals'), { code });

describe('toOutgoingError', () => {
  it.each([
    ['ECONNREFUSED', 'refused'],
    ['ENOTFOUND', 'dns'],
    ['EAI_AGAIN', 'dns'],
    ['UND_ERR_CONNECT_TIMEOUT', 'timeout'],
    ['ECONNRESET', 'reset'],
    ['UND_ERR_SOCKET', 'reset'],
    ['UND_ERR_HEADERS_OVERFLOW', 'protocol'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls'],
    ['CERT_HAS_EXPIRED', 'tls'],
    ['UND_ERR_INVALID_ARG', 'request'],
    ['ESOMETHING', 'unknown'],
  ])('reads %s as %s', (code, failure) => {
    expect(toOutgoingError(withCode(code), 'http://a')).toMatchObject({ failure, origin: 'http://a' });
  });

  it('has the origin and hides the cause', () => {
    const cause = withCode('ECONNREFUSED');
    const error = toOutgoingError(cause, 'http://a:1');
    expect(error.message).toBe('http://a:1 does not accept connections');
    expect(error.cause).toBe(cause);
  });

  it('keeps an error that is one already, and takes values that are no errors', () => {
    const error = new OutgoingError('timeout', 'http://a');
    expect(toOutgoingError(error, 'http://b')).toBe(error);
    expect(toOutgoingError('text', 'http://b').failure).toBe('unknown');
  });
});
