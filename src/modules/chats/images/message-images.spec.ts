import { imageIdsIn, imagePlacesIn, imageUrlOf, withImageIds } from './image-url';
import { mapChatImages, mapMessageImages, mapUrls } from './message-images';

const DATA = 'data:image/png;base64,QUJD';
const seen = (message: unknown): string[] => {
  const urls: string[] = [];
  mapMessageImages(message, (url) => (urls.push(url), url));
  return urls;
};

describe('mapMessageImages', () => {
  it.each<[string, unknown, string[]]>([
    ['an attachment', { files: [{ type: 'image', url: DATA }] }, [DATA]],
    ['a part of the content', { content: [{ type: 'image_url', image_url: { url: DATA } }] }, [DATA]],
    ['Markdown', { content: `a ![x](${DATA}) b ![](${DATA} "title")` }, [DATA, DATA]],
    ['Markdown behind fenced code', { content: `\`\`\`\n![x](${DATA})\n\`\`\`\n![y](${DATA})` }, [DATA]],
    ['Markdown whose end has not come', { content: `![x](${DATA}` }, []],
    ['text that only mentions one', { content: `See ${DATA}, or "${DATA}"` }, []],
    ['a text that is no Markdown', { originalContent: `![x](${DATA})` }, []],
    ['no object', [DATA], []],
  ])('finds the images of %s', (_, message, urls) => {
    expect(seen(message)).toEqual(urls);
  });

  it('puts other URLs in their places, and keeps everything else and its order', () => {
    const message = { b: 1, content: `![x](${DATA}) y`, files: [{ url: DATA, a: 1 }], a: [null, { url: 'other' }] };
    const mapped = mapMessageImages(message, (url) => (url === DATA ? '/i' : url));
    expect(JSON.stringify(mapped)).toBe(JSON.stringify(message).replaceAll(DATA, '/i'));
  });

  it('answers the same value when nothing changes', () => {
    const message = { content: `![x](${DATA})`, files: [{ url: DATA }] };
    expect(mapMessageImages(message, (url) => url)).toBe(message);
    const chat = { history: { messages: { m: message } }, messages: [message] };
    expect(mapChatImages(chat, (url) => url)).toBe(chat);
  });
});

describe('mapChatImages', () => {
  it('changes the messages of the tree and of the list, whatever else there is', () => {
    const message = { files: [{ url: DATA }] };
    const chat = { files: [{ url: DATA }], history: { messages: { m: message, odd: null } }, messages: [message, 5] };
    const moved = { files: [{ url: '/i' }] };
    expect(mapChatImages(chat, () => '/i')).toEqual({
      files: [{ url: DATA }],
      history: { messages: { m: moved, odd: null } },
      messages: [moved, 5],
    });
    for (const odd of [{}, { history: null, messages: {} }, { history: { messages: [] } }])
      expect(mapChatImages(odd, () => '/i')).toBe(odd);
  });
});

describe('mapUrls', () => {
  it('leaves Markdown', () => {
    const messages = [{ content: `![x](${DATA})` }, { content: [{ image_url: { url: DATA } }] }];
    expect(mapUrls(messages, () => '/i')).toEqual([messages[0], { content: [{ image_url: { url: '/i' } }] }]);
  });
});

describe('image URLs in texts', () => {
  const [a, b] = ['0b8bd6f5-8b8c-4f0e-9d3b-1d2f3a4b5c6d', '1b8bd6f5-8b8c-4f0e-9d3b-1d2f3a4b5c6d'] as const;
  const text = JSON.stringify({ content: `![x](${imageUrlOf(a)}) see ${imageUrlOf(b)}`, url: imageUrlOf(b) });

  it('are all found, each once', () => {
    expect(imageIdsIn(text)).toEqual([a, b]);
    expect(imageIdsIn('nothing')).toBeNull();
    expect(imageIdsIn(imageUrlOf('no-id'))).toBeNull();
  });

  it('are in places where an image shows, or they are text', () => {
    const places = imagePlacesIn(text);
    expect(places.map(({ id }) => id)).toEqual([a, b]);
    expect(places.map(({ start, end }) => text.slice(start, end))).toEqual([imageUrlOf(a), imageUrlOf(b)]);
    expect(imagePlacesIn(JSON.stringify({ content: `say "${imageUrlOf(a)}"` }))).toEqual([]);
  });

  it('are replaced by others', () => {
    expect(withImageIds(text, new Map([[b, a]]))).toBe(text.replaceAll(b, a));
  });
});
