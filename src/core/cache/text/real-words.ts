/**
 * Of every two English words or names that exist and differ by two neighbouring letters alone (`form`, `from`), the first by alphabet: neither is
 * the other misspelt. Short ones only where one is a function word, for shorter words are not taken for misspellings.
 */
const SWAPPED = new Set(
  [
    "own its ist any are amy aws per does form there elt",
    "action actions adrian adrien agarwal ahsoka albino altitude altitudes amiens angels annette antalya arcing arises arising armada arrest",
    "awning bandar barden barely barked barking bergman bowels bruner brunet bruton carlos carter carters carved carves carving carvings castel",
    "castiel castor casual casually centerpiece christian closest compiled compiles complaint corker coroner creeps cristian cubist dairies",
    "discreet duffel dwayne elector elland farmed farmers farming fiberglass fiedler finely garcia garter georgian gilded gilding gorton handel",
    "hearst incest inches infarction jeanine jeffery kirsten kirsty kristian loathe luster macros magento mantel marian marine marino marital",
    "martian mccrae median mercia midler minuet moines neilson nuclear option options orbison orlando orwell parise partick parton patios peirce",
    "perfect perform performed pluses rafael romain sacred saliva salted salter sandor savior scotus shriek signed signer signers signing silver",
    "silvers soldier spares thickest thorne tilted tilting trails united weiner widens",
  ].flatMap((line) => line.split(" ")),
);
/** Words that are other words with one consonant doubled: `striped`, `stripped`. */
const SINGLED = new Set(
  "staring scaring sparing sniping griping striping striped scraped scraper scrapers scraping planing deserts filings stoping twining shining sloping chafing cameron anderson johnson peterson".split(
    " ",
  ),
);

/** Whether both exist: two letters in the other order, or one doubled in the longer. */
export function areBothWords(a: string, b: string): boolean {
  return a.length === b.length ? SWAPPED.has(a < b ? a : b) : SINGLED.has(a.length < b.length ? a : b);
}
