import { serializeBlocks } from './serialize-blocks';
import type { ContentBlock } from './content-block';

const call = { id: 'c1', name: 'f', arguments: '{"a": "é<"}' };

const golden: [string, ContentBlock[], string][] = [
  [
    'reasoning, quoted and escaped, then text as it is',
    [
      { type: 'reasoning', text: 'abc\n> q', duration: 0 },
      { type: 'text', text: 'hello <b>x' },
    ],
    '<details type="reasoning" done="true" duration="0">\n<summary>Thought for 0 seconds</summary>\n&gt; abc\n&gt; q\n</details>\nhello <b>x',
  ],
  [
    'a tool call: arguments in ASCII, the result not',
    [
      { type: 'text', text: 'hi' },
      { type: 'tool_calls', calls: [call], results: [{ toolCallId: 'c1', content: '{"x": "é"}' }] },
    ],
    'hi\n<details type="tool_calls" done="true" id="c1" name="f" arguments="&quot;{\\&quot;a\\&quot;: \\&quot;\\u00e9&lt;\\&quot;}&quot;" result="&quot;{\\&quot;x\\&quot;: \\&quot;é\\&quot;}&quot;" files="" embeds="&quot;&quot;">\n<summary>Tool Executed</summary>\n</details>',
  ],
  [
    'a running tool call after an empty line',
    [
      { type: 'text', text: 'hi' },
      { type: 'tool_calls', calls: [call] },
    ],
    'hi\n\n<details type="tool_calls" done="false" id="c1" name="f" arguments="&quot;{\\&quot;a\\&quot;: \\&quot;\\u00e9&lt;\\&quot;}&quot;">\n<summary>Executing...</summary>\n</details>',
  ],
  [
    'executed code',
    [
      {
        type: 'code_interpreter',
        text: 'print(1)',
        language: 'python',
        output: { stdout: '1', stderr: null, result: '' },
      },
    ],
    '<details type="code_interpreter" done="true" output="{&quot;stdout&quot;: &quot;1&quot;, &quot;stderr&quot;: null, &quot;result&quot;: &quot;&quot;}">\n<summary>Analyzed</summary>\n```python\nprint(1)\n```\n</details>',
  ],
  [
    'running code',
    [{ type: 'code_interpreter', text: '\nprint(1)\n', language: 'python' }],
    '<details type="code_interpreter" done="false">\n<summary>Analyzing...</summary>\n```python\n\nprint(1)\n\n```\n</details>',
  ],
  [
    'code without output counts as executed',
    [{ type: 'code_interpreter', text: 'x', language: '', output: '' }],
    '<details type="code_interpreter" done="true" output="&quot;&quot;">\n<summary>Analyzed</summary>\n```\nx\n```\n</details>',
  ],
  [
    'open reasoning without text',
    [{ type: 'reasoning', text: '' }],
    '<details type="reasoning" done="false">\n<summary>Thinking…</summary>\n\n</details>',
  ],
  [
    'open reasoning keeps blanks and drops the last line break',
    [{ type: 'reasoning', text: 'Let me \n' }],
    '<details type="reasoning" done="false">\n<summary>Thinking…</summary>\n&gt; Let me \n</details>',
  ],
  [
    'texts on lines of their own',
    [
      { type: 'text', text: ' a ' },
      { type: 'solution', text: 'b' },
    ],
    'a\nb',
  ],
  ['nothing', [{ type: 'text', text: '' }], ''],
];

describe('serializeBlocks', () => {
  it.each(golden)('%s', (_, blocks, expected) => {
    expect(serializeBlocks(blocks)).toBe(expected);
  });

  it('escapes what a tool server could use to leave its attribute', () => {
    const calls = [{ id: '"><script>', name: "a'b", arguments: '{}' }];
    expect(serializeBlocks([{ type: 'tool_calls', calls }])).toContain('id="&quot;&gt;&lt;script&gt;" name="a&#x27;b"');
  });

  it('shows a call without its result as running', () => {
    const calls = [call, { ...call, id: 'c2' }];
    const text = serializeBlocks([{ type: 'tool_calls', calls, results: [{ toolCallId: 'c1', content: 'x' }] }]);
    expect(text.match(/done="(true|false)"/g)).toEqual(['done="true"', 'done="false"']);
  });

  it('lists files and embeds of a result', () => {
    const results = [{ toolCallId: 'c1', content: '', files: [{ url: 'ü' }], embeds: ['<p>'] }];
    const text = serializeBlocks([{ type: 'tool_calls', calls: [call], results }]);
    expect(text).toContain('files="[{&quot;url&quot;: &quot;\\u00fc&quot;}]" embeds="[&quot;&lt;p&gt;&quot;]"');
  });
});
