/**
 * Letters of other scripts that are drawn like Latin ones, after folding to lower case. A hand-made extract
 * of what Unicode's confusables (UTS #39) and look-alikes by shape of the upper case have in common.
 */
const PAIRS =
  // Cyrillic
  'аa вb сc ԁd еe ғf ԍg һh нh іi ӏl јj кk ӄk мm пn оo рp ԛq гr ѕs тt цu ѵv ԝw шw щw хx уy үy зz ёe йu иu ьb ъb ыb эe єe яr ' +
  // Greek
  'αa βb ςc δd εe φf γy ηn ιi κk λl μu νv οo ρp σo τt υu ωw χx ζz θo ' +
  // Armenian
  'աw բf գq դn եt զq էt ըn իh լl խx ծo կu հh ձd ղn ճd մu յj նu շ2 ոn չ2 պm ռn սu վd տs րr ցg ւl փp քp օo ֆs ' +
  // Latin letters that do not decompose: small capitals, IPA, strokes
  'ɑa ʌa ɐa ᴀa ʙb ɓb ƀb ᴄc ƈc ɔc ᴅd ɖd ɗd đd ᴇe ǝe ɘe ɛe ƒf ꜰf ɡg ɢg ɠg ʜh ɦh ħh ɪi ɨi ıi ɩi ᴊj ʝj ᴋk ƙk ʟl ɫl łl ᴍm ɱm ' +
  'ɴn ɲn ŋn ᴏo øo ɵo ᴘp ƥp ꞯq ʠq ʀr ɹr ɾr ꜱs ʂs ᴛt ƭt ŧt ᴜu ʉu ᴠv ʋv ᴡw ʍw ʏy ƴy ᴢz ƶz ʐz þp ßb æa œo ' +
  // Cherokee, lower case
  'ꭰd ꭱr ꭲt ꭵi ꭹy ꭺa ꭻj ꭼe ꮁf ꮃw ꮇm ꮋh ꮍy ꮐg ꮒh ꮓz ꮞ4 ꮟb ꮢr ꮤw ꮥs ꮩv ꮪs ꮮl ꮯc ꮲp ꮶk ꮷd Ᏼb ᏼb ';

/** Look-alike unit to the Latin unit it is drawn like. */
export const CONFUSABLES: ReadonlyMap<number, number> = new Map(
  PAIRS.split(' ')
    .filter((pair) => pair.length === 2)
    .map((pair) => [pair.charCodeAt(0), pair.charCodeAt(1)] as const),
);

/**
 * Units of living scripts that nobody tells from their Latin twins. A word of them alone may well be Latin in
 * disguise, while one that has others too, such as a plain Greek word, is what it seems.
 */
const TWINS = new Set([...'асеорхуіѕјһԁԛԝӏοναιρυχ'].map((letter) => letter.charCodeAt(0)));

/** Whether a look-alike in a word without Latin letters speaks for the word's own script. */
export function isOfItsScript(unit: number): boolean {
  return unit >= 0x0370 && unit <= 0x058f && !TWINS.has(unit);
}
