import { pairFeatures } from "../text/pair-features.ts";
import { answersEqual } from "./answers-equal.ts";
import type { Prior } from "./decision-model.ts";
import type { SimilarityScale } from "./similarity-scale.ts";

/** An entry that is near to a question, most similar first; `similarity` is a cosine. */
export interface Candidate {
  readonly id: string;
  readonly similarity: number;
  readonly question: string;
  readonly answer: string;
  /** An independent generation has agreed with its answer. */
  readonly isVerified: boolean;
}

/** How fast a neighbour's vote fades with its distance, in parts of the scale. */
const VOTE_FADES = 6;
/** Neighbours that a judge looks at: they are its votes. */
export const CANDIDATES = 10;

/**
 * What the model looks at, in the order of `FEATURES`. Wide priors, the same for every embedder: what a weight is worth is learnt
 * from the traffic's own labels.
 */
export const FEATURES = [
  { name: "constant", mean: -2, variance: 4, sign: 0 },
  { name: "similarity", mean: 1, variance: 4, sign: 1 },
  { name: "nearness", mean: 1, variance: 4, sign: 1 },
  { name: "sharedWords", mean: 0.5, variance: 2, sign: 1 },
  { name: "sharedPairs", mean: 0.5, variance: 2, sign: 1 },
  { name: "residue", mean: -0.5, variance: 2, sign: -1 },
  { name: "substitution", mean: -0.5, variance: 2, sign: -1 },
  { name: "lengthDifference", mean: -0.5, variance: 2, sign: -1 },
  { name: "margin", mean: 1, variance: 4, sign: 1 },
  { name: "agreement", mean: 1, variance: 4, sign: 1 },
  { name: "support", mean: 0.5, variance: 2, sign: 1 },
] as const satisfies readonly (Prior & { readonly name: string })[];

/** Features of giving `candidate`'s answer to a question, among all that is near to it. */
export function featuresOf(
  question: string,
  candidate: Candidate,
  { candidates, scale }: { readonly candidates: readonly Candidate[]; readonly scale: SimilarityScale },
): readonly number[] {
  const { contentJaccard, isSubstitution, lengthDifference, residue, sharedBigrams } = pairFeatures(question, candidate.question);
  const similarity = scale.of(candidate.similarity);
  const { agreement, margin, support } = votesOf(candidate, candidates, scale);
  return [
    1,
    similarity,
    -Math.log(1.02 - Math.min(1, similarity)) / 4,
    contentJaccard,
    sharedBigrams,
    Math.min(1, residue / 4),
    isSubstitution ? 1 : 0,
    Math.min(1, lengthDifference),
    margin,
    agreement,
    support,
  ];
}

/** What the other neighbours say: those with the same answer speak for it, the nearest with another one against it. */
function votesOf(candidate: Candidate, candidates: readonly Candidate[], scale: SimilarityScale) {
  const own = scale.of(candidate.similarity);
  let votes = 0;
  let same = 0;
  let supporters = 0;
  let rival: number | null = null;
  for (const other of candidates) {
    if (other.id === candidate.id) continue;
    const at = scale.of(other.similarity);
    const vote = Math.exp(VOTE_FADES * (at - own));
    votes += vote;
    if (answersEqual(candidate.answer, other.answer) === 1) {
      same += vote;
      supporters += 1;
    } else if (rival === null || at > rival) rival = at;
  }
  const farthest = Math.min(...candidates.map(({ similarity }) => scale.of(similarity)));
  return {
    agreement: votes === 0 ? 0 : same / votes,
    margin: own - (rival ?? farthest),
    support: Math.log1p(supporters) / Math.log1p(CANDIDATES),
  };
}
