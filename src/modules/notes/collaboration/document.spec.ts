import fc from 'fast-check';
import * as Y from 'yjs';
import { colorOf, contentOf, noteIdOf, updateOf } from './document-events';
import { documentOf, isUpdate, mergeUpdates } from './document';

/** An editor: its document, and the updates that it has made and not sent yet. */
class Editor {
  readonly document = new Y.Doc();
  readonly outbox: Uint8Array[] = [];

  constructor(state: Uint8Array) {
    Y.applyUpdate(this.document, state, 'server');
    this.document.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin !== 'server') this.outbox.push(update);
    });
  }

  get text(): Y.Text {
    return this.document.getText('t');
  }

  edit(at: number, removed: number, inserted: string): void {
    const start = at % (this.text.length + 1);
    this.text.delete(start, Math.min(removed, this.text.length - start));
    this.text.insert(start, inserted);
  }

  receive(update: Uint8Array): void {
    Y.applyUpdate(this.document, update, 'server');
  }
}

const steps = fc.array(
  fc.record({
    editor: fc.nat(2),
    action: fc.constantFrom('edit', 'edit', 'edit', 'send', 'compact', 'rejoin'),
    ...{ at: fc.nat(40), removed: fc.nat(3), inserted: fc.string({ maxLength: 4 }) },
  }),
  { minLength: 1, maxLength: 60 },
);

describe('editors of one document', () => {
  it.each([2, 3])('converge: %i editors, with partitions, merges of the log and restarts', (count) => {
    fc.assert(
      fc.property(steps, (script) => {
        let log: Uint8Array[] = [];
        const editors = Array.from({ length: count }, () => new Editor(mergeUpdates(log)));
        const send = (sender: Editor, isReversed = false) => {
          const updates = sender.outbox.splice(0);
          for (const update of isReversed ? updates.reverse() : updates) {
            log.push(update);
            for (const other of editors) if (other !== sender) other.receive(update);
          }
        };
        for (const { editor, action, at, removed, inserted } of script) {
          const index = editor % count;
          const current = editors[index]!;
          if (action === 'edit') current.edit(at, removed, inserted);
          if (action === 'send') send(current, at % 2 === 1);
          if (action === 'compact') log = [mergeUpdates(log)];
          // The page is loaded again, after what it had was sent; the server may have restarted meanwhile.
          if (action === 'rejoin') {
            send(current);
            editors[index] = new Editor(mergeUpdates(log));
          }
        }
        for (const editor of editors) send(editor);
        const stored = new Editor(mergeUpdates([mergeUpdates(log)])).text.toJSON();
        expect(editors.map(({ text }) => text.toJSON())).toEqual(editors.map(() => stored));
      }),
      { numRuns: 60 },
    );
  });
});

describe('mergeUpdates', () => {
  it('is [0, 0] for no update', () => expect([...mergeUpdates([])]).toEqual([0, 0]));

  it('keeps updates whose predecessors come later', () => {
    const editor = new Editor(mergeUpdates([]));
    editor.edit(0, 0, 'ab');
    editor.edit(2, 0, 'cd');
    const [first, second] = editor.outbox as [Uint8Array, Uint8Array];
    const merged = mergeUpdates([mergeUpdates([second]), first]);
    expect(new Editor(merged).text.toJSON()).toBe('abcd');
  });
});

describe('isUpdate', () => {
  it.each([
    [[0, 0], true],
    [[1, 1, 233, 7, 0, 4, 1, 1, 116, 3, 97, 98, 99, 0], true],
    [[], false],
    [[1, 1, 233], false],
    [[255, 255, 255, 255, 15], false],
  ])('%j: %s', (bytes, expected) => expect(isUpdate(Uint8Array.from(bytes))).toBe(expected));

  it('never throws', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => typeof isUpdate(bytes) === 'boolean'));
  });
});

describe('documentOf', () => {
  const rendered = (json: unknown): string => {
    const document = new Y.Doc();
    Y.applyUpdate(document, documentOf(json)!);
    return document.getXmlFragment('prosemirror').toJSON();
  };

  it('has the nodes, attributes and marks of the stored text', () => {
    const text = (value: string, ...marks: object[]) => ({ type: 'text', text: value, marks });
    const json = {
      type: 'doc',
      content: [
        { type: 'heading', attrs: { level: 2, id: null }, content: [text('Title')] },
        { type: 'paragraph', content: [text('a '), text('b', { type: 'bold' }), { type: 'hardBreak' }, text('c')] },
      ],
    };
    expect(rendered(json)).toBe(
      '<heading level="2">Title</heading><paragraph>a <bold>b</bold><hardbreak></hardbreak>c</paragraph>',
    );
  });

  it.each([[null], [{}], [{ content: [] }], ['text'], [{ content: 'x' }]])('is none for %j', (json) => {
    expect(documentOf(json)).toBeNull();
  });

  it('leaves out what is nested too deeply', () => {
    let node: object = { type: 'text', text: 'deep' };
    for (let depth = 0; depth < 5000; depth++) node = { type: 'listItem', content: [node] };
    expect(rendered({ content: [node] })).not.toContain('deep');
  });
});

describe('payloads', () => {
  it('name a note in one form only', () => {
    expect(noteIdOf({ document_id: 'note:a-1' })).toBe('a-1');
    for (const document_id of ['note_a', 'note:', 'note:a:b', 'doc:a', '', 5, null, undefined])
      expect(noteIdOf({ document_id })).toBeUndefined();
    expect(noteIdOf(null)).toBeUndefined();
  });

  it('takes bytes as a list or as an attachment', () => {
    expect(updateOf({ update: [0, 255] })).toEqual({ raw: [0, 255], bytes: Uint8Array.of(0, 255) });
    expect(updateOf({ update: Buffer.from([1]) })?.bytes).toEqual(Buffer.from([1]));
    for (const update of [[256], [-1], [0.5], ['1'], 'x', null, Buffer.alloc(1_000_001)])
      expect(updateOf({ update })).toBeUndefined();
  });

  it('takes colours and renderings of the documented form', () => {
    expect([colorOf({ user_color: '#1a2B3c' }), colorOf({ user_color: 'red;' }), colorOf(null)]).toEqual([
      ...['#1a2B3c', '#000000', '#000000'],
    ]);
    expect([contentOf({ data: { content: { md: 'x' } } }), contentOf({ data: { content: 'x' } })]).toEqual([
      { md: 'x' },
      undefined,
    ]);
  });
});
