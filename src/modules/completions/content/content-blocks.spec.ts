import fc from 'fast-check';
import { ContentBlocks } from './content-blocks';
import { changed } from './growing-text';
import { serializeBlocks } from './serialize-blocks';
import { tagPairs, type TagOptions } from './tag-pairs';

const ALL: TagOptions = { hasCodeInterpreter: true };

function reader(options: TagOptions = ALL, start = '', now = () => 0): ContentBlocks {
  return new ContentBlocks(start, tagPairs(options), now);
}

function blocksOf(chunks: string[], options?: TagOptions): unknown {
  const blocks = reader(options);
  for (const chunk of chunks) blocks.appendText(chunk);
  blocks.finish();
  return blocks.blocks;
}

const text = (value: string) => ({ type: 'text', text: value });
const thought = (value: string) => ({ type: 'reasoning', text: value, duration: 0 });

const REASONING_TAGS = [
  ['<think>', '</think>'],
  ['<thinking>', '</thinking>'],
  ['<reason>', '</reason>'],
  ['<reasoning>', '</reasoning>'],
  ['<thought>', '</thought>'],
  ['<Thought>', '</Thought>'],
  ['<|begin_of_thought|>', '<|end_of_thought|>'],
  ['◁think▷', '◁/think▷'],
] as const;

describe('ContentBlocks', () => {
  it.each(REASONING_TAGS)('finds %s', (open, close) => {
    const input = `before ${open} why ${close} after`;
    for (const chunks of [[input], [...input]])
      expect(blocksOf(chunks)).toEqual([text('before '), thought('why'), text('after')]);
  });

  it.each(REASONING_TAGS)('leaves %s in code alone', (open, close) => {
    for (const input of [`\`${open}why${close}\``, `\`\`\`\n${open}why${close}\n\`\`\``, `~~~\n${open}\n~~~`])
      for (const chunks of [[input], [...input]]) expect(blocksOf(chunks)).toEqual([text(input)]);
  });

  it('finds several in one chunk', () => {
    expect(blocksOf(['<think>a</think>b<think>c</think>d'])).toEqual([
      text(''),
      thought('a'),
      text('b'),
      thought('c'),
      text('d'),
    ]);
  });

  it('takes attributes', () => {
    const chunks = ['<code_interpreter type="code" la', 'ng="python">\nprint(1)\n</code_', 'interpreter>'];
    expect(blocksOf(chunks)).toEqual([text(''), { type: 'code_interpreter', text: 'print(1)', language: 'python' }]);
  });

  it('leaves code alone unless it is asked for', () => {
    expect(blocksOf(['<code_interpreter>1</code_interpreter>'], {})).toEqual([
      text('<code_interpreter>1</code_interpreter>'),
    ]);
  });

  it('drops an empty thought', () => {
    expect(blocksOf(['<think>\n\n</think>\n\nHello'])).toEqual([text(''), text('Hello')]);
  });

  it('closes an unclosed thought at the end', () => {
    expect(blocksOf(['<think>', 'why'])).toEqual([text(''), thought('why')]);
  });

  it('shows solutions as text', () => {
    const blocks = reader();
    ['<|begin_of_solution|>', 'sol', '<|end_of_solution|>', 'after'].forEach((chunk) => blocks.appendText(chunk));
    blocks.finish();
    expect(blocks.content).toBe('sol\nafter');
  });

  it('takes other reasoning tags, or none', () => {
    const input = ['((why))', '<think>x</think>'];
    expect(blocksOf(input, { reasoningTags: ['((', '))'] })).toEqual([
      text(''),
      thought('why'),
      text('<think>x</think>'),
    ]);
    expect(blocksOf(input, { reasoningTags: false })).toEqual([text('((why))<think>x</think>')]);
    expect(blocksOf(input, { reasoningTags: ['('.repeat(129), '))'] })).toEqual([text('((why))'), thought('x')]);
    expect(blocksOf(input, { reasoningTags: ['((', ''] })).toEqual([text('((why))'), thought('x')]);
  });

  it('shows what may become a tag until it is one', () => {
    const blocks = reader();
    const shown = ['pre <th', 'ink>why', '</thi', 'nk>post'].map((chunk) => {
      blocks.appendText(chunk);
      return blocks.content;
    });
    expect(shown[0]).toBe('pre <th');
    expect(shown[1]).toContain('done="false"');
    expect(shown[2]).toContain('why&lt;/thi');
    expect(shown[3]).toMatch(/^pre\n<details type="reasoning" done="true" .*\n.*\n&gt; why\n<\/details>\npost$/);
  });

  it('keeps the start, and finds no tags in it', () => {
    const blocks = reader(ALL, 'Once <think>upon');
    blocks.appendText(' a time');
    blocks.finish();
    expect(blocks.content).toBe('Once <think>upon a time');
  });

  it("takes the provider's own reasoning, with whole seconds", () => {
    let now = 0;
    const blocks = reader(ALL, '', () => now);
    blocks.appendReasoning('Let me ');
    blocks.appendReasoning('think.\nYes');
    now = 2900;
    blocks.appendText('Answer');
    expect(blocks.content).toBe(
      '<details type="reasoning" done="true" duration="2">\n<summary>Thought for 2 seconds</summary>\n&gt; Let me think.\n&gt; Yes\n</details>\nAnswer',
    );
    blocks.appendReasoning('again');
    blocks.finish();
    expect(blocks.blocks.at(-1)).toEqual({ type: 'reasoning', text: 'again', duration: 0 });
  });

  it('drops an empty end', () => {
    expect(blocksOf(['<think>why</think>', '\n'])).toEqual([text(''), thought('why')]);
    expect(blocksOf([' a \n'])).toEqual([text('a')]);
    expect(blocksOf([])).toEqual([text('')]);
  });

  it('comes to the same blocks wherever the text is cut', () => {
    const piece = fc.constantFrom(
      ...['<think>', '</think>', '<think a="b">', '<think ', '<th', '>', '<', '((', '))', '(', '◁think▷', '◁/think▷'],
      ...['<|begin_of_solution|>', '<|end_of_solution|>', '<code_interpreter lang="x">', '</code_interpreter>'],
      ...['text', ' ', '\n', 'a="', '"', '<|begin', '</'],
    );
    const cuts = fc.array(fc.nat(200), { maxLength: 12 });
    const options = fc.constantFrom<TagOptions>(ALL, { ...ALL, reasoningTags: ['((', '))'] });
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 14 }), cuts, options, (pieces, positions, tags) => {
        const whole = pieces.join('');
        const at = [0, ...positions.map((position) => position % (whole.length + 1)), whole.length].sort(
          (a, b) => a - b,
        );
        const chunks = at.slice(1).map((end, index) => whole.slice(at[index], end));
        expect(blocksOf(chunks, tags)).toEqual(blocksOf([whole], tags));
        expect(blocksOf([...whole], tags)).toEqual(blocksOf([whole], tags));
      }),
      { numRuns: 2000 },
    );
  });

  it('serialises incrementally what it would serialise at once, and reports each change', () => {
    const delta = fc.constantFrom(
      ...['<think>', '</think>', 'word ', '\n', '\r', '>', ' ', '◁think▷', 'x', '`', '<code_interpreter type="code">'],
      ...['</code_interpreter>', '&<', ''],
    );
    type Act = (blocks: ContentBlocks) => void;
    const call = { id: 'c', name: 'f', arguments: '{}' };
    const act = fc.oneof(
      { weight: 12, arbitrary: delta.map<Act>((text) => (blocks) => blocks.appendText(text)) },
      { weight: 4, arbitrary: delta.map<Act>((text) => (blocks) => blocks.appendReasoning(text)) },
      fc.constantFrom<Act>(
        (blocks) => blocks.addToolCalls([call, { ...call, id: 'd' }]),
        (blocks) => blocks.setResults([{ toolCallId: 'c', content: '1' }]),
        (blocks) => blocks.codeToRun && blocks.setOutput({ stdout: '1' }),
        (blocks) => blocks.replace('right <think>'),
      ),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(act, fc.boolean()), { maxLength: 30 }), delta, (acts, start) => {
        const blocks = reader(ALL, start);
        let shown = blocks.content;
        for (const [change, isRead] of acts) {
          change(blocks);
          expect(blocks.content).toBe(serializeBlocks(blocks.blocks));
          const taken = isRead ? blocks.takeChange() : undefined;
          if (taken) shown = changed(shown, taken);
          if (isRead) expect(shown).toBe(blocks.content);
        }
        blocks.finish();
        const last = blocks.takeChange();
        expect(last ? changed(shown, last) : shown).toBe(serializeBlocks(blocks.blocks));
      }),
      { numRuns: 1000 },
    );
  });

  it('reports no more than what was added', () => {
    const blocks = reader();
    blocks.appendText('one');
    blocks.appendText(' two ');
    expect(blocks.takeChange()).toEqual({ from: 0, text: 'one two' });
    blocks.appendText('three');
    expect(blocks.takeChange()).toEqual({ from: 7, text: ' three' });
    expect(blocks.takeChange()).toBeUndefined();
    blocks.appendReasoning('why');
    blocks.takeChange();
    const { length } = blocks.content;
    blocks.appendReasoning(' so');
    expect(blocks.takeChange()).toEqual({ from: length - '\n</details>'.length, text: ' so\n</details>' });
  });

  it.each([
    ['inline code', 'Use `<think>` and `</think>` here'],
    ['longer runs', 'Use `` a ` <think> `` here'],
    ['a fence', 'Look:\n```html\n<think>why</think>\n```\nDone'],
    ['a fence of tildes', '~~~\n<think>why\n```\n~~~~ \nDone'],
    ['a fence in a quotation', '> ```\n> <think>\n> ```'],
    ['a fence that stays open', '```\n<think>why</think>'],
    ['the words after a fence', '```<think>\nx\n```'],
  ])('leaves tags in %s alone', (_, input) => {
    expect(blocksOf([input])).toEqual([text(input.trim())]);
    expect(blocksOf([...input])).toEqual([text(input.trim())]);
  });

  it.each([
    ['code', '`a` <think>why</think>', '`a` '],
    ['a lone backtick, once its line ends', 'it` <think>why\nso</think>', 'it` '],
    ['a closed fence', '```\nx\n```\n<think>why</think>', '```\nx\n```\n'],
    ['backticks that are no fence', '```x``` <think>why</think>', '```x``` '],
  ])('finds tags behind %s', (_, input, before) => {
    for (const chunks of [[input], [...input]])
      expect(blocksOf(chunks)).toMatchObject([text(before), { type: 'reasoning' }]);
  });

  it('does not end a thought where it quotes the tag', () => {
    const input = '<think>The tag `</think>` ends it.</think>Yes';
    for (const chunks of [[input], [...input]])
      expect(blocksOf(chunks)).toEqual([text(''), thought('The tag `</think>` ends it.'), text('Yes')]);
  });

  it('knows that the text it continues ends inside code', () => {
    const blocks = reader(ALL, '```\n');
    blocks.appendText('<think>\n```\n<think>why</think>');
    blocks.finish();
    expect(blocks.blocks).toEqual([text('```\n<think>\n```\n'), thought('why')]);
  });

  it('takes tool calls, their results, and what follows', () => {
    const blocks = reader();
    blocks.appendText('Let me see');
    blocks.addToolCalls([{ id: 'c', name: 'f', arguments: '{}' }]);
    blocks.setResults([{ toolCallId: 'c', content: '1' }]);
    blocks.appendText('It is 1');
    blocks.finish();
    expect(blocks.blocks.map(({ type }) => type)).toEqual(['text', 'tool_calls', 'text']);
    expect(blocks.content).toMatch(/^Let me see\n<details type="tool_calls" done="true"[\s\S]*It is 1$/);
  });

  it('starts again when the provider replaces the text', () => {
    const blocks = reader();
    blocks.appendText('<think>why</think>wrong');
    expect(blocks.content).toContain('wrong');
    blocks.replace('right');
    blocks.appendText('!');
    expect(blocks.content).toBe('right!');
  });
});
