import { htmlTokens } from './html-tokens';
import { readPage } from './page-text';

const tokensOf = (html: string): string[] =>
  [...htmlTokens(html)].map((token) => (token.kind === 'text' ? token.text : `${token.kind} ${token.name}`));

describe('htmlTokens', () => {
  it.each<[string, string[]]>([
    ['a<b>c</b>d', ['a', 'open b', 'c', 'close b', 'd']],
    ['<A HREF="x>y" b=\'>\' c=d>e', ['open a', 'e']],
    ['a < b <> c <3', ['a < b <> c <3']],
    ['a<!-- <b> -->c<!-->d<!doctype html>e<?php ?>f', ['a', 'c', 'd', 'e', 'f']],
    ['a<!-- never closed <b>', ['a']],
    ['<script>if (a</b/) "<i>"</script>x', ['open script', 'if (a</b/) "<i>"', 'close script', 'x']],
    ['<style>a</STYLE >x', ['open style', 'a', 'close style', 'x']],
    ['<title>a &amp; <b></title>', ['open title', 'a & <b>', 'close title']],
    ['<textarea>never closed <b>', ['open textarea', 'never closed <b>']],
    ['&lt;b&gt; &eacute;&#233;&#xe9; &notit; &bogus;', ['<b> ééé ¬it; &bogus;']],
    ['a<b c="never closed > d', ['a']],
    ['a</', ['a']],
    ['a<br/>b<br / >c', ['a', 'open br', 'b', 'open br', 'c']],
  ])('reads %s', (html, tokens) => {
    expect(tokensOf(html)).toEqual(tokens);
  });

  it('finds attributes whatever their form', () => {
    const [tag] = htmlTokens('<a X=1 b = "two &amp; 3" c=\'4\' d /e="5" x=6>');
    const found = tag?.kind === 'open' && ['x', 'b', 'c', 'd', 'e', 'f'].map((name) => tag.attribute(name));
    expect(found).toEqual(['1', 'two & 3', '4', '', '5', undefined]);
  });
});

describe('readPage', () => {
  it('joins all text nodes, the title included, without a separator', async () => {
    const html = `<!doctype html><html lang="en"><head><title>Lab page</title><meta name="description" content="About">
<style>.a{}</style><script>x()</script></head><body><h1>Heading</h1><p>The heron &amp; frogs.</p><template>no<b>ne</b>
</template><ruby>漢<rp>(</rp><rt>kan</rt></ruby></body></html>`;
    const { text, metadata } = await readPage(html);
    expect(text).toBe('Lab page\nHeadingThe heron & frogs.漢');
    expect(metadata).toEqual({ title: 'Lab page', description: 'About', language: 'en' });
  });

  it('has the values that clients know for missing metadata', async () => {
    expect((await readPage('<html><meta name=description>a')).metadata).toEqual({
      language: 'No language found.',
      description: 'No description found.',
    });
    expect((await readPage('gone')).metadata).toEqual({});
  });

  it('takes the first title and description', async () => {
    const html =
      '<title>a</title><svg><title>b</title></svg><meta name=description content=c><meta name=Description content=d>';
    expect((await readPage(html)).metadata).toEqual({ title: 'a', description: 'c' });
  });

  it('reads on behind an annotation whose end tag is left out', async () => {
    expect(
      (await readPage('<ruby>漢<rt>kan</ruby>a<template><template></template>b</template></template>c')).text,
    ).toBe('漢ac');
  });

  it('keeps character references whole where a long text is cut', async () => {
    const html = '&amp;'.repeat(100_000);
    expect((await readPage(html)).text).toBe('&'.repeat(100_000));
  });

  it('ends when the request does', async () => {
    const html = '<p>a</p>'.repeat(100_000);
    await expect(readPage(html, AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone');
  });
});
