import { compoundTerms } from './compounds';

describe('compoundTerms', () => {
  const prefixes = (lexeme: string) => compoundTerms(lexeme).flatMap((term) => (term.isPrefix ? term.lexeme : []));
  const parts = (lexeme: string) => compoundTerms(lexeme).flatMap((term) => (term.isPrefix ? [] : term.lexeme));

  it('finds compounds that begin or end with a word', () => {
    expect(prefixes('muhl')).toEqual(['~lhum', 'muhl']);
  });

  it('finds the parts of a compound, none of them short', () => {
    expect(parts('muhl')).toEqual([]);
    expect(parts('fahrradkett')).toEqual(expect.arrayContaining(['fahrrad', 'kett']));
    expect(parts('fahrradkett').every((part) => part.length >= 4 && part.length <= 8)).toBe(true);
  });

  it.each(['öl', '1234567890', 'a'.repeat(31), ''])('leaves %j alone', (lexeme) => {
    expect(compoundTerms(lexeme)).toEqual([]);
  });
});
