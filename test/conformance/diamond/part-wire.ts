import { type Cut, describeCut, WHOLE } from "../../rigs/replay-upstream/cut.ts";
import { createRandom } from "../fuzz/random.ts";
import { askRaw, type RawAnswer, withoutMinted } from "./ask-raw.ts";
import { isFailure } from "./compare-heard.ts";
import type { DiamondLab } from "./diamond-lab.ts";
import { nameOf, type Played, surfacesOf, toolsOf } from "./exchanges.ts";
import type { SurfaceName } from "./heard.ts";
import { judgeRaw } from "./judge-raw.ts";
import type { DiamondOptions, Finding } from "./run-diamond.ts";

const CHUNK_SIZES = [1, 2, 3, 7, 64] as const;

interface WirePart {
  readonly wireFindings: readonly Finding[];
  readonly cutFindings: readonly Finding[];
  play(played: Played, turn: number): Promise<void>;
  exchanges(): number;
  cutExchanges(): number;
}

type WireOptions = Pick<DiamondOptions, "chunkSizes" | "offsets" | "seed">;

/** Asks for recorded answers without a client: judges their bytes, and whether these depend on how the upstream's were cut. */
export function createWirePart(lab: DiamondLab, options: WireOptions): WirePart {
  const wireFindings: Finding[] = [];
  const cutFindings: Finding[] = [];
  let exchanges = 0;
  let cutExchanges = 0;
  const ask = (played: Played, surface: SurfaceName): Promise<RawAnswer> => {
    exchanges += 1;
    const { key, url } = lab.router;
    const model = lab.modelOf(played.step);
    return askRaw(surface, { origin: url, apiKey: key, model, stream: played.stream, tools: toolsOf(played) });
  };
  return {
    wireFindings,
    cutFindings,
    play: async (played, turn) => {
      const wholes = new Map<SurfaceName, string>();
      const surfaces = judgedAt(played, turn, options);
      for (const surface of surfaces) {
        const answer = await ask(played, surface);
        wholes.set(surface, withoutMinted(answer));
        wireFindings.push(...judgeRaw(played, surface, answer).map((what) => ({ answer: nameOf(played), at: surface, what })));
      }
      for (const { cut, surface } of planCuts(played, surfaces, { ...options, turn })) {
        lab.upstream.cut(played.step.id, cut);
        const answer = await ask(played, surface);
        cutExchanges += 1;
        // How much is told before a failure depends on when it is seen.
        const differences = isFailure(played.said)
          ? judgeRaw(played, surface, answer)
          : describeDifference(wholes.get(surface) ?? "", withoutMinted(answer));
        const at = { answer: nameOf(played), at: surface };
        cutFindings.push(...differences.map((what) => ({ ...at, what: `${describeCut(cut)}: ${what}` })));
      }
      lab.upstream.cut(played.step.id, WHOLE);
    },
    exchanges: () => exchanges,
    cutExchanges: () => cutExchanges,
  };
}

interface PlannedCut {
  readonly surface: SurfaceName;
  readonly cut: Cut;
}

/** Two surfaces in turn, or all. */
function judgedAt(played: Played, turn: number, { chunkSizes }: WireOptions): readonly SurfaceName[] {
  const all = surfacesOf(played);
  return chunkSizes === "every" ? all : all.filter((_, index) => (turn + index) % all.length < 2);
}

function planCuts(
  { step, stream: isStream }: Played,
  surfaces: readonly SurfaceName[],
  { chunkSizes, offsets, seed, turn }: WireOptions & { readonly turn: number },
): readonly PlannedCut[] {
  const { stream } = step;
  if (!isStream || stream === null) return [];
  const random = createRandom(seed + turn);
  const every = CHUNK_SIZES.flatMap((bytes) =>
    surfaces.map((surface): PlannedCut => ({ surface, cut: { kind: "every", bytes } })),
  );
  const once = Array.from({ length: offsets }, (): PlannedCut => {
    const cut: Cut = { kind: "at", offset: random.below(stream.body.length) };
    return { surface: random.pick(surfaces), cut };
  });
  return [...(chunkSizes === "every" ? every : [random.pick(every)]), ...once];
}

function describeDifference(whole: string, cut: string): readonly string[] {
  if (whole === cut) return [];
  let at = 0;
  while (whole[at] === cut[at]) at += 1;
  const around = (text: string): string => JSON.stringify(text.slice(Math.max(0, at - 60), at + 100));
  return [`${around(cut)} instead of ${around(whole)}`];
}
