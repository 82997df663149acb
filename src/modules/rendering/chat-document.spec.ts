import { chatDocumentOf } from './chat-document';

const printed = (message: object) => chatDocumentOf('T', [{ ...message }]).messages[0];

describe('chatDocumentOf', () => {
  it('prints who spoke when, and the model of replies', () => {
    expect(printed({ role: 'assistant', model: 'm-1', timestamp: 1_700_000_000, content: 'Hi' })).toEqual({
      heading: 'Assistant',
      details: 'm-1 · 2023-11-14, 22:13:20',
      text: 'Hi',
    });
    expect(printed({ role: 'user', model: 'm-1', content: 'Hi' })).toEqual({
      heading: 'User',
      details: '',
      text: 'Hi',
    });
  });

  it('takes the texts of a content that is a list', () => {
    const image = { type: 'image_url', image_url: { url: 'file:///etc/passwd' } };
    expect(printed({ content: [{ type: 'text', text: 'a' }, image, { type: 'text', text: 'b' }] })?.text).toBe(
      'a\n\nb',
    );
  });

  it.each([{}, { role: 7, model: {}, timestamp: 'x', content: null }, { timestamp: 1e300, content: 5 }])(
    'leaves out what has another form: %j',
    (message) => {
      expect(printed(message)).toEqual({ heading: '', details: '', text: '' });
    },
  );

  it('knows one kind of line break', () => {
    expect(printed({ content: 'a\r\nb\rc' })?.text).toBe('a\nb\nc');
  });
});
