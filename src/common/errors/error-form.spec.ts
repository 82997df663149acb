import type { Response } from 'express';
import { inFormOf, type ErrorForm } from './error-form';

const inForm = (form: ErrorForm | undefined, body: unknown) =>
  inFormOf({ locals: { errorForm: form } } as unknown as Response, 502, body);

describe('an error in the form of its route', () => {
  it.each([
    [{ detail: 'x' }, 'x'],
    [{ message: 'x' }, 'x'],
    [{ error: null, detail: 'x' }, 'x'],
    [{ detail: [{ loc: ['body', 'n'], msg: 'bad' }, 'y'] }, 'body.n: bad; y'],
    [{ detail: { code: 1 } }, '{"code":1}'],
    [{ detail: null }, 'HTTP Error: 502'],
    [{ detail: '' }, 'HTTP Error: 502'],
    [{}, 'HTTP Error: 502'],
  ])('%j has a message', (body, message) => {
    expect(inForm('ollama', body)).toEqual({ ...body, error: message });
    expect(inForm('openai', body)).toEqual({ ...body, error: { message, type: 'server_error', code: null } });
  });

  it.each([{ error: 'x' }, { error: { message: 'x' } }, 'text', null])('leaves %j as it is', (body) => {
    expect(inForm('openai', body)).toBe(body);
  });

  it('leaves the errors of other routes as they are', () => {
    expect(inForm(undefined, { detail: 'x' })).toEqual({ detail: 'x' });
  });
});
