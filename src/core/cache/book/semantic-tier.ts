import type { ScanKernel } from "../index/scan-kernel.ts";
import { answersEqual } from "../semantic/answers-equal.ts";
import { SemanticJudge } from "../semantic/semantic-judge.ts";
import type { AnswerTables } from "./answer-tables.ts";
import type { OpenJudge } from "./classes.ts";
import type { Compare } from "./keeper.ts";
import { type Embed, type ProposalParts, Proposals } from "./proposals.ts";
import { Vectors } from "./vectors.ts";

/** What a book needs beside its tables to give answers to what was asked in other words. */
export interface SemanticTier {
  readonly openJudge: OpenJudge;
  readonly compare: Compare;
  openVectors(tables: AnswerTables): Vectors;
  openProposals(parts: Omit<ProposalParts, "embed" | "draw">): Proposals;
}

interface TierParts {
  readonly kernel: ScanKernel;
  readonly embed: Embed;
  /** [0, 1) */
  readonly draw: () => number;
}

export function createSemanticTier({ draw, embed, kernel }: TierParts): SemanticTier {
  return {
    compare: answersEqual,
    openJudge: (saved, embedder) => SemanticJudge.open(saved, embedder),
    openVectors: (tables) => new Vectors(tables, kernel),
    openProposals: (parts) => new Proposals({ ...parts, embed, draw }),
  };
}
