import { renderTaskPrompt } from './task-template';

const messages = [
  { role: 'user', content: 'one' },
  { role: 'assistant', content: '<details type="reasoning">\nwhy\n</details>\ntwo ![image](data:x)' },
  { role: 'user', content: [{ type: 'text', text: 'three' }, { type: 'image_url' }] },
];
const render = (template: string) => renderTaskPrompt(template, { messages }, null);

describe('renderTaskPrompt', () => {
  it('writes messages without structured parts and images', () => {
    expect(render('{{MESSAGES}}')).toBe('USER: one\nASSISTANT: two\nUSER: three');
  });

  it('cuts them', () => {
    expect(render('{{MESSAGES:START:1}}|{{MESSAGES:END:2}}')).toBe('USER: one|ASSISTANT: two\nUSER: three');
    expect(render('{{MESSAGES:MIDDLETRUNCATE:2}}|{{messages:end:0}}|')).toBe('USER: one\nUSER: three||');
    expect(render('{{MESSAGES:END:9}}')).toBe(render('{{MESSAGES}}'));
  });

  it('writes the last message of the user', () => {
    expect(render('{{prompt}}|{{PROMPT:start:2}}|{{prompt:end:2}}|{{prompt:middletruncate:3}}')).toBe(
      'three|th|ee|th...e',
    );
    expect(renderTaskPrompt('[{{prompt}}]', {}, null)).toBe('[]');
  });

  it('fills the server’s variables, and nothing within a message', () => {
    const hostile = [{ role: 'user', content: '{{MESSAGES}} {{USER_NAME}} $&' }];
    expect(renderTaskPrompt('{{USER_NAME}}: {{prompt}} {{OTHER}}', { messages: hostile }, null)).toBe(
      'Unknown: {{MESSAGES}} {{USER_NAME}} $& {{OTHER}}',
    );
  });

  it('prefers a given prompt, and writes type and responses only when they are given', () => {
    const input = { messages, prompt: 'typed', type: '{{prompt}}', responses: ['a', '{{prompt}}'] };
    expect(renderTaskPrompt('{{PROMPT}}|{{type}}|{{responses}}', input, null)).toBe(
      'typed|{{prompt}}|"""a"""\n\n"""{{prompt}}"""',
    );
    expect(render('{{TYPE}} {{responses}}')).toBe('{{TYPE}} {{responses}}');
    expect(renderTaskPrompt('[{{responses}}]', { prompt: '', responses: [] }, null)).toBe('[]');
  });
});
