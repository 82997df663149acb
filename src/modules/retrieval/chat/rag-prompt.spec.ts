import { renderRagPrompt } from './rag-prompt';

const render = (template: string, context = 'C', query = 'Q') =>
  renderRagPrompt(template, { context, query, fill: (text) => text.replaceAll('{{DAY}}', 'Monday') });

describe('renderRagPrompt', () => {
  it.each([
    ['{{CONTEXT}} {{QUERY}}', 'C Q'],
    ['[context]|[query]|[context]', 'C|Q|C'],
    ['{{DAY}}: {{CONTEXT}}', 'Monday: C'],
    ['nothing', 'nothing'],
  ])('fills %j', (template, prompt) => expect(render(template)).toBe(prompt));

  it('leaves placeholders of documents and questions alone', () => {
    expect(render('{{CONTEXT}} {{QUERY}}', '{{QUERY}} {{DAY}} $&', '[context]')).toBe('{{QUERY}} {{DAY}} $& [context]');
  });
});
