import { LanguageService } from './language.service';

describe('LanguageService', () => {
  const languages = new LanguageService();

  it.each([
    ['The settings are stored in the database, and every node reads them at use.', 'english'],
    ['Die Einstellungen stehen in der Datenbank, und jeder Knoten liest sie bei Bedarf.', 'german'],
    ['Les réglages sont conservés dans la base, et chaque serveur les lit au besoin.', 'french'],
    ['Настройки хранятся в базе данных.', 'russian'],
    ['Οι ρυθμίσεις αποθηκεύονται στη βάση.', 'greek'],
    ['सेटिंग डेटाबेस में रहती है।', 'hindi'],
    ['設定はデータベースに保存される。', 'fallback'],
    ['12345 67890 !!', 'fallback'],
    ['', 'fallback'],
  ])('tells the language of %j', async (text, expected) => {
    expect(await languages.configurationOf(text, 'fallback')).toBe(expected);
  });

  it('does not take digits for a language of another script', async () => {
    const text = 'tests 482193 and files 71829 are written 55120 to the 99182 same folder 6512 as the code';
    expect(await languages.configurationOf(text)).toBe('english');
  });
});
