/**
 * Of every two English words or names that exist and differ by two neighbouring letters alone (`form`, `from`), the first by alphabet: neither is
 * the other misspelt. Short ones only where one is a function word, for shorter words are not taken for misspellings.
 */
const SWAPPED = new Set(
  [
    "own its ist any are amy aws per does form there elt",
    "acres action actions adlai adler adria adrian adrien afire agarwal agron ahmad ahmed ahsoka aires akram alban albino alden alger alias alien aline",
    "alter altitude altitudes amiens amine amman ample ander angel angels angle annette antalya appel arcing arise arises arising armada arman arrest aslam",
    "astor atmos awning badly bandar barden barely barked barking barts basel beast beats bergman bilge boast boost borno bowels brain bread brien bruin",
    "bruner brunet brunt bruton bugle calms carat carbs carlo carlos carly carne carte carter carters carve carved carves carving carvings castel castiel",
    "castor casual casually centerpiece chien christian claps closest clots coals coast comet compiled compiles complaint cores corker corny coroner corps",
    "creep creeps crips cristian cubist cures dairies dairy dalai darin discreet doors doren dorne duffel dwayne elector elias elise elland elven elvin",
    "elvis engel erich evers evils exist fairs faith faris farmed farmers farming feast fiberglass fiedler field fiend filer files finely fired fires first",
    "firth forme forth garcia garde garter genet georgian gilded gilding godly goran gorton great grist gusty hanan handel hearst heart henan horus hurst",
    "incest inches infarction inger innes intro jaime jeanine jeffery kanan karam karan karst keira kenan kirsten kirsty kristian laing larue libor liens",
    "linde lions loathe loren lunar luster macro macros madea magento magna manes mantel marat maren marian marin marine marino marital martian mccrae",
    "median mercia midler minot minuet moines moira monet mores nagel nasir neilson niels nobel norte nuclear option options optus orbison organ orlando",
    "orman orwell pairs palin param pardo parise partick parton pasty patios peirce perfect perform performed piled piles pinot pluses polak porto poses",
    "pride quiet rafael rogue romain roost sabah sacre sacred salam salas saliva salted salter salts salve sandor satin savior scotus shere shriek signe",
    "signed signer signers signing signs sikes silver silvers soils soldier spares spilt start storm strum strut stung suing tarps there thickest thorne",
    "tilted tilting tired tires torts torus trail trails trios unite united venmo viola vitor waist warps weiner weise widens wrist yeast",
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
